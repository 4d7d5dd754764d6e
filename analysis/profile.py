"""The trial profile in numbers: from allocation to analysis, after CONSORT 2025, counted from the data.

Its analysed numbers are counted as every figure counts them; the test suite holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.columns import texts
from analysis.estimate import Bools, NotEstimable
from analysis.selection import Selection, whole_trial
from analysis.summary import Block, Counted, Group, Row, Spread, Summary, group, numbers_of, spread, summary
from analysis.summary import tidy as tidy_summary
from data.adverse_events import sentence_case
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial

#: The standard columns of ADSL: how the study ended for a patient, and why it ended early.
STATUS, REASONS = "EOSSTT", ("DCSREAS", "DCREASCD")
#: The status of those who left before the end.
LEFT = "DISCONTINUED"

#: The standard columns of ADSL: when a patient was randomized, and until when the data go.
RANDOMIZED, CUT_OFF = "RANDDT", "DCUTDT"
DAYS_PER_YEAR = 365.25

ALLOCATION, TREATMENT, FOLLOW_UP, ANALYSIS = "Allocation", "Treatment", "Follow-up", "Analysis"


@options(config=ConfigDict(extra="forbid"), frozen=True)
class ProfileOptions:
    """The profile has no options of its own."""


@dataclass(frozen=True)
class Enrolment:
    """When the patients were randomized and until when they were followed; None where the data do not say.

    Dates as in ISO 8601. `least` is the time from the last patient randomized to the cut-off, in years; `alive` the
    follow-up of the patients who have not died, in months.
    """

    first: str | None
    last: str | None
    cut_off: str | None
    least: float | None
    alive: Spread | None


@dataclass(frozen=True, eq=False)
class Profile(Summary):
    """The boxes as a table by arm, and the dates of all patients together."""

    enrolment: Enrolment | None = None


def missing(trial: Trial) -> str | None:
    """What the trial lacks for a profile, as a sentence; None when it has it."""
    if STATUS in trial.patients or any(p.treatment == "actual" for p in trial.design.populations):
        return None
    return f"A trial profile needs a safety population (SAFFL) or the end of the study ({STATUS}) in ADSL."


def analyse(trial: Trial, selection: Selection, options: ProfileOptions) -> Profile | NotEstimable:
    """Allocation, treatment, follow-up and analysis of the cohort by arm, as randomized."""
    if reason := missing(trial):
        return NotEstimable(reason)
    allocated = replace(selection, population=whole_trial(trial.design).population)
    patients = group(trial, allocated)
    if isinstance(patients, NotEstimable):
        return patients
    everyone = np.ones(patients.members.n, dtype=np.bool_)
    blocks = [Block(ALLOCATION, (Row(patients.population, patients.counted(everyone)),))]
    blocks += [*_treatment(trial, patients), *_follow_up(trial, patients)]
    blocks.append(Block(ANALYSIS, (*_populations(trial, selection, patients), *_outcomes(trial, patients))))
    method = (
        "Counted from ADSL by arm as randomized; each analysis set by the treatment it goes by, and endpoints and "
        f"response in the set “{patients.population}”. Patients screened and not randomized are not counted."
    )
    return Profile(**vars(summary(patients, blocks, method)), enrolment=_enrolment(trial, patients))


def totals(result: Summary, row: Row) -> Counted | None:
    """A row of counts over all arms; None for a single arm, or where it is not of counts."""
    cells = [cell for cell in row.cells if isinstance(cell, Counted)]
    if len(result.arms) == 1 or len(cells) < len(row.cells):
        return None
    return Counted(sum(c.n for c in cells), sum(c.of for c in cells), NotEstimable("A sum over the arms."))


def tidy(result: Profile) -> list[dict[str, Any]]:
    """The boxes by arm, then over all arms, then the dates and the follow-up of those alive."""
    rows = tidy_summary(result)
    for block in result.blocks:
        for row in block.rows:
            if (total := totals(result, row)) is not None:
                base = {"block": block.label, "row": row.label, "kind": row.kind, "arm": ""}
                rows.append({**base, "n": total.n, "of": total.of})
    if (found := result.enrolment) is not None:
        named = (("first randomized", found.first), ("last randomized", found.last), ("data cut-off", found.cut_off))
        rows += [{"block": "Enrolment", "row": label, "arm": "", "date": date} for label, date in named if date]
        if found.least is not None:
            rows.append({"block": "Enrolment", "row": "least follow-up, years", "arm": "", "estimate": found.least})
        if found.alive is not None:
            rows.append({"block": "Enrolment", "row": "follow-up of those alive, months", "arm": "",
                         **numbers_of(found.alive)})  # fmt: skip
    return rows


def _enrolment(trial: Trial, patients: Group) -> Enrolment | None:
    """The dates of the patients, and how long those were followed who have not died."""
    randomized, cut_off = (_dates(trial, name, patients) for name in (RANDOMIZED, CUT_OFF))
    survival = trial.design.survival
    alive = None
    if survival is not None:
        recorded = trial.times[survival.id]
        known = ~np.isnan(recorded.time[patients.rows]) & ~recorded.event[patients.rows]
        months = recorded.time[patients.rows][known] * DAYS_PER_UNIT[survival.recorded] / DAYS_PER_MONTH
        alive = spread(months) if len(months) else None
    if not len(randomized) and alive is None:
        return None
    both = len(randomized) > 0 and len(cut_off) > 0
    return Enrolment(
        first=_day(randomized.min()) if len(randomized) else None,
        last=_day(randomized.max()) if len(randomized) else None,
        cut_off=_day(cut_off.max()) if len(cut_off) else None,
        least=(cut_off.max() - randomized.max()).days / DAYS_PER_YEAR if both else None,
        alive=alive,
    )


def _dates(trial: Trial, name: str, patients: Group) -> pd.DatetimeIndex:
    """The known dates of a column of ADSL; none without the column."""
    if name not in trial.patients:
        return pd.DatetimeIndex([])
    values = trial.patients[name].iloc[patients.rows].astype("string").str[:10]
    return pd.DatetimeIndex(pd.to_datetime(values, errors="coerce", format="ISO8601").dropna())


def _day(date: pd.Timestamp) -> str:
    return str(date.date())


def _treatment(trial: Trial, patients: Group) -> list[Block]:
    """Who was given what was allocated, something else, or nothing."""
    if not any(p.treatment == "actual" for p in trial.design.populations):
        return []
    safety = next(p.id for p in trial.design.populations if p.treatment == "actual")
    treated = trial.populations[safety][patients.rows]
    as_allocated = (trial.actual == trial.planned)[patients.rows]
    rows = [Row("Treated as allocated", patients.counted(treated & as_allocated))]
    if (treated & ~as_allocated).any():
        rows.append(Row("Given another treatment", patients.counted(treated & ~as_allocated)))
    rows.append(Row("Never treated", patients.counted(~treated)))
    return [Block(TREATMENT, tuple(rows))]


def _follow_up(trial: Trial, patients: Group) -> list[Block]:
    """How the study ended for the patients, and why it ended early."""
    if STATUS not in trial.patients:
        return []
    status = texts(trial, STATUS)[patients.rows]
    column = next((name for name in REASONS if name in trial.patients), None)
    rows: list[Row] = []
    for value in sorted({str(v) for v in status}, key=lambda v: (not v, v)):
        which = status == value
        rows.append(Row(_spoken(value), patients.counted(which)))
        if value == LEFT and column is not None:
            rows += _reasons(patients, texts(trial, column)[patients.rows], which)
    return [Block(FOLLOW_UP, tuple(rows))]


def _reasons(patients: Group, reasons: np.ndarray, which: Bools) -> list[Row]:
    """Why the patients `which` left, the most frequent reason first."""
    found, counts = np.unique(reasons[which].astype(str), return_counts=True)
    order = [reason for _, reason in sorted(zip(-counts, found, strict=True))]
    return [Row(_spoken(str(r)), patients.counted(which & (reasons == r)), indented=True) for r in order]


def _populations(trial: Trial, selection: Selection, patients: Group) -> list[Row]:
    """Patients in each analysis set, in the arm in which the set analyses them."""
    rows = []
    for population in trial.design.populations:
        members = cohort(trial, replace(selection, population=population.id))
        counts = np.bincount(members.arm, minlength=len(trial.design.arms))
        cells = tuple(
            Counted(int(counts[a.position]), a.n, NotEstimable("A count of another set.")) for a in patients.arms
        )
        rows.append(Row(population.label, cells))
    return rows


def _outcomes(trial: Trial, patients: Group) -> list[Row]:
    """Patients who are in the analysis of each endpoint, and of the response."""
    rows = [
        Row(e.label, patients.counted(~np.isnan(trial.times[e.id].time[patients.rows])), indented=True)
        for e in trial.design.endpoints
    ]
    if trial.design.response is not None:
        everyone = np.ones(patients.members.n, dtype=np.bool_)
        rows.append(Row(trial.design.response.label, patients.counted(everyone), indented=True))
    return rows


def _spoken(text: str) -> str:
    return sentence_case((text,))[0] if text else "Not recorded"
