"""What the search minimises: for each published fact, how far the patients are from the printed digits.

A `Term` is one fact made ready for the search: the columns it reads and its distance, zero where the number would
be printed as published, and otherwise in the units in which that statistic varies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.estimate import Bools, Floats
from analysis.estimators.risk_sets import Order
from data.contract import DAYS_PER_MONTH
from data.published import Condition, Fact, Printed, condition, conditions, model
from data.synthesis import measures
from data.synthesis.draft import (
    ARMS,
    ENDPOINT_COLUMNS,
    STRATA,
    Draft,
    Reads,
    endpoint,
    holds,
    once,
    read_by,
    stratum,
)

#: One unit of distance for each family of statistics; ratios are compared as logarithms, P values as normal quantiles.
UNIT = {
    "count": 1.0,
    "months": 0.3,
    "percent": 0.7,
    "log": 0.05,
    "normal": 0.06,
    "wald": 0.3,
    "value": 1.0,
    "mean": 0.03,
}
#: The search aims inside the window that rounds to the printed digits by this share of its width.
MARGIN = 0.02


@dataclass(frozen=True, eq=False)
class Term:
    """One fact as the search sees it: what it reads of the patients of which arms, and the distance of a draft.

    `effort` says how long the distance takes to compute; counting takes 1.
    """

    id: str
    reads: frozenset[Reads]
    arms: frozenset[int]
    distance: Callable[[Draft], float]
    effort: float = 1.0

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that are read, all of them or in conditions."""
        return frozenset(one if isinstance(one, str) else one.variable for one in self.reads)


def outside(
    value: float, printed: Printed, unit: float, scale: Callable[[float], float] = float, margin: float = MARGIN
) -> float:
    """Distance of `value` from the window of the printed number, on a scale, in units."""
    low, high = printed.window
    margin *= high - low
    if low + (0 if printed.limit else margin) - 1e-9 <= value <= high - margin - 1e-9:
        return 0.0
    nearest = low + margin if value < low + margin else high - margin
    return abs(scale(value) - scale(nearest)) / unit


def _log(value: float) -> float:
    return float(np.log(max(value, 1e-6)))


def _normal(value: float) -> float:
    return float(ndtri(min(max(value, 1e-12), 1 - 1e-12)))


@dataclass(frozen=True)
class Population:
    """Whose number a fact is: both arms or the one with a code, all or the treated, and the conditions they meet."""

    arm: int | None
    treated: bool
    rules: tuple[Condition, ...]


@once
def patients(draft: Draft, of: Population) -> Bools:
    """The patients of a population, (n,)."""
    chosen = np.ones(len(draft["ARM"]), dtype=bool) if of.arm is None else draft["ARM"] == of.arm
    if of.treated:
        chosen = chosen & (draft["SAFFL"] == "Y")
    for rule in of.rules:
        chosen = chosen & holds(draft, rule)
    return chosen


@once
def _curve(draft: Draft, name: str, of: Population) -> measures.Steps:
    time, event, has = endpoint(draft, name)
    base = patients(draft, of) & has
    return measures.steps(time[base], event[base])


@once
def _order(draft: Draft, name: str, stratified: bool) -> Order:
    time, event, _ = endpoint(draft, name)
    return measures.order(time, event, stratum(draft) if stratified else None)


@once
def _comparison(
    draft: Draft, name: str, stratified: bool, group: Condition | None, of: Population
) -> measures.Comparison | None:
    codes = draft["ARM"] if group is None else holds(draft, group).astype(np.int64)
    return measures.compare(_order(draft, name, stratified), codes, patients(draft, of) & endpoint(draft, name)[2])


@once
def _horizon(draft: Draft) -> float:
    """The shorter of the two arms' longest follow-ups, in days."""
    time = endpoint(draft, "OS")[0]
    return min(float(time[draft["ARM"] == code].max()) for code in (0, 1))


@once
def _restricted_mean(draft: Draft, arm: int) -> tuple[float, float]:
    """Mean survival of an arm to the horizon, to a tenth of a month, and its standard error, both in months."""
    tau = np.floor(_horizon(draft) / DAYS_PER_MONTH * 10 + 0.5) / 10 * DAYS_PER_MONTH
    time, event, _ = endpoint(draft, "OS")
    mine = draft["ARM"] == arm
    mean, error = measures.restricted_mean(time[mine], event[mine], tau)
    return mean / DAYS_PER_MONTH, error / DAYS_PER_MONTH


@once
def _regression(
    draft: Draft, outcome: Condition | str, covariates: tuple[Condition | str, ...], of: Population
) -> tuple[Floats, Floats]:
    base = patients(draft, of)
    columns = np.column_stack([_covariate(draft, covariate)[base] for covariate in covariates])
    if isinstance(outcome, Condition):
        return measures.logistic(holds(draft, outcome)[base], columns)
    time, event, _ = endpoint(draft, outcome)
    return measures.cox(time[base], event[base], columns)


