"""How each kind of published number is computed from the patients: one recipe a statistic, through the estimators.

A recipe takes the trial and the fact and returns the numbers that stand in the printed text, in its order. It
reads the definition of the number from the fact, never its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable
from analysis.estimators import cox, kaplan_meier, logistic, normal, proportions, rates, rmst
from analysis.estimators.logrank import logrank
from analysis.reproduction import events
from analysis.reproduction.patients import all_hold, holds, months, numbers, text
from data.contract import DAYS_PER_MONTH, Endpoint, Trial
from data.published import Fact, Model, condition, conditions, model

Numbers = tuple[float | str, ...]
#: Numbers, or the sentence why there are none.
Answer = Numbers | NotEstimable
DAYS_PER_WEEK, DAYS_PER_YEAR = 7, 365.25
NO_HORIZON = NotEstimable("The trial states no horizon.")


def compute(trial: Trial, fact: Fact) -> Answer:
    """The numbers of `fact` recomputed. Raises KeyError on a statistic or a variable that is not known."""
    return RECIPES[fact.statistic](trial, fact)


def _patients(trial: Trial, fact: Fact, arm: str | None = None) -> Bools:
    """The patients of the fact's population, arm and `where`, (patients,)."""
    population = next(p for p in trial.design.populations if p.id == fact.population)
    mask = trial.populations[fact.population] & all_hold(trial, conditions(fact.where))
    name = arm or fact.arm
    positions = [i for i, a in enumerate(trial.design.arms) if name in (a.id, "all", "ino vs soc")]
    return mask & np.isin(trial.actual if population.treatment == "actual" else trial.planned, positions)


def _counted(trial: Trial, fact: Fact) -> Bools:
    if fact.counts.startswith(events.PREFIX + " ") or fact.counts == events.PREFIX:
        return events.having(trial, fact.counts)
    return all_hold(trial, conditions(fact.counts))


def _count(trial: Trial, fact: Fact) -> Answer:
    base = _patients(trial, fact)
    n, of = int((base & _counted(trial, fact)).sum()), int(base.sum())
    return {"count": (n,), "count_of": (n, of), "percent": (100 * n / of,)}.get(fact.statistic, (n, of, 100 * n / of))


def _records(trial: Trial, fact: Fact) -> Answer:
    return (events.records(trial, _patients(trial, fact)),)


def _two_by_two(trial: Trial, fact: Fact) -> tuple[int, int, int, int]:
    """Counted and all patients of the first arm, then of the reference."""
    counted = _counted(trial, fact)
    arms = [_patients(trial, fact, arm.id) for arm in sorted(trial.design.arms, key=lambda arm: arm.reference)]
    return tuple(int(mask.sum()) for arm in arms for mask in (arm & counted, arm))  # type: ignore[return-value]


def _percent_interval(trial: Trial, fact: Fact) -> Answer:
    base = _patients(trial, fact)
    found = proportions.proportion(int((base & _counted(trial, fact)).sum()), int(base.sum()))
    return found if isinstance(found, NotEstimable) else _limits(found, 100)


def _p_proportions(trial: Trial, fact: Fact) -> Answer:
    test = proportions.association_test(*_two_by_two(trial, fact), sided=1)
    return test if isinstance(test, NotEstimable) else (test.p_value,)


def _values(trial: Trial, fact: Fact) -> Floats:
    name, _, unit = fact.measure.partition(" ")
    if unit == "months":
        values = months(trial, name)
    else:
        values = numbers(trial, name) / (DAYS_PER_WEEK if unit == "weeks" else 1)
    chosen: Floats = values[_patients(trial, fact)]
    return chosen[~np.isnan(chosen)]


def _summary(trial: Trial, fact: Fact) -> Answer:
    values = _values(trial, fact)
    if not len(values):
        return NotEstimable("No patients.")
    parts: Mapping[str, Numbers] = {
        "median": (float(np.median(values)),),
        "median_range": (float(np.median(values)), float(values.min()), float(values.max())),
        "mean": (float(values.mean()),),
        "total": (float(values.sum()),),
        "maximum": (float(values.max()),),
        "values": tuple(np.sort(values).tolist()),
    }
    return parts[fact.statistic]


