"""Conditions and variables of the fact file, looked up in a trial."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimate import Bools, Floats
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial
from data.published import Condition


def holds(trial: Trial, rule: Condition) -> Bools:
    """Who meets a condition, (patients,). Nobody with a missing value meets a comparison."""
    values = months(trial, rule.variable) if rule.variable in trial.times else _column(trial, rule.variable)
    missing = values.isna() if isinstance(values, pd.Series) else np.isnan(values)
    if rule.value == "":
        return np.asarray(missing if rule.operator == "=" else ~missing, dtype=np.bool_)
    numeric = values.dtype != object
    other: Any = float(rule.value) if numeric else rule.value
    known = np.asarray(values[~missing])
    answer = np.zeros(len(trial.patients), dtype=np.bool_)
    answer[np.asarray(~missing)] = {
        "=": known.__eq__,
        "!=": known.__ne__,
        "<": known.__lt__,
        "<=": known.__le__,
        ">": known.__gt__,
        ">=": known.__ge__,
    }[rule.operator](other)
    return answer


def all_hold(trial: Trial, rules: Iterable[Condition]) -> Bools:
    """Who meets every condition, (patients,)."""
    mask = np.ones(len(trial.patients), dtype=np.bool_)
    for rule in rules:
        mask &= holds(trial, rule)
    return mask


def months(trial: Trial, endpoint: str) -> Floats:
    """The times of an endpoint in months, (patients,)."""
    recorded = next(e.recorded for e in trial.design.endpoints if e.id == endpoint)
    return trial.times[endpoint].time * DAYS_PER_UNIT[recorded] / DAYS_PER_MONTH


def numbers(trial: Trial, variable: str) -> Floats:
    """A numeric variable of ADSL, (patients,); NaN where missing. `A-B` is the difference of two dates in days."""
    if "-" in variable:
        later, earlier = variable.split("-")
        days = pd.to_datetime(_column(trial, later)) - pd.to_datetime(_column(trial, earlier))
        return np.asarray(days.dt.days, dtype=np.float64)
    return _column(trial, variable).to_numpy(dtype=np.float64, na_value=np.nan)


def text(trial: Trial, variable: str) -> pd.Series[Any]:
    """A text variable of ADSL without the missing values."""
    return _column(trial, variable).dropna()


def _column(trial: Trial, variable: str) -> pd.Series[Any]:
    if variable not in trial.patients.columns:
        raise KeyError(f"ADSL has no variable {variable}")
    return trial.patients[variable]
