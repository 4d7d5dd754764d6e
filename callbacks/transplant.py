"""Wires the card of the path of patients: on the overview and on its own page."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from analysis.estimate import NotEstimable
from analysis.transplant import TransplantOptions
from callbacks import answer
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, transplant
from components.theme import Room, Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card to the state and to the width of the screen."""
    answer.register(app, workspace, "transplant", update)
    app.clientside_callback(
        ClientsideFunction("transplant", "drag"),
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.card("transplant", "figure"), "relayoutData"),
        State(ids.EVERY_SLIDER, "id"),
        State(ids.EVERY_SLIDER, "name"),
        prevent_initial_call=True,
    )


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The card for an opened link."""
    options = opened.options(TransplantOptions)
    result = opened.result("transplant")
    if isinstance(result, NotEstimable):
        return result
    room: Room = "card" if path == "/" else "page"
    return transplant.content(result, options, room, screen, opened.everyone_behind("transplant"))
