"""Restricted mean survival time: the area under the curve up to a horizon tau, per arm and compared.

lifelines' `return_variance` is the variance of min(T, tau), not that of the estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot, log

import numpy as np

from analysis.estimate import Estimate, Floats, NotEstimable
from analysis.estimators import normal
from analysis.estimators.kaplan_meier import Curve


def default_tau(times: Iterable[Floats]) -> float | None:
    """Return the shorter of the arms' longest follow-up, from the times of each arm; None where an arm has nobody."""
    longest = [float(time.max()) if len(time) else None for time in times]
    known = [time for time in longest if time is not None]
    return min(known) if known and len(known) == len(longest) else None


def rmst(curve: Curve, tau: float, level: float = 0.95) -> Estimate | NotEstimable:
    """Return the area under the curve from 0 to `tau`, in the curve's unit of time, with Greenwood's variance.

    Source: Klein & Moeschberger, Survival Analysis, 2003, formula 4.5.2, as R's `survfit` and `survRM2`.
    """
    if tau > curve.time[-1] and curve.survival[-1] > 0:
        return NotEstimable("Follow-up of an arm ends before the horizon.")
    areas = curve.survival * np.diff(np.minimum(np.append(curve.time, tau), tau))
    area_left = np.cumsum(areas[::-1])[::-1]
    staying = curve.at_risk - curve.events
    terms = np.divide(curve.events, curve.at_risk * staying, out=np.zeros(len(areas)), where=staying > 0)
    standard_error = float(np.sqrt(area_left**2 @ terms))
    return normal.interval(float(areas.sum()), standard_error, level, f"restricted mean to {tau:g}")


def rmst_difference(experimental: Curve, reference: Curve, tau: float, level: float = 0.95) -> Estimate | NotEstimable:
    """Return the difference of two restricted means; its test is `normal.difference_test`."""
    pair = _pair(experimental, reference, tau, level)
    if isinstance(pair, NotEstimable):
        return pair
    (first, first_error), (second, second_error) = pair
    method = f"difference of restricted means to {tau:g}"
    return normal.interval(first - second, hypot(first_error, second_error), level, method)


def rmst_ratio(experimental: Curve, reference: Curve, tau: float, level: float = 0.95) -> Estimate | NotEstimable:
    """Return the ratio of two restricted means, its interval on the scale of the logarithm by the delta method.

    Source: Uno et al., J Clin Oncol 2014;32:2380-5, as R's `survRM2`.
    """
    pair = _pair(experimental, reference, tau, level)
    if isinstance(pair, NotEstimable):
        return pair
    (first, first_error), (second, second_error) = pair
    if first == 0 or second == 0:
        return NotEstimable("The restricted mean of an arm is 0.")
    error = hypot(first_error / first, second_error / second)
    return normal.ratio_interval(log(first / second), error, level, f"ratio of restricted means to {tau:g}")


def _pair(
    experimental: Curve, reference: Curve, tau: float, level: float
) -> tuple[tuple[float, float], tuple[float, float]] | NotEstimable:
    """Both means with their standard errors."""
    first, second = rmst(experimental, tau, level), rmst(reference, tau, level)
    if isinstance(first, NotEstimable):
        return first
    if isinstance(second, NotEstimable):
        return second
    if not first.standard_error and not second.standard_error:
        return NotEstimable("No event in either arm before the horizon.")
    return (first.value, first.standard_error or 0.0), (second.value, second.standard_error or 0.0)
