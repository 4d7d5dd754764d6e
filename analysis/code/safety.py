"""The scripts of the adverse events: the table of all, and one event in depth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.code.assemble import script, table_of
from analysis.safety import EventResult, SafetyOptions, SafetyResult
from analysis.safety.population import safety_population
from analysis.selection import Selection
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial


def write(trial: Trial, selection: Selection, options: SafetyOptions, result: SafetyResult) -> str:
    """The script that recomputes the table."""
    reference = None if result.reference is None else result.arms[result.reference].arm.label
    settings = {"RATE": options.rate, "LEAST": options.least, "FIND": options.find, "REFERENCE": reference}
    parts = ["proportions", "adverse", "safety"]
    return script(trial, _counted(trial, selection), result, parts, {**_shared(trial, options), **settings})


def write_event(trial: Trial, selection: Selection, options: SafetyOptions, result: EventResult) -> str:
    """The script that recomputes the event in depth."""
    settings = {"TERM": result.value, "UNIT": result.unit, "PERIODS": list(result.periods)}
    parts = ["adverse", "incidence", "event"]
    return script(trial, _counted(trial, selection), result, parts, {**_shared(trial, options), **settings})


def _counted(trial: Trial, selection: Selection) -> Selection:
    """The selection in the population whose events are counted."""
    return replace(selection, population=safety_population(trial, selection).id)


def _shared(trial: Trial, options: SafetyOptions) -> dict[str, Any]:
    death = next((e for e in trial.design.endpoints if e.event == "death" and e.id in trial.times), None)
    survival = None if death is None else (death.id, table_of(trial, death.id), DAYS_PER_UNIT[death.recorded])
    return {
        "GRADE": options.grade,
        "KIND": options.kind,
        "SURVIVAL": survival,
        "DAYS_PER_MONTH": DAYS_PER_MONTH,
    }
