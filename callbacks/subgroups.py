"""Wires the subgroups card: on the overview and on its own page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from callbacks.answer import answer, outputs
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, subgroups
from components.theme import Screen


def register(app: Dash, workspace: Workspace) -> None:
    """Wire the card to the state and to the width of the screen."""

    @app.callback(outputs("subgroups"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(workspace, "subgroups", state, lambda opened: update(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The subgroups card for an opened link."""
    result = opened.result("subgroups")
    if isinstance(result, NotEstimable):
        return result
    return subgroups.content(result, "card" if path == "/" else "page", screen)
