"""Adverse events of the fact file: `AE AEDECOD=Sepsis & AESER=Y & MAXGR=5` as a mask of patients."""

from __future__ import annotations

import numpy as np

from analysis.estimate import Bools
from data.contract import Trial
from data.published import conditions

PREFIX = "AE"
WORST = "MAXGR"


def having(trial: Trial, counts: str) -> Bools:
    """Patients with a treatment-emergent event that meets the conditions; MAXGR asks for the worst grade among them."""
    events, worst = (
        _events(trial, counts),
        [rule for rule in conditions(counts[len(PREFIX) :]) if rule.variable == WORST],
    )
    grades = events.groupby("USUBJID")["AETOXGR"].max().astype(float).reindex(trial.patients.index)
    mask = grades.notna().to_numpy()
    for rule in worst:
        limit = float(rule.value)
        mask &= (grades == limit).to_numpy() if rule.operator == "=" else (grades >= limit).to_numpy()
    return np.asarray(mask, dtype=np.bool_)


def records(trial: Trial, patients: Bools) -> int:
    """Treatment-emergent events of `patients`."""
    return int(_events(trial, PREFIX)["USUBJID"].isin(trial.patients.index[patients]).sum())


def _events(trial: Trial, counts: str):  # type: ignore[no-untyped-def]
    table = trial.tables["adae"]
    table = table[table["TRTEMFL"] == "Y"]
    for rule in conditions(counts[len(PREFIX) :]):
        if rule.variable != WORST:
            table = table[table[rule.variable] == rule.value]
    return table
