"""The script of the survival view."""

from __future__ import annotations

from analysis.code.assemble import script, table_of
from analysis.code.choice import level_mask
from analysis.selection import Selection
from analysis.survival import BY_ARM, SurvivalOptions, SurvivalResult
from data.contract import DAYS_PER_UNIT, Trial


def write(trial: Trial, selection: Selection, options: SurvivalOptions, result: SurvivalResult) -> str:
    """The script that recomputes `result`."""
    endpoint = result.endpoint
    stratified = any(c.stratified for c in result.comparisons)
    settings = {
        "ENDPOINT": endpoint.id,
        "ENDPOINT_TABLE": table_of(trial, endpoint.id),
        "DAYS_RECORDED": DAYS_PER_UNIT[endpoint.recorded],
        "DAYS_SHOWN": DAYS_PER_UNIT[result.unit],
        "LEVEL": endpoint.level,
        "HAZARD_RATIO_LEVEL": endpoint.hazard_ratio_level,
        "SIDED": endpoint.sided,
        "INTERVAL": options.interval,
        "MILESTONE": result.milestone,
        "TAU": result.tau,
        "TICKS": result.ticks.tolist(),
        "STRATA": list(trial.design.strata) if stratified else [],
        "REFERENCE": result.comparisons[0].reference.label if result.comparisons else "",
        "GROUPED_BY": "arm" if result.by == BY_ARM else result.by,
        "LOWER": options.lower,
        "COMPLEMENT": isinstance(result.complement, SurvivalResult),
    }
    parts = ["survival_numbers", "curves", "survival"]
    return script(trial, selection, result, parts, settings, _groups(trial, result))


def _groups(trial: Trial, result: SurvivalResult) -> list[str]:
    """Who is in the group of each curve."""
    factor = next((f for f in trial.design.factors if f.variable == result.by), None)
    lines = ["GROUPS = ["]
    for curve in result.groups:
        label = curve.group.label
        mask = f'patients["arm"] == {label!r}' if factor is None else level_mask(factor, [curve.group.id])
        lines.append(f"    ({label!r}, {mask}),")
    return [*lines, "]"]
