from math import hypot, log, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, xlogy
from scipy.stats import beta, chi2, fisher_exact, gamma, norm


def exact(events, n, level=0.95):
    """A proportion with its Clopper-Pearson interval."""
    if n == 0:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    tail = (1 - level) / 2
    low = beta.ppf(tail, events, n - events + 1) if events else 0.0
    high = beta.ppf(1 - tail, events + 1, n - events) if events < n else 1.0
    return {"estimate": events / n, "low": low, "high": high}


def wilson(events, n, level):
    z = norm.ppf((1 + level) / 2)
    half = z * sqrt(events * (n - events) / n + z**2 / 4)
    low, high = ((events + z**2 / 2 + sign * half) / (n + z**2) for sign in (-1, 1))
    return 0.0 if events == 0 else low, 1.0 if events == n else high


def newcombe(a, n, c, m, level=0.95):
    """The difference of two proportions with Newcombe's interval (method 10)."""
    if not n or not m:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    p, q, (low, high), (other_low, other_high) = a / n, c / m, wilson(a, n, level), wilson(c, m, level)
    value = p - q
    return {
        "estimate": value,
        "low": value - hypot(p - low, other_high - q),
        "high": value + hypot(high - p, q - other_low),
    }


def odds_ratio(a, n, c, m, level=0.95):
    """The odds ratio with Woolf's interval; none where a cell is empty."""
    cells = (a, n - a, c, m - c)
    if 0 in cells:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    value, half = log(a * (m - c) / ((n - a) * c)), norm.ppf((1 + level) / 2) * sqrt(sum(1 / x for x in cells))
    return {"estimate": np.exp(value), "low": np.exp(value - half), "high": np.exp(value + half)}


def association(a, n, c, m, sided):
    """Fisher's exact test where a count is under 5, else chi-square without correction, halved if one-sided."""
    b, d = n - a, m - c
    margins = n * m * (a + c) * (b + d)
    if margins == 0:
        return {"p_value": np.nan}
    if min(a, b, c, d) < 5:
        p = fisher_exact([[a, b], [c, d]], alternative="greater" if sided == 1 else "two-sided").pvalue
        return {"p_value": float(p)}
    z = (a * d - b * c) * sqrt((n + m) / margins)
    return {"p_value": float(norm.sf(z) if sided == 1 else 2 * norm.sf(abs(z)))}


def odds_interaction(counts):
    """Likelihood-ratio test that the odds ratios are equal: (events, n) of both groups in each level."""
    levels = [level for level in counts if level[1] and level[3]]
    seen, of = sum(level[0] + level[2] for level in levels), sum(level[1] + level[3] for level in levels)
    if len(levels) < 2 or seen in (0, of):
        return {"degrees_of_freedom": np.nan, "p_value": np.nan}

    def fitted(level, effect):
        """Events of the first group with this log odds ratio, the events of the level as they are."""
        a, n, c, m = level
        if a + c in (0, n + m):
            return a
        base = brentq(lambda x: n * expit(x + effect) + m * expit(x) - a - c, -150, 150, xtol=1e-13)
        return n * expit(base + effect)

    def likelihood_at(first, level):
        a, n, c, m = level
        second = a + c - first
        return sum(
            xlogy(k, np.clip(e / size, 0, 1)) + xlogy(size - k, np.clip(1 - e / size, 0, 1))
            for k, e, size in ((a, first, n), (c, second, m))
        )

    def excess(effect):
        return sum(fitted(level, effect) - level[0] for level in levels)

    common = -60 if excess(-60) >= 0 else 60 if excess(60) <= 0 else brentq(excess, -60, 60, xtol=1e-12)
    statistic = 2 * sum(likelihood_at(v[0], v) - likelihood_at(fitted(v, common), v) for v in levels)
    return {"degrees_of_freedom": len(levels) - 1, "p_value": chi2.sf(max(statistic, 0), len(levels) - 1)}


def poisson(events, exposure, level=0.95):
    """A rate with its exact interval."""
    if not exposure > 0:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    tail = (1 - level) / 2
    low = gamma.ppf(tail, events) / exposure if events else 0.0
    return {"estimate": events / exposure, "low": low, "high": gamma.ppf(1 - tail, events + 1) / exposure}
