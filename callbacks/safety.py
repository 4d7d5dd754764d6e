"""Wires the safety card, on the overview and on its page; and on the page its table and one event in depth."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, ctx

from analysis.estimate import NotEstimable
from analysis.safety import SafetyOptions
from analysis.selection import write_query
from callbacks import request
from callbacks.answer import answer, outputs
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, event, ids, incidence_table, safety
from components.theme import Room, Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card and its table to the state and to the width of the screen."""
    table = {
        "rows": Output(ids.EVERY_GRID, "rowData"),
        "columns": Output(ids.EVERY_GRID, "columnDefs"),
        "caption": Output(ids.EVERY_GRID_CAPTION, "children"),
    }

    @app.callback({"card": outputs("safety"), "table": table}, Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[str, Any]:
        shown = answer(workspace, "safety", state, lambda opened: update(opened, state["path"], screen))
        there = len(ctx.outputs_grouping["table"]["rows"]) > 0
        return {"card": shown, "table": update_table(workspace, state["query"], there, bool(shown["message"]))}


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The safety card for an opened link."""
    options = opened.options(SafetyOptions)
    result = opened.result("safety")
    if isinstance(result, NotEstimable):
        return result
    room: Room = "card" if path == "/" else "page"
    return safety.content(result, options, room, screen, opened.everyone_behind("safety"))


def update_table(workspace: Workspace, query: str, there: bool, empty: bool) -> dict[str, list[Any]]:
    """Rows, columns and caption of the table, if it stands on the page; none where the card has a message instead."""
    nothing: dict[str, list[Any]] = {"rows": [[]] * there, "columns": [[]] * there, "caption": [""] * there}
    opened = request.read(workspace, query)
    if not there or empty or not isinstance(opened, Request):
        return nothing
    options = opened.options(SafetyOptions)
    result = opened.result("safety")
    if isinstance(result, NotEstimable):
        return nothing
    return {
        "rows": [incidence_table.rows(result, options)],
        "columns": [incidence_table.columns(result, options)],
        "caption": [incidence_table.caption(result, options)],
    }


def update_event(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The card of one event for an opened link."""
    result = opened.result("event")
    if isinstance(result, NotEstimable):
        return result
    others = [(name, value) for name, value in opened.pairs if name != "where.AE"]
    return event.content(result, screen, path + write_query([*others, ("where.AE", result.value)]))
