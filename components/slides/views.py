"""The pages of each view, under its name. One line a view whose slide is its own; all others are drawn alike."""

from __future__ import annotations

from collections.abc import Callable

from components.slides import event, generic, reproduction, safety, subgroups, survival, transplant
from components.slides.page import Page, Shown

PAGES: dict[str, Callable[[Shown], list[Page]]] = {
    "survival": survival.pages,
    "subgroups": subgroups.pages,
    "safety": safety.pages,
    "event": event.pages,
    "transplant": transplant.pages,
    "reproduction": reproduction.pages,
}


def pages(shown: Shown) -> list[Page]:
    """What the view says, on one slide as a rule."""
    return PAGES.get(shown.view, generic.pages)(shown)
