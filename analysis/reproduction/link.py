"""The link of a fact: the view that shows the number, in the state that shows it."""

from __future__ import annotations

from analysis.selection import Filter, Selection, whole_trial, write_pairs, write_query
from data.contract import Factor, Trial
from data.published import Condition, Fact, conditions, model

#: Section of the paper -> path of the view, where the statistic does not decide it.
PAGES = {
    "Safety": "/safety",
    "Liver": "/safety",
    "Transplant": "/transplant",
    "Response": "/transplant",
    "Later therapy": "/transplant",
}


def link(trial: Trial, fact: Fact) -> str:
    """Path and query of the view; filters only where the fact's subset is made of the trial's factors."""
    default = whole_trial(trial.design)
    name = fact.measure.split()[0] if fact.measure else ""
    endpoint = name if name in trial.times else default.endpoint
    arms = default.arms if fact.arm not in default.arms else (fact.arm,)
    population = fact.population if fact.population in trial.populations else default.population
    filters = tuple(f for rule in conditions(fact.where) if (f := _filter(trial, rule)) is not None)
    selection = Selection(trial=trial.id, population=population, endpoint=endpoint, arms=arms, filters=filters)
    page = (
        "/survival"
        if name in trial.times and "+" not in (model(fact.measure).covariates or ("",))[0]
        else PAGES.get(fact.section, "/")
    )
    return page + write_query(write_pairs(selection, trial.design))


def _filter(trial: Trial, rule: Condition) -> Filter | None:
    factor = next((f for f in trial.design.factors if f.variable == rule.variable), None)
    if factor is None or rule.value == "":
        return None
    levels = _levels(factor, rule)
    return Filter(factor.variable, levels) if levels and len(levels) < len(factor.levels) else None


def _levels(factor: Factor, rule: Condition) -> tuple[str, ...]:
    """The levels that a condition keeps; none where it cuts across them."""
    names = tuple(level.value for level in factor.levels)
    if rule.operator in ("=", "!=") and not factor.cuts:
        return tuple(name for name in names if (name == rule.value) == (rule.operator == "="))
    cuts = [float(cut) for cut in factor.cuts]
    if rule.operator in ("<", ">=") and float(rule.value) in cuts:
        position = cuts.index(float(rule.value)) + 1
        return names[:position] if rule.operator == "<" else names[position:]
    return ()
