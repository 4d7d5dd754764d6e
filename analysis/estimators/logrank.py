"""The log-rank tests: plain, stratified and weighted, of two or more arms, one- or two-sided.

lifelines has no stratified test and returns neither observed nor expected events.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtr

from analysis.estimate import Bools, Floats, Ints, NotEstimable, Sided, Test
from analysis.estimators import normal
from analysis.estimators.risk_sets import order, tally


@dataclass(frozen=True, kw_only=True)
class LogRank(Test):
    """A log-rank test with the observed and expected events (weighted, if the test is) of each arm by its code."""

    observed: tuple[float, ...]
    expected: tuple[float, ...]


def logrank(
    time: Floats,
    event: Bools,
    arm: Ints,
    strata: Ints | None = None,
    sided: Sided = 2,
    rho: float = 0,
    gamma: float = 0,
) -> LogRank | NotEstimable:
    """Test that the hazards of all arms are equal, within strata if given.

    `arm` (n,) codes from 0; one-sided, the alternative is that arm 1 of two has fewer events than expected. Weights
    are S(t-)^rho (1 - S(t-))^gamma with S the Kaplan-Meier of all arms together, within the stratum: rho = 1 is the
    Peto-Peto test of R's `survdiff`. Sums of O - E and of their covariance run over strata. Source: Fleming &
    Harrington, Counting Processes and Survival Analysis, 1991, chapter 7. Raises ValueError where a one-sided test
    is asked of more than two arms.
    """
    arms = int(arm.max(initial=0)) + 1
    if sided == 1 and arms > 2:
        raise ValueError("A one-sided log-rank test compares two arms.")
    ordered = order(time, event, strata)
    sets = tally(ordered, arm, arms)
    if not sets.events.any():
        return NotEstimable("No events.")
    events, at_risk = sets.events.sum(axis=1), sets.at_risk.sum(axis=1)
    share = sets.at_risk / at_risk[:, np.newaxis]
    weight = _weights(events, at_risk, sets.stratum, rho, gamma)

    observed = weight @ sets.events
    expected = (weight * events) @ share
    spread = weight**2 * events * (at_risk - events) / np.maximum(at_risk - 1, 1)
    covariance = np.diag(spread @ share) - (share * spread[:, np.newaxis]).T @ share

    compared = np.flatnonzero(expected > 0)[1:]
    if len(compared) == 0:
        return NotEstimable("Only one arm is at risk at the events.")
    difference, variance = (observed - expected)[compared], covariance[np.ix_(compared, compared)]
    if np.linalg.matrix_rank(variance) < len(compared):
        return NotEstimable("No event at which patients of more than one arm could have had it.")
    chi_square = float(difference @ np.linalg.solve(variance, difference))
    method = _method(strata is not None, rho, gamma)
    test = normal.chi_square_test(chi_square, len(compared), method)
    p_value = test.p_value
    if sided == 1:
        p_value = float(ndtr(np.sign(difference[0]) * sqrt(chi_square)))
    return LogRank(
        chi_square,
        len(compared),
        p_value,
        sided,
        method,
        observed=tuple(observed.tolist()),
        expected=tuple(expected.tolist()),
    )


def _weights(events: Ints, at_risk: Ints, stratum: Ints, rho: float, gamma: float) -> Floats:
    """Fleming-Harrington weights at each event time, from the pooled survival just before it in its stratum."""
    if rho == 0 and gamma == 0:
        return np.ones(len(events))
    staying = 1 - events / at_risk
    before = np.empty(len(events))
    for code in np.unique(stratum):
        rows = stratum == code
        before[rows] = np.cumprod(np.r_[1, staying[rows][:-1]])
    weights: Floats = before**rho * (1 - before) ** gamma
    return weights


def _method(stratified: bool, rho: float, gamma: float) -> str:
    name = "log-rank test"
    if (rho, gamma) == (1, 0):
        name = "Peto-Peto test (weights S(t-))"
    elif rho or gamma:
        name = f"Fleming-Harrington test (rho {rho:g}, gamma {gamma:g}; weights of S(t-))"
    return f"stratified {name}" if stratified else name
