"""The four ways computed: ever against never, from a landmark, as a time-dependent covariate, and censored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import Cohort, cohort
from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test
from analysis.estimators.cox import hazard_ratio, time_varying, wald_test
from analysis.estimators.kaplan_meier import delayed_entry, kaplan_meier, median
from analysis.estimators.logrank import logrank
from analysis.laboratory.result import Group, LaboratoryResult, Way, WayName
from analysis.selection import Selection, in_words, selected_arms
from analysis.survival import axis_ticks
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Arm, Endpoint, Transplant, TransplantDays, Trial

#: The slider of the landmark ends where only this share of the events is still to come.
LATEST = 0.95


@options(config=ConfigDict(extra="forbid"), frozen=True)
class LaboratoryOptions:
    """What a link may say: the way shown, the landmark in months, whose arm, and the answer hidden until asked for."""

    way: WayName = "naive"
    landmark: Annotated[float, Field(gt=0, le=1200)] | None = None
    hsctarm: str = "first"
    predict: bool = False
    answer: bool = False


@dataclass(frozen=True, eq=False)
class _Patients:
    """Days to the end of follow-up and to the event of the patients compared; `had` says who had it before the end."""

    time: Floats
    died: Bools
    event: Floats

    @property
    def had(self) -> Bools:
        return self.event < self.time


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the laboratory, as a sentence."""
    if trial.transplant is None:
        return "The laboratory needs [transplant] in trial.toml: the day of transplant, and overall survival."
    if trial.transplant.event is None:
        return "The laboratory needs the day of an event that comes after the start: `event` of [transplant]."
    return None


def ignored(trial: Trial, options: LaboratoryOptions) -> str | None:
    """A sentence for an arm that the trial does not have."""
    if options.hsctarm in ("first", *(arm.id for arm in trial.design.arms)):
        return None
    return f"This trial has no arm “{options.hsctarm[:40]}”; it was ignored."


def chosen_arm(trial: Trial, selection: Selection, wanted: str) -> Arm:
    """The arm wanted if it is switched on, else the first that is."""
    arms = selected_arms(selection, trial.design)
    return next((arm for arm in arms if arm.id == wanted), arms[0])


def analyse(trial: Trial, selection: Selection, options: LaboratoryOptions) -> LaboratoryResult | NotEstimable:
    """The four ways in the cohort of `selection`: among responders of one arm, where the trial says who responded."""
    days, settings = trial.transplant, trial.design.transplant
    if (reason := missing(trial)) or days is None or settings is None or days.event is None:
        return NotEstimable(reason or "")
    members = cohort(trial, selection)
    if members.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    arm = chosen_arm(trial, selection, options.hsctarm)
    position = trial.design.arms.index(arm)
    counted = (members.arm == position) & ~np.isnan(days.end[members.rows])
    if trial.response is not None:
        counted &= trial.response[members.rows]
    rows = members.rows[counted]
    if len(rows) == 0:
        return NotEstimable("No patients of this arm match: remove a filter, or choose another arm.")
    patients = _Patients(days.end[rows], days.died[rows], days.event[rows])
    if not patients.had.any():
        return NotEstimable(f"None of these patients had the event: {settings.label}.")
    endpoint = next(e for e in trial.design.endpoints if e.id == settings.survival)
    month = options.landmark or _usual_landmark(patients)
    compare = _Compare(settings.label, position, endpoint)
    censored, uncensored = _censored(trial, selection, members, settings, days)
    return LaboratoryResult(
        event=settings.label,
        arm=arm,
        arms=selected_arms(selection, trial.design),
        endpoint=endpoint,
        who=_who(trial, arm),
        naive=compare.naive(patients),
        landmark=compare.landmark(patients, month),
        time_dependent=compare.time_dependent(patients),
        censored=censored,
        uncensored=uncensored,
        month=month,
        latest=max(month, float(np.ceil(np.quantile(patients.event[patients.had], LATEST) / DAYS_PER_MONTH))),
        waited=int((patients.died & ~patients.had & (patients.time <= month * DAYS_PER_MONTH)).sum()),
        exploratory=members.exploratory,
        withheld=members.withheld,
        words=in_words(selection, trial),
        method=_method(settings.label, endpoint, bool(censored) and _by_strata(trial, endpoint, members.exploratory)),
    )


