"""Wires the card of VOD/SOS after transplant, on the transplant page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from callbacks.answer import answer, outputs
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, vod
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card to the state and to the width of the screen."""

    @app.callback(outputs("vod"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "vod", state, lambda opened: update(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The card for an opened link."""
    result = opened.result("vod")
    return result if isinstance(result, NotEstimable) else vod.content(result, screen)