def _per_month(trial: Trial, fact: Fact) -> Answer:
    days, observed = (name.strip() for name in fact.measure.split("/"))

    def totals(arm: str) -> tuple[int, float]:
        base = _patients(trial, fact, arm)
        return int(np.nansum(numbers(trial, days)[base])), float(
            np.nansum(numbers(trial, observed)[base])
        ) / DAYS_PER_MONTH

    if fact.statistic == "rate_ratio":
        pair = [totals(arm.id) for arm in sorted(trial.design.arms, key=lambda arm: arm.reference)]
        ratio = rates.rate_ratio(*pair[0], *pair[1])
        return ratio if isinstance(ratio, NotEstimable) else (ratio.value,)
    found = rates.rate(*totals(fact.arm))
    if isinstance(found, NotEstimable):
        return found
    return (100 * found.value / DAYS_PER_MONTH,) if fact.statistic == "share_of_days" else (found.value,)


def _date(trial: Trial, fact: Fact) -> Answer:
    which, variable = fact.measure.split()
    values = text(trial, variable)
    return (str(values.min() if which == "first" else values.max()),)


def _least_followup(trial: Trial, fact: Fact) -> Answer:
    start, end = fact.measure.split(" to ")
    days = date.fromisoformat(text(trial, end).max()) - date.fromisoformat(text(trial, start).max())
    return (days.days / DAYS_PER_YEAR,)


def _endpoint(trial: Trial, fact: Fact) -> Endpoint:
    name = fact.measure.split()[0]
    return next(endpoint for endpoint in trial.design.endpoints if endpoint.id == name)


def _times(trial: Trial, fact: Fact, arm: str | None = None) -> tuple[Floats, Bools, Bools]:
    """Months and events of the patients who have the endpoint, and who they are (patients,)."""
    name = _endpoint(trial, fact).id
    time, event = months(trial, name), trial.times[name].event
    base = _patients(trial, fact, arm) & ~np.isnan(time)
    return time[base], event[base], base


def _curve(trial: Trial, fact: Fact, arm: str | None = None) -> kaplan_meier.Curve | NotEstimable:
    time, event, _ = _times(trial, fact, arm)
    return kaplan_meier.kaplan_meier(time, event, level=_endpoint(trial, fact).level)


def _survival(trial: Trial, fact: Fact) -> Answer:
    curve = _curve(trial, fact)
    if isinstance(curve, NotEstimable):
        return curve
    if fact.statistic.startswith("survival_rate"):
        rate = kaplan_meier.at(curve, float(fact.statistic.rpartition("_")[2]))
        return rate if isinstance(rate, NotEstimable) else (100 * rate.value,)
    median = kaplan_meier.median(curve)
    if isinstance(median, NotEstimable):
        return median
    return (median.value,) if fact.statistic == "survival_median" else _limits(median)


def _compared(trial: Trial, fact: Fact) -> tuple[Floats, Bools, Ints, Ints | None]:
    """Times, events, group (1 is the experimental arm, or who meets the condition) and strata of a comparison."""
    time, event, base = _times(trial, fact)
    if "~" in fact.measure:
        return time, event, holds(trial, condition(fact.counts))[base].astype(np.int64), None
    reference = next(i for i, arm in enumerate(trial.design.arms) if arm.reference)
    return (
        time,
        event,
        (trial.planned[base] != reference).astype(np.int64),
        trial.strata[base] if fact.measure.endswith("stratified") else None,
    )


def _hazard_ratio(trial: Trial, fact: Fact) -> Answer:
    time, event, group, strata = _compared(trial, fact)
    found = cox.hazard_ratio(time, event, group, strata, level=_level(fact))
    if isinstance(found, NotEstimable):
        return found
    if fact.statistic == "hazard_reduction":
        return (100 * (1 - found.value),)
    return _limits(found) if "interval" in fact.statistic else (found.value,)


def _level(fact: Fact) -> float:
    return 0.975 if fact.statistic.endswith("_975") else 0.95


def _p_logrank(trial: Trial, fact: Fact) -> Answer:
    test = logrank(*_compared(trial, fact), sided=1)
    return test if isinstance(test, NotEstimable) else (test.p_value,)


def _experimental_first(trial: Trial) -> list[str]:
    return [arm.id for arm in sorted(trial.design.arms, key=lambda arm: arm.reference)]


def _rmst_horizon(trial: Trial, fact: Fact) -> Answer:
    longest = rmst.default_tau([_times(trial, fact, arm)[0] for arm in _experimental_first(trial)])
    return NotEstimable("An arm has nobody.") if longest is None else (longest,)


