"""The rules of the tables: keys, times and censoring; and what is valid in them and yet worth knowing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import EndpointTimes, Finding, TrialDesign
from data.folder import Table
from data.rules.places import missing_columns, rows_where
from data.standard import UNITS

_TIME_COLUMNS = ("USUBJID", "PARAMCD", "AVAL", "CNSR")

Findings = tuple[Finding, ...]


def check_subjects(adsl: Table) -> Findings:
    """ADSL has subjects, and each has a USUBJID of its own."""
    if adsl.frame.empty:
        return (Finding("error", "no-rows", "holds no subject", file=adsl.file),)
    missing = missing_columns(adsl, ("USUBJID",))
    if missing:
        return missing
    keys = adsl.frame["USUBJID"]
    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    repeated = keys.notna() & keys.duplicated()
    return (
        *rows_where("error", "missing-key", keys.isna(), lambda row: "has no USUBJID", adsl, "USUBJID"),
        *rows_where(
            "error",
            "duplicate-subject",
            repeated,
            lambda row: f"subject {keys[row]} is already in row {first[keys[row]] + 1}",
            adsl,
            "USUBJID",
        ),
    )


def check_keys(table: Table, subjects: Collection[Any]) -> Findings:
    """Every row of a table other than ADSL belongs to a subject of ADSL."""
    if table.frame.empty:
        return (Finding("warning", "no-rows", "holds no row: what needs it is left out", file=table.file),)
    missing = missing_columns(table, ("USUBJID",))
    if missing:
        return missing
    keys = table.frame["USUBJID"]
    return (
        *rows_where("error", "missing-key", keys.isna(), lambda row: "has no USUBJID", table, "USUBJID"),
        *rows_where(
            "error",
            "unknown-subject",
            keys.notna() & ~keys.isin(list(subjects)),
            lambda row: f"subject {keys[row]} is not in adsl",
            table,
            "USUBJID",
        ),
    )


def check_time_columns(table: Table) -> Findings:
    """A time-to-event table has its columns, and every row names its parameter."""
    missing = missing_columns(table, _TIME_COLUMNS)
    if missing:
        return missing
    blank = table.frame["PARAMCD"].isna()
    return rows_where("error", "missing-key", blank, lambda row: "has no PARAMCD", table, "PARAMCD")


def check_times(table: Table, design: TrialDesign) -> Findings:
    """Rows of the design's endpoints: one a subject, a time of zero or more, CNSR a whole number, one unit."""
    rows = table.frame
    units = {endpoint.id: endpoint.recorded for endpoint in design.endpoints}
    used = rows["PARAMCD"].isin(list(units))
    ignored = sorted(rows.loc[~used, "PARAMCD"].dropna().unique())
    subject = [f"{key}, {code}" for key, code in zip(rows["USUBJID"], rows["PARAMCD"], strict=True)]
    time, censored = numbers(rows["AVAL"]), numbers(rows["CNSR"])
    repeated = rows.duplicated(["USUBJID", "PARAMCD"]) & rows["USUBJID"].notna()
    findings = [
        *rows_where(
            "error",
            "duplicate-endpoint",
            used & repeated,
            lambda row: f"{subject[row]}: there is an earlier row for this subject and parameter",
            table,
            "PARAMCD",
        ),
        *_number_findings(table, "AVAL", time, used, subject, "the time"),
        *rows_where(
            "error",
            "negative-time",
            used & (time < 0),
            lambda row: f"{subject[row]}: the time is {time[row]:g}, below zero",
            table,
            "AVAL",
        ),
        *_number_findings(table, "CNSR", censored, used, subject, "the censoring code"),
        *rows_where(
            "error",
            "censoring-code",
            used & ~np.isnan(censored) & ((censored < 0) | (censored % 1 != 0)),
            lambda row: f"{subject[row]}: {censored[row]:g} is not 0 (event) or a whole number from 1 (censored)",
            table,
            "CNSR",
        ),
    ]
    if "AVALU" in rows:
        wanted = rows["PARAMCD"].map(units)
        stated = rows["AVALU"].str.upper().map(UNITS)
        findings += rows_where(
            "error",
            "unit-differs",
            used & rows["AVALU"].notna() & (stated != wanted),
            lambda row: f"{subject[row]}: recorded in {rows['AVALU'][row]}, the endpoint in {wanted[row]}",
            table,
            "AVALU",
        )
    if ignored:
        message = f"parameters that are no endpoint of the trial, not shown: {', '.join(ignored)}"
        findings.append(Finding("note", "parameter-not-used", message, file=table.file, column="PARAMCD"))
    return tuple(findings)


def remarks(
    design: TrialDesign,
    planned: npt.NDArray[np.int64],
    times: Mapping[str, EndpointTimes],
    files: Mapping[str, str],
) -> Findings:
    """Say what is valid and yet worth knowing: missing rows, times of zero, arms without an event.

    `times` is aligned with `planned`; `files` gives the file of each endpoint.
    """
    findings = []
    for endpoint, pair in times.items():
        time, event = pair.time, pair.event
        note = partial(_note, endpoint, files[endpoint])
        present = ~np.isnan(time)
        if (absent := int((~present & (planned >= 0)).sum())) > 0:
            findings.append(note("no-time", f"{absent:,} of {int((planned >= 0).sum()):,} subjects have no row"))
        if zeros := int((time == 0).sum()):
            at_zero = int(event[time == 0].sum())
            findings.append(note("zero-time", f"{zeros:,} times are 0 ({at_zero:,} events): kept, a drop at time 0"))
        silent = [
            arm.label
            for position, arm in enumerate(design.arms)
            if (present & (planned == position)).any() and not event[planned == position].any()
        ]
        if len(silent) == len(design.arms):
            findings.append(note("no-event", "every time is censored"))
        elif silent:
            findings.append(note("no-event", f"no event in {', '.join(silent)}"))
    return tuple(findings)


def numbers(values: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Values as numbers, NaN where there is none or the text is not one."""
    # The normal form made the column text because some of its values are not numbers; the others still are.
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)


def _note(endpoint: str, file: str, rule: str, message: str) -> Finding:
    return Finding("note", rule, f"{endpoint}: {message}", file=file, column="AVAL")


def _number_findings(
    table: Table,
    column: str,
    values: npt.NDArray[np.float64],
    used: pd.Series[bool],
    subject: Sequence[str],
    what: str,
) -> Findings:
    cells = table.frame[column]
    bad = used & ~np.isfinite(values)
    return (
        *rows_where(
            "error",
            "missing-value",
            bad & cells.isna(),
            lambda row: f"{subject[row]}: {what} is missing",
            table,
            column,
        ),
        *rows_where(
            "error",
            "not-a-number",
            bad & cells.notna(),
            lambda row: f"{subject[row]}: {what} {cells[row]!r} is not a number",
            table,
            column,
        ),
    )
