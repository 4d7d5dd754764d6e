"""Columns of ADSL as arrays aligned with the patients: flags, numbers, texts, and days between two dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.estimate import Bools, Floats
from data.contract import Trial
from data.levels import named


def flagged(trial: Trial, variable: str) -> Bools:
    """Whose flag is Y."""
    return np.asarray(named(trial.patients[variable]) == "Y", dtype=np.bool_)


def numbers(trial: Trial, variable: str) -> Floats:
    """A number, NaN where it is missing or none."""
    return np.asarray(pd.to_numeric(trial.patients[variable], errors="coerce"), dtype=np.float64)


def texts(trial: Trial, variable: str) -> np.ndarray:
    """A text, "" where it is missing."""
    return np.asarray(named(trial.patients[variable]).fillna(""), dtype=object)


def days_between(trial: Trial, first: str, later: str) -> Floats:
    """Days from one date to another, NaN where one is missing or no date."""
    dates = (pd.to_datetime(trial.patients[name], errors="coerce") for name in (first, later))
    start, end = dates
    return np.asarray((end - start).dt.days, dtype=np.float64)
