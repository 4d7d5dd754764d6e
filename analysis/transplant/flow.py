"""How many patients of each arm stand at each step of the path, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.estimate import Ints
from analysis.stages import PREFIX, THEN, Level, Step
from data.contract import Arm


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


def counted(path: tuple[Step, ...], rows: Ints, arm: Ints, arms: int) -> tuple[StepCounts, ...]:
    """Patients of each arm in each level, and where they came from, for every step of the path."""
    counted = []
    everywhere = Step("", "", (Level("", ""),), np.zeros(len(path[0].place), dtype=np.int64))
    for before, step in pairwise((everywhere, *path)):
        shape = (arms, len(before.levels), len(step.levels))
        index = np.ravel_multi_index((arm, before.place[rows], step.place[rows]), shape)
        arrivals = np.bincount(index, minlength=int(np.prod(shape))).reshape(shape)
        counted.append(StepCounts(step.id, step.label, step.levels, arrivals.sum(axis=1), arrivals))
    return tuple(counted)
