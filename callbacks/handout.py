"""What leaves the page beside the numbers: the code of a view, the figure for a picture of it, and the report."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Flask, Response, request

from analysis.estimate import NotEstimable
from analysis.provenance import Provenance, describe
from analysis.views import VIEWS
from callbacks import pictures
from callbacks import request as link
from callbacks.request import Request
from callbacks.workspace import Workspace
from components.report import in_json
from data.contract import BrokenTrial

#: The kinds of files that the browser makes itself and names as the server says.
DRAWN = ("png", "svg", "csv", "json", "py")


def register(server: Flask, workspace: Workspace) -> None:
    """Serve scripts and figures, each for the query string of the page."""

    @server.get("/code/<view>.py")
    def code(view: str) -> Response:
        opened = _opened(workspace, view)
        if isinstance(opened, Response):
            return opened
        written, result = VIEWS[view].script, opened.result(view)
        if written is None:
            return _plain("This view has no script.", 404)
        if isinstance(result, NotEstimable):
            return _plain(result.reason, 422)
        text = written(opened.trial, opened.selection, opened.options(VIEWS[view].options), result)
        return _file(text, "text/x-python", provenance(opened, view).file_name(view, "py", date.today()))

    @server.get("/figures/<view>.json")
    def figure(view: str) -> Response:
        opened = _opened(workspace, view)
        if isinstance(opened, Response):
            return opened
        return Response(in_json(drawn(opened, view)), mimetype="application/json")


def drawn(opened: Request, view: str) -> dict[str, Any]:
    """Everything that stands in a picture of the view; `figure` is None where there is nothing to draw."""
    said, result = provenance(opened, view), opened.result(view)
    shown = pictures.picture(opened, view)
    there = None if isinstance(shown, NotEstimable) else shown
    return {
        "figure": (there.figure or None) if there else None,
        "headline": [asdict(number) for number in there.headline] if there else None,
        "reason": result.reason if isinstance(result, NotEstimable) else "",
        "title": "" if isinstance(result, NotEstimable) else pictures.title(view, result),
        "trial": said.title,
        "who": said.who,
        "badge": "" if said.kind in ("real", None) else said.patients,
        "exploratory": said.exploratory,
        "line": said.line(),
        "citation": said.citation,
        "version": said.version,
        "names": {kind: said.file_name(view, kind, date.today()) for kind in DRAWN},
    }


def provenance(opened: Request, view: str) -> Provenance:
    """Where the numbers of a view come from, for this link."""
    result = opened.result(view)
    return describe(opened.trial, opened.selection, getattr(result, "method", ""), getattr(result, "words", ""))


def _opened(workspace: Workspace, view: str) -> Request | Response:
    """The link of the request, or why there is nothing to serve."""
    if view not in VIEWS:
        return _plain(f"There is no view at {request.path[:80]}.", 404)
    opened = link.read(workspace, request.query_string.decode("ascii", "replace"))
    if isinstance(opened, BrokenTrial):
        return _plain(f"{opened.name} could not be opened: {opened.reason}", 422)
    return opened


def _plain(sentence: str, status: int) -> Response:
    return Response(sentence, status, mimetype="text/plain")


def _file(content: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"inline; filename={name}", "X-Content-Type-Options": "nosniff"}
    return Response(content, mimetype=kind, headers=headers)
