"""Wires the survival card: on the overview and on its own page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from analysis.survival import SurvivalOptions
from callbacks.answer import answer, outputs
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, survival
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card to the state and to the width of the screen."""

    @app.callback(outputs("survival"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "survival", state, lambda opened: update(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The survival card for an opened link."""
    options = opened.options(SurvivalOptions)
    result = opened.result("survival")
    if isinstance(result, NotEstimable):
        return result
    everyone = opened.result_of_everyone("survival") if result.exploratory else None
    return survival.content(result, options, "card" if path == "/" else "page", screen, everyone)
