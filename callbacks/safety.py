"""Wires the safety card: on the overview and on its own page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from analysis.safety import SafetyOptions, analyse
from callbacks.answer import answer, outputs
from callbacks.request import Request
from components import card, ids, safety
from components.theme import Screen
from data.catalog import Catalog


def register(app: Dash, catalog: Catalog) -> None:
    """Wire the card to the state and to the width of the screen."""

    @app.callback(outputs("safety"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(catalog, "safety", state, lambda opened: update(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The safety card for an opened link."""
    options = opened.options(SafetyOptions)
    result = analyse(opened.trial, opened.selection, options)
    if isinstance(result, NotEstimable):
        return result
    return safety.content(result, options, "card" if path == "/" else "page", screen)
