"""The rules of the design against the data: arms, populations, strata, factors and endpoints that it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.contract import Factor, Finding, Response, Severity, TrialDesign
from data.findings import at_rows
from data.folder import Table
from data.levels import cut_names, named
from data.rules.places import missing_columns
from data.standard import is_arm

Findings = tuple[Finding, ...]


def check_arms(adsl: Table, design: TrialDesign, *, declared: bool) -> Findings:
    """Planned and actual arms against the design; `declared` when the design is the reader's own, not inferred."""
    findings = list(missing_columns(adsl, dict.fromkeys((design.planned, design.actual))))
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
    by_word: dict[str, list[str]] = {}
    for value in values:
        by_word.setdefault(" ".join(value.casefold().split()), []).append(value)
    for alike in by_word.values():
        if len(alike) > 1:
            message = f"{' and '.join(map(repr, alike))} differ only in capitals or blanks: kept as different arms"
            findings.append(Finding("warning", "similar-arms", message, file=adsl.file, column=design.planned))
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
    if design.response is not None:
        findings += _response(adsl, design.response, in_arm)
    for factor in design.factors:
        findings += _factor(adsl, factor, in_arm)
    for predictor in design.predictors:
        if not predictor.reference:
            findings += _number(adsl, predictor.variable)
    return tuple(findings)


def _factor(adsl: Table, factor: Factor, in_arm: pd.Series[bool]) -> Findings:
    if factor.variable not in adsl.frame:
        return (_absent(adsl, factor.variable, "factor"),)
    values = adsl.frame[factor.variable]
    names = [level.value for level in factor.levels]
    if not factor.cuts:
        return _undeclared("error", "undeclared-level", named(values[in_arm]).dropna(), names, adsl, factor.variable)
    if values.dtype != np.float64:
        message = f"cannot be cut at {factor.cuts}: it is not a column of numbers"
        return (Finding("error", "not-a-number", message, file=adsl.file, column=factor.variable),)
    if names != list(cut_names(factor.cuts)):
        message = f"the levels of the cuts are called {', '.join(cut_names(factor.cuts))}"
        return (Finding("error", "undeclared-level", message, file=adsl.file, column=factor.variable),)
    return ()


def _number(adsl: Table, variable: str) -> Findings:
    if variable not in adsl.frame:
        return (_absent(adsl, variable, "predictor"),)
    if adsl.frame[variable].dtype == np.float64:
        return ()
    message = "is a predictor without a reference level, which must be a column of numbers"
    return (Finding("error", "not-a-number", message, file=adsl.file, column=variable),)


def _response(adsl: Table, response: Response, in_arm: pd.Series[bool]) -> Findings:
    if response.variable not in adsl.frame:
        return (_absent(adsl, response.variable, "response"),)
    if named(adsl.frame.loc[in_arm, response.variable]).isin(response.values).any():
        return ()
    message = f"nobody has a response ({', '.join(response.values)})"
    return (Finding("warning", "no-response", message, file=adsl.file, column=response.variable),)


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
