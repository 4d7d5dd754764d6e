"""The script of the transplant laboratory."""

from __future__ import annotations

from typing import Any

from analysis.code.assemble import script, timed
from analysis.laboratory import LaboratoryOptions, LaboratoryResult
from analysis.selection import Selection
from data.contract import Transplant, Trial


def write(trial: Trial, selection: Selection, options: LaboratoryOptions, result: LaboratoryResult) -> str:
    """The script that recomputes all four ways of `result`."""
    declared, response = trial.design.transplant or Transplant(), trial.design.response
    settings = {
        "ARM": result.arm.label,
        "SURVIVAL": timed(trial, declared.survival),
        "EVENT": timed(trial, declared.event),
        "RESPONSE": response.variable if response else "",
        "RESPONDED": list(response.values) if response else [],
        "LEVEL": result.endpoint.level,
        "SIDED": result.endpoint.sided,
        "LANDMARK": result.month,
        "GROUPS": {way.name: [group.label for group in way.groups] for way in result.ways},
        **_censored(trial, result),
    }
    parts = ["days", "survival_numbers", "curves", "laboratory"]
    return script(trial, selection, result, parts, settings)


def _censored(trial: Trial, result: LaboratoryResult) -> dict[str, Any]:
    """The two arms that are compared with follow-up that ends at the event; none where there are not two."""
    declared = trial.design.transplant or Transplant()
    if result.censored is None:
        return {"CENSORED": []}
    name = declared.censored or declared.survival
    endpoint = next(e for e in trial.design.endpoints if e.id == name)
    positions = [group.position for group in result.censored.groups]
    return {
        "CENSORED": [trial.design.arms[position].label for position in positions if position is not None],
        "CENSORED_ENDPOINT": timed(trial, name) if declared.censored else None,
        "CURVE_LEVEL": endpoint.level,
        "CENSORED_LEVEL": endpoint.hazard_ratio_level,
        "CENSORED_SIDED": endpoint.sided,
        "STRATA": list(trial.design.strata) if endpoint.stratified and not result.exploratory else [],
    }
