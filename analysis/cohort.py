"""Which patients a `Selection` leaves, and in which arm each is analysed. Every view starts here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.estimate import Bools, Ints
from analysis.groups import find_group
from analysis.selection import Selection, selected_arms, selected_population
from data.contract import Trial


@dataclass(frozen=True, eq=False)
class Cohort:
    """The patients of a selection.

    `rows` are positions in `Trial.patients`, ascending; `arm` the position of each one's arm in
    `Trial.design.arms`. `of` counts the population in the selected arms before the filters. `withheld` says that
    P values are not to be shown: the cohort is exploratory and the reader has not asked for them.
    """

    rows: npt.NDArray[np.intp]
    arm: npt.NDArray[np.int64]
    of: int
    withheld: bool

    @property
    def n(self) -> int:
        return len(self.rows)

    @property
    def exploratory(self) -> bool:
        """Whether a filter has dropped patients of the population: the comparison is then not randomised."""
        return self.n < self.of


def cohort(trial: Trial, selection: Selection) -> Cohort:
    """The patients of `selection`: its population and arms, then its filters; by actual treatment if it says so."""
    mask, arm = _population(trial, selection)
    kept = mask & _kept(trial, selection)
    rows, of = np.flatnonzero(kept), int(mask.sum())
    return Cohort(rows=rows, arm=arm[rows], of=of, withheld=len(rows) < of and not selection.reveal)


def complement(trial: Trial, selection: Selection) -> Cohort:
    """The patients of the population and arms that the filters of `selection` leave out."""
    mask, arm = _population(trial, selection)
    rows = np.flatnonzero(mask & ~_kept(trial, selection))
    return Cohort(rows=rows, arm=arm[rows], of=int(mask.sum()), withheld=not selection.reveal)


def _population(trial: Trial, selection: Selection) -> tuple[Bools, Ints]:
    """The population in the selected arms as a mask of the trial's patients, and the arm each is analysed in."""
    design = trial.design
    population = selected_population(selection, design)
    arm = trial.actual if population.treatment == "actual" else trial.planned
    positions = [design.arms.index(chosen) for chosen in selected_arms(selection, design)]
    return trial.populations[population.id] & np.isin(arm, positions), arm


def _kept(trial: Trial, selection: Selection) -> Bools:
    """The patients that pass every filter, as a mask."""
    mask = np.ones(len(trial.patients), dtype=bool)
    for chosen in selection.filters:
        group = find_group(trial, chosen.variable)
        if group is None:
            raise KeyError(chosen.variable)
        mask &= np.logical_or.reduce([group.members(value) for value in chosen.levels])
    return mask


def post_baseline_filters(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """Labels of the filters that use what is known only after randomisation."""
    groups = (find_group(trial, chosen.variable) for chosen in selection.filters)
    return tuple(group.label for group in groups if group is not None and group.post_baseline)


def level_counts(trial: Trial, selection: Selection, variable: str) -> dict[str, tuple[int, ...]]:
    """What choosing each level of a group would leave, per arm of the trial, given the other filters."""
    others = tuple(chosen for chosen in selection.filters if chosen.variable != variable)
    base = cohort(trial, replace(selection, filters=others))
    group = find_group(trial, variable)
    if group is None:
        return {}
    arms = len(trial.design.arms)
    return {
        value: tuple(np.bincount(base.arm[group.members(value)[base.rows]], minlength=arms).tolist())
        for value in group.levels
    }


def arm_counts(trial: Trial, selection: Selection) -> tuple[int, ...]:
    """Patients of the cohort in each arm of the trial, also the arms switched off, as the arm buttons show them."""
    everyone = replace(selection, arms=tuple(arm.id for arm in trial.design.arms))
    return tuple(np.bincount(cohort(trial, everyone).arm, minlength=len(trial.design.arms)).tolist())
