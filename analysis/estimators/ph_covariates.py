"""Proportional hazards of a Cox model of several covariates: R's `cox.zph`, for each term and for all together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.estimate import Bools, Floats, NotEstimable, Test
from analysis.estimators import efron, normal
from analysis.estimators.kaplan_meier import Curve, product_limit

GLOBAL = "GLOBAL"


def proportional_hazards_tests(
    time: Floats, event: Bools, terms: Mapping[str, Floats]
) -> dict[str, Test] | NotEstimable:
    """Test each term, columns (n, k) of numbers, and under `GLOBAL` all of them.

    The score test of an interaction of the term with g(t), one minus the Kaplan-Meier just before t, all covariates
    being in the model. Source: Grambsch & Therneau, Biometrika 1994;81:515-26, in the exact form of R's `cox.zph`
    since survival 3.0.
    """
    if not event.any():
        return NotEstimable("No events.")
    x, _ = efron.standardise(np.column_stack(list(terms.values())))
    rows = efron.risk_rows(time, event, x)
    fitted = efron.fit(rows)
    if isinstance(fitted, NotEstimable):
        return fitted
    clock = _clock(time, event, rows.time)
    clock = clock - np.average(clock, weights=np.bincount(rows.at))
    by_row = clock[rows.row]
    spread = fitted.at.spread
    crossed = np.tensordot(by_row, spread, axes=1)
    squared = np.tensordot(by_row**2, spread, axes=1)
    score = clock[rows.at] @ rows.x[rows.event] - by_row @ fitted.at.mean
    places: dict[str, list[int]] = {}
    start = 0
    for name, columns in terms.items():
        places[name] = list(range(start, start + columns.shape[1]))
        start += columns.shape[1]
    places[GLOBAL] = list(range(start))
    tests: dict[str, Test] = {}
    for name, place in places.items():
        information = np.block(
            [[fitted.at.information, crossed[:, place]], [crossed[place], squared[np.ix_(place, place)]]]
        )
        if np.linalg.matrix_rank(information, hermitian=True) < len(information):
            return NotEstimable("Too few events to follow the hazard ratios over time.")
        u = np.concatenate((np.zeros(start), score[place]))
        statistic = float(u @ np.linalg.solve(information, u))
        tests[name] = normal.chi_square_test(statistic, len(place), "scaled Schoenfeld test, km transform of time")
    return tests


def _clock(time: Floats, event: Bools, at: Floats) -> Floats:
    """One minus the Kaplan-Meier just before each of `at`."""
    curve = product_limit(time, event)
    assert isinstance(curve, Curve)  # noqa: S101  there are events, hence patients
    before: Floats = np.append(1.0, curve.survival)[np.searchsorted(curve.time, at, side="left")]
    return 1 - before
