"""What the slide says: its title, the effect and the medians, and which figure it has."""

from __future__ import annotations

from analysis.estimate import Estimate, NotEstimable, Test
from analysis.survival import Comparison, SurvivalResult
from components.format import (
    UNIT_SHORT,
    UNIT_TITLE,
    duration,
    interval_of,
    moment,
    p_value,
    percent,
    ratio,
    share,
    value_of,
)
from components.slides import generic
from components.slides.page import Number, Page, Shown
from components.slides.survival.curves import draw
from components.theme import arm_ink

#: Under this many patients in a group an estimate is printed in grey.
FEW = 10


def pages(shown: Shown) -> list[Page]:
    """The curves; where a panel or areas are asked for, all of the figure as shapes."""
    result: SurvivalResult = shown.result
    options = shown.options
    if options.lower != "none" or options.area or result.complement is not None:
        made = generic.page(
            shown,
            lambda canvas, box: generic.draw_figure(canvas, box, shown.filled.figure, []),
            _numbers(result),
            title(result),
        )
    else:
        made = generic.page(shown, lambda canvas, box: draw(canvas, box, shown), _numbers(result), title(result))
    return [made]


def title(result: SurvivalResult) -> str:
    """What was found, as a sentence with its quantities: the effect, and the rates at the milestone."""
    label = result.endpoint.label
    rates = [(g, g.rate) for g in result.groups if isinstance(g.rate, Estimate)]
    free = "alive" if result.endpoint.event.lower() == "death" else f"free of {result.endpoint.event}"
    said = " and ".join(f"{share(rate.value)}%" for _, rate in rates)
    unit = UNIT_TITLE[result.unit].lower()
    at = f"{said} {free} at {moment(result.milestone)} {unit}" if 0 < len(rates) <= 3 else ""
    known = [c for c in result.comparisons if isinstance(c.hazard_ratio, Estimate)]
    if len(known) == 1:
        c = known[0]
        effect = f"HR {value_of(c.hazard_ratio, ratio)} for {c.group.label} against {c.reference.label}"
    elif known:
        effects = ", ".join(f"{value_of(c.hazard_ratio, ratio)} for {c.group.short}" for c in known)
        effect = f"HR {effects} against {known[0].reference.short}"
    elif result.comparisons:
        effect = "hazard ratio not estimable"
    else:
        medians = [f"median {value_of(g.median, duration(result.unit))} {unit}" for g in result.groups[:1]]
        effect = "".join(medians)
    return f"{label}: {effect}" + (f", with {at}" if at else "")


def _numbers(result: SurvivalResult) -> list[Number]:
    """The effect and the medians, as the slide prints them."""
    several = len(result.comparisons) > 1
    numbers = [_ratio(c, result, several) for c in result.comparisons]
    show, unit = duration(result.unit), UNIT_SHORT[result.unit]
    for g in result.groups:
        known = isinstance(g.median, Estimate)
        interval = interval_of(g.median, show)
        numbers.append(
            Number(
                f"{value_of(g.median, show)} {unit}" if known else value_of(g.median, show),
                (f"Median, {g.group.short}", f"{percent(result.endpoint.level)} CI {interval}" if interval else ""),
                arm_ink(g.group.position),
                faint=g.n < FEW,
            )
        )
    return numbers


def _ratio(c: Comparison, result: SurvivalResult, several: bool) -> Number:
    level = percent(result.endpoint.hazard_ratio_level)
    interval = interval_of(c.hazard_ratio, ratio)
    who = f", {c.group.short}" if several else ""
    sides = "" if isinstance(c.log_rank, NotEstimable) else {1: "one-sided ", 2: "two-sided "}[c.log_rank.sided]
    test = f"{'stratified, ' if c.stratified else ''}{sides}{p_value(c.log_rank, result.withheld)}"
    doubt = isinstance(c.proportional, Test) and c.proportional.p_value < 0.05
    first = f"Hazard ratio{who}, {level} CI {interval}" if interval else f"Hazard ratio{who}"
    return Number(
        value_of(c.hazard_ratio, ratio), (first, test, "hazards not proportional" if doubt else ""), faint=False
    )
