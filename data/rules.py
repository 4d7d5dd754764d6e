"""The checks at the door: every rule a table or a design must keep, as findings that name file, row and column.

`docs/data-contract.md` lists the rules by the names used here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import EndpointTimes, Finding, Severity, TrialDesign
from data.findings import at_rows
from data.folder import Table
from data.inference import is_arm
from data.levels import cut_names, named
from data.standard import UNITS

_TIME_COLUMNS = ("USUBJID", "PARAMCD", "AVAL", "CNSR")

Findings = tuple[Finding, ...]


def check_subjects(adsl: Table) -> Findings:
    """ADSL has subjects, and each has a USUBJID of its own."""
    if adsl.frame.empty:
        return (Finding("error", "no-rows", "holds no subject", file=adsl.file),)
    missing = _missing_columns(adsl, ("USUBJID",))
    if missing:
        return missing
    keys = adsl.frame["USUBJID"]
    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    repeated = keys.notna() & keys.duplicated()
    return (
        *_rows("error", "missing-key", keys.isna(), lambda row: "has no USUBJID", adsl, "USUBJID"),
        *_rows(
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
    missing = _missing_columns(table, ("USUBJID",))
    if missing:
        return missing
    keys = table.frame["USUBJID"]
    return (
        *_rows("error", "missing-key", keys.isna(), lambda row: "has no USUBJID", table, "USUBJID"),
        *_rows(
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
    missing = _missing_columns(table, _TIME_COLUMNS)
    if missing:
        return missing
    blank = table.frame["PARAMCD"].isna()
    return _rows("error", "missing-key", blank, lambda row: "has no PARAMCD", table, "PARAMCD")


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
        *_rows(
            "error",
            "duplicate-endpoint",
            used & repeated,
            lambda row: f"{subject[row]}: there is an earlier row for this subject and parameter",
            table,
            "PARAMCD",
        ),
        *_number_findings(table, "AVAL", time, used, subject, "the time"),
        *_rows(
            "error",
            "negative-time",
            used & (time < 0),
            lambda row: f"{subject[row]}: the time is {time[row]:g}, below zero",
            table,
            "AVAL",
        ),
        *_number_findings(table, "CNSR", censored, used, subject, "the censoring code"),
        *_rows(
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
        findings += _rows(
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


def check_arms(adsl: Table, design: TrialDesign, *, declared: bool) -> Findings:
    """Planned and actual arms against the design; `declared` when the design is the reader's own, not inferred."""
    findings = list(_missing_columns(adsl, dict.fromkeys((design.planned, design.actual))))
    if findings:
        return tuple(findings)
    planned, actual = (named(adsl.frame[name]) for name in (design.planned, design.actual))
    values = [arm.value for arm in design.arms]
    for column, treatment in {design.planned: planned, design.actual: actual}.items():
        # Inferred arms are those planned; a treatment only seen as given is not a reason to refuse the data.
        severity: Severity = "error" if declared or column == design.planned else "warning"
        asked = treatment.map(is_arm)
        findings += _undeclared(severity, "undeclared-arm", treatment[asked], values, adsl, column)
    for value in values:
        if not (planned == value).any():
            message = f"no subject is planned for the declared arm {value!r}"
            findings.append(Finding("error", "empty-arm", message, file=adsl.file, column=design.planned))
    outside = planned[~planned.isin(values) & ~actual.isin(values)]
    if len(outside):
        counts = outside.map(lambda value: value or "blank").value_counts()
        said = ", ".join(f"{value} {count:,}" for value, count in counts.items())
        message = f"{len(outside):,} subjects are in no arm and kept out ({said})"
        findings.append(Finding("warning", "not-in-arm", message, file=adsl.file, column=design.planned))
    differs = planned.isin(values) & (planned != actual)
    if differs.any():
        message = f"{int(differs.sum()):,} subjects got another treatment than planned, or none"
        findings.append(Finding("note", "actual-differs", message, file=adsl.file, column=design.actual))
    return tuple(findings)


