"""Wires the card of relapse and death after transplant, on the transplant page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from callbacks.answer import answer, outputs
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import after_transplant, card, ids
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card to the state and to the width of the screen."""

    @app.callback(outputs("after_transplant"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "after_transplant", state, lambda opened: update(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The card for an opened link."""
    result = opened.result("after_transplant")
    return result if isinstance(result, NotEstimable) else after_transplant.content(result, screen)
