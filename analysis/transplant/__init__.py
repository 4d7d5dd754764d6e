"""The path of patients in numbers: how many went where, their states over time, and the shares tested.

A trial of transplants calls it the path to transplant; without transplants it is the disposition.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.estimate import Floats, Ints, NotEstimable, Sided
from analysis.estimators.state_occupation import probabilities, state_occupation
from analysis.selection import Selection, in_words
from analysis.stages import follow_up, steps
from analysis.transplant.flow import ArmPath, StepCounts, counted
from analysis.transplant.result import StatesOverTime, TransplantResult
from analysis.transplant.rows import tidy
from analysis.transplant.shares import LEVEL, Share, shares
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial

__all__ = [
    "LEVEL", "ArmPath", "Share", "StatesOverTime", "StepCounts", "TransplantOptions", "TransplantResult", "analyse",
    "longest_month", "missing", "shown_month", "tidy",
]  # fmt: skip

#: The month shown first is this one where the patients were followed for so long, else half of their follow-up.
USUAL_MONTH = 24


@options(config=ConfigDict(extra="forbid"), frozen=True)
class TransplantOptions:
    """What a link may say of the path: as a flow of patients or as states over time; the month of the last step."""

    path: Literal["patients", "time"] = "patients"
    month: Annotated[int, Field(ge=1, le=1200)] | None = None


def missing(trial: Trial) -> str | None:
    """What the trial lacks for a flow, as a sentence; None when it has a stage or states."""
    if trial.design.stages or trial.design.states:
        return None
    return "A flow needs stages in trial.toml, a disposition (EOSSTT, DCSREAS), or overall survival."


def shown_month(trial: Trial, options: TransplantOptions) -> int | None:
    """The month of the last step: as chosen, else the milestone of the trial, else `USUAL_MONTH` or half way."""
    if not trial.design.states:
        return None
    final = next(e for e in trial.design.endpoints if e.id == trial.design.states[-1].entered)
    longest = longest_month(trial)
    if options.month is not None:
        return options.month
    if final.milestone is not None:
        return max(1, round(final.milestone * DAYS_PER_UNIT[final.unit] / DAYS_PER_MONTH))
    return USUAL_MONTH if longest >= USUAL_MONTH else max(1, round(longest / 2))


def longest_month(trial: Trial) -> float:
    """How long any patient of the trial was followed, in months; 0 without states."""
    return float(np.nanmax(follow_up(trial))) / DAYS_PER_MONTH if trial.design.states else 0.0


def analyse(trial: Trial, selection: Selection, options: TransplantOptions) -> TransplantResult | NotEstimable:
    """The flow, the states over time and the shares in the cohort of `selection`."""
    if reason := missing(trial):
        return NotEstimable(reason)
    members = cohort(trial, selection)
    if members.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    positions = [i for i, arm in enumerate(trial.design.arms) if arm.id in selection.arms]
    arm = np.searchsorted(positions, members.arm)
    sizes = np.bincount(arm, minlength=len(positions))
    arms = tuple(ArmPath(trial.design.arms[p], p, int(n)) for p, n in zip(positions, sizes, strict=True))
    month = shown_month(trial, options)
    path = steps(trial, month)
    final = next((e for e in trial.design.endpoints if month and e.id == trial.design.states[-1].entered), None)
    sided: Sided = final.sided if final else 2
    flow = counted(path, members.rows, arm, len(arms))
    return TransplantResult(
        trial=trial.id,
        title=trial.design.path,
        arms=arms,
        steps=flow,
        shares=tuple(
            share
            for step, before in zip(flow, (None, *flow), strict=False)
            for share in shares(step, before, arms, sided)
        ),
        states=tuple(state.label for state in trial.design.states),
        over_time=_over_time(trial, members.rows, arm, len(arms), month) if month else (),
        month=month,
        months=longest_month(trial),
        n=members.n,
        of=members.of,
        exploratory=members.exploratory,
        withheld=members.withheld,
        words=in_words(selection, trial),
        method=_method(sided, any(level.reached for step in path for level in step.levels), len(arms)),
        time_method=(
            "Areas: state occupation by Aalen–Johansen, which allows for censoring; a state lasts until the next is "
            f"entered. Headline: Kaplan–Meier. A month is {DAYS_PER_MONTH} days."
        ),
    )


def _over_time(trial: Trial, rows: Ints, arm: Ints, arms: int, month: int) -> tuple[StatesOverTime | None, ...]:
    """States over time by arm; None for an arm in which nobody was followed."""
    entered = trial.entered[rows] / DAYS_PER_MONTH
    followed: Floats = follow_up(trial)[rows] / DAYS_PER_MONTH
    known = [(arm == i) & ~np.isnan(followed) for i in range(arms)]
    return tuple(_states_of(entered[of], followed[of], month) if of.any() else None for of in known)


def _states_of(entered: Floats, followed: Floats, month: int) -> StatesOverTime:
    curve = state_occupation(entered, followed)
    # of two states alone the product is Kaplan-Meier, at a tenth of the time of the engine of the survival view
    free = state_occupation(entered[:, [0, -1]], followed)
    return StatesOverTime(
        curve,
        probabilities(curve, month, LEVEL),
        probabilities(free, month, LEVEL)[0],
    )


def _method(sided: Sided, tested: bool, arms: int) -> str:
    """One line: what is counted and tested, and what a click does."""
    sides = "one-sided" if sided == 1 else "two-sided"
    test = f"; {sides} chi-square test, uncorrected, Fisher’s where a count is under 5" if tested and arms > 1 else ""
    intervals = f"exact (Clopper–Pearson) {100 * LEVEL:g}% intervals"
    return f"Patients as counted; {intervals}{test}. Click a bar or a band to choose its patients."
