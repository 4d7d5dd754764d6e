"""The slide of the path of patients: the flow, or the states over time, laid out for the room that a slide has."""

from __future__ import annotations

from dataclasses import replace

from analysis.estimate import Estimate
from analysis.transplant import TransplantResult
from components import occupation, ribbons
from components.format import share, value_of
from components.slides import generic
from components.slides.page import Page, Shown
from components.transplant import _not_final


def pages(shown: Shown) -> list[Page]:
    """The figure of a slide in place of that of the card."""
    result: TransplantResult = shown.result
    over_time = shown.options.path == "time" and bool(result.states)
    figure = occupation.figure(result, "slide", "desktop") if over_time else ribbons.figure(result, "slide", "desktop")
    shown = replace(shown, filled=replace(shown.filled, figure=figure))
    made = generic.pages(shown)
    said = title(result, over_time)
    return [replace(page, title=f"{shown.title}: {said}" if said else page.title) for page in made]


def title(result: TransplantResult, over_time: bool) -> str:
    """The share that got furthest in each arm, or that is not yet in the final state at the month."""
    reached = [s for s in result.shares if s.reached]
    whole = [s for s in reached if s.any_of]
    last = next((s for s in whole if s.step == reached[-1].step), reached[-1]) if reached else None
    if last is None or over_time:
        alive = [(a, o.not_final) for a, o in zip(result.arms, result.over_time, strict=False) if o is not None]
        found = [(a, value) for a, value in alive if isinstance(value, Estimate)]
        what = f"{_not_final(result.states[-1]).lower()} at {result.month} months" if result.states else ""
    else:
        pairs = zip(result.arms, last.shares, strict=True)
        found = [(a, value) for a, value in pairs if isinstance(value, Estimate)]
        what = last.label.lower() if last.label[1:].islower() else last.label
    said = " and ".join(f"{value_of(value, share)}% with {a.arm.short}" for a, value in found[:3])
    return f"{what} in {said}" if said and what else ""
