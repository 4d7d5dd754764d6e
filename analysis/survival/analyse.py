"""From a trial and a selection to a `SurvivalResult`: who is in which group, then one estimator after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.cohort import Cohort, cohort, complement
from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test
from analysis.estimators import normal, ph, rmst
from analysis.estimators.cox import hazard_ratio
from analysis.estimators.interaction import interaction
from analysis.estimators.kaplan_meier import Curve, at, at_risk_table, follow_up, kaplan_meier, median, rate_difference
from analysis.estimators.logrank import logrank
from analysis.estimators.risk_sets import order
from analysis.groups import factor_group
from analysis.selection import Selection, in_words, selected_endpoint
from analysis.survival.result import (
    BY_ARM,
    Comparison,
    CurveGroup,
    DifferenceCurve,
    GroupSurvival,
    SurvivalOptions,
    SurvivalResult,
)
from data.contract import DAYS_PER_UNIT, Endpoint, Trial, Unit

#: Steps that read well on a time axis, by unit; the first that gives at most `MOST_TICKS` intervals is used.
STEPS: dict[Unit, tuple[float, ...]] = {
    "days": (1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 90, 100, 180, 200, 365, 500, 730, 1000),
    "weeks": (1, 2, 4, 5, 8, 10, 13, 20, 26, 52, 104),
    "months": (0.5, 1, 2, 3, 6, 12, 24, 36, 60),
    "years": (0.25, 0.5, 1, 2, 5, 10),
}
MOST_TICKS = 9


@dataclass(frozen=True, eq=False)
class _Sample:
    """The patients with a time for the endpoint, in the unit shown: one row each, `group` -1 outside every group."""

    time: Floats
    event: Bools
    group: Ints
    strata: Ints | None

    def take(self, rows: Bools) -> _Sample:
        strata = None if self.strata is None else self.strata[rows]
        return _Sample(self.time[rows], self.event[rows], self.group[rows], strata)


@dataclass(frozen=True)
class _Setting:
    """What every estimate of one view shares."""

    endpoint: Endpoint
    options: SurvivalOptions
    milestone: float
    tau: float
    ticks: Floats


def missing(trial: Trial) -> str | None:
    """What the trial lacks for survival curves, as a sentence; None when it has them."""
    return None if trial.design.endpoints else "Survival curves need a table of times to events (ADTTE)."


def ignored(trial: Trial, options: SurvivalOptions) -> str | None:
    """What of `options` this trial does not know, as a sentence; None when it knows everything."""
    if options.by == BY_ARM or factor_group(trial, options.by) is not None:
        return None
    return f"This trial has no factor “{options.by}”; the curves are by arm."


def behind(options: SurvivalOptions) -> SurvivalOptions:
    """The options of everybody's curves behind those of a cohort, of which nothing but the curves is drawn."""
    return SurvivalOptions(options.unit, options.by, interval=options.interval, stratified=options.stratified)


def analyse(trial: Trial, selection: Selection, options: SurvivalOptions) -> SurvivalResult | NotEstimable:
    """Curves and comparisons of the selected endpoint, by arm or by a factor, in the cohort of `selection`."""
    endpoint = selected_endpoint(selection, trial.design)
    if endpoint is None:
        return NotEstimable(missing(trial) or "")
    if ignored(trial, options):
        options = replace(options, by=BY_ARM)
    members = cohort(trial, selection)
    result = _describe(trial, selection, options, endpoint, members, in_words(selection, trial))
    if not options.complement or not members.exploratory or isinstance(result, NotEstimable):
        return result
    others = complement(trial, selection)
    beside = replace(options, milestone=result.milestone, tau=result.tau)
    words = f"Everyone else in the population ({others.n} of {others.of})"
    return replace(
        result,
        complement=_describe(trial, selection, beside, endpoint, others, words),
        interaction=_cohort_by_arm(trial, selection, endpoint, members, others) if options.by == BY_ARM else None,
    )