def check_variables(adsl: Table, design: TrialDesign) -> Findings:
    """The populations, factors and strata that the design names are in ADSL, with the values it names."""
    findings: list[Finding] = []
    arms = [arm.value for arm in design.arms]
    in_arm = named(adsl.frame[design.planned]).isin(arms) | named(adsl.frame[design.actual]).isin(arms)
    for population in design.populations:
        if population.flag:
            findings += _flag(adsl, population.flag, f"population {population.id}")
    for variable in design.strata:
        if variable not in adsl.frame:
            findings.append(_absent(adsl, variable, "stratum"))
        elif count := int(adsl.frame.loc[in_arm, variable].isna().sum()):
            message = f"{count:,} subjects have no stratum: a stratified analysis leaves them out"
            findings.append(Finding("warning", "missing-stratum", message, file=adsl.file, column=variable))
    for factor in design.factors:
        if factor.variable not in adsl.frame:
            findings.append(_absent(adsl, factor.variable, "factor"))
            continue
        values = adsl.frame[factor.variable]
        names = [level.value for level in factor.levels]
        if not factor.cuts:
            texts = named(values[in_arm]).dropna()
            findings += _undeclared("error", "undeclared-level", texts, names, adsl, factor.variable)
        elif values.dtype != np.float64:
            message = f"cannot be cut at {factor.cuts}: it is not a column of numbers"
            findings.append(Finding("error", "not-a-number", message, file=adsl.file, column=factor.variable))
        elif names != list(cut_names(factor.cuts)):
            message = f"the levels of the cuts are called {', '.join(cut_names(factor.cuts))}"
            findings.append(Finding("error", "undeclared-level", message, file=adsl.file, column=factor.variable))
    return tuple(findings)


def check_endpoints(tables: Sequence[Table], design: TrialDesign) -> Findings:
    """Every endpoint of the design has rows, in one table only."""
    findings = []
    for endpoint in design.endpoints:
        files = [table.file for table in tables if (table.frame["PARAMCD"] == endpoint.id).any()]
        if not files:
            message = f"the declared endpoint {endpoint.id} has no row in {_listed(tables) or 'any adtte table'}"
            findings.append(Finding("error", "absent-variable", message, file="trial.toml"))
        elif len(files) > 1:
            message = f"endpoint {endpoint.id} is in {' and '.join(files)}: keep one"
            findings.append(Finding("error", "duplicate-endpoint", message, file=files[-1], column="PARAMCD"))
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


def _note(endpoint: str, file: str, rule: str, message: str) -> Finding:
    return Finding("note", rule, f"{endpoint}: {message}", file=file, column="AVAL")


def numbers(values: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Values as numbers, NaN where there is none or the text is not one."""
    # The normal form made the column text because some of its values are not numbers; the others still are.
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)


def _rows(
    severity: Severity,
    rule: str,
    where: pd.Series[bool] | npt.NDArray[np.bool_],
    message: Callable[[int], str],
    table: Table,
    column: str,
) -> Findings:
    rows = [int(row) for row in np.flatnonzero(np.asarray(where, dtype=np.bool_))]
    return at_rows(severity, rule, rows, message, file=table.file, column=column)


def _undeclared(
    severity: Severity, rule: str, values: pd.Series[Any], declared: Sequence[str], table: Table, column: str
) -> Findings:
    rows = [int(row) for row in values.index[~values.isin(declared)]]
    what = "arm" if rule == "undeclared-arm" else "level"
    return at_rows(
        severity,
        rule,
        rows,
        lambda row: f"{values[row]!r} is no declared {what} ({', '.join(declared)})",
        file=table.file,
        column=column,
    )


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
        *_rows(
            "error",
            "missing-value",
            bad & cells.isna(),
            lambda row: f"{subject[row]}: {what} is missing",
            table,
            column,
        ),
        *_rows(
            "error",
            "not-a-number",
            bad & cells.notna(),
            lambda row: f"{subject[row]}: {what} {cells[row]!r} is not a number",
            table,
            column,
        ),
    )


def _missing_columns(table: Table, columns: Collection[str]) -> Findings:
    return tuple(
        Finding("error", "missing-column", "the column is missing", file=table.file, column=column)
        for column in columns
        if column not in table.frame
    )


def _absent(adsl: Table, variable: str, what: str) -> Finding:
    message = f"the declared {what} {variable} is no column of adsl"
    return Finding("error", "absent-variable", message, file=adsl.file, column=variable)


def _flag(adsl: Table, flag: str, what: str) -> Findings:
    if flag not in adsl.frame:
        return (_absent(adsl, flag, f"flag of {what}"),)
    values = named(adsl.frame[flag])
    odd = sorted(set(values.dropna()) - {"Y", "N"})
    findings = []
    if odd:
        message = f"holds {', '.join(map(repr, odd))}: only Y counts as in {what}"
        findings.append(Finding("warning", "flag-value", message, file=adsl.file, column=flag))
    if not (values == "Y").any():
        findings.append(Finding("warning", "empty-population", f"{what} is empty", file=adsl.file, column=flag))
    return tuple(findings)


def _listed(tables: Sequence[Table]) -> str:
    return " or ".join(table.file for table in tables)
