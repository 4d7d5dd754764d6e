"""Answers that were given already: thirty readers who open one link are drawn one picture.

An answer depends on the body of the request, on the trials, on the program and on its settings alone, so it is kept as
it was sent, compressed, by all of them. It is looked up where Dash would compute it, after whatever else decides who
may ask: first in the process, then, where replicas have a common store, in what another of them answered.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

import orjson
from dash import Dash
from flask import Response, g, request
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from callbacks.workspace import Workspace

#: Bytes of answers that a process keeps, and the longest body of a request that is remembered.
MOST = 24_000_000
LONGEST = 8_000
#: The largest answer that goes to the common store, in bytes, and how long it stays there, in seconds.
LARGEST = 1_000_000
DAY = 86_400
#: Seconds that a common store may take, and for which one that failed is left alone.
PATIENCE = 0.25
AWAY = 5.0
#: How an answer may be compressed.
ENCODINGS = ("", "gzip", "deflate", "br", "zstd")

log = logging.getLogger(__name__)

Answer = tuple[bytes, str, str]


class Answers:
    """The bytes of answers by the digest of what was asked; the least recently used go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Answer | None:
        """The answer to a request, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer, and let go of the oldest ones that there is no room for."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer
                self._size += len(answer[0]) + len(key)
            while self._size > self._most:
                old, gone = self._kept.popitem(last=False)
                self._size -= len(gone[0]) + len(old)

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size


class CommonAnswers:
    """The same answers in Redis, for every replica; a store that fails is as good as one that has nothing.

    What lies there is a line of JSON (type and encoding of the content) and the bytes that a browser was sent: reading
    it runs nothing, and no patient's row is in it.
    """

    def __init__(self, store: Redis) -> None:
        self._store, self._back = store, 0.0

    def get(self, key: bytes) -> Answer | None:
        """The answer that some replica gave; None too where the store is away or holds something else."""
        found = self._ask("get", _name(key))
        return _read(found) if isinstance(found, bytes) else None

    def put(self, key: bytes, answer: Answer) -> None:
        """Give an answer to the other replicas."""
        content, kind, encoding = answer
        if len(content) <= LARGEST:
            self._ask("set", _name(key), orjson.dumps([kind, encoding]) + b"\n" + content, ex=DAY)

    def _ask(self, command: str, *given: Any, **options: Any) -> Any:
        if time.monotonic() < self._back:
            return None
        try:
            return getattr(self._store, command)(*given, **options)
        except RedisError as error:
            self._back = time.monotonic() + AWAY
            log.warning("the common store of answers is away (%s): this replica goes on alone", type(error).__name__)
            return None


def common(address: str) -> CommonAnswers | None:
    """The common store at a `redis://` address; None where there is no address."""
    if not address:
        return None
    once = Retry(NoBackoff(), 0)
    return CommonAnswers(Redis.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=once))


def _name(key: bytes) -> str:
    return f"trialboard:answer:{key.hex()}"


def _read(kept: bytes) -> Answer | None:
    head, _, content = kept.partition(b"\n")
    try:
        kind, encoding = orjson.loads(head)
    except (ValueError, TypeError):
        return None
    # nothing but what Dash answers with: what somebody else left there must not become a page
    return (content, kind, encoding) if kind == "application/json" and encoding in ENCODINGS else None


def _program() -> str:
    """A hash of the program, so that replicas of two versions share nothing while one takes the other's place."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for layer in ("data", "analysis", "components", "callbacks"):
        for path in sorted((root / layer).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def register(app: Dash, workspace: Workspace, others: CommonAnswers | None = None) -> Answers:
    """Answer from memory what was answered before, here or by one of the `others`."""
    answers, server = Answers(), app.server
    same = f"{_program()} {app.config.requests_pathname_prefix} {workspace.minimum_cell}"
    address = f"{app.config.routes_pathname_prefix}_dash-update-component"
    endpoint = next(rule.endpoint for rule in server.url_map.iter_rules() if rule.rule == address)
    compute: Any = server.view_functions[endpoint]

    def known(key: bytes) -> Answer | None:
        found = answers.get(key)
        if found is None and others is not None and (found := others.get(key)) is not None:
            answers.put(key, found)
        return found

    def answer() -> Any:
        body = request.get_data()
        if len(body) > LONGEST:
            return compute()
        head = f"{same} {workspace.catalog.digest} {request.headers.get('Accept-Encoding', '')[:80]}\n"
        key = hashlib.sha256(head.encode() + body).digest()
        found = known(key)
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
            if others is not None:
                others.put(asked, sent)
        return response

    server.view_functions[endpoint] = answer
    # what is first here runs last: the bytes are kept as they are after compression
    server.after_request_funcs.setdefault(None, []).insert(0, remember)
    return answers
