"""The numbers behind the pictures: `/numbers/<view>.csv` and `.json` with the query string of the page."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
from flask import Flask, Response, request

from analysis.estimate import NotEstimable
from analysis.selection import in_words
from analysis.views import VIEWS
from callbacks import request as link
from callbacks.workspace import Workspace
from data.contract import BrokenTrial


def register(server: Flask, workspace: Workspace) -> None:
    """Serve the tidy table of every view."""

    @server.get("/numbers/<view>.<kind>")
    def numbers(view: str, kind: str) -> Response:
        if view not in VIEWS or kind not in ("csv", "json"):
            return _json({"error": f"No numbers are served at {request.path[:80]}."}, 404)
        opened = link.read(workspace, request.query_string.decode("ascii", "replace"))
        if isinstance(opened, BrokenTrial):
            return _json({"error": f"{opened.name} could not be opened: {opened.reason}"}, 422)
        result = opened.result(view)
        estimable = not isinstance(result, NotEstimable)
        table = opened.numbers(view)
        rows = [] if isinstance(table, NotEstimable) else table
        if kind == "csv":
            return _csv(rows, f"{opened.trial.id}-{view}.csv")
        body = {
            "trial": opened.trial.id,
            "digest": opened.trial.digest,
            "selection": in_words(opened.selection, opened.trial),
            "method": getattr(result, "method", "") if estimable else result.reason,
            "notices": [*opened.notices, *opened.notices_of(view)],
            "rows": rows,
        }
        return _json(body, 200)


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), status, mimetype="application/json")


def _csv(rows: list[dict[str, Any]], name: str) -> Response:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Response(text.getvalue(), mimetype="text/csv", headers={"Content-Disposition": f"inline; filename={name}"})
