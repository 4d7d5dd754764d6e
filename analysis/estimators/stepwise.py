"""Stepwise selection of a Cox model, as SAS PROC PHREG does it: score test to enter, Wald test to stay.

At each step the candidate with the smallest P of the score test, given those in the model, enters if it is below the
entry level; then the term with the largest P of the Wald test leaves if it is not below the stay level, and again
until all stay. It ends when nothing enters, or when the one that entered last is the one that leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.estimate import Bools, Floats, NotEstimable, Test
from analysis.estimators import efron, normal

#: More steps than these are a circle that the rule for the end has not seen.
MOST_STEPS = 100


@dataclass(frozen=True)
class Step:
    """One step: which term entered or left, by which test, and the terms in the model after it."""

    kind: Literal["enters", "leaves"]
    term: str
    test: Test
    model: tuple[str, ...]


@dataclass(frozen=True)
class Selected:
    """The steps and the terms at the end, in the order they entered.

    `waiting` are the entry tests of those left out at the end; `unusable` the terms that have no test at all, as
    they are the same in all patients.
    """

    steps: tuple[Step, ...]
    terms: tuple[str, ...]
    waiting: Mapping[str, Test]
    unusable: tuple[str, ...]


def stepwise(
    time: Floats, event: Bools, candidates: Mapping[str, Floats], entry: float, stay: float
) -> Selected | NotEstimable:
    """Select among `candidates`: the name of a term and its columns (n, k), several for a factor of several levels.

    All (n,) patients have every value. Raises nothing; NotEstimable without events.
    """
    if not event.any():
        return NotEstimable("No events.")
    columns = {name: efron.standardise(np.asarray(x, dtype=float))[0] for name, x in candidates.items()}
    usable = {name: x for name, x in columns.items() if np.linalg.matrix_rank(x) == x.shape[1]}
    inside: list[str] = []
    steps: list[Step] = []
    while len(steps) < MOST_STEPS:
        waiting = entry_tests(time, event, usable, inside)
        first = min(waiting, key=lambda name: (waiting[name].p_value, -waiting[name].statistic), default=None)
        if first is None or waiting[first].p_value >= entry:
            break
        inside.append(first)
        steps.append(Step("enters", first, waiting[first], tuple(inside)))
        while (last := _weakest(time, event, usable, inside)) is not None and last[1].p_value >= stay:
            inside.remove(last[0])
            steps.append(Step("leaves", last[0], last[1], tuple(inside)))
        if steps[-1].kind == "leaves" and steps[-1].term == first:
            break
    unusable = tuple(name for name in columns if name not in usable)
    return Selected(tuple(steps), tuple(inside), entry_tests(time, event, usable, inside), unusable)


def entry_tests(time: Floats, event: Bools, candidates: Mapping[str, Floats], inside: Sequence[str]) -> dict[str, Test]:
    """The score test of each candidate that is not `inside`, given those that are."""
    held = _side_by_side(candidates, inside, len(time))
    fitted = efron.fit(efron.risk_rows(time, event, held))
    if isinstance(fitted, NotEstimable):
        return {}
    tests: dict[str, Test] = {}
    for name, x in candidates.items():
        if name not in inside:
            rows = efron.risk_rows(time, event, np.column_stack([held, x]))
            statistic = efron.score_test(rows, fitted, held.shape[1])
            if statistic is not None:
                tests[name] = normal.chi_square_test(statistic, x.shape[1], "score test")
    return tests


def wald_tests(time: Floats, event: Bools, terms: Mapping[str, Floats]) -> dict[str, Test] | NotEstimable:
    """The joint Wald test of each term (n, k) in the model of all of them."""
    fitted = efron.fit(efron.risk_rows(time, event, _side_by_side(terms, list(terms), len(time))))
    if isinstance(fitted, NotEstimable):
        return fitted
    tests, start = {}, 0
    for name, x in terms.items():
        place = slice(start, start + x.shape[1])
        start += x.shape[1]
        b = fitted.coefficients[place]
        statistic = float(b @ np.linalg.solve(fitted.covariance[place, place], b))
        tests[name] = normal.chi_square_test(statistic, x.shape[1], "Wald test")
    return tests


def _weakest(
    time: Floats, event: Bools, candidates: Mapping[str, Floats], inside: Sequence[str]
) -> tuple[str, Test] | None:
    """The term of the model with the largest P; a model without finite estimates keeps all of them."""
    tests = wald_tests(time, event, {name: candidates[name] for name in inside}) if inside else {}
    if isinstance(tests, NotEstimable) or not tests:
        return None
    return max(tests.items(), key=lambda item: (item[1].p_value, -item[1].statistic))


def _side_by_side(candidates: Mapping[str, Floats], names: Sequence[str], n: int) -> Floats:
    return np.column_stack([candidates[name] for name in names]) if names else np.empty((n, 0))
