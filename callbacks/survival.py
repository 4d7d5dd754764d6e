"""The survival card for a link: on the overview and on its own page."""

from __future__ import annotations

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate

from analysis.estimate import NotEstimable
from analysis.survival import SurvivalOptions, SurvivalResult
from callbacks import answer, request
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, survival
from components.theme import Room, Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card, and the slider of tau to how far the curves of the link go."""
    answer.register(app, workspace, "survival", update)
    slider = ids.slider("tau")

    @app.callback(
        [Output(slider, part) for part in ("min", "max", "step", "name")],
        Input(ids.STATE, "data"),
    )
    def follow(state: dict[str, str]) -> tuple[float, float, float, str]:
        opened = request.read(workspace, state["query"])
        result = opened.result("survival") if isinstance(opened, Request) else None
        if not isinstance(result, SurvivalResult):
            raise PreventUpdate
        return survival.tau_range(result)


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The survival card for an opened link."""
    options = opened.options(SurvivalOptions)
    result = opened.result("survival")
    if isinstance(result, NotEstimable):
        return result
    room: Room = "card" if path == "/" else "page"
    return survival.content(result, options, room, screen, opened.everyone_behind("survival"))
