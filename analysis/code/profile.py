"""The script of the trial profile."""

from __future__ import annotations

from dataclasses import replace

from analysis.code.assemble import script, timed
from analysis.code.choice import filtered
from analysis.profile import DAYS_PER_YEAR, Profile, ProfileOptions
from analysis.selection import Selection, whole_trial
from data.contract import Population, Trial
from data.standard import ABBREVIATIONS


def write(trial: Trial, selection: Selection, options: ProfileOptions, result: Profile) -> str:
    """The script that recomputes `result`, of the patients as they were allocated."""
    design = trial.design
    allocated = replace(selection, population=whole_trial(design).population)
    as_treated = next((p for p in design.populations if p.treatment == "actual"), None)
    settings = {
        "POPULATION": design.populations[0].label,
        "PLANNED": design.planned,
        "ACTUAL": design.actual,
        "ENDPOINTS": [(e.label, timed(trial, e.id)) for e in design.endpoints],
        "RESPONSE_LABEL": design.response.label if design.response else "",
        "SURVIVAL": timed(trial, design.survival.id) if design.survival else None,
        "DAYS_PER_YEAR": DAYS_PER_YEAR,
        "ABBREVIATIONS": sorted(ABBREVIATIONS),
    }
    passing = " & ".join(f"({filtered(trial, chosen)})" for chosen in selection.filters)
    lines = [f"PASSING = {passing or True}", f"TREATED = {_members(as_treated) if as_treated else None}", "SETS = ["]
    for population in design.populations:
        column = design.actual if population.treatment == "actual" else design.planned
        lines.append(f"    ({population.label!r}, {column!r}, {_members(population)}),")
    parts = ["proportions", "days", "spoken", "table", "profile"]
    return script(trial, allocated, result, parts, settings, [*lines, "]"])


def _members(population: Population) -> str:
    """Who is in an analysis set, as an expression."""
    return f"text(patients[{population.flag!r}]) == 'Y'" if population.flag else "patients['USUBJID'].notna()"
