"""Proportions of patients: exact intervals, and two arms compared by difference, ratios and tests.

Counts are events out of n; of two arms, the experimental one comes first.
"""

from __future__ import annotations

from math import hypot, log, sqrt

import numpy as np
from scipy.special import betaincinv, gammaln, ndtr

from analysis.estimate import Estimate, Floats, NotEstimable, Sided, Test
from analysis.estimators import normal

#: An observed cell below this count makes the test Fisher's.
SMALLEST_CELL = 5
NOBODY = NotEstimable("No patients.")
EMPTY_ARM = NotEstimable("An arm has no patients.")


def proportion(events: int, n: int, level: float = 0.95) -> Estimate | NotEstimable:
    """Return the proportion with its exact interval. Source: Clopper & Pearson, Biometrika 1934;26:404-13."""
    if n == 0:
        return NOBODY
    alpha = (1 - level) / 2
    low = float(betaincinv(events, n - events + 1, alpha)) if events else 0.0
    high = float(betaincinv(events + 1, n - events, 1 - alpha)) if events < n else 1.0
    return Estimate(events / n, low, high, level, "Clopper-Pearson interval")


def difference(
    events: int, n: int, reference_events: int, reference_n: int, level: float = 0.95
) -> Estimate | NotEstimable:
    """Return the difference of two proportions with Newcombe's interval from the arms' Wilson intervals.

    Source: Newcombe, Stat Med 1998;17:873-90, method 10, without continuity correction.
    """
    if n == 0 or reference_n == 0:
        return EMPTY_ARM
    value, reference = events / n, reference_events / reference_n
    low, high = _wilson(events, n, level)
    reference_low, reference_high = _wilson(reference_events, reference_n, level)
    return Estimate(
        value - reference,
        value - reference - hypot(value - low, reference_high - reference),
        value - reference + hypot(high - value, reference - reference_low),
        level,
        "difference of proportions, Newcombe interval",
    )


def _wilson(events: int, n: int, level: float) -> tuple[float, float]:
    """Wilson's score interval (JASA 1927;22:209-12); its ends are exact where all or none have the event."""
    z2 = normal.quantile(level) ** 2
    centre, half = events + z2 / 2, sqrt(z2 * (events * (n - events) / n + z2 / 4))
    low = 0.0 if events == 0 else (centre - half) / (n + z2)
    return low, 1.0 if events == n else (centre + half) / (n + z2)


def odds_ratio(
    events: int, n: int, reference_events: int, reference_n: int, level: float = 0.95
) -> Estimate | NotEstimable:
    """Return the odds ratio with the interval of its logarithm. Source: Woolf, Ann Hum Genet 1955;19:251-3."""
    cells = _cells(events, n, reference_events, reference_n)
    if n == 0 or reference_n == 0:
        return EMPTY_ARM
    if 0 in cells:
        return NotEstimable("A cell of the table is empty, so that the odds ratio has no finite interval.")
    a, b, c, d = cells
    error = sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return normal.ratio_interval(log(a * d / (b * c)), error, level, "odds ratio, Woolf interval")


def risk_ratio(
    events: int, n: int, reference_events: int, reference_n: int, level: float = 0.95
) -> Estimate | NotEstimable:
    """Return the risk ratio with the interval of its logarithm. Source: Katz et al., Biometrics 1978;34:469-74."""
    if n == 0 or reference_n == 0:
        return EMPTY_ARM
    if events == 0 or reference_events == 0:
        return NotEstimable("An arm has no events, so that the risk ratio has no finite interval.")
    error = sqrt(1 / events - 1 / n + 1 / reference_events - 1 / reference_n)
    if error == 0:
        return NotEstimable("Every patient has the event, so that the risk ratio has no interval.")
    return normal.ratio_interval(
        log(events / n / (reference_events / reference_n)), error, level, "risk ratio, Katz interval"
    )


def association_test(
    events: int, n: int, reference_events: int, reference_n: int, sided: Sided = 2
) -> Test | NotEstimable:
    """Return Fisher's exact test where a cell of the table is under 5, else Pearson's chi-square test."""
    small = min(_cells(events, n, reference_events, reference_n)) < SMALLEST_CELL
    return (fisher_test if small else chi_square_test)(events, n, reference_events, reference_n, sided)


def chi_square_test(
    events: int, n: int, reference_events: int, reference_n: int, sided: Sided = 2
) -> Test | NotEstimable:
    """Return Pearson's chi-square test without continuity correction.

    One-sided, the alternative is a larger proportion in the experimental arm, and P is halved on that side.
    """
    a, b, c, d = _cells(events, n, reference_events, reference_n)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return _one_row_or_column(n, reference_n)
    # the root of the chi-square with the sign of the difference
    z = (a * d - b * c) * sqrt((a + b + c + d) / margins)
    p_value = float(ndtr(-z) if sided == 1 else 2 * ndtr(-abs(z)))
    return Test(z**2, 1, p_value, sided, "chi-square test without continuity correction")


def fisher_test(events: int, n: int, reference_events: int, reference_n: int, sided: Sided = 2) -> Test | NotEstimable:
    """Return Fisher's exact test; `statistic` is the number of events in the experimental arm.

    Two-sided, the P of all tables no more likely than the one seen, as R's `fisher.test`; one-sided, of tables with
    as many events in the experimental arm or more.
    """
    a, b, c, d = _cells(events, n, reference_events, reference_n)
    if 0 in (a + b, c + d, a + c, b + d):
        return _one_row_or_column(n, reference_n)
    possible = np.arange(max(0.0, a + c - reference_n), min(n, a + c) + 1)
    log_likelihood = _log_choose(n, possible) + _log_choose(reference_n, a + c - possible)
    likelihood = np.exp(log_likelihood - log_likelihood.max())
    likelihood /= likelihood.sum()
    seen = likelihood[possible == a][0]
    counted = possible >= a if sided == 1 else likelihood <= seen * (1 + 1e-7)  # R's tolerance for equal tables
    return Test(float(a), 1, min(float(likelihood[counted].sum()), 1.0), sided, "Fisher's exact test")


def _log_choose(n: int, k: Floats) -> Floats:
    log_choose: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return log_choose


def _cells(events: int, n: int, reference_events: int, reference_n: int) -> tuple[int, int, int, int]:
    return events, n - events, reference_events, reference_n - reference_events


def _one_row_or_column(n: int, reference_n: int) -> NotEstimable:
    if n == 0 or reference_n == 0:
        return EMPTY_ARM
    return NotEstimable("All patients or none have the event, so that there is nothing to test.")
