"""The survival card for a link: on the overview and on its own page."""

from __future__ import annotations

from analysis.estimate import NotEstimable
from analysis.survival import SurvivalOptions
from callbacks.request import Request
from components import card, survival
from components.theme import Room, Screen


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The survival card for an opened link."""
    options = opened.options(SurvivalOptions)
    result = opened.result("survival")
    if isinstance(result, NotEstimable):
        return result
    room: Room = "card" if path == "/" else "page"
    return survival.content(result, options, room, screen, opened.everyone_behind("survival"))