def _usual_landmark(patients: _Patients) -> float:
    """The whole month nearest to the day by which half of those who had the event had it."""
    return float(max(1, round(float(np.median(patients.event[patients.had])) / DAYS_PER_MONTH)))


def _who(trial: Trial, arm: Arm) -> str:
    response = trial.design.response
    whose = f"with {response.label}" if response is not None else ""
    several = f"on {arm.label}" if len(trial.design.arms) > 1 else ""
    return " ".join(filter(None, ("patients", whose, several)))


@dataclass(frozen=True)
class _Compare:
    """Compares those with the event, group 1, with those without, group 0."""

    event: str
    position: int
    endpoint: Endpoint

    def naive(self, p: _Patients) -> Way:
        """Ever against never, both from the start."""
        had = p.had
        labels = (self.event, f"No {within(self.event)}")
        return self._way("naive", "ever against never", p.time, p.died, had, labels)

    def landmark(self, p: _Patients, month: float) -> Way:
        """Those still followed at the landmark, by what had happened until then, from the landmark on."""
        day = month * DAYS_PER_MONTH
        kept = p.time > day
        by = (p.event <= day)[kept]
        labels = (f"{self.event} by {month:g} mo", f"No {within(self.event)} by then")
        way = self._way("landmark", f"by month {month:g}", p.time[kept], p.died[kept], by, labels, day)
        gone = ~kept
        return replace(way, left_out=(int((gone & p.died).sum()), int((gone & ~p.died).sum())))

    def time_dependent(self, p: _Patients) -> Way:
        """Every patient without the event until the day of it, and with it from then on."""
        had = p.had
        before = np.minimum(p.event, p.time)
        start = np.concatenate([np.zeros(len(before)), p.event[had]])
        stop = np.concatenate([before, p.time[had]])
        died = np.concatenate([p.died & ~had, p.died[had]])
        after = np.concatenate([np.zeros(len(before), dtype=np.bool_), np.ones(int(had.sum()), dtype=np.bool_)])
        patient = np.concatenate([np.arange(len(before)), np.flatnonzero(had)])
        model = time_varying(patient, start, stop, died, {self.event: after.astype(float)}, self.endpoint.level)
        ratio = model if isinstance(model, NotEstimable) else model.terms[0].hazard_ratio
        ticks = _ticks(p.time)
        groups = tuple(
            self._group(label, mine, start[of], stop[of], died[of], ticks)
            for label, mine, of in (
                (f"After {within(self.event)}", True, after),
                (f"Before or without {within(self.event)}", False, ~after),
            )
        )
        return Way(
            "timedependent",
            "after against before",
            groups,
            ratio,
            ratio if isinstance(ratio, NotEstimable) else wald_test(ratio, self.endpoint.sided),
            ticks,
            len(p.time),
            int(p.died.sum()),
        )

    def _way(
        self,
        name: WayName,
        compared: str,
        time: Floats,
        died: Bools,
        group: Bools,
        labels: tuple[str, str],
        origin: float = 0,
    ) -> Way:
        code = group.astype(np.int64)
        ticks = _ticks(time)
        sides = ((labels[0], True, group), (labels[1], False, ~group))
        entry = np.full(len(time), origin)
        return Way(
            name,
            compared,
            tuple(self._group(label, mine, entry[of], time[of], died[of], ticks) for label, mine, of in sides),
            hazard_ratio(time, died, code, None, self.endpoint.level),
            logrank(time, died, code, None, self.endpoint.sided) if len(time) else NotEstimable("No patients."),
            ticks,
            len(time),
            int(died.sum()),
        )

    def _group(self, label: str, with_event: bool, start: Floats, stop: Floats, died: Bools, ticks: Floats) -> Group:
        entry, end = start / DAYS_PER_MONTH, stop / DAYS_PER_MONTH
        lasting = end > entry
        curve = delayed_entry(entry, end, died, self.endpoint.level)
        return Group(
            label,
            self.position if with_event else None,
            int(lasting.sum()),
            int(died[lasting].sum()),
            curve,
            curve if isinstance(curve, NotEstimable) else median(curve),
            _at_risk(entry, end, ticks),
        )


