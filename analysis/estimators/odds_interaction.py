"""The interaction of arm and subgroup on a response: the likelihood-ratio test of two logistic models.

Both models see only which arm and which level a patient belongs to, so that both are fitted from counts.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import xlogy

from analysis.estimate import Floats, Ints, NotEstimable, Test
from analysis.estimators import normal

METHOD = "likelihood-ratio test of arm by subgroup, logistic models"
#: The common odds ratio is sought between its inverse and e to this power; beyond, the likelihood is at its limit.
LARGEST_LOG_ODDS_RATIO = 60.0


def odds_interaction(events: Ints, n: Ints) -> Test | NotEstimable:
    """Test whether the odds ratios of two arms differ between levels, as R's `anova` of two binomial `glm`.

    `events` and `n` (levels, 2). Levels with patients in one arm alone, which say nothing of it, are left out. The
    odds ratio common to all levels is where the fitted events of an arm add to those seen. Source: Gart, JRSS B
    1970;32:454-69.
    """
    both = n.all(axis=1)
    if both.sum() < 2:
        return NotEstimable("No two levels have patients in both arms.")
    if not events[both].any() or (events[both] == n[both]).all():
        return NotEstimable("All patients or none have the event.")
    seen, of = events[both].astype(float), n[both].astype(float)

    def excess(log_odds_ratio: float) -> float:
        return float((_fitted(seen, of, log_odds_ratio) - seen)[:, 0].sum())

    low, high = -LARGEST_LOG_ODDS_RATIO, LARGEST_LOG_ODDS_RATIO
    if excess(low) >= 0:
        common = low
    elif excess(high) <= 0:
        common = high
    else:
        common = float(brentq(excess, low, high, xtol=1e-12))
    statistic = 2 * (_log_likelihood(seen, seen, of) - _log_likelihood(seen, _fitted(seen, of, common), of))
    return normal.chi_square_test(max(statistic, 0.0), len(of) - 1, METHOD)


def _fitted(seen: Floats, of: Floats, log_odds_ratio: float) -> Floats:
    """Events (levels, 2) with the odds ratio given and the events of each level as seen.

    Of m events in a level a fall in the first arm: a (n1 - m + a) = odds ratio (n0 - a) (m - a), a quadratic in a.
    """
    odds_ratio, total = np.exp(log_odds_ratio), seen.sum(axis=1)
    first_of, without = of[:, 0], of[:, 1] - total
    square, linear = 1 - odds_ratio, without + odds_ratio * (first_of + total)
    # the discriminant in powers of the odds ratio: its terms do not cancel where that is extreme
    mixed = without * (first_of + total) + 2 * first_of * total
    discriminant = without**2 + 2 * odds_ratio * mixed + (odds_ratio * (first_of - total)) ** 2
    root = np.sqrt(np.maximum(discriminant, 0))
    constant = -odds_ratio * first_of * total
    # of the two forms of the solution the one that does not subtract nearly equal numbers
    first = np.where(linear > 0, -2 * constant / (np.abs(linear) + root), (root - linear) / (2 * square or 1.0))
    return np.column_stack((first, total - first))


def _log_likelihood(seen: Floats, fitted: Floats, of: Floats) -> float:
    """Binomial log-likelihood of the events seen at the shares fitted."""
    share = np.clip(fitted / of, 0, 1)
    return float((xlogy(seen, share) + xlogy(of - seen, 1 - share)).sum())
