"""The script of the subgroups view."""

from __future__ import annotations

from typing import Any

from analysis.code.assemble import script, table_of
from analysis.code.choice import filtered, level_mask
from analysis.selection import Selection, filter_in_words, selected_endpoint
from analysis.subgroups import SubgroupsOptions, SubgroupsResult, baseline_factors
from data.contract import DAYS_PER_UNIT, Trial


def write(trial: Trial, selection: Selection, options: SubgroupsOptions, result: SubgroupsResult) -> str:
    """The script that recomputes `result`."""
    endpoint, response = selected_endpoint(selection, trial.design), trial.design.response
    settings: dict[str, Any] = {
        "MEASURE": result.measure,
        "ARM": result.arms[0].label,
        "REFERENCE": result.arms[1].label,
        "LEVEL": result.level,
        "STRATA": list(trial.design.strata) if result.stratified else [],
    }
    if result.measure == "hazard-ratio" and endpoint is not None:
        settings |= {
            "ENDPOINT": endpoint.id,
            "ENDPOINT_TABLE": table_of(trial, endpoint.id),
            "DAYS_RECORDED": DAYS_PER_UNIT[endpoint.recorded],
            "DAYS_SHOWN": DAYS_PER_UNIT[endpoint.unit],
        }
    elif response is not None:
        settings |= {"RESPONSE": response.variable, "RESPONDED": list(response.values)}
    parts = ["survival_numbers", "proportions", "subgroups"]
    return script(trial, selection, result, parts, settings, _sections(trial, selection))


def _sections(trial: Trial, selection: Selection) -> list[str]:
    """Each section: its label, who is in it at all, and who is in each of its rows."""
    lines = ["SECTIONS = ["]
    if selection.filters:
        label = " and ".join(filter_in_words(chosen, trial) for chosen in selection.filters)
        passing = " & ".join(f"({filtered(trial, chosen)})" for chosen in selection.filters)
        rows = f"[('This cohort', {passing}), ('All other patients', ~({passing}))]"
        lines.append(f"    ({label!r}, True, {rows}),")
    for factor in baseline_factors(trial):
        others = [f"({filtered(trial, f)})" for f in selection.filters if f.variable != factor.variable]
        lines.append(f"    ({factor.label!r}, {' & '.join(others) or 'True'}, [")
        lines += [f"        ({level.label!r}, {level_mask(factor, [level.value])})," for level in factor.levels]
        lines.append("    ]),")
    return [*lines, "]"]
