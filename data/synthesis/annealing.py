"""A small search: change a draft step by step so that the sum of its terms' distances falls.

Simulated annealing over four kinds of moves. A `Swap` exchanges the values of some columns between two patients
of one arm, so that every margin of the arm stays as it is; a `Shift` moves a day of one patient, a `Trade` the days of
two by as much in opposite ways; a `Redraw` gives one patient another value where no margin is published. Everything is
bounded by a number of steps and drawn from one generator: the same seed gives the same patients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Floats, Ints
from data.synthesis.draft import Draft
from data.synthesis.objective import Term

#: Costs are added up in an order of their own until they are surely too high; sums in another order differ by less.
SURE = 1e-9

#: Says whether the patients at these positions are possible people.
Rule = Callable[[Draft, Ints], bool]


@dataclass(frozen=True, eq=False)
class Swap:
    """Exchange `columns` between two patients of one arm, both among `eligible` and with equal values of `within`."""

    columns: tuple[str, ...]
    eligible: Callable[[Draft], Bools] | None = None
    within: tuple[str, ...] = ()

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        candidates = _candidates(draft, self.eligible)
        first = int(rng.choice(candidates))
        same = draft["ARM"][candidates] == draft["ARM"][first]
        for name in self.within:
            same &= draft[name][candidates] == draft[name][first]
        second = int(rng.choice(candidates[same]))
        if all(draft[name][first] == draft[name][second] for name in self.columns):
            return None
        rows = np.array([first, second])
        return rows, {name: draft[name][rows[::-1]] for name in self.columns}


@dataclass(frozen=True, eq=False)
class Shift:
    """Move one patient's day in all of `columns` by up to `reach` days, among `eligible` patients."""

    columns: tuple[str, ...]
    reach: int
    eligible: Callable[[Draft], Bools] | None = None

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        row = rng.choice(_candidates(draft, self.eligible), size=1)
        step = int(rng.integers(-self.reach, self.reach + 1))
        return (row, {name: draft[name][row] + step for name in self.columns}) if step else None


@dataclass(frozen=True, eq=False)
class Trade:
    """Move a day in `column` by up to `reach` days later in one patient and earlier in another of the same arm.

    The mean day of the arm stays as it is, so that what depends on its spread can be tuned alone.
    """

    column: str
    reach: int
    eligible: Callable[[Draft], Bools] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        candidates = _candidates(draft, self.eligible)
        first = int(rng.choice(candidates))
        same = candidates[draft["ARM"][candidates] == draft["ARM"][first]]
        second = int(rng.choice(same))
        if first == second:
            return None
        rows = np.array([first, second])
        step = int(rng.integers(1, self.reach + 1))
        return rows, {self.column: draft[self.column][rows] + np.array([step, -step])}


@dataclass(frozen=True, eq=False)
class Redraw:
    """Give one of `eligible` another of `values` in `column`."""

    column: str
    values: tuple[str | float, ...]
    eligible: Callable[[Draft], Bools] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        row = rng.choice(_candidates(draft, self.eligible), size=1)
        value = np.array([self.values[int(rng.integers(len(self.values)))]], dtype=draft[self.column].dtype)
        return None if value[0] == draft[self.column][row[0]] else (row, {self.column: value})


def _candidates(draft: Draft, eligible: Callable[[Draft], Bools] | None) -> Ints:
    return np.flatnonzero(eligible(draft)) if eligible else np.arange(len(draft["ARM"]))


Move = Swap | Shift | Trade | Redraw


@dataclass(frozen=True)
class Schedule:
    """How long to search and how readily a worse draft is accepted, from the first step to the last."""

    steps: int
    start: float = 0.5
    end: float = 0.005


