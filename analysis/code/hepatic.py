"""The script of the toxicity of the liver."""

from __future__ import annotations

from dataclasses import replace

from analysis.code.assemble import script, timed
from analysis.hepatic import HepaticOptions, HepaticResult
from analysis.safety.population import safety_population
from analysis.selection import Selection
from data.contract import Hepatic, Transplant, Trial


def write(trial: Trial, selection: Selection, options: HepaticOptions, result: HepaticResult) -> str:
    """The script that recomputes `result`, of the patients by the treatment given."""
    liver, transplant = trial.design.hepatic or Hepatic(), trial.design.transplant or Transplant()
    within = replace(selection, population=safety_population(trial, selection).id)
    by_group = liver.group if trial.adverse_events is not None else ""
    known = transplant.at_start or transplant.event
    settings = {
        "REFERENCE": "" if result.reference is None else result.arms[result.reference].label,
        "GROUP": by_group,
        "VALUE": liver.value,
        "VOD": liver.vod,
        "VOD_DAY": liver.vod_day,
        "FIRST_DOSE": liver.first_dose,
        "LAST_DOSE": liver.last_dose,
        "TRANSPLANT": timed(trial, transplant.event) if transplant.event and not transplant.at_start else None,
        "TRANSPLANT_LABEL": transplant.label if known else "",
        "FATAL": liver.fatal,
        "FATAL_VALUES": list(liver.fatal_values),
    }
    parts = ["proportions", *(["had_event"] if by_group else []), *(["days"] if known else []), "hepatic"]
    return script(trial, within, result, parts, settings)
