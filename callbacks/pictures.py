"""What an exported picture or a report shows of each view: its content laid out for a screen of a desk."""

from __future__ import annotations

from typing import Any

from analysis.estimate import NotEstimable
from analysis.survival import SurvivalOptions
from callbacks.cards import CARDS
from callbacks.request import Request
from components import card

CARD = "/"


def picture(opened: Request, view: str) -> card.Filled | NotEstimable:
    """The view as a slide has room for it: that of the card, with the panel below where one is asked for."""
    lower = view == "survival" and opened.options(SurvivalOptions).lower != "none"
    return CARDS[view].update(opened, CARDS[view].path if lower else CARD, "desktop")


def whole(opened: Request, view: str) -> card.Filled | NotEstimable:
    """The view as its page has it, tables and all."""
    return CARDS[view].update(opened, CARDS[view].path, "desktop")


def title(view: str, result: Any) -> str:
    """What the picture is of, where that is more than the title of the card: the endpoint, the outcome, the event."""
    if view == "survival":
        return str(result.endpoint.label)
    if view == "subgroups":
        return f"Subgroups: {result.outcome}"
    return str(result.label) if view == "event" else ""