def _covariate(draft: Draft, of: Condition | str) -> Floats:
    """A condition as 0 and 1, or the values of a numeric variable."""
    if isinstance(of, Condition):
        return holds(draft, of).astype(float)
    values: Floats = draft[of]
    return values


class Statistics:
    """The distances by statistic. Each method takes a fact and its population and returns a distance of a draft."""

    def __init__(self, fact: Fact, of: Population) -> None:
        self.fact = fact
        self.of = of
        self.numbers = fact.numbers
        self.endpoint, _, self.stratified = fact.measure.partition(" ")
        self.counted = conditions(fact.counts) if not fact.measure else ()
        within = "~" in fact.measure
        self.model = model(fact.measure) if within else None
        self.group = condition(fact.counts) if within and _is_condition(fact.counts) else None
        self.outcome = _variable(self.model.outcome) if self.model else ""
        self.covariates = tuple(_variable(name) for name in self.model.covariates) if self.model else ()

    def counts(self, draft: Draft) -> float:
        """Counts, percentages, and the two together: the number of patients short or over."""
        base = patients(draft, self.of)
        chosen = base.copy()
        for rule in self.counted:
            chosen &= holds(draft, rule)
        n, of = int(chosen.sum()), int(base.sum())
        statistic = self.fact.statistic
        if statistic == "percent":
            return outside(100 * n / max(of, 1), self.numbers[0], 100 / max(of, 1), margin=0)
        distance = abs(n - self.numbers[0].value)
        return distance + abs(of - self.numbers[1].value) if statistic in ("count_percent", "count_of") else distance

    def values(self, draft: Draft) -> float:
        """Median, or median with range, or all values, of a numeric variable or of a survival time in months."""
        values = self._values(draft)[patients(draft, self.of)]
        values = np.sort(values[~np.isnan(values)])
        if self.fact.statistic == "values":
            return float(
                sum(abs(v - p.value) for v, p in zip(values, self.numbers, strict=False))
                + 10 * abs(len(values) - len(self.numbers))
            )
        middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
        numbers = (float(middle), float(values[0]), float(values[-1]))
        return sum(outside(v, p, UNIT["value"]) for v, p in zip(numbers, self.numbers, strict=False))

    def _values(self, draft: Draft) -> Floats:
        if self.stratified == "months":
            return endpoint(draft, self.endpoint)[0] / DAYS_PER_MONTH
        values: Floats = draft[self.endpoint] / (7 if self.stratified == "weeks" else 1)
        return values

    def curve(self, draft: Draft) -> float:
        """Medians, their intervals and milestone rates of one Kaplan-Meier curve."""
        steps = _curve(draft, self.endpoint, self.of)
        statistic = self.fact.statistic
        if statistic.startswith("survival_rate"):
            months = 24 if statistic.endswith("24") else 12
            return outside(100 * measures.survival_at(steps, months * DAYS_PER_MONTH), self.numbers[0], UNIT["percent"])
        found = (measures.median(steps),) if statistic == "survival_median" else measures.median_interval(steps)
        return sum(
            outside(min(days / DAYS_PER_MONTH, 60), p, UNIT["months"])
            for days, p in zip(found, self.numbers, strict=True)
        )

    def comparison(self, draft: Draft) -> float:
        """Hazard ratio, its interval and the log-rank P value of the two arms, or of two groups of one arm."""
        found = _comparison(draft, self.endpoint, self.stratified == "stratified", self.group, self.of)
        if found is None:
            return 50.0
        if self.fact.statistic.startswith("p_"):
            return outside(found.p_value, self.numbers[0], UNIT["normal"], _normal)
        if self.fact.statistic == "hazard_reduction":
            return outside(100 * (1 - np.exp(found.coefficient)), self.numbers[0], 5.0)
        if "interval" not in self.fact.statistic:
            return outside(np.exp(found.coefficient), self.numbers[0], UNIT["log"], _log)
        half = ndtri(0.9875 if self.fact.statistic.endswith("975") else 0.975) * found.standard_error
        limits = np.exp([found.coefficient - half, found.coefficient + half])
        return sum(outside(v, p, UNIT["log"], _log) for v, p in zip(limits, self.numbers, strict=True))

    def restricted_mean(self, draft: Draft) -> float:
        """Restricted means to the shorter of the longest follow-ups (to a tenth of a month), and their difference."""
        statistic = self.fact.statistic
        if statistic == "rmst_horizon":
            return outside(_horizon(draft) / DAYS_PER_MONTH, self.numbers[0], UNIT["months"])
        (soc, soc_error), (ino, ino_error) = _restricted_mean(draft, 0), _restricted_mean(draft, 1)
        if statistic == "rmst_difference":
            return outside(ino - soc, self.numbers[0], UNIT["mean"])
        if statistic == "p_rmst":
            p_value = float(ndtr(-(ino - soc) / np.hypot(ino_error, soc_error)))
            return outside(p_value, self.numbers[0], UNIT["normal"] / 3, _normal)
        mean, error = (ino, ino_error) if self.fact.arm == "ino" else (soc, soc_error)
        half = ndtri(0.975) * error
        found = (mean,) if statistic == "rmst" else (mean - half, mean + half)
        return sum(outside(v, p, UNIT["mean"]) for v, p in zip(found, self.numbers, strict=True))

    def regression(self, draft: Draft) -> float:
        """A coefficient of a multivariable Cox or a logistic model: ratio, interval or Wald P value."""
        spec = self.model
        assert spec is not None  # noqa: S101  these statistics are of models
        beta, error = _regression(draft, self.outcome, self.covariates, self.of)
        which = spec.covariates.index(self.fact.counts)
        estimate, deviation = float(beta[which]), float(error[which])
        statistic = self.fact.statistic
        if statistic in ("p_model", "p_logistic"):
            return outside(2 * float(ndtr(-abs(estimate / deviation))), self.numbers[0], UNIT["wald"], _normal)
        half = ndtri(0.9875 if statistic.endswith("975") else 0.975) * deviation
        found = np.exp([estimate - half, estimate + half] if "interval" in statistic else [estimate])
        return sum(outside(v, p, UNIT["log"], _log) for v, p in zip(found, self.numbers, strict=True))


