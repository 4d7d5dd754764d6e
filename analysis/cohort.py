"""Which patients a `Selection` leaves, and in which arm each is analysed. Every view starts here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.groups import find_group
from analysis.selection import Selection, selected_arms, selected_population
from data.contract import Trial


@dataclass(frozen=True, eq=False)
class Cohort:
    """The patients of a selection.

    `rows` are positions in `Trial.patients`, ascending; `arm` the position of each one's arm in
    `Trial.design.arms`. `of` counts the population in the selected arms before the filters.
    """

    rows: npt.NDArray[np.intp]
    arm: npt.NDArray[np.int64]
    of: int

    @property
    def n(self) -> int:
        return len(self.rows)

    @property
    def exploratory(self) -> bool:
        """Whether a filter has dropped patients of the population: the comparison is then not randomised."""
        return self.n < self.of


def cohort(trial: Trial, selection: Selection) -> Cohort:
    """The patients of `selection`: its population and arms, then its filters; by actual treatment if it says so."""
    design = trial.design
    population = selected_population(selection, design)
    arm = trial.actual if population.treatment == "actual" else trial.planned
    positions = [design.arms.index(chosen) for chosen in selected_arms(selection, design)]
    mask = trial.populations[population.id] & np.isin(arm, positions)
    of = int(mask.sum())
    for chosen in selection.filters:
        group = find_group(trial, chosen.variable)
        if group is None:
            raise KeyError(chosen.variable)
        mask = mask & np.logical_or.reduce([group.members(value) for value in chosen.levels])
    rows = np.flatnonzero(mask)
    return Cohort(rows=rows, arm=arm[rows], of=of)


def arm_counts(trial: Trial, selection: Selection) -> tuple[int, ...]:
    """Patients of the cohort in each arm of the trial, also the arms switched off, as the arm buttons show them."""
    everyone = Selection(
        trial=selection.trial,
        population=selection.population,
        endpoint=selection.endpoint,
        arms=tuple(arm.id for arm in trial.design.arms),
        filters=selection.filters,
    )
    return tuple(np.bincount(cohort(trial, everyone).arm, minlength=len(trial.design.arms)).tolist())