def _ticks(time: Floats) -> Floats:
    return axis_ticks(float(np.max(time, initial=1.0)) / DAYS_PER_MONTH, "months", None)


def _at_risk(entry: Floats, end: Floats, ticks: Floats) -> Ints:
    """Patients under observation at each tick: entered before it, or at the very start, and not gone before it."""
    at = ticks[:, np.newaxis]
    counts: Ints = (((entry < at) | ((entry == 0) & (at == 0))) & (end >= at)).sum(axis=1)
    return counts


def _censored(
    trial: Trial, selection: Selection, members: Cohort, settings: Transplant, days: TransplantDays
) -> tuple[Way | None, Estimate | NotEstimable | None]:
    """The arms compared in all patients of the cohort, as the primary analysis but censored at the event.

    As everywhere, an exploratory cohort is compared without strata.
    Where the trial has an endpoint that is censored at the event, it is taken; else follow-up ends on the day of it.
    """
    arms = selected_arms(selection, trial.design)
    if len(arms) != 2 or days.event is None:
        return None, None
    name = settings.censored or settings.survival
    endpoint = next(e for e in trial.design.endpoints if e.id == name)
    rows = members.rows
    if settings.censored:
        recorded = trial.times[name]
        end, died = recorded.time[rows] * DAYS_PER_UNIT[endpoint.recorded], recorded.event[rows]
    else:
        end = np.minimum(days.end[rows], days.event[rows])
        died = days.died[rows] & (days.event[rows] >= days.end[rows])
    reference = next((arm for arm in arms if arm.reference), arms[-1])
    code = (members.arm != trial.design.arms.index(reference)).astype(np.int64)
    strata = trial.strata[rows] if _by_strata(trial, endpoint, members.exploratory) else None
    level = endpoint.hazard_ratio_level

    def against(time: Floats, event: Bools) -> tuple[Estimate | NotEstimable, Test | NotEstimable]:
        known = ~np.isnan(time) & (strata >= 0 if strata is not None else True)
        blocks = None if strata is None else strata[known]
        return (
            hazard_ratio(time[known], event[known], code[known], blocks, level),
            logrank(time[known], event[known], code[known], blocks, endpoint.sided),
        )

    known = ~np.isnan(end)
    ticks = _ticks(end[known])
    groups = []
    for arm in sorted(arms, key=lambda arm: arm is reference):
        position = trial.design.arms.index(arm)
        mine = known & (members.arm == position)
        time = end[mine] / DAYS_PER_MONTH
        curve = kaplan_meier(time, died[mine], endpoint.level)
        middle = curve if isinstance(curve, NotEstimable) else median(curve)
        at_risk = _at_risk(np.zeros(len(time)), time, ticks)
        groups.append(Group(arm.short, position, len(time), int(died[mine].sum()), curve, middle, at_risk))
    ratio, test = against(end, died)
    compared = f"{groups[0].label} against {groups[1].label}"
    way = Way("censored", compared, tuple(groups), ratio, test, ticks, int(known.sum()), int(died[known].sum()))
    return way, against(days.end[rows], days.died[rows])[0]


def _by_strata(trial: Trial, endpoint: Endpoint, exploratory: bool) -> bool:
    return bool(trial.design.strata) and endpoint.stratified and not exploratory


def within(event: str) -> str:
    """The name of an event within a sentence: "HSCT", "platelet recovery"."""
    return event[:1].lower() + event[1:] if event[1:2].islower() else event


def _method(event: str, endpoint: Endpoint, stratified: bool) -> str:
    strata = ", but for the arms censored at it, which are compared within the strata of randomization"
    return (
        f"{endpoint.label}. Cox models, Efron ties, {100 * endpoint.level:g}% intervals, unstratified"
        f"{strata if stratified else ''}; "
        f"{within(event)} as a time-dependent covariate by spells (start, stop], its curves by "
        f"Kaplan–Meier with delayed entry (Simon–Makuch). A month is {DAYS_PER_MONTH} days."
    )
