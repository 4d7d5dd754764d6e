"""The forest as one table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analysis.estimate import NotEstimable
from analysis.subgroups.result import Row, Section, SubgroupsResult


def tidy(result: SubgroupsResult) -> list[dict[str, Any]]:
    """The result as one table: a row for each line of the forest, with its factor's interaction test."""
    overall = {"factor": "", "subgroup": result.overall.label, **_numbers(result, result.overall)}
    return [overall] + [
        {"factor": section.label, "subgroup": row.label, **_numbers(result, row), **_interaction(section)}
        for section in result.sections
        for row in section.rows
    ]


def _numbers(result: SubgroupsResult, row: Row) -> dict[str, Any]:
    found = row.contrast
    numbers: dict[str, Any] = {"outcome": result.outcome, "measure": result.measure}
    for role, arm, n, events, median in zip(
        ("arm", "reference"), result.arms, found.n, found.events, found.medians, strict=True
    ):
        numbers |= {role: arm.label, f"n_{role}": n, f"events_{role}": events, f"median_{role}": median}
    if isinstance(found.effect, NotEstimable):
        return {**numbers, "note": found.effect.reason}
    effect = asdict(found.effect)
    return {**numbers, "estimate": effect.pop("value"), **effect}


def _interaction(section: Section) -> dict[str, Any]:
    if isinstance(section.interaction, NotEstimable):
        return {"interaction_note": section.interaction.reason}
    return {
        "within": "; ".join(section.within),
        "interaction_p": section.interaction.p_value,
        "interaction_df": section.interaction.degrees_of_freedom,
    }
