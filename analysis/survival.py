"""The survival view in numbers: curves, counts at risk, medians, milestone rates and the comparison of arms."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.estimate import Estimate, NotEstimable, Test
from analysis.estimators.cox import hazard_ratio
from analysis.estimators.kaplan_meier import (
    AtRisk,
    Curve,
    Interval,
    at,
    at_risk_table,
    follow_up,
    kaplan_meier,
    median,
    rate_difference,
)
from analysis.estimators.logrank import logrank
from analysis.selection import Selection, in_words, selected_endpoint
from data.contract import DAYS_PER_UNIT, Arm, Endpoint, Trial, Unit

#: Steps that read well on a time axis, by unit; the first that gives at most `MOST_TICKS` intervals is used.
STEPS: dict[Unit, tuple[float, ...]] = {
    "days": (1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 90, 100, 180, 200, 365, 500, 730, 1000),
    "weeks": (1, 2, 4, 5, 8, 10, 13, 20, 26, 52, 104),
    "months": (0.5, 1, 2, 3, 6, 12, 24, 36, 60),
    "years": (0.25, 0.5, 1, 2, 5, 10),
}
MOST_TICKS = 9


@options(config=ConfigDict(extra="forbid"), frozen=True)
class SurvivalOptions:
    """What a link may say of the survival view.

    `milestone` is in the unit shown, None asks for the default; the unit "trial" is the one the trial itself uses.
    """

    unit: Literal["trial"] | Unit = "trial"
    milestone: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = None
    interval: Interval = "log-log"
    scale: Literal["survival", "incidence"] = "survival"
    rows: Literal["risk", "all", "none"] = "risk"
    band: bool = True
    censored: bool = True
    medians: bool = True


@dataclass(frozen=True, eq=False)
class ArmSurvival:
    """One arm: its curve (or the sentence why there is none) and the numbers printed for it, in the unit shown.

    `position` is the arm's place in the trial, which gives it its colour everywhere.
    """

    arm: Arm
    position: int
    n: int
    events: int
    curve: Curve | NotEstimable
    median: Estimate | NotEstimable
    rate: Estimate | NotEstimable
    follow_up: Estimate | NotEstimable
    at_risk: AtRisk


@dataclass(frozen=True)
class Comparison:
    """One arm against the reference. `stratified` says whether the hazard ratio and log-rank use the strata."""

    arm: Arm
    reference: Arm
    hazard_ratio: Estimate | NotEstimable
    log_rank: Test | NotEstimable
    rate_difference: Estimate | NotEstimable
    stratified: bool


@dataclass(frozen=True, eq=False)
class SurvivalResult:
    """Everything the survival view shows for one selection; times in `unit`."""

    trial: str
    endpoint: Endpoint
    unit: Unit
    arms: tuple[ArmSurvival, ...]
    comparisons: tuple[Comparison, ...]
    unstratified: tuple[Comparison, ...]
    overall: Test | NotEstimable
    ticks: npt.NDArray[np.float64]
    milestone: float
    n: int
    of: int
    words: str
    method: str


def missing(trial: Trial) -> str | None:
    """What the trial lacks for survival curves, as a sentence; None when it has them."""
    return None if trial.design.endpoints else "Survival curves need a table of times to events (ADTTE)."


def analyse(trial: Trial, selection: Selection, options: SurvivalOptions) -> SurvivalResult | NotEstimable:
    """Curves and comparisons of the selected endpoint by arm, in the cohort of `selection`."""
    endpoint = selected_endpoint(selection, trial.design)
    if endpoint is None:
        return NotEstimable(missing(trial) or "")
    members = cohort(trial, selection)
    if members.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    unit = endpoint.unit if options.unit == "trial" else options.unit
    scale = DAYS_PER_UNIT[endpoint.recorded] / DAYS_PER_UNIT[unit]
    recorded = trial.times[endpoint.id]
    time, event = recorded.time[members.rows] * scale, recorded.event[members.rows]
    known = ~np.isnan(time)
    if not known.any():
        return NotEstimable(f"No patient of this cohort has a time for {endpoint.label}.")
    time, event, arm = time[known], event[known], members.arm[known]
    strata = trial.strata[members.rows][known]

    ticks = axis_ticks(float(np.nanmax(recorded.time)) * scale, unit, endpoint.tick if unit == endpoint.unit else None)
    milestone = options.milestone or _default_milestone(endpoint, unit, time, arm, ticks)
    arms = tuple(
        _arm_survival(chosen, i, time[arm == i], event[arm == i], endpoint, options.interval, milestone, ticks)
        for i, chosen in enumerate(trial.design.arms)
        if chosen.id in selection.arms
    )
    stratified = bool(trial.design.strata) and endpoint.stratified and not members.exploratory
    codes = {a.id: i for i, a in enumerate(trial.design.arms)}
    shown = [a for a in arms if a.n]
    reference = next((a for a in shown if a.arm.reference), shown[-1])
    pairs = [(a, reference) for a in shown if a is not reference]

    def compare(use_strata: bool) -> tuple[Comparison, ...]:
        return tuple(
            _compare(one, other, codes, time, event, arm, strata if use_strata else None, endpoint, milestone)
            for one, other in pairs
        )

    plain = compare(False)
    return SurvivalResult(
        trial=trial.id,
        endpoint=endpoint,
        unit=unit,
        arms=arms,
        comparisons=compare(True) if stratified else plain,
        unstratified=plain,
        overall=_overall(time, event, arm, strata if stratified else None),
        ticks=ticks,
        milestone=milestone,
        n=len(time),
        of=members.of,
        words=in_words(selection, trial),
        method=_method(trial, endpoint, options.interval, stratified),
    )


def axis_ticks(longest: float, unit: Unit, step: float | None) -> npt.NDArray[np.float64]:
    """Tick times from 0 to the first tick at or after `longest`, `step` apart or by the first step that reads well."""
    if step is None:
        steps = STEPS[unit]
        step = next(
            (s for s in steps if longest / s <= MOST_TICKS), steps[-1] * np.ceil(longest / steps[-1] / MOST_TICKS)
        )
    return np.arange(np.ceil(longest / step) + 1) * float(step)


def _default_milestone(
    endpoint: Endpoint,
    unit: Unit,
    time: npt.NDArray[np.float64],
    arm: npt.NDArray[np.int64],
    ticks: npt.NDArray[np.float64],
) -> float:
    """The endpoint's own milestone, else the tick nearest to half of the shorter arm's longest follow-up."""
    if endpoint.milestone is not None:
        return endpoint.milestone * DAYS_PER_UNIT[endpoint.unit] / DAYS_PER_UNIT[unit]
    half = min(float(time[arm == code].max()) for code in np.unique(arm)) / 2
    later = ticks[1:]
    return float(later[np.abs(later - half).argmin()])


def _arm_survival(
    arm: Arm,
    position: int,
    time: npt.NDArray[np.float64],
    event: npt.NDArray[np.bool_],
    endpoint: Endpoint,
    interval: Interval,
    milestone: float,
    ticks: npt.NDArray[np.float64],
) -> ArmSurvival:
    curve = kaplan_meier(time, event, endpoint.level, interval)
    return ArmSurvival(
        arm=arm,
        position=position,
        n=len(time),
        events=int(event.sum()),
        curve=curve,
        median=curve if isinstance(curve, NotEstimable) else median(curve),
        rate=curve if isinstance(curve, NotEstimable) else at(curve, milestone),
        follow_up=follow_up(time, event, endpoint.level),
        at_risk=at_risk_table(time, event, ticks),
    )


def _compare(
    one: ArmSurvival,
    other: ArmSurvival,
    codes: dict[str, int],
    time: npt.NDArray[np.float64],
    event: npt.NDArray[np.bool_],
    arm: npt.NDArray[np.int64],
    strata: npt.NDArray[np.int64] | None,
    endpoint: Endpoint,
    milestone: float,
) -> Comparison:
    """`one` against `other`; a patient without a stratum is left out of the stratified numbers, as in R."""
    pair = np.isin(arm, (codes[one.arm.id], codes[other.arm.id]))
    if strata is not None:
        pair &= strata >= 0
    group = (arm[pair] == codes[one.arm.id]).astype(np.int64)
    blocks = None if strata is None else strata[pair]
    return Comparison(
        arm=one.arm,
        reference=other.arm,
        hazard_ratio=hazard_ratio(time[pair], event[pair], group, strata=blocks, level=endpoint.hazard_ratio_level),
        log_rank=logrank(time[pair], event[pair], group, strata=blocks, sided=endpoint.sided),
        rate_difference=rate_difference(one.curve, other.curve, milestone, endpoint.level)
        if isinstance(one.curve, Curve) and isinstance(other.curve, Curve)
        else NotEstimable("One of the arms has no curve."),
        stratified=strata is not None,
    )


def _overall(
    time: npt.NDArray[np.float64],
    event: npt.NDArray[np.bool_],
    arm: npt.NDArray[np.int64],
    strata: npt.NDArray[np.int64] | None,
) -> Test | NotEstimable:
    """The log-rank test of any difference between the arms shown."""
    known = np.ones(len(time), dtype=bool) if strata is None else strata >= 0
    codes = np.unique(arm[known], return_inverse=True)[1]
    return logrank(time[known], event[known], codes, strata=None if strata is None else strata[known])


def _method(trial: Trial, endpoint: Endpoint, interval: Interval, stratified: bool) -> str:
    labels = {factor.variable: factor.label for factor in trial.design.factors}
    strata = ", ".join(labels.get(variable, variable) for variable in trial.design.strata)
    cox = f"stratified by {strata}" if stratified else "unstratified"
    sides = "one-sided" if endpoint.sided == 1 else "two-sided"
    return (
        f"Kaplan–Meier with {interval} {100 * endpoint.level:g}% intervals; "
        f"Cox model (Efron ties) and {sides} log-rank test, {cox}."
    )


def tidy(result: SurvivalResult) -> list[dict[str, Any]]:
    """The result as rows of one table: a `quantity`, the arm, a time where there is one, and its numbers."""
    rows: list[dict[str, Any]] = []
    for a in result.arms:
        base = {"arm": a.arm.label, "n": a.n, "events": a.events}
        rows.append({"quantity": "median", **base, **_numbers(a.median)})
        rows.append({"quantity": "follow_up_median", **base, **_numbers(a.follow_up)})
        rows.append({"quantity": "rate", **base, "time": result.milestone, **_numbers(a.rate)})
        rows.extend(
            {"quantity": "at_risk", "arm": a.arm.label, "time": t, "at_risk": r, "events": e, "censored": c}
            for t, r, e, c in zip(
                result.ticks.tolist(),
                a.at_risk.at_risk.tolist(),
                a.at_risk.events.tolist(),
                a.at_risk.censored.tolist(),
                strict=True,
            )
        )
        if isinstance(a.curve, Curve):
            rows.extend(_curve_rows(a.arm.label, a.curve))
    for kind, comparisons in (("", result.comparisons), ("_unstratified", result.unstratified)):
        if kind and result.comparisons == comparisons:
            continue
        for c in comparisons:
            pair = {"arm": c.arm.label, "reference": c.reference.label}
            rows.append({"quantity": f"hazard_ratio{kind}", **pair, **_numbers(c.hazard_ratio)})
            rows.append({"quantity": f"log_rank{kind}", **pair, **_numbers(c.log_rank)})
            if not kind:
                rows.append(
                    {"quantity": "rate_difference", **pair, "time": result.milestone, **_numbers(c.rate_difference)}
                )
    return rows


def _curve_rows(label: str, curve: Curve) -> list[dict[str, Any]]:
    columns = zip(
        curve.time.tolist(),
        curve.survival.tolist(),
        curve.low.tolist(),
        curve.high.tolist(),
        curve.at_risk.tolist(),
        curve.events.tolist(),
        curve.censored.tolist(),
        strict=True,
    )
    names = ("time", "estimate", "low", "high", "at_risk", "events", "censored")
    return [{"quantity": "curve", "arm": label, **dict(zip(names, row, strict=True))} for row in columns]


def _numbers(value: Estimate | Test | NotEstimable) -> dict[str, Any]:
    fields = asdict(value)
    if isinstance(value, NotEstimable):
        fields["note"] = fields.pop("reason")
    if isinstance(value, Estimate):
        fields["estimate"] = fields.pop("value")
    return fields
