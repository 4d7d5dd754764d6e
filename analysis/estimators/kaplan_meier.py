"""Kaplan-Meier: the curve with its interval, quantiles, milestone rates, numbers at risk and median follow-up.

lifelines estimates every curve that is drawn. What lifelines lacks or does otherwise than R and SAS is written here:
log and plain intervals, the quantile on a flat stretch, numbers at risk, and the difference of two rates. Curves that
only lead to another number come from `product_limit`, the same estimate without the milliseconds of data frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import Literal

import numpy as np
from lifelines import KaplanMeierFitter

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, NotReached
from analysis.estimators import normal
from analysis.estimators.risk_sets import RiskSets

Interval = Literal["log-log", "log", "plain"]

#: Two heights of a curve nearer than this are the same height (R's tolerance, the root of the machine epsilon).
SAME_HEIGHT = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, eq=False)
class Curve:
    """A Kaplan-Meier curve: one row at 0 and one at each distinct time, the last being the last follow-up.

    `survival` holds from `time` on; it is below 1 at 0 where events were recorded at 0. `at_risk` counts
    patients with T >= time; `events` and `censored` those with T = time. `standard_error` is Greenwood's,
    of survival itself. Limits that R leaves out (survival 0; and 1 with log-log) are NaN.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    standard_error: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    n: int
    level: float
    interval: Interval

    @property
    def method(self) -> str:
        return f"Kaplan-Meier, {self.interval} interval"


@dataclass(frozen=True, kw_only=True)
class Rate(Estimate):
    """Survival at a time, with the number of patients still at risk, #{T >= time}."""

    at_risk: int


@dataclass(frozen=True, eq=False)
class AtRisk:
    """Patients at risk at each of `times`, and those with an event or censored before it: the three add to N."""

    times: Floats
    at_risk: Ints
    events: Ints
    censored: Ints


def kaplan_meier(
    time: Floats, event: Bools, level: float = 0.95, interval: Interval = "log-log"
) -> Curve | NotEstimable:
    """Estimate the survival curve of one group.

    `time` (n,) in any unit, not negative; `event` (n,). Greenwood's variance; the interval on the scale of
    log(-log S), log S or S as in R's `survfit(conf.type=)`.
    """
    if len(time) == 0:
        return NotEstimable("No patients.")
    fitter = KaplanMeierFitter().fit(time, event)
    table = fitter.event_table
    return _curve(
        table.index.to_numpy(dtype=float),
        fitter.survival_function_.to_numpy()[:, 0],
        table["at_risk"].to_numpy(),
        table["observed"].to_numpy(),
        level,
        interval,
    )


def product_limit(
    time: Floats, event: Bools, level: float = 0.95, interval: Interval = "log-log"
) -> Curve | NotEstimable:
    """Estimate the curve of `kaplan_meier`, of the same arguments, by counting: for curves that nobody sees.

    Source: Kaplan & Meier, JASA 1958;53:457-81. The test suite holds it equal to lifelines.
    """
    if len(time) == 0:
        return NotEstimable("No patients.")
    times, row = np.unique(np.append(0.0, time), return_inverse=True)
    events = np.bincount(row[1:][event], minlength=len(times))
    at_risk = np.bincount(row[1:], minlength=len(times))[::-1].cumsum()[::-1]
    return _curve(times, np.cumprod(1 - events / at_risk), at_risk, events, level, interval)


def delayed_entry(
    start: Floats, stop: Floats, event: Bools, level: float = 0.95, interval: Interval = "log-log"
) -> Curve | NotEstimable:
    """Estimate the curve of those who come under observation late: spells (start, stop], `event` at their end.

    At risk at t are the spells with start < t <= stop. Where a spell begins when the patient is transplanted, this is
    the curve of Simon & Makuch, Stat Med 1984;3:35-44; the same as R's `survfit(Surv(start, stop, event) ~ 1)`.
    """
    lasting = stop > start
    start, stop, event = start[lasting], stop[lasting], event[lasting]
    if len(stop) == 0:
        return NotEstimable("No patients.")
    times, row = np.unique(np.append(0.0, stop), return_inverse=True)
    events = np.bincount(row[1:][event], minlength=len(times))
    leaving = np.bincount(row[1:], minlength=len(times))
    at_risk = np.searchsorted(np.sort(start), times, side="left") - (np.cumsum(leaving) - leaving)
    at_risk[0] = int((start == 0).sum())
    survival = np.cumprod(1 - np.divide(events, at_risk, out=np.zeros(len(times)), where=at_risk > 0))
    emptied = times[survival < SAME_HEIGHT]
    if len(emptied) and (start >= emptied[0]).any():
        return NotEstimable("All who were at risk died before others came under observation: the curve stays at 0.")
    curve = _curve(times, survival, at_risk, events, level, interval)
    return replace(curve, n=len(stop), censored=leaving - events)


def _curve(time: Floats, survival: Floats, at_risk: Ints, events: Ints, level: float, interval: Interval) -> Curve:
    """Add to survival its error, its limits and those who were censored."""
    alive = survival > 0
    # with delayed entry there are times at which nobody is at risk
    left = alive & (at_risk > events)
    terms = np.divide(events, at_risk * (at_risk - events), out=np.zeros(len(survival)), where=left)
    log_error = np.where(alive, np.sqrt(np.cumsum(terms)), np.nan)
    low, high = _limits(survival, log_error, normal.quantile(level), interval)
    if events[0] == 0:
        low[0] = high[0] = 1  # nothing has happened yet: certain, not unknown (R's survfit0)
    return Curve(
        time=time,
        survival=survival,
        low=low,
        high=high,
        standard_error=survival * log_error,
        at_risk=at_risk,
        events=events,
        censored=at_risk - events - np.append(at_risk[1:], 0),
        n=int(at_risk[0]),
        level=level,
        interval=interval,
    )


