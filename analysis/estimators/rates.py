"""Exposure-adjusted incidence rates: events over the time that patients were exposed, alone and compared.

`exposure` is the sum over patients, in any unit; rates are per that unit. Of two arms, the experimental one first.
"""

from __future__ import annotations

from scipy.special import betaincinv, gammaincinv

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators import normal

NO_EXPOSURE = NotEstimable("No time of exposure.")


def rate(events: int, exposure: float, level: float = 0.95) -> Estimate | NotEstimable:
    """Return the incidence rate with the exact Poisson interval. Source: Garwood, Biometrika 1936;28:437-42."""
    if exposure <= 0:
        return NO_EXPOSURE
    alpha = (1 - level) / 2
    low = float(gammaincinv(events, alpha)) / exposure if events else 0.0
    high = float(gammaincinv(events + 1, 1 - alpha)) / exposure
    return Estimate(events / exposure, low, high, level, "incidence rate, exact Poisson interval")


def rate_difference(
    events: int, exposure: float, reference_events: int, reference_exposure: float, level: float = 0.95
) -> Estimate | NotEstimable:
    """Return the difference of two incidence rates with the normal interval of independent Poisson counts.

    Source: Rothman, Epidemiology: An Introduction, 2012, formula 9-6.
    """
    if exposure <= 0 or reference_exposure <= 0:
        return NO_EXPOSURE
    if events == 0 and reference_events == 0:
        return NotEstimable("No events.")
    error = (events / exposure**2 + reference_events / reference_exposure**2) ** 0.5
    value = events / exposure - reference_events / reference_exposure
    return normal.interval(value, error, level, "difference of incidence rates")


def rate_ratio(
    events: int, exposure: float, reference_events: int, reference_exposure: float, level: float = 0.95
) -> Estimate | NotEstimable:
    """Return the ratio of two incidence rates with its exact interval, given the sum of the events.

    The share of the experimental arm in the events is binomial; its Clopper-Pearson limits are turned into ratios,
    as in R's `poisson.test`. The upper limit is None where the reference arm has no event.
    """
    if exposure <= 0 or reference_exposure <= 0:
        return NO_EXPOSURE
    if reference_events == 0:
        return NotEstimable("No events in the reference arm.")
    alpha = (1 - level) / 2
    scale = reference_exposure / exposure
    low = float(betaincinv(events, reference_events + 1, alpha)) if events else 0.0
    high = float(betaincinv(events + 1, reference_events, 1 - alpha))
    return Estimate(
        events / reference_events * scale,
        low / (1 - low) * scale,
        high / (1 - high) * scale,
        level,
        "ratio of incidence rates, exact interval",
    )