def _is_condition(text: str) -> bool:
    return any(operator in text for operator in "<>=")


def _variable(text: str) -> Condition | str:
    return condition(text) if _is_condition(text) else text


#: Which distance serves a statistic; facts of other statistics are met by construction, without a search.
FAMILY = {
    "count": Statistics.counts,
    "count_percent": Statistics.counts,
    "percent": Statistics.counts,
    "count_of": Statistics.counts,
    "median": Statistics.values,
    "median_range": Statistics.values,
    "values": Statistics.values,
    "survival_median": Statistics.curve,
    "survival_median_interval_95": Statistics.curve,
    "survival_rate_12": Statistics.curve,
    "survival_rate_24": Statistics.curve,
    "hazard_ratio": Statistics.comparison,
    "hazard_ratio_interval_95": Statistics.comparison,
    "hazard_ratio_interval_975": Statistics.comparison,
    "hazard_reduction": Statistics.comparison,
    "p_one_sided": Statistics.comparison,
    "p_logrank_within": Statistics.comparison,
    "rmst": Statistics.restricted_mean,
    "rmst_interval_95": Statistics.restricted_mean,
    "rmst_difference": Statistics.restricted_mean,
    "p_rmst": Statistics.restricted_mean,
    "rmst_horizon": Statistics.restricted_mean,
    "hazard_ratio_model": Statistics.regression,
    "hazard_ratio_model_interval_95": Statistics.regression,
    "hazard_ratio_model_interval_975": Statistics.regression,
    "p_model": Statistics.regression,
    "odds_ratio": Statistics.regression,
    "p_logistic": Statistics.regression,
}


#: How long the families take, roughly.
EFFORT = {
    Statistics.counts: 1.0,
    Statistics.values: 1.5,
    Statistics.curve: 3.0,
    Statistics.restricted_mean: 3.0,
    Statistics.comparison: 6.0,
    Statistics.regression: 6.0,
}


def term(fact: Fact) -> Term | None:
    """The fact as a term of the search, or None where the search has nothing to do with it."""
    if fact.statistic not in FAMILY or fact.counts.startswith("AE"):
        return None
    rules = conditions(fact.where)
    treated = fact.population in ("mitt", "safety")
    arms = frozenset({ARMS[fact.arm]} if fact.arm in ARMS else ARMS.values())

    of = Population(next(iter(arms)) if len(arms) == 1 else None, treated, rules)
    statistics = Statistics(fact, of)
    family = FAMILY[fact.statistic]
    reads = read_by(rules) | ({"SAFFL"} if treated else set())
    first, _, rest = fact.measure.partition(" ")
    if "~" in fact.measure:
        spec = model(fact.measure)
        names = [*spec.covariates, *([] if spec.outcome in ENDPOINT_COLUMNS else [spec.outcome])]
        reads |= {_variable(name) for name in names} | set(ENDPOINT_COLUMNS.get(spec.outcome, ()))
    elif first:
        reads |= set(ENDPOINT_COLUMNS.get(first, (first,)))
    if rest == "stratified":
        reads |= set(STRATA)
    if not fact.measure:
        reads |= read_by(conditions(fact.counts))
    return Term(fact.id, frozenset(reads), arms, partial(family, statistics), EFFORT[family])