def anneal(
    draft: Draft,
    terms: Sequence[Term],
    moves: Mapping[Move, float],
    schedule: Schedule,
    rng: np.random.Generator,
    possible: Rule = lambda draft, rows: True,
    weights: Mapping[str, float] | None = None,
    missed: float = 0.0,
) -> dict[str, float]:
    """Change `draft` in place; return what is left of each term's distance.

    Every other step tries a move by the frequency that `moves` gives it, the others a move that touches a term picked
    by what is left of it; `possible` refuses patients that cannot be; `weights` by fact id
    multiply distances (1 unless given). A term that is not met costs `missed` on top of its distance: the more, the
    fewer are missed, if by more. The best draft seen is the one kept.
    """
    weight = np.array([(weights or {}).get(term.id, 1.0) for term in terms])
    costs = _Costs(draft, terms, weight, missed)
    choices = list(moves)
    frequency = np.cumsum(np.array([moves[move] for move in choices]))
    best, best_draft = costs.total, {name: values.copy() for name, values in draft.items()}
    cooling = (schedule.end / schedule.start) ** (1 / max(schedule.steps, 1))
    temperature = schedule.start
    helpful = [[move for move in choices if _changes(move, term)] for term in terms]
    for step in range(schedule.steps):
        temperature *= cooling
        if best == 0:
            break
        options = helpful[costs.pick(rng)] if step % 2 else []
        if options:
            move = options[int(rng.integers(len(options)))]
        else:
            move = choices[int(np.searchsorted(frequency, rng.random() * frequency[-1], side="right"))]
        proposal = move.propose(draft, rng)
        if proposal is None:
            continue
        rows, changed = proposal
        before = {name: draft[name][rows] for name in changed}
        _put(draft, rows, changed)
        if not possible(draft, rows) or not costs.accept(move.columns, int(draft["ARM"][rows[0]]), temperature, rng):
            _put(draft, rows, before)
        elif costs.total < best - SURE:
            best, best_draft = costs.total, {name: values.copy() for name, values in draft.items()}
    for name, values in best_draft.items():
        draft[name][:] = values
    return {term.id: term.distance(draft) for term in terms}


class _Costs:
    """What each term of a draft costs, and whether a changed draft may be kept for what it costs."""

    def __init__(self, draft: Draft, terms: Sequence[Term], weight: Floats, missed: float) -> None:
        self._draft, self._terms, self._weight, self._missed = draft, terms, weight, missed
        self._known = np.array([self._cost(i) for i in range(len(terms))])
        self._touched: dict[tuple[tuple[str, ...], int], tuple[Ints, Ints]] = {}
        self.total = float(self._known.sum())

    def _cost(self, i: int) -> float:
        distance = self._terms[i].distance(self._draft)
        return float(self._weight[i] * (distance + self._missed)) if distance > 0 else 0.0

    def pick(self, rng: np.random.Generator) -> int:
        """A term, by what it costs."""
        place = np.searchsorted(np.cumsum(self._known), rng.random() * self._known.sum(), side="right")
        return int(place) % len(self._terms)

    def accept(self, columns: tuple[str, ...], arm: int, temperature: float, rng: np.random.Generator) -> bool:
        """Whether the draft, changed in `columns` of a patient of `arm`, is kept; if so its costs are.

        Costs only add up: as soon as they are too high for the luck of this step, the rest need not be known.
        """
        affected, quick_first = self._affected(columns, arm)
        old = float(self._known[affected].sum())
        new, so_far, luck = np.zeros(len(affected)), 0.0, None
        for place in quick_first:
            new[place] = self._cost(affected[place])
            so_far += new[place]
            if luck is None and so_far > old + SURE:
                luck = -temperature * np.log(rng.random())
            if luck is not None and so_far > old + luck + SURE:
                return False
        change = float(new.sum()) - old
        if luck is None and change > 0:
            luck = -temperature * np.log(rng.random())
        if luck is not None and change >= luck:
            return False
        self._known[affected] = new
        self.total += change
        return True

    def _affected(self, columns: tuple[str, ...], arm: int) -> tuple[Ints, Ints]:
        """The terms that read one of `columns` in `arm`, and their places from the quickest to the slowest."""
        key = (columns, arm)
        if key not in self._touched:
            found = [i for i, term in enumerate(self._terms) if arm in term.arms and term.columns & set(columns)]
            effort = np.argsort([self._terms[i].effort for i in found], kind="stable")
            self._touched[key] = np.array(found, dtype=np.int64), effort
        return self._touched[key]


def _changes(move: Move, term: Term) -> bool:
    columns = frozenset(move.columns)
    return bool(term.columns & columns) and not (isinstance(move, Swap) and term.columns <= columns)


def _put(draft: Draft, rows: Ints, changed: Draft) -> None:
    for name, values in changed.items():
        draft[name][rows] = values
