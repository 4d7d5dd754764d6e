"""The pages of each view, under its name. One line a view whose slide is its own; all others are drawn alike."""

from __future__ import annotations

from collections.abc import Callable

from components.slides import (
    event,
    generic,
    patients,
    predictors,
    profile,
    reproduction,
    response,
    safety,
    subgroups,
    survival,
    transplant,
    transplanted,
)
from components.slides.page import Page, Shown

PAGES: dict[str, Callable[[Shown], list[Page]]] = {
    "survival": survival.pages,
    "subgroups": subgroups.pages,
    "safety": safety.pages,
    "event": event.pages,
    "transplant": transplant.pages,
    "response": response.pages,
    "attrition": response.attrition,
    "response_forest": subgroups.pages,
    "profile": profile.pages,
    "baseline": patients.baseline,
    "deaths": patients.deaths,
    "therapies": patients.therapies,
    "exposure": patients.exposure,
    "laboratory": transplanted.laboratory,
    "after_transplant": transplanted.after,
    "vod": transplanted.vod_pages,
    "hepatic": transplanted.liver,
    "predictors": predictors.models,
    "survivors": patients.survivors,
    "reproduction": reproduction.pages,
}


def pages(shown: Shown) -> list[Page]:
    """What the view says, on one slide as a rule."""
    return PAGES.get(shown.view, generic.pages)(shown)