def _describe(
    trial: Trial, selection: Selection, options: SurvivalOptions, endpoint: Endpoint, members: Cohort, words: str
) -> SurvivalResult | NotEstimable:
    if members.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    unit = endpoint.unit if options.unit == "trial" else options.unit
    groups, codes = _groups(trial, selection, options.by, members.arm, members.rows)
    stratify = options.stratified and options.by == BY_ARM and endpoint.stratified and not members.exploratory
    stratified = stratify and bool(trial.design.strata)
    everyone = _sample(trial, endpoint, unit, members.rows, codes, stratified)
    if not len(everyone.time):
        return NotEstimable(f"No patient of this cohort has a time for {endpoint.label}.")

    recorded = trial.times[endpoint.id].time
    scale = DAYS_PER_UNIT[endpoint.recorded] / DAYS_PER_UNIT[unit]
    ticks = axis_ticks(float(np.nanmax(recorded)) * scale, unit, endpoint.tick if unit == endpoint.unit else None)
    own = DAYS_PER_UNIT[endpoint.unit] / DAYS_PER_UNIT[unit]  # the trial's own times are in the trial's own unit
    longest = [float(everyone.time[everyone.group == i].max(initial=0)) for i in np.unique(everyone.group)]
    usual_tau = _horizon(everyone, (endpoint.tau or 0) * own, min(longest))
    setting = _Setting(
        endpoint=endpoint,
        options=options,
        milestone=options.milestone or (endpoint.milestone or 0) * own or middle_tick(ticks, min(longest)),
        tau=options.tau or usual_tau,
        ticks=ticks,
    )
    shown = [_estimate(g, everyone.take(everyone.group == g.position), setting) for g in groups]
    present = [g for g in shown if g.n]
    reference = _reference(trial, options.by, present)
    return SurvivalResult(
        trial=trial.id,
        endpoint=endpoint,
        unit=unit,
        by=options.by,
        groups=tuple(shown),
        comparisons=tuple(_compare(g, reference, everyone, setting) for g in present if g is not reference),
        overall=_overall(everyone),
        ticks=ticks,
        milestone=setting.milestone,
        tau=setting.tau,
        usual_tau=usual_tau,
        followed=min(longest),
        n=members.n,
        of=members.of,
        withheld=members.withheld,
        words=words,
        method=_method(trial, setting, stratified, compared=len(present) > 1),
    )


def _groups(trial: Trial, selection: Selection, by: str, arm: Ints, rows: Ints) -> tuple[list[CurveGroup], Ints]:
    """The groups that get a curve, and the position of each patient's among them (-1 in none)."""
    factor = None if by == BY_ARM else factor_group(trial, by)
    if factor is None:
        arms = enumerate(trial.design.arms)
        return [CurveGroup(a.id, a.label, a.short, i) for i, a in arms if a.id in selection.arms], arm
    codes = np.full(len(rows), -1, dtype=np.int64)
    for i, value in enumerate(factor.levels):
        codes[factor.members(value)[rows]] = i
    labels = enumerate(factor.levels.items())
    return [CurveGroup(value, f"{factor.label}: {label}", label, i) for i, (value, label) in labels], codes


def _sample(trial: Trial, endpoint: Endpoint, unit: Unit, rows: Ints, codes: Ints, stratified: bool) -> _Sample:
    recorded, scale = trial.times[endpoint.id], DAYS_PER_UNIT[endpoint.recorded] / DAYS_PER_UNIT[unit]
    strata = trial.strata[rows] if stratified else None
    sample = _Sample(recorded.time[rows] * scale, recorded.event[rows], codes, strata)
    return sample.take(~np.isnan(sample.time) & (codes >= 0))


def axis_ticks(longest: float, unit: Unit, step: float | None) -> Floats:
    """Tick times from 0 to the first tick at or after `longest`, `step` apart or by the first step that reads well."""
    if step is None:
        steps = STEPS[unit]
        coarsest = steps[-1] * float(np.ceil(longest / steps[-1] / MOST_TICKS))
        step = next((s for s in steps if longest / s <= MOST_TICKS), coarsest)
    return np.arange(np.ceil(longest / step) + 1) * float(step)


def _horizon(sample: _Sample, wanted: float, shortest: float) -> float:
    """The horizon that the trial wants where every curve reaches it or has ended at 0 before, else `shortest`."""
    for i in np.unique(sample.group):
        mine = sample.group == i
        last = sample.time[mine] == sample.time[mine].max()
        if sample.time[mine].max() < wanted and not sample.event[mine][last].all():
            return shortest
    return wanted or shortest


def middle_tick(ticks: Floats, longest: float) -> float:
    """The tick nearest to half of the shortest group's follow-up: a milestone that every curve reaches."""
    later = ticks[1:]
    return float(later[np.abs(later - longest / 2).argmin()])


def _estimate(group: CurveGroup, sample: _Sample, setting: _Setting) -> GroupSurvival:
    endpoint, time, event = setting.endpoint, sample.time, sample.event
    curve = kaplan_meier(time, event, endpoint.level, setting.options.interval)
    numbers: tuple[Estimate | NotEstimable, ...] = (
        (curve, curve, curve)
        if isinstance(curve, NotEstimable)
        else (
            median(curve),
            at(curve, setting.milestone),
            rmst.rmst(curve, setting.tau, endpoint.level),
        )
    )
    return GroupSurvival(
        group=group,
        n=len(time),
        events=int(event.sum()),
        curve=curve,
        median=numbers[0],
        rate=numbers[1],
        restricted_mean=numbers[2],
        follow_up=follow_up(time, event, endpoint.level),
        at_risk=at_risk_table(time, event, setting.ticks),
    )


