"""Proportional hazards: the scaled Schoenfeld test of R's `cox.zph` and the hazard ratio smoothed over time.

lifelines' test is an older approximation that differs from R's a great deal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import rankdata

from analysis.estimate import Bools, Floats, Ints, NotEstimable, Test
from analysis.estimators import normal
from analysis.estimators.cells import maximise
from analysis.estimators.kaplan_meier import Curve, product_limit
from analysis.estimators.risk_sets import RiskSets, comparable, efron_weights, order, tally

Transform = Literal["km", "rank", "identity"]
SPLINE_POINTS = 40


@dataclass(frozen=True, eq=False)
class HazardRatioOverTime:
    """The smoothed hazard ratio with its pointwise interval at `time`; and the residuals that it smooths.

    `residual` is a log hazard ratio at each of `residual_time`, the scaled Schoenfeld residual of one event plus
    the coefficient.
    """

    time: Floats
    ratio: Floats
    low: Floats
    high: Floats
    residual_time: Floats
    residual: Floats
    level: float


def proportional_hazards_test(
    time: Floats, event: Bools, arm: Ints, strata: Ints | None = None, transform: Transform = "km"
) -> Test | NotEstimable:
    """Test that the hazard ratios between arms do not change with (transformed) time.

    `arm` (n,) codes from 0. The score test of an interaction of arm with g(t), where g is one minus the pooled
    Kaplan-Meier just before t ("km"), the rank of t, or t. Source: Grambsch & Therneau, Biometrika 1994;81:515-26,
    in the exact form of R's `cox.zph` since survival 3.0.
    """
    arms = int(arm.max(initial=0)) + 1
    sets = tally(order(time, event, strata), arm, arms)
    present = np.flatnonzero(sets.n)
    if not sets.events.any():
        return NotEstimable("No events.")
    if len(present) < 2:
        return NotEstimable("Only one arm has patients.")
    if len(np.unique(comparable(sets)[present])) > 1:
        return NotEstimable("The hazard ratio of an arm has no finite estimate.")
    events = sets.events[:, present]
    shares, _ = _fitted(sets.at_risk[:, present], events)
    clock = _clock(time, event, sets, transform)
    clock -= np.average(clock, weights=events.sum(axis=1))
    clock_of_row = np.repeat(clock, events.sum(axis=1))

    def spread(by: Floats) -> Floats:
        weighted = shares * by[:, np.newaxis]
        covariance: Floats = np.diag(weighted.sum(axis=0)) - weighted.T @ shares
        return covariance

    crossed = spread(clock_of_row)
    information = np.block([[spread(np.ones_like(clock_of_row)), crossed], [crossed, spread(clock_of_row**2)]])
    score = np.concatenate((np.zeros(len(present) - 1), clock @ events[:, 1:] - clock_of_row @ shares))
    if np.linalg.matrix_rank(information) < len(score):
        return NotEstimable("Too few events to follow the hazard ratio over time.")
    statistic = float(score @ np.linalg.solve(information, score))
    method = f"scaled Schoenfeld test, {transform} transform of time"
    return normal.chi_square_test(statistic, len(present) - 1, method)


def _fitted(at_risk: Ints, events: Ints) -> tuple[Floats, Floats]:
    """Return each arm's share of the hazard at each event (the first arm left out), and the coefficients."""
    weights, design = efron_weights(at_risk, events), np.eye(at_risk.shape[1])[:, 1:]
    _, (coefficients,) = maximise(weights[np.newaxis], events.sum(axis=0), design, np.zeros((1, design.shape[1])))
    hazards = weights.T * np.exp(design @ coefficients)
    return (hazards / hazards.sum(axis=1, keepdims=True))[:, 1:], coefficients


def _clock(time: Floats, event: Bools, sets: RiskSets, transform: Transform) -> Floats:
    """Transformed time at each event time."""
    if transform == "identity":
        return sets.time.copy()
    distinct, first = np.unique(time, return_index=True)
    if transform == "rank":
        return rankdata(time)[first][np.searchsorted(distinct, sets.time)].astype(float)
    curve = product_limit(time, event)
    assert isinstance(curve, Curve)  # noqa: S101  there are events, hence patients
    before = np.append(1.0, curve.survival)[np.searchsorted(curve.time, sets.time, side="left")]
    return 1 - before


def hazard_ratio_over_time(
    time: Floats, event: Bools, arm: Ints, level: float = 0.95, transform: Transform = "km"
) -> HazardRatioOverTime | NotEstimable:
    """Smooth the hazard ratio of arm 1 over arm 0: a natural spline on 4 degrees of freedom of transformed time.

    Source: R's `plot.cox.zph`, whose band is 2 standard errors wide where this one follows `level`.
    """
    sets = tally(order(time, event), arm, 2)
    if len(np.unique(comparable(sets))) > 1 or not sets.n.all():
        return NotEstimable("The hazard ratio has no finite estimate.")
    shares, coefficients = _fitted(sets.at_risk, sets.events)
    tied = sets.events.sum(axis=1)
    row = np.repeat(np.arange(len(tied)), tied)
    mean = np.bincount(row, weights=shares[:, 0]) / tied
    variance = float((shares * (1 - shares)).sum()) / len(row)
    in_arm_1 = np.arange(len(row)) - (np.cumsum(tied) - tied)[row] >= sets.events[row, 0]
    residual = (in_arm_1 - mean[row]) / variance + coefficients[0]

    clock = _clock(time, event, sets, transform)
    if len(clock) < 6:
        return NotEstimable("Too few events to follow the hazard ratio over time.")
    grid = np.linspace(clock[0], clock[-1], SPLINE_POINTS)
    knots = np.quantile(np.concatenate((grid, clock[row])), [0, 1 / 3, 2 / 3, 1])
    basis, points = _natural_spline(clock[row], knots), _natural_spline(grid, knots)
    inverse = np.linalg.inv(basis.T @ basis)
    smooth = points @ inverse @ (basis.T @ residual)
    error = np.sqrt(((points @ inverse) * points).sum(axis=1) / variance)
    half = normal.quantile(level) * error
    return HazardRatioOverTime(
        time=np.interp(grid, clock, sets.time),
        ratio=np.exp(smooth),
        low=np.exp(smooth - half),
        high=np.exp(smooth + half),
        residual_time=sets.time[row],
        residual=residual,
        level=level,
    )


def _natural_spline(x: Floats, knots: Floats) -> Floats:
    """Return the basis, (len(x), len(knots)), of cubic splines on `knots` that are straight lines outside them.

    Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2009, formula 5.4.
    """
    scaled, inner = (x - knots[0]) / (knots[-1] - knots[0]), (knots - knots[0]) / (knots[-1] - knots[0])
    cubes = np.maximum(scaled[:, np.newaxis] - inner, 0) ** 3
    slopes = (cubes[:, :-1] - cubes[:, -1:]) / (1 - inner[:-1])
    return np.column_stack((np.ones(len(x)), scaled, slopes[:, :-1] - slopes[:, -1:]))
