"""A small search: change a draft step by step so that the sum of its terms' distances falls.

Simulated annealing over a few kinds of moves. A `Swap` exchanges the values of some columns between two patients
of one arm, so that every margin of the arm stays as it is, a `Deal` does so for several holders of one value; a `Shift`
moves a day of one patient, `Together` the days of patients next to each other, a `Trade` the days of two by as much in
opposite ways; a `Redraw` gives one patient another value where no margin is published. Everything is bounded by a
number of steps and drawn from one generator: the same seed gives the same patients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Ints
from data.published import Condition
from data.synthesis.draft import Draft, Reads, Still, meets
from data.synthesis.objective import Term

#: Costs are added up in an order of their own until they are surely too high; sums in another order differ by less.
SURE = 1e-9


@dataclass(frozen=True, eq=False)
class Rule:
    """What every patient keeps: `broken`, a function of `columns`, is true or above zero for those who do not."""

    columns: frozenset[str]
    broken: Callable[[Draft, Ints], Bools | Ints]


@dataclass(frozen=True, eq=False)
class Swap:
    """Exchange `columns` between two patients of one arm, both among `eligible` and with equal values of `within`."""

    columns: tuple[str, ...]
    eligible: Callable[[Draft], Bools] | None = None
    within: tuple[str, ...] = ()

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        candidates = _candidates(draft, self.eligible)
        first = _one(candidates, rng)
        same = draft["ARM"][candidates] == draft["ARM"][first]
        for name in self.within:
            same &= draft[name][candidates] == draft[name][first]
        second = _one(candidates[same], rng)
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
        row = np.array([_one(_candidates(draft, self.eligible), rng)])
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
        first, same = _one_of_an_arm(draft, self.eligible, rng)
        second = _one(same, rng)
        if first == second:
            return None
        rows = np.array([first, second])
        step = int(rng.integers(1, self.reach + 1))
        return rows, {self.column: draft[self.column][rows] + np.array([step, -step])}


@dataclass(frozen=True, eq=False)
class Together:
    """Move the days in `column` of two or three patients of an arm, next to each other in days since `since`, alike.

    A median that rests between two patients moves only when both do.
    """

    column: str
    since: str
    reach: int
    eligible: Callable[[Draft], Bools]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        first, same = _one_of_an_arm(draft, self.eligible, rng)
        lasted = draft[self.column] - draft[self.since]
        nearest = np.argsort(np.abs(lasted[same] - lasted[first]), kind="stable")
        rows = same[nearest[: int(rng.integers(2, 4))]]
        step = int(rng.integers(-self.reach, self.reach + 1))
        return (rows, {self.column: draft[self.column][rows] + step}) if step else None


@dataclass(frozen=True, eq=False)
class Deal:
    """Exchange `columns` between up to `most` holders of `value` in the first of them and others of their arm.

    Those with another value `apart` keep theirs.
    """

    columns: tuple[str, ...]
    value: str
    most: int
    apart: str

    def propose(self, draft: Draft, rng: np.random.Generator) -> tuple[Ints, Draft] | None:
        values = draft[self.columns[0]]
        givers = np.sort(rng.permutation(np.flatnonzero(values == self.value))[: 1 + int(rng.integers(self.most))])
        others = np.flatnonzero((values != self.value) & (values != self.apart))
        takers = [rng.permutation(others[draft["ARM"][others] == arm]) for arm in (0, 1)]
        arms = draft["ARM"][givers]
        taking = np.empty(len(givers), dtype=np.int64)
        for arm in (0, 1):
            taking[arms == arm] = takers[arm][: int((arms == arm).sum())]
        return np.r_[givers, taking], {name: draft[name][np.r_[taking, givers]] for name in self.columns}


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
        row = np.array([_one(_candidates(draft, self.eligible), rng)])
        value = np.array([self.values[int(rng.integers(len(self.values)))]], dtype=draft[self.column].dtype)
        return None if value[0] == draft[self.column][row[0]] else (row, {self.column: value})


def _candidates(draft: Draft, eligible: Callable[[Draft], Bools] | None) -> Ints:
    return np.flatnonzero(eligible(draft)) if eligible else np.arange(len(draft["ARM"]))


def _one(rows: Ints, rng: np.random.Generator) -> int:
    """Draw one of `rows`: the one that `rng.choice` would draw, in a fifth of its time."""
    return int(rows[rng.integers(len(rows))])


def _one_of_an_arm(
    draft: Draft, eligible: Callable[[Draft], Bools] | None, rng: np.random.Generator
) -> tuple[int, Ints]:
    """Draw one of `eligible`; return its row and the rows of all of them in its arm."""
    candidates = _candidates(draft, eligible)
    first = _one(candidates, rng)
    return first, candidates[draft["ARM"][candidates] == draft["ARM"][first]]


Move = Swap | Deal | Shift | Together | Trade | Redraw


@dataclass(frozen=True)
class Schedule:
    """How long to search and how readily a worse draft is accepted, from the first step to the last."""

    steps: int
    start: float = 0.5
    end: float = 0.005


@dataclass(frozen=True)
class Price:
    """What a distance costs: `weight` for a unit, up to `most` units, and `missed` units more for any at all.

    The more a miss costs beside its distance, the fewer are missed, if by more.
    """

    weight: float = 1.0
    missed: float = 0.0
    most: float = np.inf

    def of(self, distance: float) -> float:
        return self.weight * (min(distance, self.most) + self.missed) if distance > 0 else 0.0


PLAIN: Mapping[str, Price] = {}


def anneal(
    draft: Draft,
    terms: Sequence[Term],
    moves: Mapping[Move, float],
    schedule: Schedule,
    rng: np.random.Generator,
    rules: Sequence[Rule] = (),
    prices: Mapping[str, Price] = PLAIN,
    at_once: int = 1,
) -> dict[str, float]:
    """Change `draft` in place; return what is left of each term's distance.

    Every other step tries a move by the frequency that `moves` gives it; the others aim at a term, picked by what it
    costs, with a move that touches it. With more than one move `at_once`, any term that is missed is aimed at, by up to
    so many moves together; several are kept only if they bring that term nearer. A change that makes a patient break
    one of `rules`, which all of them keep at first, is refused; `prices` by fact id say what a distance costs (itself
    unless given). The best draft seen is the one kept.
    """
    costs = _Costs(draft, terms, [prices.get(term.id, Price()) for term in terms])
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
        aim = costs.pick(rng, evenly=at_once > 1) if step % 2 else None
        options = helpful[aim] if aim is not None else []
        if options:
            tried = _several(options, 1 + int(rng.integers(at_once)) if at_once > 1 else 1, rng)
        else:
            tried = [choices[int(frequency.searchsorted(rng.random() * frequency[-1], side="right"))]]
        done = _do(draft, tried, rng)
        if not done:
            continue
        change = _Change(draft, done)
        if (
            any(rule.columns & change.columns and rule.broken(draft, change.rows).any() for rule in rules)
            or (len(done) > 1 and aim is not None and not costs.nearer(aim, change))
            or not costs.accept(change, temperature, rng)
        ):
            _put(draft, change.rows, change.before)
        elif costs.total < best - SURE:
            best, best_draft = costs.total, {name: values.copy() for name, values in draft.items()}
    for name, values in best_draft.items():
        draft[name][:] = values
    return {term.id: term.distance(draft) for term in terms}


def _several(options: Sequence[Move], n: int, rng: np.random.Generator) -> list[Move]:
    """Draw `n` of `options`, half of the time the same one again and again."""
    first = options[int(rng.integers(len(options)))]
    if n > 1 and rng.random() < 0.5:
        return [first] * n
    return [first, *(options[int(rng.integers(len(options)))] for _ in range(n - 1))]


def _do(draft: Draft, moves: Sequence[Move], rng: np.random.Generator) -> list[tuple[Ints, Draft]]:
    """Make the moves that have something to change; return the rows of each and what was in them."""
    done: list[tuple[Ints, Draft]] = []
    for move in moves:
        proposal = move.propose(draft, rng)
        if proposal is not None:
            rows, changed = proposal
            done.append((rows, {name: draft[name][rows] for name in changed}))
            _put(draft, rows, changed)
    return done


class _Change:
    """A draft after some moves: the rows they touched, what was in the columns they moved, and which of them differ."""

    def __init__(self, draft: Draft, done: Sequence[tuple[Ints, Draft]]) -> None:
        self.draft = Still(draft)
        (self.rows, self.before), *more = done
        if more:
            self.rows = np.unique(np.concatenate([rows for rows, _ in done]))
            self.before = {name: draft[name][self.rows] for _, before in done for name in before}
            for rows, before in reversed(done):
                _put(self.before, self.rows.searchsorted(rows), before)
        self.moved = frozenset(self.before)
        self.arms = frozenset(draft["ARM"][self.rows].tolist())
        now = {name: draft[name][self.rows] for name in self.before}
        self.columns = frozenset(name for name in now if now[name].tolist() != self.before[name].tolist())
        self._now = now

    def reads(self, conditions: Mapping[str, Sequence[Condition]]) -> frozenset[Reads]:
        """What a number may differ for: the columns, and those of the `conditions` on them that others meet now."""
        return self.columns.union(
            condition
            for name in self.columns
            for condition in conditions.get(name, ())
            if meets(self._now[name], condition).tolist() != meets(self.before[name], condition).tolist()
        )


class _Costs:
    """What each term of a draft costs, and whether a changed draft may be kept for what it costs."""

    def __init__(self, draft: Draft, terms: Sequence[Term], prices: Sequence[Price]) -> None:
        self._terms, self._prices = terms, prices
        still = Still(draft)
        self._distance = np.array([term.distance(still) for term in terms])
        self._known = np.array([price.of(d) for price, d in zip(prices, self._distance.tolist(), strict=True)])
        self._found: dict[tuple[frozenset[str], frozenset[int], frozenset[Reads]], tuple[Ints, Bools]] = {}
        conditions = {one for term in terms for one in term.reads if not isinstance(one, str)}
        self._conditions: dict[str, list[Condition]] = {}
        for condition in sorted(conditions, key=str):
            self._conditions.setdefault(condition.variable, []).append(condition)
        self._effort = np.array([term.effort for term in terms])
        self._asked, self._worse = np.ones(len(terms)), np.ones(len(terms))
        self.total = float(self._known.sum())

    def pick(self, rng: np.random.Generator, evenly: bool) -> int:
        """A term by what it costs, or any of those that are missed: the farthest may be out of reach."""
        worth = (self._distance > 0).astype(float) if evenly else self._known
        place = worth.cumsum().searchsorted(rng.random() * worth.sum(), side="right")
        return int(place) % len(self._terms)

    def nearer(self, i: int, change: _Change) -> bool:
        """Whether a change brings a term nearer than it was."""
        return self._terms[i].distance(change.draft) < float(self._distance[i]) - SURE

    def accept(self, change: _Change, temperature: float, rng: np.random.Generator) -> bool:
        """Whether a changed draft is kept; if so its costs are.

        Costs only add up: as soon as they are too high for the luck of this step, the rest need not be known. First
        asked are the terms that were often worse, or are missed, for the effort they take; those that read nothing that
        is changed are as far away as they were.
        """
        affected, asked = self._affected(change.moved, change.arms, change.reads(self._conditions))
        likely = self._worse[affected] / self._asked[affected] + (self._known[affected] > 0)
        distance, new = self._distance[affected], self._known[affected]
        old, so_far, luck = float(new.sum()), float(new[~asked].sum()), None
        order = (-likely / self._effort[affected]).argsort(kind="stable")
        for place in order[asked[order]].tolist():
            i = affected[place]
            distance[place] = self._terms[i].distance(change.draft)
            new[place] = self._prices[i].of(float(distance[place]))
            self._asked[i] += 1
            self._worse[i] += new[place] > self._known[i] + temperature / 2
            so_far += new[place]
            if luck is None and so_far > old + SURE:
                luck = -temperature * np.log(rng.random())
            if luck is not None and so_far > old + luck + SURE:
                return False
        more = float(new.sum()) - old
        if luck is None and more > 0:
            luck = -temperature * np.log(rng.random())
        if luck is not None and more >= luck:
            return False
        self._distance[affected], self._known[affected] = distance, new
        self.total += more
        return True

    def _affected(self, moved: frozenset[str], arms: frozenset[int], reads: frozenset[Reads]) -> tuple[Ints, Bools]:
        """The terms of `arms` that read a column of those `moved`, (k,), and which of them read one of `reads`."""
        key = (moved, arms, reads)
        if key not in self._found:
            affected = [i for i, term in enumerate(self._terms) if arms & term.arms and term.columns & moved]
            asked = [not reads.isdisjoint(self._terms[i].reads) for i in affected]
            self._found[key] = np.array(affected, dtype=np.int64), np.array(asked, dtype=bool)
        return self._found[key]


def _changes(move: Move, term: Term) -> bool:
    columns = frozenset(move.columns)
    return bool(term.columns & columns) and not (isinstance(move, Swap) and term.columns <= columns)


def _put(draft: Draft, rows: Ints, changed: Draft) -> None:
    for name, values in changed.items():
        draft[name][rows] = values
