"""The subgroups card for a link: on the overview and on its own page."""

from __future__ import annotations

from analysis.estimate import NotEstimable
from callbacks.request import Request
from components import card, subgroups
from components.theme import Screen


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The subgroups card for an opened link."""
    result = opened.result("subgroups")
    if isinstance(result, NotEstimable):
        return result
    return subgroups.content(result, "card" if path == "/" else "page", screen)
