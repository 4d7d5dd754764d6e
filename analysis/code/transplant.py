"""The script of the path of patients."""

from __future__ import annotations

from analysis.code.assemble import script
from analysis.code.choice import place_of
from analysis.selection import Selection
from analysis.stages import steps
from analysis.transplant import TransplantOptions, TransplantResult
from data.contract import Trial


def write(trial: Trial, selection: Selection, options: TransplantOptions, result: TransplantResult) -> str:
    """The script that recomputes `result`."""
    reference = next((a.arm for a in result.arms if a.arm.reference), result.arms[-1].arm)
    final = next((e for e in trial.design.endpoints if result.month and e.id == trial.design.states[-1].entered), None)
    settings = {
        "MONTH": result.month,
        "REFERENCE": reference.label,
        "SIDED": final.sided if final else 2,
        "STATE_LABELS": list(result.states),
    }
    lines = ["STEPS = ["]
    for step in steps(trial, result.month):
        labels = [level.label for level in step.levels]
        reached = [place for place, level in enumerate(step.levels) if level.reached]
        lines.append(f"    ({step.label!r}, {labels!r}, {reached!r}, {place_of(step, trial)}),")
    return script(trial, selection, result, ["proportions", "transplant"], settings, [*lines, "]"])
