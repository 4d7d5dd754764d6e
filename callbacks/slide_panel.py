"""Wires the panel of slides: what it offers, the order the reader chooses, and the deck or report that is fetched."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks import chosen as choice
from callbacks import request
from callbacks.cards import title_of
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import ids, slide_panel

Chosen = list[list[Any]]


def register(app: Dash, workspace: Workspace) -> None:
    """Wire opening, ordering and exporting."""

    @app.callback(
        Output(ids.SLIDES, "is_open"),
        Output(ids.SLIDES_CHOSEN, "data"),
        Input(ids.SLIDES_BUTTON, "n_clicks"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def show(clicks: int | None, state: dict[str, str]) -> tuple[bool, Chosen]:
        opened = request.read(workspace, state["query"])
        if not clicks or not isinstance(opened, Request):
            raise PreventUpdate
        usual = choice.usual(opened)
        return True, [[view, view in usual] for view in choice.offered(opened)]

    @app.callback(
        Output(ids.SLIDES_LIST, "children"),
        Input(ids.SLIDES_CHOSEN, "data"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def draw(chosen: Chosen, state: dict[str, str]) -> list[Component]:
        opened = request.read(workspace, state["query"])
        if not isinstance(opened, Request):
            raise PreventUpdate
        return slide_panel.rows([(view, title_of(view, opened), on) for view, on in chosen])

    @app.callback(
        Output(ids.SLIDES_CHOSEN, "data", allow_duplicate=True),
        Input(ids.EVERY_SLIDE, "n_clicks"),
        State(ids.SLIDES_CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def press(clicks: list[int | None], chosen: Chosen) -> Chosen:
        if not any(clicks) or not ctx.triggered_id:
            raise PreventUpdate
        return changed(chosen, ctx.triggered_id["slide"], ctx.triggered_id["do"])

    app.clientside_callback(
        ClientsideFunction("slides", "fetch"),
        Output(ids.SLIDES_STATUS, "children"),
        Input(ids.SLIDES_EXPORT, "n_clicks"),
        Input(ids.SLIDES_REPORT, "n_clicks"),
        State(ids.SLIDES_CHOSEN, "data"),
        prevent_initial_call=True,
    )


def changed(chosen: Chosen, view: str, do: str) -> Chosen:
    """The choice after a button was pressed."""
    names = [name for name, _ in chosen]
    if view not in names:
        return chosen
    place = names.index(view)
    if do == "toggle":
        return [[name, on != (name == view)] for name, on in chosen]
    order = list(chosen)
    to = min(max(place + (1 if do == "down" else -1), 0), len(order) - 1)
    order[place], order[to] = order[to], order[place]
    return order
