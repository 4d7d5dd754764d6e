"""The script of who lived long."""

from __future__ import annotations

from analysis.baseline import CONTRAST
from analysis.code.assemble import script
from analysis.code.baseline import traits
from analysis.code.table import endpoint_settings, reference_label
from analysis.selection import Selection, selected_arms, selected_endpoint
from analysis.summary import Summary
from analysis.survivors import SurvivorsOptions, milestone
from data.contract import Trial


def write(trial: Trial, selection: Selection, options: SurvivorsOptions, result: Summary) -> str:
    """The script that recomputes `result`, whose columns are those who reached the milestone and the others."""
    endpoint, shown = selected_endpoint(selection, trial.design), selected_arms(selection, trial.design)
    arm = next((arm for arm in shown if arm.id == options.survivorsarm), shown[0])
    settings = {
        "ARM": arm.label,
        "COLUMNS": [size.arm.label for size in result.arms],
        "REFERENCE": reference_label(result),
        "CONTRAST": CONTRAST,
        "MILESTONE": milestone(trial, endpoint, options) if endpoint else 0,
        **endpoint_settings(trial, endpoint.id if endpoint else ""),
    }
    parts = ["proportions", "survival_numbers", "table", "reached", "baseline"]
    return script(trial, selection, result, parts, settings, traits(trial, later=True))
