"""The script of later therapies, and of the survival that is censored at them."""

from __future__ import annotations

from analysis.code.assemble import script
from analysis.code.table import endpoint_settings
from analysis.selection import Selection
from analysis.survival import SurvivalResult
from analysis.therapies import TherapiesOptions, TherapiesResult, terms_of
from data.contract import Trial


def write(trial: Trial, selection: Selection, options: TherapiesOptions, result: TherapiesResult) -> str:
    """The script that recomputes `result`."""
    declared, response, censored = trial.design.therapies, trial.design.response, result.censored
    assert declared is not None  # noqa: S101 - a trial without has no result
    settings = {
        "POPULATION": result.summary.blocks[0].label,
        "TABLE": declared.table,
        "TERM": declared.term,
        "THERAPIES": terms_of(trial, declared),
        "RESPONSE": response.variable if response else "",
        "RESPONDED": list(response.values) if response else [],
        "RESPONSE_LABEL": response.label if response else "",
        **endpoint_settings(trial, declared.endpoint if isinstance(censored, SurvivalResult) else ""),
    }
    if isinstance(censored, SurvivalResult):
        compared = censored.comparisons
        settings |= {
            "HAZARD_RATIO_LEVEL": censored.endpoint.hazard_ratio_level,
            "STRATA": list(trial.design.strata) if any(c.stratified for c in compared) else [],
            "REFERENCE": compared[0].reference.label if compared else "",
        }
    parts = ["proportions", "survival_numbers", "curves", "table", "medians", "therapies"]
    return script(trial, selection, result.summary, parts, settings)
