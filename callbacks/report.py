"""Serves the report of a link: its views as they stand, in one file; `views=survival,event` chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash.development.base_component import Component
from flask import Flask, Response, request

from analysis.estimate import NotEstimable
from analysis.safety import SafetyOptions
from callbacks import chosen, pictures
from callbacks.cards import CARDS, title_of
from callbacks.handout import provenance
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, incidence_table, report
from data.contract import BrokenTrial

#: Of this view the file is named, and the population and cohort said at its head.
WHOLE = "report"


def register(server: Flask, workspace: Workspace) -> None:
    """Serve the report for the query string of the page."""

    @server.get("/report.html")
    def whole() -> Response:
        opened, views = chosen.read(workspace, request.query_string.decode("ascii", "replace"))
        if isinstance(opened, BrokenTrial):
            return Response(f"{opened.name} could not be opened: {opened.reason}", 422, mimetype="text/plain")
        if not views:
            return Response("None of these views exists.\n", 404, mimetype="text/plain")
        name = provenance(opened, views[0]).file_name(WHOLE, "html", date.today())
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return Response(write(opened, views), mimetype="text/html", headers=headers)


def write(opened: Request, views: Sequence[str]) -> str:
    """The report of `views`, at least one, of an opened link."""
    design = opened.trial.design
    said = provenance(opened, views[0])
    return report.document(
        title=design.title,
        subtitle=" · ".join(part for part in (design.name, design.subtitle, design.registration) if part),
        badge="" if said.kind in ("real", None) else said.patients,
        who=said.who,
        exploratory=said.exploratory,
        sections=[_section(opened, name) for name in views],
        source=" ".join(part for part in (design.citation, said.note, f"trialboard {said.version}.") if part),
    )


def _section(opened: Request, view: str) -> report.Section:
    content, result = pictures.whole(opened, view), opened.result(view)
    estimable = not isinstance(content, NotEstimable)
    return report.Section(
        title=(pictures.title(view, result) if estimable else "") or title_of(view, opened),
        content=content.reason if isinstance(content, NotEstimable) else content,
        tables=[] if isinstance(content, NotEstimable) else _tables(opened, view, content),
        how_to_read=CARDS[view].explain,
        provenance=provenance(opened, view).line(),
    )


def _tables(opened: Request, view: str, content: card.Filled) -> list[Component]:
    """The tables of the page; the one of adverse events, which is sorted and folded there, written out.

    Beside one event the page has a link alone.
    """
    tables = [content.table] if content.table is not None and view != "event" else []
    if view == "safety":
        tables.append(incidence_table.written_out(opened.result(view), opened.options(SafetyOptions)))
    return tables
