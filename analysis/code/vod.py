"""The script of VOD/SOS after transplant."""

from __future__ import annotations

from dataclasses import replace

from analysis.code.assemble import script, timed
from analysis.selection import Selection
from analysis.vod import VodOptions, VodResult
from data.contract import RiskFactor, Transplant, Trial


def write(trial: Trial, selection: Selection, options: VodOptions, result: VodResult) -> str:
    """The script that recomputes `result`."""
    declared = trial.design.transplant or Transplant()
    within = replace(selection, population=declared.population) if declared.population else selection
    labels = {risk.variable: risk.label for risk in declared.risks}
    settings = {
        "ARM": result.arm.label,
        "VOD": declared.vod,
        "TRANSPLANT": None if declared.at_start else timed(trial, declared.event),
        "AS_NUMBER": [risk.label for risk in declared.risks if not risk.values and risk.at_least is None],
        "MODEL": [labels[name] for name in declared.models[result.model - 1]] if declared.models else [],
        "MODEL_NUMBER": result.model,
    }
    lines = ["RISKS = {"]
    lines += [f"    {risk.label!r}: {_coded(risk)}," for risk in declared.risks]
    return script(trial, within, result, ["proportions", "days", "vod"], settings, [*lines, "}"])


def _coded(risk: RiskFactor) -> str:
    column = f"patients[{risk.variable!r}]"
    if risk.values:
        return f"text({column}).isin({list(risk.values)!r}).astype(float).where({column}.notna())"
    if risk.at_least is None:
        return f"number({column})"
    return f"(number({column}) >= {float(risk.at_least)!r}).astype(float).where(number({column}).notna())"
