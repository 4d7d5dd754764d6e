"""What the scripts of tables of patients share: the words of their rows, and the survival that stands below one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.code.assemble import table_of
from analysis.columns import texts
from analysis.summary import Summary
from data.contract import DAYS_PER_UNIT, Trial


def words(trial: Trial, variable: str, spoken: Callable[[str], str], result: Summary) -> dict[str, str]:
    """The values of a column of ADSL with their labels, in the order of the rows of the result that they name."""
    found = set(texts(trial, variable)) if variable else set[str]()
    known = {spoken(value): value for value in sorted(found)}
    shown = dict.fromkeys(row.label for block in result.blocks for row in block.rows)
    return {known[label]: label for label in shown if label in known}


def reference_label(result: Summary) -> str:
    """The arm that the others are compared with; "" where there is none."""
    return "" if result.reference is None else result.arms[result.reference].arm.label


def endpoint_settings(trial: Trial, name: str) -> dict[str, Any]:
    """How the times of an endpoint are read; an empty name where there is none."""
    endpoint = next((e for e in trial.design.endpoints if e.id == name), None)
    if endpoint is None:
        return {"ENDPOINT": ""}
    return {
        "ENDPOINT": endpoint.id,
        "ENDPOINT_TABLE": table_of(trial, endpoint.id),
        "ENDPOINT_LABEL": endpoint.label,
        "ENDPOINT_UNIT": endpoint.unit,
        "ENDPOINT_LEVEL": endpoint.level,
        "DAYS_RECORDED": DAYS_PER_UNIT[endpoint.recorded],
        "DAYS_SHOWN": DAYS_PER_UNIT[endpoint.unit],
    }
