"""Competing risks: the cumulative incidence of one cause by Aalen-Johansen, and Gray's test between arms.

lifelines moves tied times apart at random, so that the same data give different answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test
from analysis.estimators import normal
from analysis.estimators.risk_sets import order, tally

METHOD = "Aalen-Johansen, log-log interval"


@dataclass(frozen=True, eq=False)
class Incidence:
    """A cumulative incidence: one row at 0 and one at each distinct time, the last being the last follow-up.

    `incidence` holds from `time` on; `at_risk` counts patients with T >= time. Limits are NaN where the incidence
    is 0 after time 0, or 1, as R leaves them out.
    """

    time: Floats
    incidence: Floats
    low: Floats
    high: Floats
    standard_error: Floats
    at_risk: Ints
    events: Ints
    n: int
    level: float


def cumulative_incidence(time: Floats, cause: Ints, of: int, level: float = 0.95) -> Incidence | NotEstimable:
    """Estimate the probability of an event of cause `of` by each time, in the presence of the other causes.

    `time` (n,), `cause` (n,) is 0 where censored. The variance is that of the multinomial delta method, Greenwood's
    where there is one cause only (R's `survfit` of a factor; `cmprsk` uses the counting-process variance, a little
    larger). The interval is on the scale of log(-log F). Source: Betensky & Schoenfeld, Biometrics 2001;57:282-6.
    """
    if len(time) == 0:
        return NotEstimable("No patients.")
    times, row = np.unique(np.append(time, 0.0), return_inverse=True)
    row = row[:-1]
    leaving = np.bincount(row, minlength=len(times))
    at_risk = len(time) - (np.cumsum(leaving) - leaving)
    events = np.bincount(row[cause == of], minlength=len(times))
    share, share_of_any = events / at_risk, np.bincount(row[cause > 0], minlength=len(times)) / at_risk

    alive_before = np.cumprod(np.append(1.0, 1 - share_of_any[:-1]))
    incidence = np.cumsum(alive_before * share)
    error = np.sqrt(_variance(incidence, alive_before, share, share_of_any, at_risk))

    inside = np.where((incidence > 0) & (incidence < 1 - normal.ROUNDING), incidence, np.nan)
    factor = np.exp(normal.quantile(level) * error / (inside * np.log(inside)))
    low, high = inside ** (1 / factor), inside**factor
    if incidence[0] == 0:
        low[0] = high[0] = 0
    return Incidence(times, incidence, low, high, error, at_risk, events, len(time), level)


def _variance(incidence: Floats, alive_before: Floats, share: Floats, share_of_any: Floats, at_risk: Ints) -> Floats:
    """Sum over times u up to t of (S(u-)^2 q (1 - q) - 2 S(u-) q D + D^2 h / (1 - h)) / n, at each time t.

    q and h are the shares of the cause and of any cause at u, D = F(t) - F(u); D is expanded to cumulative sums.
    """
    staying = 1 - share_of_any
    odds = np.divide(share_of_any, staying, out=np.zeros(len(staying)), where=staying > 0) / at_risk
    own = alive_before**2 * share * (1 - share) / at_risk
    crossed = alive_before * share / at_risk
    sums = np.cumsum([own, crossed, crossed * incidence, odds, odds * incidence, odds * incidence**2], axis=1)
    constant, linear, linear_f, square, square_f, square_ff = sums
    variance: Floats = (
        constant - 2 * (incidence * linear - linear_f) + incidence**2 * square - 2 * incidence * square_f + square_ff
    )
    return np.maximum(variance, 0)


def at(curve: Incidence, time: float) -> Estimate | NotEstimable:
    """Return the incidence by `time`; not estimable after the last follow-up."""
    if time > curve.time[-1]:
        return NotEstimable("Follow-up ends before this time.")
    row = int(np.searchsorted(curve.time, time, side="right")) - 1
    low, high = (None if np.isnan(limit[row]) else float(limit[row]) for limit in (curve.low, curve.high))
    return Estimate(float(curve.incidence[row]), low, high, curve.level, METHOD, float(curve.standard_error[row]))


def gray_test(time: Floats, cause: Ints, of: int, arm: Ints) -> Test | NotEstimable:
    """Test that the cumulative incidence of cause `of` is equal in all arms; `arm` (n,) codes from 0.

    Source: Gray, Ann Stat 1988;16:1141-54, with rho = 0, as R's `cmprsk::cuminc`.
    """
    arms, arm = np.unique(arm, return_inverse=True)
    if len(arms) < 2:
        return NotEstimable("Only one arm has patients.")
    own, other = cause == of, (cause > 0) & (cause != of)
    if not own.any():
        return NotEstimable("No events.")
    counts = _counts(time, own, other, arm, len(arms))
    with np.errstate(divide="ignore", invalid="ignore"):
        score, covariance = _gray_score(*counts)
    score, covariance = score[1:], covariance[1:, 1:]
    if not np.isfinite(covariance).all():
        # the pooled incidence passes 1, as it can where an arm with many events is followed for a short time only
        return NotEstimable("The arms are followed for too different times to compare their incidence.")
    if np.linalg.matrix_rank(covariance) < len(score):
        return NotEstimable("No event at which patients of more than one arm could have had it.")
    statistic = float(score @ np.linalg.solve(covariance, score))
    return normal.chi_square_test(statistic, len(score), "Gray's test")


def _counts(time: Floats, own: Bools, other: Bools, arm: Ints, arms: int) -> tuple[Ints, Ints, Ints]:
    """Numbers at risk, with the cause and with another, (times, arms), at each time with an event of any cause."""
    sets = tally(order(time, own | other), arm + arms * own, 2 * arms)
    at_risk = sets.at_risk[:, :arms] + sets.at_risk[:, arms:]
    return at_risk, sets.events[:, arms:], sets.events[:, :arms]


def _gray_score(at_risk: Ints, own: Ints, other: Ints) -> tuple[Floats, Floats]:
    """Return Gray's score of each arm and its covariance.

    With h_k = Y_k / S_k(t-) and R_k = h_k (1 - F_k(t-)), the score is the sum of d_k - d R_k / R over event times.
    Its martingale form weighs an event in arm k, at time u, by a_ik(u) and by what is still to come of the integral
    of a_ik dF / (1 - F), F pooled: c_ik(end) - c_ik(u), times (1 - F) / S_k for an event of another cause and that
    less one for the cause itself.
    """
    some = at_risk > 0
    risk = np.where(some, at_risk, 1)
    staying = np.where(some, 1 - (own + other) / risk, 1)
    alive = np.cumprod(staying, axis=0)
    alive_before = np.vstack((np.ones(at_risk.shape[1]), alive[:-1]))
    incidence = np.cumsum(np.where(some, alive_before * own / risk, 0), axis=0)
    incidence_before = np.vstack((np.zeros(at_risk.shape[1]), incidence[:-1]))

    scaled = np.divide(at_risk, alive_before, out=np.zeros(at_risk.shape), where=some)
    free = scaled * (1 - incidence_before)
    total = scaled.sum(axis=1)
    all_own = own.sum(axis=1)
    score = (own - all_own[:, np.newaxis] * free / free.sum(axis=1, keepdims=True)).sum(axis=0)

    pooled_step = all_own / total
    pooled = np.cumsum(pooled_step)
    weight = _weight(scaled, total)
    rate = pooled_step / (1 - (pooled - pooled_step))
    integral = np.cumsum(weight * rate[:, np.newaxis, np.newaxis], axis=0)
    to_come = integral[-1] - integral

    ratio = np.divide((1 - pooled)[:, np.newaxis], alive, out=np.zeros(alive.shape), where=alive > 0)
    own_factor = weight + (1 - ratio)[:, np.newaxis] * to_come
    # a variance d (n - d) / (n - 1) of d tied events, in units of one event
    ties = _tied(all_own[:, np.newaxis], total[:, np.newaxis] * alive_before)
    own_variance = np.divide(ties * pooled_step[:, np.newaxis], scaled, out=np.zeros(scaled.shape), where=some)
    other_factor = ratio[:, np.newaxis] * to_come
    other_variance = np.where(some & (alive > 0), _tied(other, risk) * alive_before**2 * other / risk**2, 0)
    covariance = np.einsum("tik,tjk,tk->ij", own_factor, own_factor, own_variance)
    covariance += np.einsum("tik,tjk,tk->ij", other_factor, other_factor, other_variance)
    return score, covariance


def _weight(scaled: Floats, total: Floats) -> Floats:
    """Return a_ik = h_i (1{i = k} - h_k / H) at each time, (times, arms, arms)."""
    share = scaled / total[:, np.newaxis]
    weight: Floats = (
        np.eye(scaled.shape[1]) * scaled[:, :, np.newaxis] - scaled[:, :, np.newaxis] * share[:, np.newaxis]
    )
    return weight


def _tied(events: Floats | Ints, at_risk: Floats | Ints) -> Floats:
    return np.where(events > 1, 1 - (events - 1) / np.where(events > 1, at_risk - 1, 1), 1.0)
