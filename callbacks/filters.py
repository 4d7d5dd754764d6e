"""Wires the filter panel: it is filled when it opens, and its counts follow every choice while it is open."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks import request
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import filters, ids
from components.filters import Choice
from data.contract import Factor


def register(app: Dash, workspace: Workspace) -> None:
    """Wire opening and counting."""

    @app.callback(
        Output(ids.FILTERS, "is_open"),
        Output(ids.FILTER_PANEL, "children"),
        Input(ids.FILTER_BUTTON, "n_clicks"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def show(clicks: int | None, state: dict[str, str]) -> tuple[bool, list[Any]]:
        if not clicks:
            raise PreventUpdate
        opened = _open(workspace, state)
        arms = [arm.short for arm in opened.trial.design.arms]
        return True, filters.layout([choice(opened, factor) for factor in opened.trial.design.factors], arms)

    @app.callback(
        Output(ids.EVERY_FILTER, "options"),
        Input(ids.STATE, "data"),
        State(ids.EVERY_FILTER, "id"),
        prevent_initial_call=True,
    )
    def recount(state: dict[str, str], shown: list[dict[str, str]]) -> list[Any]:
        if not shown:
            raise PreventUpdate
        opened = _open(workspace, state)
        factors = {factor.variable: factor for factor in opened.trial.design.factors}
        known = [factors.get(identity["filter"]) for identity in shown]
        return [filters.level_options(choice(opened, factor)) if factor else [] for factor in known]


def _open(workspace: Workspace, state: dict[str, str]) -> Request:
    opened = request.read(workspace, state["query"])
    if not isinstance(opened, Request):
        raise PreventUpdate
    return opened


def choice(opened: Request, factor: Factor) -> Choice:
    """A factor as the panel shows it for an opened link."""
    chosen = next((f.levels for f in opened.selection.filters if f.variable == factor.variable), ())
    return Choice(
        variable=factor.variable,
        label=factor.label,
        levels={level.value: level.label for level in factor.levels},
        chosen=chosen,
        counts=opened.levels(factor.variable),
    )