def _limits(survival: Floats, log_error: Floats, z: float, interval: Interval) -> tuple[Floats, Floats]:
    """Limits of survival from the standard error of its logarithm (R's `survfit_confint`)."""
    if interval == "plain":
        half = z * survival * log_error
        return np.maximum(survival - half, 0), np.minimum(survival + half, 1)
    if interval == "log":
        return survival * np.exp(-z * log_error), np.minimum(survival * np.exp(z * log_error), 1)
    inside = np.where((survival > 0) & (survival < 1), survival, np.nan)
    hazard, factor = -np.log(inside), np.exp(-z * log_error / np.log(inside))
    return np.exp(-hazard * factor), np.exp(-hazard / factor)


def median(curve: Curve) -> Estimate | NotReached:
    """Return the median survival time with its interval."""
    return quantile(curve, 0.5)


def quantile(curve: Curve, p: float) -> Estimate | NotReached:
    """Return the time by which a share `p` had the event, its interval by inverting the pointwise limits.

    On a stretch that is flat at 1 - p the midpoint of the stretch is taken (R's `survfit` and SAS PROC LIFETEST;
    lifelines takes its left end). On a stretch that is flat to the last follow-up, its left end.
    """
    value, low, high = (_crossing(curve.time, heights, 1 - p) for heights in (curve.survival, curve.low, curve.high))
    method = f"{curve.method}, inverted"
    if value is None:
        reason = f"Not reached: the curve stays above {100 * (1 - p):g}%."
        return NotReached(reason, low, curve.level, method)
    return Estimate(value, low, high, curve.level, method)


def medians(sets: RiskSets) -> tuple[float | None, ...]:
    """Return the median of each group of unstratified `sets`, None where not reached: of many groups at a time.

    They equal `median` of each group's curve, without its interval.
    """
    staying = 1 - sets.events / np.maximum(sets.at_risk, 1)
    survival = np.cumprod(staying, axis=0)
    return tuple(_crossing(sets.time, heights, 0.5) for heights in survival.T)


def _crossing(time: Floats, heights: Floats, target: float) -> float | None:
    """First time at which the falling `heights` reach `target`; the midpoint where they stay there for a while."""
    reached = heights < target + SAME_HEIGHT
    if not reached.any():
        return None
    first = reached.argmax()
    if abs(heights[first] - target) < SAME_HEIGHT:
        below = np.flatnonzero(heights < heights[first])
        if len(below):
            return float(time[first] + time[below[0]]) / 2
    return float(time[first])


def at(curve: Curve, time: float) -> Rate | NotEstimable:
    """Return survival at `time`; not estimable after the last follow-up of a curve that ends above 0."""
    row = int(np.searchsorted(curve.time, time, side="right")) - 1
    next_row = int(np.searchsorted(curve.time, time, side="left"))
    followed = next_row < len(curve.time)
    if not followed and curve.survival[row] > 0:
        return NotEstimable("Follow-up ends before this time.")
    low, high, error = (_or_none(values[row]) for values in (curve.low, curve.high, curve.standard_error))
    at_risk = int(curve.at_risk[next_row]) if followed else 0
    return Rate(float(curve.survival[row]), low, high, curve.level, curve.method, error, at_risk=at_risk)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def rate_difference(experimental: Curve, reference: Curve, time: float, level: float = 0.95) -> Estimate | NotEstimable:
    """Return survival at `time`, experimental minus reference, as the difference of independent normals.

    Its test is `normal.difference_test`. Source: Klein & Moeschberger, Survival Analysis, 2003, section 7.8.
    """
    first, second = at(experimental, time), at(reference, time)
    if isinstance(first, NotEstimable):
        return first
    if isinstance(second, NotEstimable):
        return second
    if first.standard_error is None or second.standard_error is None:
        return NotEstimable("An arm has no survivors at this time, so the difference has no standard error.")
    error = hypot(first.standard_error, second.standard_error)
    if error == 0:
        return NotEstimable("No event in either arm by this time.")
    return normal.interval(first.value - second.value, error, level, "difference of Kaplan-Meier rates")


def at_risk_table(time: Floats, event: Bools, times: Floats) -> AtRisk:
    """Count patients at risk at each of `times` (#{T >= t}), and events and censorings before it (R's rule)."""
    events_before = np.searchsorted(np.sort(time[event]), times, side="left")
    censored_before = np.searchsorted(np.sort(time[~event]), times, side="left")
    return AtRisk(times, len(time) - events_before - censored_before, events_before, censored_before)


def follow_up(
    time: Floats, event: Bools, level: float = 0.95, interval: Interval = "log-log"
) -> Estimate | NotEstimable:
    """Return the median follow-up by reverse Kaplan-Meier: the curve of being censored, events censoring it.

    Source: Schemper & Smith, Controlled Clinical Trials 1996;17:343-6.
    """
    curve = product_limit(time, ~event, level, interval)
    return curve if isinstance(curve, NotEstimable) else median(curve)
