"""Wires the cards of the response page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from callbacks.answer import answer, outputs
from callbacks.patients import survival_link
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import attrition, card, ids, response, response_forest
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the cards to the state and to the width of the screen."""

    @app.callback(outputs("response"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "response", state, lambda opened: update(opened, state["path"], screen))

    @app.callback(outputs("attrition"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow_attrition(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "attrition", state, lambda opened: update_attrition(opened, state["path"], screen))

    @app.callback(outputs("response_forest"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow_forest(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "response_forest", state, lambda opened: update_forest(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The response card for an opened link."""
    result = opened.result("response")
    if isinstance(result, NotEstimable):
        return result
    how = opened.trial.design.assessments
    return response.content(result, screen, survival_link(opened, how.duration if how else ""))


def update_attrition(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The attrition card for an opened link."""
    result = opened.result("attrition")
    return result if isinstance(result, NotEstimable) else attrition.content(result, screen)


def update_forest(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The forest of the response for an opened link."""
    result = opened.result("response_forest")
    return result if isinstance(result, NotEstimable) else response_forest.content(result, screen)
