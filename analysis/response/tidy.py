"""The response as one table."""

from __future__ import annotations

from typing import Any

from analysis.response.result import ResponseResult
from analysis.summary import numbers_of
from analysis.summary import tidy as tidy_summary
from analysis.survival import SurvivalResult


def tidy(result: ResponseResult) -> list[dict[str, Any]]:
    """Rates, comparisons, the blocks of detail, the cycles, and the medians of the duration."""
    rows = [
        {"block": result.label, "row": "rate", "arm": size.arm.label, **numbers_of(rate)}
        for size, rate in zip(result.arms, result.rates, strict=True)
    ]
    for c in result.comparisons:
        pair = {"block": result.label, "arm": c.arm.arm.label, "reference": c.reference.arm.label}
        rows += [
            {**pair, "row": name, **numbers_of(value)}
            for name, value in (("difference", c.difference), ("odds ratio", c.odds_ratio), ("test", c.test))
        ]
    rows += tidy_summary(result.details)
    for cycle in result.cycles:
        for i, size in enumerate(result.arms):
            base = {"block": "cycle", "cycle": cycle.number, "arm": size.arm.label, "assessed": cycle.assessed[i]}
            rows.append({**base, "row": "in response", **numbers_of(cycle.responding[i])})
            rows.append({**base, "row": "first response by then", **numbers_of(cycle.ever[i])})
    if isinstance(result.duration, SurvivalResult):
        rows += [
            {"block": result.duration.endpoint.label, "row": "median", "kind": result.duration.unit,
             "arm": g.group.label, **numbers_of(g.median)}
            for g in result.duration.groups
        ]  # fmt: skip
    return rows
