"""Serves the report of a link: the views of the trial as they stand, in one file."""

from __future__ import annotations

from datetime import date

from dash.development.base_component import Component
from flask import Flask, Response, request

from analysis.estimate import NotEstimable
from analysis.safety import SafetyOptions
from callbacks import pictures
from callbacks import request as link
from callbacks.cards import CARDS
from callbacks.handout import provenance
from callbacks.request import Request
from callbacks.views import available, on_overview
from callbacks.workspace import Workspace
from components import card, incidence_table, report
from data.contract import BrokenTrial

#: Of this view the file is named, and the population and cohort said at its head.
WHOLE = "report"


def register(server: Flask, workspace: Workspace) -> None:
    """Serve the report for the query string of the page."""

    @server.get("/report.html")
    def whole() -> Response:
        opened = link.read(workspace, request.query_string.decode("ascii", "replace"))
        if isinstance(opened, BrokenTrial):
            return Response(f"{opened.name} could not be opened: {opened.reason}", 422, mimetype="text/plain")
        name = provenance(opened, _views(opened)[0]).file_name(WHOLE, "html", date.today())
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return Response(write(opened), mimetype="text/html", headers=headers)


def _views(opened: Request) -> list[str]:
    """The views of the overview that the trial has the data for."""
    return [screen.view.name for screen in on_overview(opened.trial)]


def write(opened: Request) -> str:
    """The report of an opened link."""
    design, names = opened.trial.design, _views(opened)
    said = provenance(opened, names[0])
    return report.document(
        title=design.title,
        subtitle=" · ".join(part for part in (design.name, design.subtitle, design.registration) if part),
        badge="" if said.kind in ("real", None) else said.patients,
        who=said.who,
        exploratory=said.exploratory,
        sections=[_section(opened, name) for name in names],
        source=" ".join(part for part in (design.citation, said.note, f"trialboard {said.version}.") if part),
    )


def _section(opened: Request, view: str) -> report.Section:
    content, result = pictures.whole(opened, view), opened.result(view)
    estimable = not isinstance(content, NotEstimable)
    titles = {screen.view.name: screen.titled(opened.trial) for screen in available(opened.trial)}
    return report.Section(
        title=(pictures.title(view, result) if estimable else "") or titles[view],
        content=content.reason if isinstance(content, NotEstimable) else content,
        tables=[] if isinstance(content, NotEstimable) else _tables(opened, view, content),
        how_to_read=CARDS[view].explain,
        provenance=provenance(opened, view).line(),
    )


def _tables(opened: Request, view: str, content: card.Filled) -> list[Component]:
    """The tables of the page; the one of adverse events, which is sorted and folded there, written out."""
    tables = [content.table] if content.table is not None else []
    if view == "safety":
        tables.append(incidence_table.written_out(opened.result(view), opened.options(SafetyOptions)))
    return tables
