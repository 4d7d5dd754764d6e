"""The path of patients, one step after another: the stages of the trial, then the state at a month.

Every patient of the trial stands in exactly one level of every step, so a flow drawn from them loses nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.estimate import Bools, Floats, Ints
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial

#: The step of a link: a stage by its variable, or the state at a month.
PREFIX = "PATH."
_AT_MONTH = re.compile(r"month([1-9]\d{0,3})")
#: Between the levels before and after, in the name of those who went from one to the other.
THEN = "~"
#: Names in links of the levels that are not in the data: without a value, and without a state at the month.
OTHERWISE, NOT_FOLLOWED = "otherwise", "unknown"


@dataclass(frozen=True)
class Level:
    """A level of a step: its name in links and its label. `reached` levels count as having got there."""

    id: str
    label: str
    reached: bool = False


@dataclass(frozen=True, eq=False)
class Step:
    """A step of the path: `place` is each patient's position in `levels`, aligned with `Trial.patients`."""

    id: str
    label: str
    levels: tuple[Level, ...]
    place: Ints


def steps(trial: Trial, month: int | None) -> tuple[Step, ...]:
    """The stages of the trial and, when the states are known, the state at `month`."""
    found = []
    for stage in trial.design.stages:
        levels = [Level(level.value, level.label, level.value in stage.reached) for level in stage.levels]
        levels.append(Level(OTHERWISE, stage.otherwise))
        found.append(Step(stage.variable, stage.label, tuple(levels), trial.stages[stage.variable]))
    if month is not None:
        found.append(_state_at(trial, month))
    return tuple(found)


def follow_up(trial: Trial) -> Floats:
    """Days each patient was followed for the final state, (patients,); NaN where nothing is known."""
    final = next(e for e in trial.design.endpoints if e.id == trial.design.states[-1].entered)
    days: Floats = trial.times[final.id].time * DAYS_PER_UNIT[final.recorded]
    return days


def state_on(entered: Floats, day: float) -> Ints:
    """The state each patient was in on `day`: the one entered last; the later of the list on the same day.

    `entered` (patients, states) are days of entry, infinite for never; the final state is never left.
    """
    latest = np.full(len(entered), -np.inf)
    state = np.zeros(len(entered), dtype=np.int64)
    for place in range(entered.shape[1]):
        days = entered[:, place]
        enters = (days <= day) & (days >= latest)
        state[enters] = place
        latest[enters] = days[enters]
    state[entered[:, -1] <= day] = entered.shape[1] - 1
    return state


def _state_at(trial: Trial, month: int) -> Step:
    states = trial.design.states
    day = month * DAYS_PER_MONTH
    place = state_on(trial.entered, day)
    # follow-up that ended on the day itself still covers it, as a patient at risk on that day does
    unseen = ~(follow_up(trial) >= day) & (place < len(states) - 1)
    levels = [Level(state.id, state.label) for state in states]
    levels.append(Level(NOT_FOLLOWED, "Not followed so long"))
    return Step(f"month{month}", f"At {month} mo", tuple(levels), np.where(unseen, len(states), place))


@dataclass(frozen=True, eq=False)
class Choice:
    """Those in a level of a step, or those who came to it from a level of the step before."""

    label: str
    members: Bools


def choices(trial: Trial, variable: str) -> tuple[str, dict[str, Choice]] | None:
    """What a link may choose of the step it calls `variable` ("PATH.HSCTPATH"), with the step's label.

    The names are a level, or two levels joined by "~". None when the trial has no such step.
    """
    if not variable.startswith(PREFIX):
        return None
    name = variable.removeprefix(PREFIX)
    at_month = _AT_MONTH.fullmatch(name)
    month = int(at_month[1]) if at_month and trial.design.states else None
    path = steps(trial, month)
    here = next((place for place, step in enumerate(path) if step.id == name), None)
    if here is None:
        return None
    step = path[here]
    found = {level.id: Choice(level.label, step.place == i) for i, level in enumerate(step.levels)}
    for before, _ in list(pairwise(path))[max(here - 1, 0) : here]:
        for i, source in enumerate(before.levels):
            for j, level in enumerate(step.levels):
                members = (before.place == i) & (step.place == j)
                found[f"{source.id}{THEN}{level.id}"] = Choice(f"{source.label} → {level.label}", members)
    return step.label, found
