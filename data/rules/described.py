"""The rules of what the pages on response and on patients describe: the columns that the design names are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.contract import Finding, TrialDesign
from data.folder import Table


def check_described(adsl: Table, tables: Mapping[str, Table], design: TrialDesign) -> tuple[Finding, ...]:
    """Characteristics, assessments, deaths, therapies and exposures name columns, tables and endpoints that exist."""
    wanted = [(c.variable, "characteristic") for c in design.characteristics]
    for exposure in design.exposures:
        wanted += [(name, "exposure") for name in (exposure.variable, exposure.flag, exposure.per)]
        if not (exposure.variable or exposure.flag):
            return (Finding("error", "settings", f"exposure {exposure.label!r} names neither a variable nor a flag"),)
    if (a := design.assessments) is not None:
        since = a.since if a.first else ""
        wanted += [(name, "assessments") for name in (a.best, a.residual, a.first, since)]
    if (d := design.deaths) is not None:
        wanted += [(name, "deaths") for name in (d.flag, d.term, d.after, *(cause.flag for cause in d.causes))]
    findings = [
        Finding("error", "missing-column", f"the column named in {what} is missing", file=adsl.file, column=name)
        for name, what in wanted
        if name and name not in adsl.frame
    ]
    if a is not None and a.parameter:
        findings += _columns(tables, a.table, ("PARAMCD", "AVISITN", "AVALC"), "assessments")
    if (t := design.therapies) is not None:
        findings += _columns(tables, t.table, (t.term,), "therapies")
    endpoints = {endpoint.id for endpoint in design.endpoints}
    for name, what in ((a.duration if a else "", "assessments"), (t.endpoint if t else "", "therapies")):
        if name and name not in endpoints:
            findings.append(Finding("error", "settings", f"{what}: {name!r} is no endpoint of this trial"))
    return tuple(findings)


def _columns(tables: Mapping[str, Table], name: str, columns: Iterable[str], what: str) -> list[Finding]:
    """What a table that `what` reads lacks."""
    if name not in tables:
        return [Finding("error", "missing-table", f"{what} reads the table {name!r}, which is not there")]
    table = tables[name]
    return [
        Finding("error", "missing-column", f"the column read for {what} is missing", file=table.file, column=column)
        for column in columns
        if column not in table.frame
    ]
