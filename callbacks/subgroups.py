"""Wires the subgroups card: on the overview and on its own page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from analysis.subgroups import SubgroupsOptions, analyse
from callbacks.answer import answer, outputs
from callbacks.request import Request
from components import card, ids, subgroups
from components.theme import Screen
from data.catalog import Catalog


def register(app: Dash, catalog: Catalog) -> None:
    """Wire the card to the state and to the width of the screen."""

    @app.callback(outputs("subgroups"), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        return answer(catalog, "subgroups", state, lambda opened: update(opened, state["path"], screen))


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The subgroups card for an opened link."""
    result = analyse(opened.trial, opened.selection, opened.options(SubgroupsOptions))
    if isinstance(result, NotEstimable):
        return result
    return subgroups.content(result, "card" if path == "/" else "page", screen)
