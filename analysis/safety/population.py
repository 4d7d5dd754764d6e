"""Whose adverse events are counted: the safety population, as treated, within the cohort filters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.cohort import Cohort, cohort
from analysis.estimate import Bools, Ints
from analysis.selection import Selection, in_words
from data.contract import AdverseEvents, Arm, Population, Trial


@dataclass(frozen=True, eq=False)
class Treated:
    """The patients whose events are counted, whatever population the bar shows.

    `arms` are those switched on, with their places in the trial; `arm` is each patient's place in `arms`. `sizes` and
    `seat` (the place of each patient of the trial among `members`, -1 for the others) save counting again.
    """

    population: Population
    members: Cohort
    arms: tuple[tuple[int, Arm], ...]
    arm: Ints
    sizes: Ints
    seat: Ints
    words: str

    @property
    def n(self) -> int:
        return self.members.n


def safety_population(trial: Trial, selection: Selection) -> Population:
    """The population chosen if it goes by actual treatment, else the trial's first that does, else the one chosen."""
    populations = {p.id: p for p in trial.design.populations}
    chosen = populations[selection.population]
    as_treated = [p for p in trial.design.populations if p.treatment == "actual"]
    return chosen if chosen in as_treated or not as_treated else as_treated[0]


def treated(trial: Trial, selection: Selection) -> Treated:
    """The patients of the safety population in the arms and under the filters of `selection`."""
    population = safety_population(trial, selection)
    within = replace(selection, population=population.id)
    members = cohort(trial, within)
    arms = tuple((place, arm) for place, arm in enumerate(trial.design.arms) if arm.id in selection.arms)
    seats = np.full(len(trial.design.arms), -1)
    seats[[place for place, _ in arms]] = np.arange(len(arms))
    seat = np.full(len(trial.patients), -1)
    seat[members.rows] = np.arange(members.n)
    arm = seats[members.arm]
    return Treated(
        population=population,
        members=members,
        arms=arms,
        arm=arm,
        sizes=np.bincount(arm, minlength=len(arms)),
        seat=seat,
        words=in_words(within, trial),
    )


def counted(events: AdverseEvents, seat: Ints) -> Bools:
    """Which events count: treatment-emergent, of patients with a seat."""
    return events.emergent & (seat[events.patient] >= 0)


def most_frequent(events: AdverseEvents, which: Bools) -> int:
    """The term, of the events `which`, that most patients had."""
    patients = len(events.treated)
    pairs = np.unique(events.term[which] * patients + events.patient[which])
    return int(np.bincount(pairs // patients).argmax())


def reference(arms: tuple[tuple[int, Arm], ...], sizes: Ints) -> int | None:
    """The place, among the arms shown, of the one the others are compared with; None with one arm that has patients.

    It is the trial's reference, or the last arm when that is switched off.
    """
    shown = [i for i in range(len(arms)) if sizes[i]]
    if len(shown) < 2:
        return None
    return next((i for i in shown if arms[i][1].reference), shown[-1])
