"""The survival result as rows of one table: a `quantity`, the group, a time where there is one, and its numbers."""

from __future__ import annotations

from typing import Any

from analysis.estimate import NotEstimable, as_columns
from analysis.estimators.kaplan_meier import Curve
from analysis.survival.result import BY_ARM, Comparison, DifferenceCurve, GroupSurvival, SurvivalResult

Rows = list[dict[str, Any]]


def tidy(result: SurvivalResult) -> Rows:
    """Curves, numbers at risk, medians, rates, restricted means and comparisons; then those of the complement."""
    key = "arm" if result.by == BY_ARM else result.by
    rows = [row for g in result.groups for row in _group(g, key, result)]
    rows += [row for c in result.comparisons for row in _comparison(c, key, result)]
    rows.append({"quantity": "log_rank_overall", **as_columns(result.overall)})
    if isinstance(result.complement, SurvivalResult):
        rows += [{**row, "quantity": f"complement_{row['quantity']}"} for row in tidy(result.complement)]
    if result.interaction is not None:
        rows.append({"quantity": "interaction_cohort_by_arm", **as_columns(result.interaction)})
    return rows


def _group(g: GroupSurvival, key: str, result: SurvivalResult) -> Rows:
    who = {key: g.group.label, "n": g.n, "events": g.events}
    rows: Rows = [
        {"quantity": "median", **who, **as_columns(g.median)},
        {"quantity": "follow_up_median", **who, **as_columns(g.follow_up)},
        {"quantity": "rate", **who, "time": result.milestone, **as_columns(g.rate)},
        {"quantity": "restricted_mean", **who, "time": result.tau, **as_columns(g.restricted_mean)},
    ]
    table = (result.ticks, g.at_risk.at_risk, g.at_risk.events, g.at_risk.censored)
    rows += _columns("at_risk", {key: g.group.label}, ("time", "at_risk", "events", "censored"), table)
    if isinstance(g.curve, Curve):
        c = g.curve
        names = ("time", "estimate", "low", "high", "at_risk", "events", "censored")
        columns = (c.time, c.survival, c.low, c.high, c.at_risk, c.events, c.censored)
        rows += _columns("curve", {key: g.group.label}, names, columns)
    return rows


def _comparison(c: Comparison, key: str, result: SurvivalResult) -> Rows:
    who = {key: c.group.label, "reference": c.reference.label}
    rows: Rows = [
        {"quantity": "hazard_ratio", **who, "stratified": c.stratified, **as_columns(c.hazard_ratio)},
        {"quantity": "log_rank", **who, "stratified": c.stratified, **as_columns(c.log_rank)},
        {"quantity": "rate_difference", **who, "time": result.milestone, **as_columns(c.rate_difference)},
        {
            "quantity": "restricted_mean_difference",
            **who,
            "time": result.tau,
            **as_columns(c.restricted_mean_difference),
        },
        {"quantity": "restricted_mean_test", **who, "time": result.tau, **as_columns(c.restricted_mean_test)},
        {"quantity": "restricted_mean_ratio", **who, "time": result.tau, **as_columns(c.restricted_mean_ratio)},
        {"quantity": "proportional_hazards", **who, **as_columns(c.proportional)},
    ]
    if isinstance(c.lower, DifferenceCurve):
        columns = (c.lower.time, c.lower.difference, c.lower.low, c.lower.high)
        rows += _columns("difference", who, ("time", "estimate", "low", "high"), columns)
    elif c.lower is not None and not isinstance(c.lower, NotEstimable):
        columns = (c.lower.time, c.lower.ratio, c.lower.low, c.lower.high)
        rows += _columns("hazard_ratio_over_time", who, ("time", "estimate", "low", "high"), columns)
    return rows


def _columns(quantity: str, who: dict[str, Any], names: tuple[str, ...], columns: tuple[Any, ...]) -> Rows:
    values = zip(*(column.tolist() for column in columns), strict=True)
    return [{"quantity": quantity, **who, **dict(zip(names, row, strict=True))} for row in values]
