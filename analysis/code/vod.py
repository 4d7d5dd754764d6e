"""The script of VOD/SOS after transplant."""

from __future__ import annotations

from dataclasses import replace

from analysis.code.assemble import script, table_of
from analysis.selection import Selection
from analysis.vod import VodOptions, VodResult
from data.contract import RiskFactor, Transplant, Trial
from data.stages import ORIGINS


def write(trial: Trial, selection: Selection, options: VodOptions, result: VodResult) -> str:
    """The script that recomputes `result`."""
    declared = trial.design.transplant or Transplant()
    within = replace(selection, population=declared.population) if declared.population else selection
    labels = {risk.variable: risk.label for risk in declared.risks}
    settings = {
        "ARM": result.arm.label,
        "VOD": declared.vod,
        "AS_NUMBER": [risk.label for risk in declared.risks if not risk.values and risk.at_least is None],
        "MODEL": [labels[name] for name in declared.models[result.model - 1]] if declared.models else [],
        "MODEL_NUMBER": result.model,
    }
    lines = [f"TRANSPLANTED = {transplanted(trial, declared)}", "RISKS = {"]
    lines += [f"    {risk.label!r}: {_coded(risk)}," for risk in declared.risks]
    return script(trial, within, result, ["proportions", "vod"], settings, [*lines, "}"])


def transplanted(trial: Trial, declared: Transplant) -> str:
    """Who was transplanted, as an expression: a mask of `patients`."""
    if declared.at_start:
        return "patients['arm'].notna()"
    if declared.event in trial.times:
        table = table_of(trial, declared.event)
        return (
            f"patients['USUBJID'].isin(read({table!r}).query("
            f"\"PARAMCD == {declared.event!r} and CNSR == '0' and AVAL.notna()\")['USUBJID'])"
        )
    origin = next(name for name in ORIGINS if name in trial.patients)
    return f"patients[{declared.event!r}].notna() & patients[{origin!r}].notna()"


def _coded(risk: RiskFactor) -> str:
    column = f"patients[{risk.variable!r}]"
    if risk.values:
        return f"text({column}).isin({list(risk.values)!r}).astype(float).where({column}.notna())"
    if risk.at_least is None:
        return f"number({column})"
    return f"(number({column}) >= {float(risk.at_least)!r}).astype(float).where(number({column}).notna())"
