"""The scripts of the response: its table, and its forest by subgroup."""

from __future__ import annotations

from analysis.code import subgroups
from analysis.code.assemble import script
from analysis.code.table import endpoint_settings, reference_label, words
from analysis.response import ResponseOptions, ResponseResult
from analysis.response.analyse import sided_as_the_trial, spoken
from analysis.selection import Selection
from analysis.subgroups import SubgroupsOptions, SubgroupsResult
from data.contract import DAYS_PER_MONTH, Assessments, Trial


def write(trial: Trial, selection: Selection, options: ResponseOptions, result: ResponseResult) -> str:
    """The script that recomputes the table."""
    declared, how = trial.design.response, trial.design.assessments or Assessments()
    assessed = bool(how.parameter) and how.table in trial.tables
    best = words(trial, how.best, lambda value: spoken(value) if value else "Not recorded", result.details)
    settings = {
        "RESPONSE": declared.variable if declared else "",
        "RESPONDED": list(declared.values) if declared else [],
        "RESPONSE_LABEL": result.label,
        "LEVEL": result.level,
        "SIDED": sided_as_the_trial(trial),
        "REFERENCE": reference_label(result.details),
        "BEST": how.best,
        "BEST_LABELS": best,
        "RESIDUAL": how.residual,
        "RESIDUAL_LABEL": how.residual_label,
        "FIRST": how.first,
        "SINCE": how.since,
        "ASSESSMENTS": (how.table, how.parameter) if assessed else None,
        "RESPONSES": list(how.values),
        "UNEVALUABLE": list(how.unevaluable),
        "DAYS_PER_MONTH": DAYS_PER_MONTH,
        **endpoint_settings(trial, how.duration),
    }
    parts = ["proportions", "survival_numbers", "curves", "table", "medians", "response"]
    return script(trial, selection, result.details, parts, settings)


def write_forest(trial: Trial, selection: Selection, options: ResponseOptions, result: SubgroupsResult) -> str:
    """The script that recomputes the forest."""
    return subgroups.write(trial, selection, SubgroupsOptions(options.forest, options.contrast), result)
