"""The script of the table of deaths."""

from __future__ import annotations

from dataclasses import replace

from analysis.code.assemble import script
from analysis.code.choice import patients
from analysis.deaths import MOST_TERMS, DeathsOptions
from analysis.safety.population import safety_population
from analysis.selection import Selection
from analysis.summary import LEVEL, Summary
from data.contract import Trial
from data.standard import ABBREVIATIONS


def write(trial: Trial, selection: Selection, options: DeathsOptions, result: Summary) -> str:
    """The script that recomputes `result`."""
    declared = trial.design.deaths
    assert declared is not None  # noqa: S101 - a trial without has no result
    settings = {
        "DIED": declared.flag,
        "TERM": declared.term,
        "CAUSES": [(cause.label, cause.flag, cause.terms) for cause in declared.causes],
        "LEVEL": LEVEL,
        "MOST_TERMS": MOST_TERMS,
        "ABBREVIATIONS": sorted(ABBREVIATIONS),
    }
    treated = replace(selection, population=safety_population(trial, selection).id)
    # the label of a block, its patients, and whose deaths alone are counted ("" counts everyone)
    lines = [f"BLOCKS = [({result.blocks[0].label!r}, patients[keep], '')]"]
    if len(result.blocks) > 1:
        lines += patients(trial, selection)
        lines.append(f"BLOCKS.append(({result.blocks[1].label!r}, patients[keep], {declared.after!r}))")
    return script(trial, treated, result, ["proportions", "spoken", "deaths"], settings, lines)
