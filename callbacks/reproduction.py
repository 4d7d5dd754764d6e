"""Wires the page that holds a trial against its paper."""

from __future__ import annotations

from collections.abc import Mapping

from dash import Dash, Input, Output
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analysis.estimate import NotEstimable
from analysis.reproduction import ReproductionOptions
from analysis.selection import write_query
from callbacks import request
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import ids, reproduction
from components.card import Filled
from components.theme import Screen


def register(app: Dash, workspace: Workspace, pages: Mapping[str, str]) -> None:
    """Wire the page to the state; `pages` are the paths of the views it links to."""

    @app.callback(Output(ids.REPRODUCTION, "children"), Input(ids.STATE, "data"))
    def follow(state: dict[str, str]) -> list[Component]:
        opened = request.read(workspace, state["query"])
        if not isinstance(opened, Request):
            raise PreventUpdate
        return update(opened, pages)


def update(opened: Request, pages: Mapping[str, str]) -> list[Component]:
    """The page for an opened link."""
    result = opened.result("reproduction")
    if isinstance(result, NotEstimable):
        return reproduction.refused(result.reason)
    address = write_query([("trial", opened.trial.id)]).replace("{", "%7B").replace("}", "%7D")
    options = opened.options(ReproductionOptions)
    return reproduction.content(
        result, options, f"/reproduction{address}&section={{section}}&differences={{differences}}", pages
    )


def update_card(opened: Request, path: str, screen: Screen) -> Filled | NotEstimable:
    """The score of an opened link as a card has it: numbers, and no figure."""
    result = opened.result("reproduction")
    return result if isinstance(result, NotEstimable) else reproduction.score(result)
