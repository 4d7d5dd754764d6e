"""One adverse event in depth: when it first came, with death competing, and how bad it was as treatment went on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.estimate import Bools, Floats, Ints, NotEstimable
from analysis.estimators.cumulative_incidence import Incidence, cumulative_incidence
from analysis.safety.incidence import LEVEL, SafetyOptions, chosen, missing
from analysis.safety.population import Treated, counted, most_frequent, treated
from analysis.selection import Selection
from data.contract import DAYS_PER_MONTH, AdverseEvents, Arm, Trial

#: Cycles or months shown one by one; what came later is counted in the last.
MOST_PERIODS = 6


@dataclass(frozen=True, eq=False)
class ArmEvent:
    """One arm: its patients, those who had the event, and the cumulative incidence of its first onset, in days.

    `by_period` counts patients by period and worst grade in it, (periods, 6), unknown grades first.
    """

    arm: Arm
    position: int
    n: int
    patients: int
    curve: Incidence | NotEstimable
    by_period: Ints


@dataclass(frozen=True, eq=False)
class EventResult:
    """One event of the trial: `value` is the term as in the data, the labels of it and its class are for the reader.

    `periods` are the names of the cycles or months; `unknown_onset` counts patients left out of the curve.
    """

    value: str
    label: str
    organ_class: str
    arms: tuple[ArmEvent, ...]
    scale: Literal["grade", "severity"] | None
    unit: Literal["cycle", "month"]
    periods: tuple[str, ...]
    unknown_onset: int
    exploratory: bool
    words: str
    method: str


def analyse_event(trial: Trial, selection: Selection, options: SafetyOptions) -> EventResult | NotEstimable:
    """First onset and course of the term `options.event` in the cohort of `selection`, of the events chosen."""
    events = trial.adverse_events
    if events is None:
        return NotEstimable(missing(trial) or "")
    if options.event and options.event not in events.terms:
        return NotEstimable(f"This trial has no adverse event “{options.event[:60]}”.")
    group = treated(trial, selection)
    if group.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    which = counted(events, group.seat) & chosen(events, options)
    if not options.event and not which.any():
        return NotEstimable("These patients had no such adverse event.")
    term = events.terms.index(options.event) if options.event else most_frequent(events, which)
    which = which & (events.term == term)
    seat, onset = group.seat[events.patient[which]], events.onset[which]
    had = np.zeros(group.n, dtype=np.bool_)
    had[seat] = True
    time, cause = _first_onset(events, group, seat, onset, had)
    period, periods = _periods(events, which)
    grade = events.grade[which]
    return EventResult(
        value=events.terms[term],
        label=events.labels[term],
        organ_class=events.class_labels[events.class_of[term]],
        arms=tuple(
            ArmEvent(
                arm=arm,
                position=position,
                n=int(group.sizes[i]),
                patients=int((had & (group.arm == i)).sum()),
                curve=cumulative_incidence(time[mine], cause[mine], 1, LEVEL),
                by_period=_worst(seat, period, grade, group.arm[seat] == i, len(periods)),
            )
            for i, (position, arm) in enumerate(group.arms)
            for mine in ((group.arm == i) & ~np.isnan(time),)
        ),
        scale=events.scale,
        unit="month" if events.cycle is None else "cycle",
        periods=periods,
        unknown_onset=int((had & np.isnan(time)).sum()),
        exploratory=group.members.exploratory,
        words=group.words,
        method=(
            "Cumulative incidence of the first treatment-emergent onset by Aalen–Johansen, death competing, with "
            f"{100 * LEVEL:g}% intervals; days from the first dose, others censored when last seen."
        ),
    )


def _first_onset(events: AdverseEvents, group: Treated, seat: Ints, onset: Floats, had: Bools) -> tuple[Floats, Ints]:
    """Days from the first dose to first onset (cause 1), death (2) or last contact (0); NaN where not known.

    A patient who had the event, on a day nobody knows, is left out; one treated after the day last seen is followed
    to the end of treatment.
    """
    first = np.full(group.n, np.inf)
    np.minimum.at(first, seat, np.where(np.isnan(onset), np.inf, onset))
    first = np.where(had & np.isinf(first), np.nan, first)
    rows = group.members.rows
    death = events.death[rows]
    followed = np.fmax(events.last_seen[rows], events.at_risk[rows])
    time = np.where(had, np.maximum(first - 1, 0), np.where(np.isnan(death), followed, death))
    return np.maximum(time, 0), np.where(had, 1, np.where(np.isnan(death), 0, 2))


def _periods(events: AdverseEvents, which: Bools) -> tuple[Ints, tuple[str, ...]]:
    """The period of each event, from 0 (-1 where unknown), and the names of the periods up to the last needed."""
    if events.cycle is not None:
        period = events.cycle[which] - 1
    else:
        day = np.nan_to_num(events.onset[which], nan=-1.0)
        period = np.where(day > 0, np.floor((day - 1) / DAYS_PER_MONTH), -1).astype(np.int64)
    last = int(period.max(initial=0)) + 1
    names = [str(i + 1) for i in range(min(last, MOST_PERIODS))]
    if last > MOST_PERIODS:
        names[-1] += "+"
    return np.minimum(period, MOST_PERIODS - 1), tuple(names)


def _worst(seat: Ints, period: Ints, grade: Ints, mine: Bools, periods: int) -> Ints:
    """Patients of an arm by period and worst grade in it, (periods, 6)."""
    kept = mine & (period >= 0)
    pair, place = np.unique(seat[kept] * periods + period[kept], return_inverse=True)
    worst = np.zeros(len(pair), dtype=np.int64)
    np.maximum.at(worst, place, grade[kept])
    return np.bincount(pair % periods * 6 + worst, minlength=periods * 6).reshape(periods, 6)


def tidy_event(result: EventResult) -> list[dict[str, Any]]:
    """The result as rows of one table: the curve of each arm, then patients by period and worst grade."""
    rows: list[dict[str, Any]] = []
    for a in result.arms:
        base = {"term": result.value, "arm": a.arm.label, "n": a.n}
        rows.append({"quantity": "patients", **base, "estimate": a.patients})
        if isinstance(a.curve, Incidence):
            c = a.curve
            columns = (c.time, c.incidence, c.low, c.high, c.at_risk)
            rows += [
                {
                    "quantity": "cumulative_incidence",
                    **base,
                    "day": t,
                    "estimate": f,
                    "low": low,
                    "high": high,
                    "at_risk": n,
                }
                for t, f, low, high, n in zip(*(column.tolist() for column in columns), strict=True)
            ]
        for period, counts in zip(result.periods, a.by_period.tolist(), strict=True):
            rows += [
                {"quantity": "patients_by_period", **base, result.unit: period, "grade": grade or None, "estimate": n}
                for grade, n in enumerate(counts)
                if n
            ]
    return rows
