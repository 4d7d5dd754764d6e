"""Wires the marks of published numbers: how many stand in a card, and the list of them when it is asked for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from analysis.estimate import NotEstimable
from analysis.reproduction import Row, published_in
from analysis.selection import write_query
from analysis.views import VIEWS
from callbacks import request
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import ids, published


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the list of every card to its button."""

    @app.callback(
        Output(ids.ITS_PUBLISHED_LIST, "children"),
        Input(ids.A_PUBLISHED_BUTTON, "n_clicks"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def ask(clicks: int | None, state: dict[str, str]) -> Any:
        opened = request.read(workspace, state["query"])
        asked = ctx.triggered_id
        if not clicks or not isinstance(opened, Request) or asked is None:
            return no_update
        return update(opened, asked["published"])


def update(opened: Request, view: str) -> list[Component]:
    """The published numbers that the card of `view` shows in the state of the link."""
    shown = rows(opened, view)
    sections = Counter(row.section for row in shown).most_common(1)
    return published.content(
        view,
        shown,
        "/reproduction" + write_query([("trial", opened.trial.id), *(("section", name) for name, _ in sections)]),
    )


def rows(opened: Request, view: str) -> tuple[Row, ...]:
    """What the paper prints of the numbers of a card in its state; nothing for a trial without a fact file."""
    reproduction = VIEWS["reproduction"]
    if view == reproduction.name or view not in VIEWS or reproduction.missing(opened.trial) is not None:
        return ()
    result = opened.result(reproduction.name)
    if isinstance(result, NotEstimable):
        return ()
    return published_in(result, view, opened.selection, opened.options(VIEWS[view].options))
