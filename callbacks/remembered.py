"""Answers that were given already: thirty readers who open one link are drawn one picture.

An answer depends on the body of the request and on the trials alone, so it is kept as it was sent, compressed, by both.
It is looked up where Dash would compute it, after whatever else decides who may ask.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from dash import Dash
from flask import Response, g, request

from callbacks.workspace import Workspace

#: Bytes of answers that a process keeps, and the longest body of a request that is remembered.
MOST = 24_000_000
LONGEST = 8_000

Key = tuple[int, str, bytes]
Answer = tuple[bytes, str, str]


class Answers:
    """The bytes of answers by what was asked; the least recently used go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Answer | None:
        """The answer to a request, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, and let go of the oldest ones that there is no room for."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer
                self._size += len(answer[0]) + len(key[2])
            while self._size > self._most:
                old, gone = self._kept.popitem(last=False)
                self._size -= len(gone[0]) + len(old[2])

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size


def register(app: Dash, workspace: Workspace) -> Answers:
    """Answer from memory what was answered before."""
    answers, server = Answers(), app.server
    address = f"{app.config.routes_pathname_prefix}_dash-update-component"
    endpoint = next(rule.endpoint for rule in server.url_map.iter_rules() if rule.rule == address)
    compute: Any = server.view_functions[endpoint]

    def answer() -> Any:
        body = request.get_data()
        if len(body) > LONGEST:
            return compute()
        key = (workspace.catalog.version, request.headers.get("Accept-Encoding", "")[:80], body)
        found = answers.get(key)
        if found is None:
            g.asked = key
            return compute()
        g.remembered = True
        content, kind, encoding = found
        response = Response(content, content_type=kind)
        if encoding:
            response.headers["Content-Encoding"] = encoding
            response.vary.add("Accept-Encoding")
        return response

    def remember(response: Response) -> Response:
        asked = g.pop("asked", None)
        if asked is not None and response.status_code == 200 and "Set-Cookie" not in response.headers:
            sent = (response.get_data(), response.content_type or "", response.headers.get("Content-Encoding", ""))
            answers.put(asked, sent)
        return response

    server.view_functions[endpoint] = answer
    # what is first here runs last: the bytes are kept as they are after compression
    server.after_request_funcs.setdefault(None, []).insert(0, remember)
    return answers
