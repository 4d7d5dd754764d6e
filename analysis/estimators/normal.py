"""The normal approximation: an interval or a P value from an estimate and its standard error."""

from __future__ import annotations

from math import exp

from scipy.special import chdtrc, ndtr, ndtri

from analysis.estimate import Estimate, NotEstimable, Sided, Test

#: A probability this near to 0 or 1 is one of them but for rounding, and has no interval on the scale of log(-log).
ROUNDING = 1e-12


def quantile(level: float) -> float:
    """Return the standard normal quantile of a two-sided interval at `level`."""
    return float(ndtri(0.5 + level / 2))


def interval(value: float, standard_error: float, level: float, method: str) -> Estimate:
    """Return `value` plus and minus its standard error times the normal quantile."""
    half = quantile(level) * standard_error
    return Estimate(value, value - half, value + half, level, method, standard_error)


def z_test(z: float, sided: Sided, method: str) -> Test:
    """Return the test of a standard normal `z` that is positive where the experimental arm does better."""
    p_value = ndtr(-z) if sided == 1 else 2 * ndtr(-abs(z))
    return Test(z, 1, float(p_value), sided, method)


def difference_test(difference: Estimate, sided: Sided = 2) -> Test | NotEstimable:
    """Return the test that a difference of which more is better, experimental minus reference, is zero."""
    if not difference.standard_error:
        return NotEstimable("The difference has no standard error.")
    return z_test(difference.value / difference.standard_error, sided, f"{difference.method}, z test")


def chi_square_test(statistic: float, degrees_of_freedom: int, method: str) -> Test:
    """Return the two-sided test of a chi-square `statistic`."""
    return Test(statistic, degrees_of_freedom, float(chdtrc(degrees_of_freedom, statistic)), 2, method)


def ratio_interval(log_ratio: float, standard_error: float, level: float, method: str) -> Estimate:
    """Return a ratio with its interval on the scale of the logarithm, whose standard error is kept."""
    half = quantile(level) * standard_error
    return Estimate(exp(log_ratio), exp(log_ratio - half), exp(log_ratio + half), level, method, standard_error)
