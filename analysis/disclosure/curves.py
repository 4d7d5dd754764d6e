"""Curves of real patients in whole steps: a step of a Kaplan-Meier curve is otherwise one patient's day.

A step that is shown stands for the events of at least `floor` patients, a mark for as many who were censored: they are
gathered until there are enough. Survival is the full curve's at each step that is left. Numbers at risk count what was
told, so that no difference of two of them is a small count.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.estimate import Floats, Ints, NotEstimable
from analysis.estimators.kaplan_meier import AtRisk, Curve, Rate
from analysis.survival.analyse import difference_curve
from analysis.survival.result import Comparison, DifferenceCurve, GroupSurvival, SurvivalResult


def shown(result: SurvivalResult, floor: int) -> SurvivalResult | NotEstimable:
    """What may be drawn: the result in whole steps; a group with a small cell is none to compare."""
    if any(0 < k < floor for g in result.groups for k in (g.n, g.events, g.n - g.events)):
        return NotEstimable(f"A group has fewer than {floor} patients with, or without, an event: not shown.")
    whole = stepped(result, floor)
    complement = result.complement
    if isinstance(complement, SurvivalResult):
        complement = shown(complement, floor)
    return replace(whole, complement=complement)


def stepped(result: SurvivalResult, floor: int) -> SurvivalResult:
    """The result with curves, numbers at risk and the panel below in whole steps, and the sentence that says so."""
    groups = tuple(_group(g, result.milestone, floor) for g in result.groups)
    curves = {g.group.id: g.curve for g in groups}
    complement = result.complement
    return replace(
        result,
        groups=groups,
        comparisons=tuple(_comparison(one, curves) for one in result.comparisons),
        complement=stepped(complement, floor) if isinstance(complement, SurvivalResult) else complement,
        method=f"{result.method} Curves and numbers at risk move in steps of {floor} patients or more.",
    )


def in_steps(curve: Curve, floor: int) -> Curve:
    """The curve at 0, and at each time by which at least `floor` events or censorings have gathered.

    `events` and `censored` are those gathered since they were last told, 0 where they are too few to be told; then the
    curve stays where it was. `at_risk` are those not told of before. It ends where fewer than `floor` are at risk.
    """
    heights = np.column_stack((curve.survival, curve.low, curve.high, curve.standard_error))
    # at 0 nobody has had an event yet
    height = heights[0] if curve.events[0] == 0 else np.array([1.0, np.nan, np.nan, 0.0])
    steps, left, died, ceased = [(0.0, *height, curve.n, 0, 0)], curve.n, 0, 0
    for row in np.flatnonzero(curve.at_risk >= floor):
        died, ceased = died + int(curve.events[row]), ceased + int(curve.censored[row])
        events, censored = died if died >= floor else 0, ceased if ceased >= floor else 0
        if events + censored == 0 or 0 < left - events - censored < floor:
            continue
        height = heights[row] if events else height
        steps.append((float(curve.time[row]), *height, left, events, censored))
        left, died, ceased = left - events - censored, died - events, ceased - censored
    time, survival, low, high, error, *counts = (np.array(column) for column in zip(*steps, strict=True))
    at_risk, events_told, censored_told = counts
    return replace(
        curve, time=time, survival=survival, low=low, high=high, standard_error=error,
        at_risk=at_risk, events=events_told, censored=censored_told,
    )  # fmt: skip


def _group(g: GroupSurvival, milestone: float, floor: int) -> GroupSurvival:
    late = NotEstimable(f"Fewer than {floor} patients were still at risk.")
    if not isinstance(g.curve, Curve):
        return g
    curve = in_steps(g.curve, floor)
    table = _table(curve, g.at_risk, floor)
    if len(curve.time) == 1:
        return replace(g, curve=late, median=late, rate=late, at_risk=table)
    end = float(curve.time[-1])
    rate = g.rate
    if milestone > end:
        rate = late
    elif isinstance(rate, Rate):
        rate = replace(rate, at_risk=int(_left(curve, np.array([milestone]))[0]))
    median = late if not isinstance(g.median, NotEstimable) and g.median.value > end else g.median
    return replace(g, curve=curve, median=median, rate=rate, at_risk=table)


def _done(curve: Curve, times: Floats) -> tuple[Ints, Ints]:
    """Events and censorings in the steps before each time."""
    before = np.searchsorted(curve.time, times, side="left")
    events, censored = (np.concatenate(([0], np.cumsum(column))) for column in (curve.events, curve.censored))
    return events[before], censored[before]


def _left(curve: Curve, times: Floats) -> Ints:
    events, censored = _done(curve, times)
    left: Ints = curve.n - events - censored
    return left


def _table(curve: Curve, table: AtRisk, floor: int) -> AtRisk:
    """Numbers at risk from the whole steps before each tick; "<5" where fewer are left in truth."""
    events, censored = _done(curve, table.times)
    few = np.where(table.at_risk > 0, -floor, 0)
    at_risk = np.where(table.at_risk < floor, few, _left(curve, table.times))
    return AtRisk(table.times, at_risk, events, censored)


def _comparison(one: Comparison, curves: dict[str, Curve | NotEstimable]) -> Comparison:
    lower = one.lower
    if lower is None or isinstance(lower, NotEstimable):
        return one
    experimental, reference = curves[one.group.id], curves[one.reference.id]
    if not isinstance(lower, DifferenceCurve):
        lower = NotEstimable("The hazard ratio over time has a point for each patient: not shown, to protect them.")
    elif isinstance(experimental, Curve) and isinstance(reference, Curve):
        lower = difference_curve(experimental, reference, experimental.level)
    else:
        lower = NotEstimable("The difference of the curves is not shown: one has too few patients.")
    return replace(one, lower=lower)
