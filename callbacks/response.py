"""Wires the cards of the response page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from callbacks.answer import answer, outputs
from callbacks.patients import survival_link
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, response
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the cards to the state and to the width of the screen."""

    @app.callback(outputs("response"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "response", state, lambda opened: update(opened, screen))


def update(opened: Request, screen: Screen) -> card.Filled | NotEstimable:
    """The response card for an opened link."""
    result = opened.result("response")
    if isinstance(result, NotEstimable):
        return result
    how = opened.trial.design.assessments
    return response.content(result, screen, survival_link(opened, how.duration if how else ""))
