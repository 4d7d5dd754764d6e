"""The best response of each patient, brought from the table of responses (ADRS) where ADSL does not have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from data.contract import Assessments, Finding, Response
from data.folder import Table
from data.levels import named
from data.standard import RESPONSE

#: The column of ADSL that holds it.
BEST = "BESTRESP"
#: The PARAMCD of the best overall response, the one that is taken first.
PARAMETERS = ("BOR", "BESRSPI", "BESTRESP")
#: An objective response as in RECIST, and what says nothing of one.
RESPONDED = ("CR", "PR")
UNEVALUABLE = ("NOT EVALUABLE", "NE", "MISSING")


def with_best_response(tables: Mapping[str, Table]) -> tuple[dict[str, Table], tuple[Finding, ...]]:
    """The tables, ADSL with the best response of ADRS if it has no response of its own; and a note of what was done.

    The tables have passed the checks of keys.
    """
    adsl = tables["adsl"]
    found = source({name: table.frame for name, table in tables.items()})
    if found is None or RESPONSE in adsl.frame or BEST in adsl.frame:
        return dict(tables), ()
    name, parameter = found
    table = tables[name]
    rows = table.frame[table.frame["PARAMCD"] == parameter].set_index("USUBJID")["AVALC"]
    frame = adsl.frame.assign(**{BEST: adsl.frame["USUBJID"].map(rows)})
    message = f"{adsl.file} has no response: {BEST} is {parameter} of {table.file}"
    note = Finding("note", "best-response", message, file=table.file, column="PARAMCD")
    return {**tables, "adsl": replace(adsl, frame=frame)}, (note,)


def source(frames: Mapping[str, pd.DataFrame]) -> tuple[str, str] | None:
    """The table and the PARAMCD that hold one best response a subject; None where there is none."""
    for name, frame in frames.items():
        if not name.startswith("adrs") or not {"PARAMCD", "AVALC"} <= set(frame):
            continue
        for parameter in PARAMETERS:
            subjects = frame.loc[frame["PARAMCD"] == parameter, "USUBJID"]
            if len(subjects) and not subjects.duplicated().any():
                return name, parameter
    return None


def infer_objective_response(in_arm: pd.DataFrame) -> tuple[Response, Assessments] | None:
    """Complete and partial responses as the response of the trial; None where no best response says so."""
    if BEST not in in_arm or not named(in_arm[BEST]).isin(RESPONDED).any():
        return None
    how = Assessments(best=BEST, values=RESPONDED, unevaluable=UNEVALUABLE)
    return Response(variable=BEST, values=RESPONDED, label="Objective response"), how
