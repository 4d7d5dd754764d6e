"""The numbers behind the pictures: `/numbers/<view>.csv` and `.json` with the query string of the page."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import orjson
from flask import Flask, Response, request

from analysis.estimate import NotEstimable
from analysis.provenance import describe
from analysis.selection import in_words
from analysis.views import VIEWS
from callbacks import request as link
from callbacks.workspace import Workspace
from data.contract import BrokenTrial

#: What begins a formula in a spreadsheet, also behind blanks and characters that are not seen.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


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
        said = describe(opened.trial, opened.selection, getattr(result, "method", ""), getattr(result, "words", ""))
        if kind == "csv":
            rows = rows or [{"note": getattr(result, "reason", "")}]
            return _csv(rows, said.line(), said.file_name(view, kind, date.today()))
        body = {
            "trial": opened.trial.id,
            "digest": opened.trial.digest,
            "selection": in_words(opened.selection, opened.trial),
            "method": getattr(result, "method", "") if estimable else result.reason,
            "provenance": said.line(),
            "notices": [*opened.notices, *opened.notices_of(view)],
            "rows": rows,
        }
        return _json(body, 200)


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), status, mimetype="application/json")


def _csv(rows: list[dict[str, Any]], provenance: str, name: str) -> Response:
    """The rows and, in a last column, in the first row alone, where they come from."""
    columns = [*dict.fromkeys(column for row in rows for column in row), "provenance"]
    rows = [{**rows[0], "provenance": provenance}, *rows[1:]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_as_text(column) for column in columns])
    writer.writerows([[_as_text(row.get(column)) for column in columns] for row in rows])
    return Response(text.getvalue(), mimetype="text/csv", headers={"Content-Disposition": f"inline; filename={name}"})


def _as_text(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, behind an apostrophe; numbers as they are."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
