"""A small search: change a draft step by step so that the sum of its terms' distances falls.

Simulated annealing over three kinds of moves. A `Swap` exchanges the values of some columns between two patients
of one arm, so that every margin of the arm stays as it is; a `Shift` moves one patient's
day; a `Redraw` gives one patient another value where no margin is published. Everything is
bounded by a number of steps and drawn from one generator: the same seed gives the same patients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Ints
from data.synthesis.draft import Draft
from data.synthesis.objective import Term

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
    """Move one patient's day in `column` by up to `reach` days, among `eligible` patients."""

    column: str
    reach: int
    eligible: Callable[[Draft], Bools] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        row = rng.choice(_candidates(draft, self.eligible), size=1)
        step = int(rng.integers(-self.reach, self.reach + 1))
        return (row, {self.column: draft[self.column][row] + step}) if step else None


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


Move = Swap | Shift | Redraw


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
) -> dict[str, float]:
    """Change `draft` in place; return what is left of each term's distance.

    Every other step tries a move by the frequency that `moves` gives it, the others a move that touches a term picked
    by what is left of it; `possible` refuses patients that cannot be; `weights` by fact id
    multiply distances (1 unless given). The best draft seen is the one kept.
    """
    weight = np.array([(weights or {}).get(term.id, 1.0) for term in terms])
    distances = weight * np.array([term.distance(draft) for term in terms])
    choices = list(moves)
    frequency = np.cumsum(np.array([moves[move] for move in choices]))
    touched: dict[tuple[tuple[str, ...], int], Ints] = {}
    best, best_draft = float(distances.sum()), {name: values.copy() for name, values in draft.items()}
    cooling = (schedule.end / schedule.start) ** (1 / max(schedule.steps, 1))
    temperature, total = schedule.start, best
    helpful = [[move for move in choices if _changes(move, term)] for term in terms]
    for step in range(schedule.steps):
        temperature *= cooling
        if best == 0:
            break
        options = []
        if step % 2:
            options = helpful[
                int(np.searchsorted(np.cumsum(distances), rng.random() * distances.sum(), side="right")) % len(terms)
            ]
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
        if not possible(draft, rows):
            _put(draft, rows, before)
            continue
        key = (move.columns, int(draft["ARM"][rows[0]]))
        if key not in touched:
            touched[key] = np.array(
                [i for i, term in enumerate(terms) if key[1] in term.arms and term.columns & set(move.columns)],
                dtype=np.int64,
            )
        affected = touched[key]
        new = np.array([weight[i] * terms[i].distance(draft) for i in affected])
        change = float(new.sum() - distances[affected].sum())
        if change <= 0 or rng.random() < np.exp(-change / temperature):
            distances[affected] = new
            total += change
            if total < best - 1e-9:
                best, best_draft = total, {name: values.copy() for name, values in draft.items()}
        else:
            _put(draft, rows, before)
    for name, values in best_draft.items():
        draft[name][:] = values
    return {term.id: term.distance(draft) for term in terms}


def _touched(terms: Sequence[Term], move: Move, arm: int) -> Ints:
    """Positions of the terms that a move in `arm` can change; a swap leaves the margins of its own columns alone."""
    return np.array([i for i, term in enumerate(terms) if arm in term.arms and _changes(move, term)], dtype=np.int64)


def _changes(move: Move, term: Term) -> bool:
    columns = frozenset(move.columns)
    return bool(term.columns & columns) and not (isinstance(move, Swap) and term.columns <= columns)


def _put(draft: Draft, rows: Ints, changed: Draft) -> None:
    for name, values in changed.items():
        draft[name][rows] = values
