"""Fast versions of the paper's statistics, for a search that evaluates them a hundred thousand times.

The two-arm Cox model and the risk sets are the dashboard's own kernel. The rest is the arithmetic of
Kaplan-Meier, Cox and logistic regression without the comforts of the dashboard's estimators, which check the
outcome afterwards (`analysis/reproduction`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar, TypeVarTuple

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.estimate import Bools, Floats, Ints
from analysis.estimators import risk_sets, two_arm

SAME_HEIGHT = 1e-9
#: Answers remembered per statistic: most changes of a draft leave most groups of patients as they were.
REMEMBERED = 200

Asked = TypeVarTuple("Asked")
Answer = TypeVar("Answer")


def remembered(function: Callable[[*Asked], Answer]) -> Callable[[*Asked], Answer]:
    """Keep the latest answers of a function of arrays, whose bytes are compared, and of other hashable arguments."""
    memory: dict[tuple[Hashable, ...], Answer] = {}

    @wraps(function)
    def call(*given: *Asked) -> Answer:
        key = tuple(one.tobytes() if isinstance(one, np.ndarray) else one for one in given)
        if key not in memory:
            if len(memory) >= REMEMBERED:
                memory.clear()
            memory[key] = function(*given)
        return memory[key]

    return call


order = remembered(risk_sets.order)


@dataclass(frozen=True, eq=False)
class Steps:
    """A Kaplan-Meier curve at its event times: survival after each and the cumulated Greenwood terms."""

    time: Floats
    survival: Floats
    greenwood: Floats


@remembered
def steps(time: Floats, event: Bools) -> Steps:
    """Estimate the curve of one group, (n,) times and events."""
    by = np.argsort(time)
    at, first = np.unique(time[by], return_index=True)
    deaths = np.add.reduceat(event[by], first, dtype=float)
    keep = deaths > 0
    at, deaths, at_risk = at[keep], deaths[keep], len(time) - first[keep]
    with np.errstate(divide="ignore"):
        greenwood = (deaths / (at_risk * (at_risk - deaths))).cumsum()
    return Steps(at, (1 - deaths / at_risk).cumprod(), greenwood)


def survival_at(curve: Steps, time: float) -> float:
    """Survival at `time`."""
    row = int(curve.time.searchsorted(time, side="right"))
    return float(curve.survival[row - 1]) if row else 1.0


def median(curve: Steps) -> float:
    """Median survival, infinite when not reached; the midpoint of a stretch that is flat at one half."""
    return _crossing(curve.time, curve.survival, 0.5)


def median_interval(curve: Steps, level: float = 0.95) -> tuple[float, float]:
    """Limits of the median by inverting the log-log limits of the curve."""
    inside = (curve.survival > 0) & (curve.survival < 1)
    survival = np.where(inside, curve.survival, 0.5)
    factor = np.exp(ndtri(0.5 + level / 2) * np.sqrt(np.where(inside, curve.greenwood, 0)) / np.log(survival))
    low, high = survival ** (1 / factor), survival**factor
    low, high = np.where(inside, low, curve.survival), np.where(inside, high, curve.survival)
    return _crossing(curve.time, low, 0.5), _crossing(curve.time, high, 0.5)


def _crossing(time: Floats, heights: Floats, target: float) -> float:
    reached = np.flatnonzero(heights < target + SAME_HEIGHT)
    if not len(reached):
        return float("inf")
    first = reached[0]
    if abs(heights[first] - target) < SAME_HEIGHT and first + 1 < len(time):
        return float(time[first] + time[first + 1]) / 2
    return float(time[first])


@remembered
def restricted_mean(time: Floats, event: Bools, horizon: float) -> tuple[float, float]:
    """Area under the curve of one group to `horizon` and its standard error (Greenwood type, as in R's survRM2)."""
    curve = steps(time, event)
    keep = curve.time < horizon
    edges = np.concatenate(([0.0], curve.time[keep], [horizon]))
    heights = np.concatenate(([1.0], curve.survival[keep]))
    pieces = heights * np.diff(edges)
    rest = pieces[1:][::-1].cumsum()[::-1]
    terms = np.diff(np.concatenate(([0.0], curve.greenwood[keep])))
    finite = np.isfinite(terms)
    return float(pieces.sum()), float(np.sqrt(np.sum(rest[finite] ** 2 * terms[finite])))


@dataclass(frozen=True)
class Comparison:
    """Log hazard ratio of group 1 over 0 with its standard error, and the one-sided P value of the log-rank test."""

    coefficient: float
    standard_error: float
    p_value: float


@remembered
def compare(ordered: risk_sets.Order, group: Ints, mask: Bools) -> Comparison | None:
    """Compare the two groups among the patients of `mask`; None where no hazard ratio can be estimated."""
    sets = risk_sets.tally(ordered, group, 2, mask)
    fit = two_arm.effect(sets)
    if fit is None:
        return None
    at_risk, events = sets.at_risk.sum(axis=1), sets.events.sum(axis=1)
    share = sets.at_risk[:, 1] / at_risk
    excess = float((sets.events[:, 1] - events * share).sum())
    variance = float((events * share * (1 - share) * (at_risk - events) / np.maximum(at_risk - 1, 1)).sum())
    return Comparison(*fit, float(ndtr(excess / np.sqrt(variance))))


@remembered
def cox(time: Floats, event: Bools, covariates: Floats) -> tuple[Floats, Floats]:
    """Coefficients and standard errors of a Cox model with Efron ties; `covariates` (n, p)."""
    order = (-time).argsort(kind="stable")
    time, event, x = time[order], event[order], covariates[order] - covariates.mean(axis=0)
    rows, p = np.flatnonzero(event), x.shape[1]
    at_risk = (-time).searchsorted(-time[rows], side="right") - 1
    tied, block, first, share = _ties(time[rows])
    one, other = np.tri(p, dtype=bool).nonzero()
    moments = np.concatenate([np.ones((len(x), 1)), x, x[:, one] * x[:, other]], axis=1)
    beta, information, ridge = np.zeros(p), np.empty((p, p)), 1e-9 * np.eye(p)
    for _ in range(12):
        weighted = moments * np.exp(x @ beta)[:, None]
        sums = weighted.cumsum(axis=0)[at_risk]
        sums[tied] -= share * np.add.reduceat(weighted[rows[tied]], first, axis=0)[block]
        mean = sums[:, 1 : p + 1] / sums[:, :1]
        score = (x[rows] - mean).sum(axis=0)
        information[one, other] = information[other, one] = (sums[:, p + 1 :] / sums[:, :1]).sum(axis=0)
        information -= mean.T @ mean
        information += ridge
        step = np.linalg.solve(information, score)
        beta += step.clip(-2, 2)
        if np.abs(step).max() < 1e-7:
            break
    return beta, np.sqrt(np.maximum(np.linalg.inv(information).diagonal(), 0))


def _ties(time: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """The tied among sorted event times: their places, the block of each, where blocks begin, and Efron's share."""
    new = np.ones(len(time) + 1, dtype=bool)
    new[1:-1] = time[1:] != time[:-1]
    tied = np.flatnonzero(~(new[:-1] & new[1:]))
    begins = new[tied]
    first, block = np.flatnonzero(begins), begins.cumsum() - 1
    size = np.diff(first, append=len(tied))
    return tied, block, first, ((np.arange(len(tied)) - first[block]) / size[block])[:, None]


@remembered
def logistic(outcome: Bools, covariates: Floats) -> tuple[Floats, Floats]:
    """Coefficients and standard errors of a logistic model with intercept; the intercept is left out."""
    x = np.column_stack([np.ones(len(outcome)), covariates])
    beta = np.zeros(x.shape[1])
    ridge = 1e-9 * np.eye(x.shape[1])
    for _ in range(25):
        expected = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        information = (x * (expected * (1 - expected))[:, None]).T @ x + ridge
        step = np.linalg.solve(information, x.T @ (outcome - expected))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return beta[1:], np.sqrt(np.diag(np.linalg.inv(information)))[1:]
