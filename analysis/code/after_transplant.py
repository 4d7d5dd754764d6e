"""The script of relapse and of death without it after transplant."""

from __future__ import annotations

from analysis.after_transplant import AfterTransplantOptions, AfterTransplantResult
from analysis.code.assemble import script, timed
from analysis.selection import Selection
from data.contract import Transplant, Trial


def write(trial: Trial, selection: Selection, options: AfterTransplantOptions, result: AfterTransplantResult) -> str:
    """The script that recomputes `result`."""
    declared = trial.design.transplant or Transplant()
    settings = {
        "SURVIVAL": timed(trial, declared.survival),
        "TRANSPLANT": None if declared.at_start else timed(trial, declared.event),
        "RELAPSE": timed(trial, declared.relapse),
        "RELAPSE_KIND": declared.relapse_kind,
        "RELAPSES": list(declared.relapse_values),
        "DISEASE_DEATH": declared.disease_death,
        "MONTH": result.month,
    }
    return script(trial, selection, result, ["days", "incidence", "gray", "after_transplant"], settings)
