"""From a trial and a selection to the response of its arms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import survival
from analysis.columns import days_between, texts
from analysis.estimate import Bools, NotEstimable, Sided
from analysis.estimators.proportions import association_test, difference, odds_ratio
from analysis.response.result import Comparison, Cycle, ResponseOptions, ResponseResult
from analysis.selection import Selection
from analysis.summary import Block, Group, Row, group, summary
from analysis.survival import SurvivalOptions
from data.contract import DAYS_PER_MONTH, Assessments, Trial
from data.levels import named


def missing(trial: Trial) -> str | None:
    """What the trial lacks for its response, as a sentence; None when it has it."""
    if trial.response is None:
        return "Response needs a flag of ADSL (RESPFL), or [response] in trial.toml."
    return None


def analyse(trial: Trial, selection: Selection, options: ResponseOptions) -> ResponseResult | NotEstimable:
    """The response rates of the cohort compared, and what is known of depth, time and duration of the responses."""
    declared = trial.design.response
    if trial.response is None or declared is None:
        return NotEstimable(missing(trial) or "")
    patients = group(trial, selection)
    if isinstance(patients, NotEstimable):
        return patients
    responded = trial.response[patients.rows]
    sided = sided_as_the_trial(trial)
    how = trial.design.assessments or Assessments()
    details = [
        *_best(trial, patients, how),
        *_residual(trial, patients, how, responded),
        *_time(trial, patients, how, responded),
    ]
    rates = patients.counted(responded)
    cycles = _cycles(trial, patients, how)
    return ResponseResult(
        label=declared.label,
        level=declared.level,
        rates=rates,
        comparisons=tuple(
            Comparison(
                patients.arms[i],
                patients.arms[reference],
                difference(rates[i].n, rates[i].of, rates[reference].n, rates[reference].of, declared.level),
                odds_ratio(rates[i].n, rates[i].of, rates[reference].n, rates[reference].of, declared.level),
                association_test(rates[i].n, rates[i].of, rates[reference].n, rates[reference].of, sided),
            )
            for i in patients.others
            if (reference := patients.reference) is not None
        ),
        details=summary(patients, details, ""),
        cycles=cycles,
        outside=sum(r.n - c.n for r, c in zip(rates, cycles[-1].ever, strict=True)) if cycles else 0,
        duration=(
            survival.analyse(trial, replace(selection, endpoint=how.duration), SurvivalOptions())
            if how.duration
            else None
        ),
        method=(
            f"Exact (Clopper–Pearson) intervals; difference with Newcombe’s, odds ratio with Woolf’s "
            f"{100 * declared.level:g}% interval; {'one' if sided == 1 else 'two'}-sided chi-square test without "
            "continuity correction, Fisher’s where a count is under 5. Patients without an assessment did not respond."
        ),
    )


def sided_as_the_trial(trial: Trial) -> Sided:
    """The sides of the trial's tests, as its first endpoint has them."""
    return trial.design.endpoints[0].sided if trial.design.endpoints else 2


def _best(trial: Trial, patients: Group, how: Assessments) -> list[Block]:
    if not how.best:
        return []
    best = texts(trial, how.best)[patients.rows]
    found = sorted({value for value in best if value}, key=lambda value: (value in how.unevaluable, value))
    first = [value for value in how.values if value in found]
    rows = [
        Row(spoken(value), patients.counted(best == value)) for value in (*first, *(v for v in found if v not in first))
    ]
    if (best == "").any():
        rows.append(Row("Not recorded", patients.counted(best == "")))
    return [Block("Best response", tuple(rows))]


def _residual(trial: Trial, patients: Group, how: Assessments, responded: Bools) -> list[Block]:
    """Residual disease of the responders."""
    if not how.residual:
        return []
    status = texts(trial, how.residual)[patients.rows]
    rows = [
        Row(value.capitalize() or "Not assessed", patients.counted(status == value, responded))
        for value in sorted({str(value) for value in status[responded]}, key=lambda value: (not value, value))
    ]
    return [Block(f"{how.residual_label}, responders", tuple(rows))] if rows else []


def _time(trial: Trial, patients: Group, how: Assessments, responded: Bools) -> list[Block]:
    """Months from the start to the first response, of the responders."""
    if not how.first:
        return []
    months = days_between(trial, how.since, how.first)[patients.rows] / DAYS_PER_MONTH
    spreads = patients.spread(months, responded)
    return [
        Block(
            "Time to response, months",
            (Row("Median (range)", spreads, "median"), Row("Mean (SD)", spreads, "mean")),
        )
    ]


def _cycles(trial: Trial, patients: Group, how: Assessments) -> tuple[Cycle, ...]:
    """The assessments of every cycle; none where the trial has no table of them."""
    table = trial.tables.get(how.table) if how.parameter else None
    if table is None:
        return ()
    rows = table[table["PARAMCD"] == how.parameter]
    seat = pd.Series(np.arange(len(patients.rows)), index=trial.patients.index[patients.rows])
    place = rows["USUBJID"].map(seat)
    rows, seats = rows[place.notna()], place[place.notna()].to_numpy(dtype=np.int64)
    visit = pd.to_numeric(rows["AVISITN"], errors="coerce").to_numpy(dtype=np.float64)
    response = named(rows["AVALC"]).isin(how.values).to_numpy()
    evaluable = ~named(rows["AVALC"]).isin(how.unevaluable).to_numpy()
    ever = np.zeros(len(patients.rows), dtype=np.bool_)
    cycles = []
    for number in np.unique(visit[~np.isnan(visit)]).tolist():
        here = visit == number
        assessed, responding = (np.zeros(len(ever), dtype=np.bool_) for _ in range(2))
        assessed[seats[here & evaluable]] = True
        responding[seats[here & response]] = True
        ever = ever | responding
        cycles.append(
            Cycle(
                int(number),
                tuple(c.n for c in patients.counted(assessed)),
                patients.counted(responding),
                patients.counted(ever),
            )
        )
    return tuple(cycles)


#: Abbreviations of responses, which stay as they are.
_SHORT = {"CR": "CR", "CRI": "CRi", "PR": "PR", "SD": "SD", "PD": "PD", "NE": "NE"}


def spoken(value: str) -> str:
    """A recorded response as it is read: abbreviations as they are, other words in small letters."""
    return _SHORT.get(value, value.capitalize() if value.isupper() else value)