def _reference(trial: Trial, by: str, present: Sequence[GroupSurvival]) -> GroupSurvival:
    """The trial's reference arm, else the last arm shown; the first level of a factor."""
    if by != BY_ARM:
        return present[0]
    declared = {arm.id for arm in trial.design.arms if arm.reference}
    return next((g for g in present if g.group.id in declared), present[-1])


def _compare(one: GroupSurvival, other: GroupSurvival, everyone: _Sample, setting: _Setting) -> Comparison:
    """`one` against `other`; a patient without a stratum is left out of the stratified numbers, as in R."""
    codes = (one.group.position, other.group.position)
    pair = np.isin(everyone.group, codes)
    if everyone.strata is not None:
        pair &= everyone.strata >= 0
    sample = everyone.take(pair)
    arm = (sample.group == codes[0]).astype(np.int64)
    endpoint = setting.endpoint
    if isinstance(one.curve, NotEstimable) or isinstance(other.curve, NotEstimable):
        raise TypeError("only groups with patients are compared")
    curves = (one.curve, other.curve)
    longer = rmst.rmst_difference(*curves, setting.tau, endpoint.level)
    return Comparison(
        group=one.group,
        reference=other.group,
        hazard_ratio=hazard_ratio(
            sample.time, sample.event, arm, strata=sample.strata, level=endpoint.hazard_ratio_level
        ),
        log_rank=logrank(sample.time, sample.event, arm, strata=sample.strata, sided=endpoint.sided),
        rate_difference=rate_difference(*curves, setting.milestone, endpoint.level),
        restricted_mean_difference=longer,
        restricted_mean_test=(
            longer if isinstance(longer, NotEstimable) else normal.difference_test(longer, endpoint.sided)
        ),
        restricted_mean_ratio=rmst.rmst_ratio(*curves, setting.tau, endpoint.level),
        proportional=ph.proportional_hazards_test(sample.time, sample.event, arm),
        lower=_lower(curves, sample, arm, setting),
        stratified=sample.strata is not None,
    )


def _lower(
    curves: tuple[Curve, Curve], sample: _Sample, arm: Ints, setting: _Setting
) -> DifferenceCurve | ph.HazardRatioOverTime | NotEstimable | None:
    """The panel under the curves, when one is asked for."""
    level = setting.endpoint.level
    if setting.options.lower == "difference":
        return difference_curve(*curves, level)
    if setting.options.lower == "hazard":
        return ph.hazard_ratio_over_time(sample.time, sample.event, arm, level)
    return None


def difference_curve(experimental: Curve, reference: Curve, level: float) -> DifferenceCurve:
    """Return S1(t) - S0(t) wherever one of them steps while both are followed, as of two independent normals.

    Source: the pointwise form of Klein & Moeschberger, Survival Analysis, 2003, section 7.8.
    """
    last = min(experimental.time[-1], reference.time[-1])
    time = np.unique(np.concatenate((experimental.time, reference.time)))
    time = time[time <= last]
    rows = [np.searchsorted(curve.time, time, side="right") - 1 for curve in (experimental, reference)]
    difference = experimental.survival[rows[0]] - reference.survival[rows[1]]
    error = np.hypot(experimental.standard_error[rows[0]], reference.standard_error[rows[1]])
    half = normal.quantile(level) * error
    return DifferenceCurve(time, difference, difference - half, difference + half)


def _overall(sample: _Sample) -> Test | NotEstimable:
    """The log-rank test of any difference between the groups shown."""
    known = sample if sample.strata is None else sample.take(sample.strata >= 0)
    codes = np.unique(known.group, return_inverse=True)[1]
    return logrank(known.time, known.event, codes, strata=known.strata)


def _cohort_by_arm(
    trial: Trial, selection: Selection, endpoint: Endpoint, members: Cohort, others: Cohort
) -> Test | NotEstimable:
    """Whether the hazard ratios between the arms differ between the cohort and everyone else."""
    rows = np.concatenate((members.rows, others.rows))
    arm = np.concatenate((members.arm, others.arm))
    level = np.repeat([0, 1], (members.n, others.n))
    recorded = trial.times[endpoint.id]
    known = ~np.isnan(recorded.time[rows])
    ordered = order(recorded.time[rows][known], recorded.event[rows][known])
    return interaction(ordered, arm[known], len(trial.design.arms), level[known], 2)


def _method(trial: Trial, setting: _Setting, stratified: bool, compared: bool) -> str:
    endpoint = setting.endpoint
    cox = f"stratified by {trial.design.stratified_by}" if stratified else "unstratified"
    sides = "one-sided" if endpoint.sided == 1 else "two-sided"
    who = "" if setting.options.by == BY_ARM else " Arms pooled; groups that were not randomized against each other."
    comparison = f"; Cox model (Efron ties) and {sides} log-rank test, {cox}" if compared else ""
    return f"Kaplan–Meier with {setting.options.interval} {100 * endpoint.level:g}% intervals{comparison}.{who}"
