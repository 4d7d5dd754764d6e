"""What an exported picture or a report shows of each view: its content laid out for a screen of a desk.

A view that has no line here is exported as it stands on the screen, and is left out of the report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.estimate import NotEstimable
from analysis.survival import SurvivalOptions
from callbacks import safety, subgroups, survival, transplant
from callbacks.request import Request
from components import card
from components.theme import Screen

Update = Callable[[Request, str, Screen], card.Filled | NotEstimable]

#: View -> what its callback shows.
UPDATES: dict[str, Update] = {
    "survival": survival.update,
    "subgroups": subgroups.update,
    "safety": safety.update,
    "event": safety.update_event,
    "transplant": transplant.update,
}
CARD = "/"


def picture(opened: Request, view: str) -> card.Filled | NotEstimable | None:
    """The view as a slide has room for it: that of the card, with the panel below where one is asked for."""
    if view not in UPDATES:
        return None
    lower = view == "survival" and opened.options(SurvivalOptions).lower != "none"
    return UPDATES[view](opened, f"/{view}" if lower else CARD, "desktop")


def whole(opened: Request, view: str) -> card.Filled | NotEstimable:
    """The view as its page has it, tables and all."""
    return UPDATES[view](opened, f"/{view}", "desktop")


def title(view: str, result: Any) -> str:
    """What the picture is of, where that is more than the title of the card: the endpoint, the outcome, the event."""
    if view == "survival":
        return str(result.endpoint.label)
    if view == "subgroups":
        return f"Subgroups: {result.outcome}"
    return str(result.label) if view == "event" else ""
