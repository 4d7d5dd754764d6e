"""Wires the transplant laboratory, a card of the transplant page."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from analysis.estimate import NotEstimable
from analysis.laboratory import LaboratoryOptions
from analysis.selection import write_query
from callbacks import answer
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, laboratory
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card to the state and to the width of the screen, and its landmark to the hand."""
    answer.register(app, workspace, "laboratory", update)

    app.clientside_callback(
        ClientsideFunction("laboratory", "drag"),
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.card("laboratory", "figure"), "relayoutData"),
        prevent_initial_call=True,
    )


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The card for an opened link."""
    result = opened.result("laboratory")
    if isinstance(result, NotEstimable):
        return result
    others = [(name, value) for name, value in opened.pairs if name != "answer"]
    shown = path + write_query([*others, ("answer", "on")])
    return laboratory.content(result, opened.options(LaboratoryOptions), screen, shown)
