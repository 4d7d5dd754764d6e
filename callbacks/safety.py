"""Wires the safety card, on the overview and on its page; and on the page its table and one event in depth."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from dash import Dash, Input, Output, ctx

from analysis.estimate import NotEstimable
from analysis.safety import SafetyOptions, SafetyResult, analyse, analyse_event
from analysis.selection import write_query
from callbacks import request
from callbacks.answer import answer, outputs
from callbacks.request import Request
from components import card, event, ids, incidence_table, safety
from components.theme import Screen
from data.catalog import Catalog

Analyse = Callable[..., SafetyResult | NotEstimable]


def register(app: Dash, catalog: Catalog) -> None:
    """Wire the cards and the table to the state and to the width of the screen."""
    table = {"rows": Output(ids.EVERY_GRID, "rowData"), "columns": Output(ids.EVERY_GRID, "columnDefs")}
    listens = [Input(ids.STATE, "data"), Input(ids.SCREEN, "data")]

    @app.callback({"card": outputs("safety"), "table": table}, *listens)
    def follow(state: dict[str, str], screen: Screen) -> dict[str, Any]:
        analysed: Analyse = cache(analyse)  # card and table of one request share their numbers
        shown = answer(catalog, "safety", state, lambda opened: update(opened, state["path"], screen, analysed))
        there = len(ctx.outputs_grouping["table"]["rows"]) > 0
        return {"card": shown, "table": update_table(catalog, state["query"], analysed, there, bool(shown["message"]))}

    @app.callback(outputs("event"), *listens)
    def follow_event(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(catalog, "event", state, lambda opened: update_event(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen, analysed: Analyse = analyse) -> card.Filled | NotEstimable:
    """The safety card for an opened link."""
    options = opened.options(SafetyOptions)
    result = analysed(opened.trial, opened.selection, options)
    if isinstance(result, NotEstimable):
        return result
    return safety.content(result, options, "card" if path == "/" else "page", screen)


def update_table(catalog: Catalog, query: str, analysed: Analyse, there: bool, empty: bool) -> dict[str, list[Any]]:
    """Rows and columns of the table, if it stands on the page; none when the card has a message instead of numbers."""
    opened = request.read(catalog, query)
    if not there or empty or not isinstance(opened, Request):
        return {"rows": [[]] * there, "columns": [[]] * there}
    options = opened.options(SafetyOptions)
    result = analysed(opened.trial, opened.selection, options)
    if isinstance(result, NotEstimable):
        return {"rows": [[]], "columns": [[]]}
    rows = incidence_table.rows(result, options)
    return {"rows": [rows], "columns": [incidence_table.columns(result, options)]}


def update_event(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The card of one event for an opened link."""
    result = analyse_event(opened.trial, opened.selection, opened.options(SafetyOptions))
    if isinstance(result, NotEstimable):
        return result
    others = [(name, value) for name, value in opened.pairs if name != "where.AE"]
    return event.content(result, screen, path + write_query([*others, ("where.AE", result.value)]))
