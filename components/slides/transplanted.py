"""The slides about the transplanted: four ways to compare them, relapse and death, VOD/SOS; and that of the liver."""

from __future__ import annotations

from analysis.after_transplant import CAUSES, AfterTransplantResult
from analysis.estimate import Estimate
from analysis.hepatic import HepaticResult
from analysis.laboratory import LaboratoryResult, within
from analysis.vod import VodResult
from components import after_transplant, hepatic, vod
from components.format import count, interval_of, moment, ratio, share, value_of
from components.slides import generic
from components.slides.drawing import SCALE
from components.slides.page import Page, Shown
from components.slides.paint import Box


def laboratory(shown: Shown) -> list[Page]:
    """The curves of the way chosen, with the hazard ratio of each beside them; nothing that is still to be guessed."""
    result: LaboratoryResult = shown.result
    hidden = shown.options.predict and not shown.options.answer
    said = [f"{value_of(result.naive.hazard_ratio, ratio)} naive"]
    if not hidden:
        said += [
            f"{value_of(result.landmark.hazard_ratio, ratio)} from a landmark at {moment(result.month)} months",
            f"{value_of(result.time_dependent.hazard_ratio, ratio)} with {within(result.event)} as time-dependent",
        ]
    label = result.endpoint.label.lower()
    title = f"{result.event} and {label}, {result.arm.short}: HR {', '.join(said)}"
    known = f"{result.event} is known only after the start: immortal-time bias. "
    return [generic.figure_page(shown, lambda room: shown.filled.figure, title, None, known + shown.filled.method)]


def after(shown: Shown) -> list[Page]:
    """A slide each for relapse and for death without it."""
    result: AfterTransplantResult = shown.result
    numbers = after_transplant.headline(result)
    each = len(numbers) // len(CAUSES)
    made = []
    for place, cause in enumerate(CAUSES):
        known = [(a, a.at_month[place]) for a in result.arms]
        said = " and ".join(
            f"{value_of(e, share)}% with {a.arm.short}" for a, e in known[:3] if isinstance(e, Estimate)
        )
        name = after_transplant.NAMES[cause]
        when = f"by {moment(result.month)} months after {_transplant(result)}"
        made.append(
            generic.figure_page(
                shown,
                lambda room, place=place: after_transplant.figure(result, place, "desktop"),  # type: ignore[misc]
                f"{name} {when} in {said}" if said else f"{name} {when} not estimable",
                [generic.number(figure) for figure in numbers[place * each : (place + 1) * each]],
            )
        )
    return made


def _transplant(result: AfterTransplantResult) -> str:
    return within(result.event) if result.event == "HSCT" else "transplant"


def vod_pages(shown: Shown) -> list[Page]:
    """The forest of the risk factors, over the whole slide."""
    result: VodResult = shown.result
    value = f"{value_of(result.share, share)}%" if isinstance(result.share, Estimate) else "NE"
    title = f"VOD/SOS in {count(result.events)} of {count(result.n)} transplanted with {result.arm.short}: {value}"
    interval = interval_of(result.share, share)
    title = f"{title} ({interval})" if interval else title
    known = [r for r in result.rows if r.together is not None and isinstance(r.together.ratio, Estimate)]
    if known:
        odds = known[0].together
        assert odds is not None  # noqa: S101
        title += f"; adjusted odds ratio {value_of(odds.ratio, ratio)} for {known[0].label.lower()}"
    return [generic.figure_page(shown, lambda room: vod.figure(result, _pixels(room), False), title, ())]


def liver(shown: Shown) -> list[Page]:
    """The forest of the differences, over the whole slide."""
    result: HepaticResult = shown.result
    said = []
    for group in ("Hepatotoxicity", "VOD/SOS"):
        row = next((row for row in result.rows if row.group == group), None)
        if row is None:
            continue
        shares = [
            f"{value_of(s, share)}% with {a.short}"
            for a, s in zip(result.arms[:3], row.shares, strict=False)
            if isinstance(s, Estimate)
        ]
        said.append(f"{group} in {' and '.join(shares)}")
    title = "; ".join(said) or generic.title_of(shown)
    return [generic.figure_page(shown, lambda room: hepatic.figure(result, _pixels(room), False), title, ())]


def _pixels(room: Box) -> int:
    return int(room.width / SCALE)