def _rmst(trial: Trial, fact: Fact) -> Answer:
    curve, tau = _curve(trial, fact), _endpoint(trial, fact).tau
    if isinstance(curve, NotEstimable) or tau is None:
        return curve if isinstance(curve, NotEstimable) else NO_HORIZON
    mean = rmst.rmst(curve, tau)
    if isinstance(mean, NotEstimable):
        return mean
    return _limits(mean) if fact.statistic == "rmst_interval_95" else (mean.value,)


def _rmst_compared(trial: Trial, fact: Fact) -> Answer:
    experimental, reference = (_curve(trial, fact, arm) for arm in _experimental_first(trial))
    tau = _endpoint(trial, fact).tau
    if isinstance(experimental, NotEstimable) or isinstance(reference, NotEstimable) or tau is None:
        return NO_HORIZON if tau is None else NotEstimable("An arm has no patients.")
    difference = rmst.rmst_difference(experimental, reference, tau)
    if isinstance(difference, NotEstimable):
        return difference
    if fact.statistic == "rmst_difference":
        return (difference.value,)
    test = normal.difference_test(difference, sided=1)
    return test if isinstance(test, NotEstimable) else (test.p_value,)


def _cox_model(trial: Trial, fact: Fact) -> Answer:
    spec = model(fact.measure)
    time, event, base = _times(trial, fact)
    found = cox.multivariable(time, event, _covariates(trial, spec, base), level=_level(fact))
    if isinstance(found, NotEstimable):
        return found
    ratio = next(term.hazard_ratio for term in found.terms if term.name == fact.counts)
    if isinstance(ratio, NotEstimable):
        return ratio
    if fact.statistic == "p_model":
        test = cox.wald_test(ratio)
        return test if isinstance(test, NotEstimable) else (test.p_value,)
    return _limits(ratio) if "interval" in fact.statistic else (ratio.value,)


def _logistic_model(trial: Trial, fact: Fact) -> Answer:
    spec = model(fact.measure)
    base = _patients(trial, fact)
    found = logistic.logistic_regression(holds(trial, condition(spec.outcome))[base], _covariates(trial, spec, base))
    if isinstance(found, NotEstimable):
        return found
    term = next(term for term in found.terms if term.name == fact.counts)
    return (term.test.p_value,) if fact.statistic == "p_logistic" else (term.odds_ratio.value,)


def _covariates(trial: Trial, spec: Model, base: Bools) -> dict[str, Floats]:
    def column(name: str) -> Floats:
        is_condition = any(sign in name for sign in "<>=")
        values: Floats = holds(trial, condition(name)).astype(np.float64) if is_condition else numbers(trial, name)
        return values[base]

    return {name: column(name) for name in spec.covariates}


def _limits(estimate: Estimate, times: float = 1.0) -> Answer:
    if estimate.low is None or estimate.high is None:
        return NotEstimable("The interval has no finite limit on one side.")
    return (times * estimate.low, times * estimate.high)


RECIPES: Mapping[str, Callable[[Trial, Fact], Answer]] = {
    "count": _count,
    "count_of": _count,
    "count_percent": _count,
    "percent": _count,
    "event_count": _records,
    "percent_interval_95": _percent_interval,
    "p_proportions": _p_proportions,
    "median": _summary,
    "median_range": _summary,
    "mean": _summary,
    "total": _summary,
    "maximum": _summary,
    "values": _summary,
    "rate_per_month": _per_month,
    "rate_ratio": _per_month,
    "share_of_days": _per_month,
    "date": _date,
    "least_followup": _least_followup,
    "survival_median": _survival,
    "survival_median_interval_95": _survival,
    "survival_rate_12": _survival,
    "survival_rate_24": _survival,
    "hazard_ratio": _hazard_ratio,
    "hazard_ratio_interval_95": _hazard_ratio,
    "hazard_ratio_interval_975": _hazard_ratio,
    "hazard_reduction": _hazard_ratio,
    "p_one_sided": _p_logrank,
    "p_logrank_within": _p_logrank,
    "rmst": _rmst,
    "rmst_interval_95": _rmst,
    "rmst_difference": _rmst_compared,
    "rmst_horizon": _rmst_horizon,
    "p_rmst": _rmst_compared,
    "hazard_ratio_model": _cox_model,
    "hazard_ratio_model_interval_95": _cox_model,
    "hazard_ratio_model_interval_975": _cox_model,
    "p_model": _cox_model,
    "odds_ratio": _logistic_model,
    "p_logistic": _logistic_model,
}
