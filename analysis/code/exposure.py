"""The script of exposure and care."""

from __future__ import annotations

from dataclasses import replace

from analysis.code.assemble import script
from analysis.code.table import reference_label
from analysis.exposure import CONTRAST, ExposureOptions
from analysis.safety.population import safety_population
from analysis.selection import Selection
from analysis.summary import Summary
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial


def write(trial: Trial, selection: Selection, options: ExposureOptions, result: Summary) -> str:
    """The script that recomputes `result`, of the patients by the treatment given."""
    within = replace(selection, population=safety_population(trial, selection).id)
    exposures = [
        (block.label, e.flag, e.variable, DAYS_PER_UNIT[e.unit] if e.unit and not e.per else 1.0, e.per)
        for block, e in zip(result.blocks, trial.design.exposures, strict=True)
    ]
    settings = {
        "EXPOSURES": exposures,
        "REFERENCE": reference_label(result),
        "CONTRAST": CONTRAST,
        "DAYS_PER_MONTH": DAYS_PER_MONTH,
    }
    return script(trial, within, result, ["proportions", "table", "exposure"], settings)
