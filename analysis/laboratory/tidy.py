"""The numbers of the laboratory as rows of one table."""

from __future__ import annotations

from typing import Any

from analysis.estimate import as_columns
from analysis.estimators.kaplan_meier import Curve
from analysis.laboratory.result import LaboratoryResult


def tidy(result: LaboratoryResult) -> list[dict[str, Any]]:
    """The result as rows: of each way its hazard ratio, test, groups, medians and curves; times in months."""
    rows: list[dict[str, Any]] = []
    for way in result.ways:
        base = {"way": way.name, "arm": None if way.name == "censored" else result.arm.label}
        compared = {**base, "compared": way.compared, "n": way.n, "events": way.events}
        rows.append({"quantity": "hazard_ratio", **compared, **as_columns(way.hazard_ratio)})
        rows.append({"quantity": "test", **compared, **as_columns(way.test)})
        if way.name == "landmark":
            died, ended = way.left_out
            rows.append({"quantity": "landmark", **base, "time": result.month})
            rows.append({"quantity": "died_before_landmark", **base, "estimate": died})
            rows.append({"quantity": "follow_up_ended_before_landmark", **base, "estimate": ended})
        for group in way.groups:
            of = {**base, "group": group.label, "n": group.n, "events": group.events}
            rows.append({"quantity": "median", **of, **as_columns(group.median)})
            if isinstance(group.curve, Curve):
                c = group.curve
                columns = (c.time, c.survival, c.low, c.high, c.at_risk)
                rows += [
                    {"quantity": "curve", **base, "group": group.label, "time": t, "estimate": s, "low": low,
                     "high": high, "at_risk": n}
                    for t, s, low, high, n in zip(*(column.tolist() for column in columns), strict=True)
                ]  # fmt: skip
    if result.uncensored is not None:
        rows.append({"quantity": "hazard_ratio", "way": "not censored", **as_columns(result.uncensored)})
    return rows
