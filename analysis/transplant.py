"""The path of patients in numbers: how many went where, their states over time, and the shares tested.

A trial of transplants calls it the path to transplant; without transplants it is the disposition.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.estimate import Estimate, Floats, Ints, NotEstimable, Sided, Test
from analysis.estimators.kaplan_meier import at, kaplan_meier
from analysis.estimators.proportions import association_test, difference, proportion
from analysis.estimators.state_occupation import Occupation, probability_of, state_occupation
from analysis.selection import Selection, in_words
from analysis.stages import PREFIX, THEN, Level, Step, follow_up, steps
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Arm, Trial

LEVEL = 0.95
#: The month shown first is this one where the patients were followed for so long, else half of their follow-up.
USUAL_MONTH = 24


@options(config=ConfigDict(extra="forbid"), frozen=True)
class TransplantOptions:
    """What a link may say of the path: as a flow of patients or as states over time; the month of the last step."""

    path: Literal["patients", "time"] = "patients"
    month: Annotated[int, Field(ge=1, le=1200)] | None = None


@dataclass(frozen=True)
class ArmPath:
    """An arm in the flow; `position` is its place in the trial, which gives it its colour everywhere."""

    arm: Arm
    position: int
    n: int


@dataclass(frozen=True, eq=False)
class StepCounts:
    """A step with its patients: `counts` (arms, levels), and `arrivals` (arms, levels of the step before, levels).

    The first step is entered from the arm itself: its `arrivals` have one row.
    """

    id: str
    label: str
    levels: tuple[Level, ...]
    counts: Ints
    arrivals: Ints

    def choice(self, level: int, before: Level | None = None) -> str:
        """The filter of those in a level, or of those who came to it from `before`, as a link writes it."""
        came = f"{before.id}{THEN}" if before else ""
        return f"where.{PREFIX}{self.id}={came}{self.levels[level].id}"


@dataclass(frozen=True)
class Comparison:
    """The share in one arm against the reference."""

    arm: Arm
    reference: Arm
    difference: Estimate | NotEstimable
    test: Test | NotEstimable


@dataclass(frozen=True)
class Share:
    """How many of each arm reached a level, or any of those that count as having reached the step (`any_of`)."""

    step: str
    label: str
    any_of: bool
    reached: bool
    counts: tuple[int, ...]
    shares: tuple[Estimate | NotEstimable, ...]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, eq=False)
class StatesOverTime:
    """The states of an arm over time, in months; at the month shown the probability of each.

    `not_final` is free of the final state by Kaplan-Meier, as the survival view has it. Where censoring depends on
    the state, as it does by chance, the probabilities by Aalen-Johansen add up to a little more or less.
    """

    curve: Occupation
    at_month: tuple[Estimate | NotEstimable, ...]
    not_final: Estimate | NotEstimable


@dataclass(frozen=True, eq=False)
class TransplantResult:
    """Everything the view shows for one selection; `months` is how long any patient of the trial was followed.

    `over_time` has an entry an arm, None where nobody was followed; it is empty without states.
    """

    trial: str
    title: str
    arms: tuple[ArmPath, ...]
    steps: tuple[StepCounts, ...]
    shares: tuple[Share, ...]
    states: tuple[str, ...]
    over_time: tuple[StatesOverTime | None, ...]
    month: int | None
    months: float
    n: int
    of: int
    exploratory: bool
    withheld: bool
    words: str
    method: str
    time_method: str


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
    counted = _counted(path, members.rows, arm, len(arms))
    return TransplantResult(
        trial=trial.id,
        title=trial.design.path,
        arms=arms,
        steps=counted,
        shares=tuple(share for step in counted for share in _shares(step, arms, sided)),
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


def _counted(path: tuple[Step, ...], rows: Ints, arm: Ints, arms: int) -> tuple[StepCounts, ...]:
    """Patients of each arm in each level, and where they came from, for every step of the path."""
    counted = []
    everywhere = Step("", "", (Level("", ""),), np.zeros(len(path[0].place), dtype=np.int64))
    for before, step in pairwise((everywhere, *path)):
        shape = (arms, len(before.levels), len(step.levels))
        index = np.ravel_multi_index((arm, before.place[rows], step.place[rows]), shape)
        arrivals = np.bincount(index, minlength=int(np.prod(shape))).reshape(shape)
        counted.append(StepCounts(step.id, step.label, step.levels, arrivals.sum(axis=1), arrivals))
    return tuple(counted)


def _shares(step: StepCounts, arms: tuple[ArmPath, ...], sided: Sided) -> list[Share]:
    """The share of each level that somebody is in; before them, when several count as reached, of any of these."""
    reached = [i for i, level in enumerate(step.levels) if level.reached]
    rows = [_share(step, step.label, reached, True, arms, sided)] if len(reached) > 1 else []
    rows += [
        _share(step, level.label, [i], False, arms, sided)
        for i, level in enumerate(step.levels)
        if step.counts[:, i].any() or level.reached
    ]
    return rows


def _share(
    step: StepCounts, label: str, levels: list[int], any_of: bool, arms: tuple[ArmPath, ...], sided: Sided
) -> Share:
    counts = step.counts[:, levels].sum(axis=1).tolist()
    sizes = [a.n for a in arms]
    reference = next((i for i, a in enumerate(arms) if a.arm.reference), len(arms) - 1)
    reached = all(step.levels[i].reached for i in levels)
    return Share(
        step=step.label,
        label=label,
        any_of=any_of,
        reached=reached,
        counts=tuple(counts),
        shares=tuple(proportion(k, n, LEVEL) for k, n in zip(counts, sizes, strict=True)),
        comparisons=tuple(
            Comparison(
                a.arm,
                arms[reference].arm,
                difference(counts[i], a.n, counts[reference], sizes[reference], LEVEL),
                association_test(counts[i], a.n, counts[reference], sizes[reference], sided),
            )
            for i, a in enumerate(arms)
            if reached and i != reference
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
    free = kaplan_meier(followed, entered[:, -1] <= followed, LEVEL)
    return StatesOverTime(
        curve,
        tuple(probability_of(curve, [place], month, LEVEL) for place in range(entered.shape[1])),
        free if isinstance(free, NotEstimable) else at(free, month),
    )


def _method(sided: Sided, tested: bool, arms: int) -> str:
    intervals = f"Patients as counted; shares with exact (Clopper–Pearson) {100 * LEVEL:g}% intervals"
    if not tested or arms < 2:
        return f"{intervals}."
    sides = "one-sided" if sided == 1 else "two-sided"
    return f"{intervals}; {sides} chi-square test without continuity correction, Fisher’s where a count is under 5."


def tidy(result: TransplantResult) -> list[dict[str, Any]]:
    """The result as rows of one table: a `quantity`, the arm, and its numbers."""
    rows: list[dict[str, Any]] = []
    for step, before in zip(result.steps, (None, *result.steps), strict=False):
        for i, a in enumerate(result.arms):
            rows += [
                {"quantity": "flow", "arm": a.arm.label, "step": step.label, "group": level.label,
                 "from": before.levels[j].label if before else a.arm.label, "n": int(step.arrivals[i, j, k])}
                for k, level in enumerate(step.levels)
                for j in range(step.arrivals.shape[1])
                if step.arrivals[i, j, k]
            ]  # fmt: skip
    for share in result.shares:
        base = {"step": share.step, "group": f"any of {share.label}" if share.any_of else share.label}
        for a, events, value in zip(result.arms, share.counts, share.shares, strict=True):
            rows.append(
                {"quantity": "share", "arm": a.arm.label, **base, "n": a.n, "events": events, **_numbers(value)}
            )
        for c in share.comparisons:
            pair = {"arm": c.arm.label, "reference": c.reference.label, **base}
            rows.append({"quantity": "difference", **pair, **_numbers(c.difference)})
            rows.append({"quantity": "test", **pair, **_numbers(c.test)})
    for a, over_time in zip(result.arms, result.over_time, strict=False):
        if over_time is not None:
            rows += _state_rows(a.arm.label, result, over_time)
    return rows


def _state_rows(arm: str, result: TransplantResult, over_time: StatesOverTime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for place, state in enumerate(result.states):
        base = {"arm": arm, "group": state}
        value = over_time.at_month[place]
        rows.append({"quantity": "state_probability", **base, "time": result.month, **_numbers(value)})
        curve = over_time.curve
        rows += [
            {"quantity": "state_curve", **base, "time": time, "estimate": estimate, "at_risk": at_risk}
            for time, estimate, at_risk in zip(
                curve.time.tolist(), curve.probability[:, place].tolist(), curve.at_risk[:, place].tolist(), strict=True
            )
        ]
    return rows


def _numbers(value: Estimate | Test | NotEstimable) -> dict[str, Any]:
    if isinstance(value, NotEstimable):
        return {"note": value.reason}
    if isinstance(value, Estimate):
        fields = asdict(value)
        return {"estimate": fields.pop("value"), **fields}
    return asdict(value)
