"""The numbers of the path as rows of one table."""

from __future__ import annotations

from typing import Any

from analysis.estimate import as_columns
from analysis.transplant.result import StatesOverTime, TransplantResult


def tidy(result: TransplantResult) -> list[dict[str, Any]]:
    """The result as rows of one table: a `quantity`, the arm, and its numbers."""
    rows: list[dict[str, Any]] = []
    for step, before in zip(result.steps, (None, *result.steps), strict=False):
        for i, a in enumerate(result.arms):
            rows += [
                {"quantity": "flow", "arm": a.arm.label, "step": step.label, "group": level.label,
                 "from": before.levels[j].label if before else a.arm.label, "n": int(step.arrivals[i, j, k])}
                for k, level in enumerate(step.levels)
                for j in range(step.arrivals.shape[1])
                if step.arrivals[i, j, k]
            ]  # fmt: skip
    for share in result.shares:
        base = {"step": share.step, "group": f"any of {share.label}" if share.any_of else share.label}
        for a, n, events, value in zip(result.arms, share.of, share.counts, share.shares, strict=True):
            rows.append(
                {"quantity": "share", "arm": a.arm.label, **base, "n": n, "events": events, **as_columns(value)}
            )
        for c in share.comparisons:
            pair = {"arm": c.arm.label, "reference": c.reference.label, **base}
            rows.append({"quantity": "difference", **pair, **as_columns(c.difference)})
            rows.append({"quantity": "test", **pair, **as_columns(c.test)})
    for a, over_time in zip(result.arms, result.over_time, strict=False):
        if over_time is not None:
            rows += _state_rows(a.arm.label, result, over_time)
    return rows


def _state_rows(arm: str, result: TransplantResult, over_time: StatesOverTime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for place, state in enumerate(result.states):
        base = {"arm": arm, "group": state}
        value = over_time.at_month[place]
        rows.append({"quantity": "state_probability", **base, "time": result.month, **as_columns(value)})
        curve = over_time.curve
        rows += [
            {"quantity": "state_curve", **base, "time": time, "estimate": estimate, "at_risk": at_risk}
            for time, estimate, at_risk in zip(
                curve.time.tolist(), curve.probability[:, place].tolist(), curve.at_risk[:, place].tolist(), strict=True
            )
        ]
    return rows
