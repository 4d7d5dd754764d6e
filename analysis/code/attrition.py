"""The script of the way from all patients to a response."""

from __future__ import annotations

from analysis.attrition import AttritionOptions
from analysis.code.assemble import script
from analysis.selection import Selection, selected_population
from analysis.summary import Summary
from data.contract import Trial


def write(trial: Trial, selection: Selection, options: AttritionOptions, result: Summary) -> str:
    """The script that recomputes `result`: its rows say the words, two for each step after the first."""
    rows = result.blocks[0].rows[1:]
    words = [(after.label, lost.label) for lost, after in zip(rows[::2], rows[1::2], strict=True)]
    lines = [f"    ({label!r}, {lost!r}, {mask})," for (label, lost), mask in zip(words, _masks(trial), strict=True)]
    settings = {"POPULATION": selected_population(selection, trial.design).label}
    parts = ["proportions", "table", "attrition"]
    return script(trial, selection, result, parts, settings, ["STEPS = [", *lines, "]"])


def _masks(trial: Trial) -> list[str]:
    """Who reached each step, as expressions, in the order of the view."""
    design, how, masks = trial.design, trial.design.assessments, []
    treated = next((p for p in design.populations if p.treatment == "actual"), None)
    if treated is not None:
        given = f"text(patients[{design.actual!r}]).isin({[arm.value for arm in design.arms]!r})"
        masks.append(f"text(patients[{treated.flag!r}]) == 'Y'" if treated.flag else given)
    if how is not None and how.best:
        best = f"text(patients[{how.best!r}])"
        masks.append(f"{best}.notna() & ~{best}.isin({list(how.unevaluable)!r})")
    if trial.response is not None and design.response is not None:
        masks.append(f"text(patients[{design.response.variable!r}]).isin({list(design.response.values)!r})")
    return masks
