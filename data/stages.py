"""The path of patients through a trial: its stages and states inferred, checked against the data, and coded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import DAYS_PER_UNIT, Endpoint, EndpointTimes, FactorLevel, Finding, Stage, State, TrialDesign
from data.folder import Table
from data.levels import named, positions

#: The day from which a date of ADSL is counted, the first of these that is there: that day is day 1.
ORIGINS = ("RANDDT", "TRTSDT")

#: In this order those who left stand beside their reasons, which come above those who have none.
_STATUS = {"DISCONTINUED": "Discontinued", "ONGOING": "Ongoing", "COMPLETED": "Completed"}
#: Endpoint whose event ends the first state -> what the two living states are then called.
_FIRST_EVENT = {
    "PFS": ("Progression-free", "After progression"),
    "DFS": ("Disease-free", "After recurrence"),
    "RFS": ("Recurrence-free", "After recurrence"),
    "EFS": ("Event-free", "After an event"),
}


def infer_stages(in_arm: pd.DataFrame) -> tuple[Stage, ...]:
    """Infer the disposition from the standard names: treated, completed or not, and why not."""
    found = (_treated(in_arm), _ended(in_arm), _reasons(in_arm))
    return tuple(stage for stage in found if stage is not None)


def _treated(in_arm: pd.DataFrame) -> Stage | None:
    """Who was treated, where somebody was not."""
    if "SAFFL" not in in_arm or (in_arm["SAFFL"] == "Y").all() or not (in_arm["SAFFL"] == "Y").any():
        return None
    known = (in_arm["SAFFL"] == "N").any()
    levels = (FactorLevel("Y", "Treated"), *((FactorLevel("N", "Not treated"),) if known else ()))
    return Stage("SAFFL", "Treatment", levels, "Not treated", ("Y",))


def _ended(in_arm: pd.DataFrame) -> Stage | None:
    """How the study ended for each."""
    if "EOSSTT" not in in_arm or in_arm["EOSSTT"].isna().all():
        return None
    seen = set(named(in_arm["EOSSTT"]).dropna())
    values = [value for value in _STATUS if value in seen] + sorted(seen - set(_STATUS))
    levels = tuple(FactorLevel(value, _STATUS.get(value, _sentence(value))) for value in values)
    reached = ("COMPLETED",) if "COMPLETED" in seen else ()
    return Stage("EOSSTT", "End of study", levels, "Status not recorded", reached)


def _reasons(in_arm: pd.DataFrame) -> Stage | None:
    """Why patients left, the most frequent reason first; those without one by how the study ended for them."""
    if "DCSREAS" not in in_arm or in_arm["DCSREAS"].isna().all():
        return None
    given = named(in_arm["DCSREAS"])
    counts = given.value_counts()
    reasons = sorted(map(str, counts.index), key=lambda value: (-int(counts[value]), value))
    without = set(named(in_arm["EOSSTT"])[given.isna()]) if "EOSSTT" in in_arm else {None}
    stayed = [label for value, label in _STATUS.items() if value in without]
    known = without <= set(_STATUS) - {"DISCONTINUED"}
    levels = tuple(FactorLevel(value, _sentence(value)) for value in reasons)
    otherwise = " or ".join(stayed).capitalize() if known and stayed else "No reason given"
    return Stage("DCSREAS", "Reason for leaving", levels, otherwise)


def infer_states(endpoints: Sequence[Endpoint]) -> tuple[State, ...]:
    """Infer the states from overall survival and, where there is one, the event that comes before death."""
    ids = {endpoint.id for endpoint in endpoints}
    if "OS" not in ids:
        return ()
    dead = State("dead", "Dead", "OS")
    first = next((code for code in _FIRST_EVENT if code in ids), None)
    if first is None:
        return State("alive", "Alive"), dead
    before, after = _FIRST_EVENT[first]
    return State("free", before), State("after", after, first), dead


def _sentence(value: str) -> str:
    """A value in capitals as a sentence would write it; others, which somebody has written with care, as they are."""
    return value.capitalize() if value.isupper() else value


def check_path(adsl: Table, design: TrialDesign) -> tuple[Finding, ...]:
    """The stages and states name columns, values and endpoints that are there."""
    wrong: list[tuple[str, str, str]] = []
    for stage in design.stages:
        if stage.variable not in adsl.frame:
            wrong.append(("absent-variable", f"the declared stage {stage.variable} is no column of adsl", ""))
            continue
        values = [level.value for level in stage.levels]
        for value in sorted(set(named(adsl.frame[stage.variable]).dropna()) - set(values)):
            message = f"{value!r} is no declared level of the stage ({', '.join(values)})"
            wrong.append(("undeclared-level", message, stage.variable))
    endpoints = {endpoint.id for endpoint in design.endpoints}
    for state in design.states[1:]:
        if state.entered in endpoints:
            continue
        if state is design.states[-1]:
            wrong.append(("absent-variable", f"the last state, {state.id}, is entered by no declared endpoint", ""))
        elif state.entered not in adsl.frame:
            wrong.append(
                ("absent-variable", f"the state {state.id} is entered by no endpoint and no column of adsl", "")
            )
        elif not any(origin in adsl.frame for origin in ORIGINS):
            message = f"the date cannot be counted from the start without {' or '.join(ORIGINS)}"
            wrong.append(("missing-column", message, state.entered))
    return tuple(
        Finding("error", rule, message, file=adsl.file, column=column or None) for rule, message, column in wrong
    )


def coded_stages(patients: pd.DataFrame, stages: Sequence[Stage]) -> dict[str, npt.NDArray[np.int64]]:
    """Each patient's level of each stage, by variable; one past the last level for those who are `otherwise`."""
    codes = {}
    for stage in stages:
        at = positions(named(patients[stage.variable]), [level.value for level in stage.levels])
        codes[stage.variable] = np.where(at < 0, len(stage.levels), at)
    return codes


def entry_days(
    patients: pd.DataFrame, design: TrialDesign, times: Mapping[str, EndpointTimes]
) -> npt.NDArray[np.float64]:
    """The day each patient entered each state, (patients, states): 0 for the first state, infinite for never."""
    entered = np.full((len(patients), len(design.states)), np.inf)
    units = {endpoint.id: DAYS_PER_UNIT[endpoint.recorded] for endpoint in design.endpoints}
    for place, state in enumerate(design.states):
        if place == 0:
            entered[:, 0] = 0
        elif state.entered in times:
            recorded = times[state.entered]
            happened = recorded.event & ~np.isnan(recorded.time)
            entered[happened, place] = recorded.time[happened] * units[state.entered]
        else:
            origin = next(name for name in ORIGINS if name in patients)
            entered[:, place] = study_days(patients[state.entered], patients[origin])
    return entered


def study_days(days: pd.Series[Any], origins: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Days from the origin, which is day 1 as in ADaM; infinite where one of the dates is missing."""
    return np.array(
        [
            (date.fromisoformat(day[:10]) - date.fromisoformat(origin[:10])).days + 1 if day and origin else np.inf
            for day, origin in zip(days, origins, strict=True)
        ],
        dtype=np.float64,
    )
