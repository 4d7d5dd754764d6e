"""Standardized differences of two groups: how far apart they are in units of their spread, whatever their size.

They describe an imbalance and are no test of it: in a randomized trial every imbalance is chance.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from analysis.estimate import Estimate, Floats, Ints, NotEstimable

NO_SPREAD = NotEstimable("The groups do not vary, so that there is no unit to measure their difference in.")
EMPTY = NotEstimable("A group has no known values.")


def of_means(values: Floats, reference: Floats) -> Estimate | NotEstimable:
    """Return |mean - mean| over the root of the mean of the two variances; values (n,) without NaN.

    Source: Austin, Commun Stat Simul Comput 2009;38:1228-34.
    """
    if min(len(values), len(reference)) < 2:
        return EMPTY
    pooled = (float(values.var(ddof=1)) + float(reference.var(ddof=1))) / 2
    if pooled == 0:
        return NO_SPREAD
    return _estimate(abs(float(values.mean() - reference.mean())) / sqrt(pooled), "means over their pooled deviation")


def of_categories(counts: Ints, reference: Ints) -> Estimate | NotEstimable:
    """Return the Mahalanobis distance of two distributions over the same categories; counts (categories,).

    With two categories it is |p1 - p0| over the root of the mean of p(1 - p). Source: Yang & Dalton, SAS Global Forum
    2012, paper 335.
    """
    if counts.sum() == 0 or reference.sum() == 0:
        return EMPTY
    seen = (counts + reference) > 0
    shares = [c[seen] / c.sum() for c in (counts, reference)]
    if seen.sum() < 2:
        return _estimate(0.0, "distance of two distributions") if seen.any() else NO_SPREAD
    # the last category is what the others leave
    first, second = (p[:-1] for p in shares)
    covariance = (np.diag(first + second) - np.outer(first, first) - np.outer(second, second)) / 2
    if np.linalg.matrix_rank(covariance) < len(covariance):
        return NO_SPREAD
    apart = first - second
    squared = float(apart @ np.linalg.solve(covariance, apart))
    return _estimate(sqrt(max(squared, 0.0)), "distance of two distributions")


def _estimate(value: float, what: str) -> Estimate:
    return Estimate(value, None, None, 0.95, f"standardized difference: {what}")
