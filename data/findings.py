"""Findings made in one voice: one line a row, the first rows of a rule only, and the error that ends a reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data.contract import Finding, Severity, TrialError

#: Rows of one rule that are printed before the rest is only counted.
ROWS_SHOWN = 20


def at_rows(
    severity: Severity,
    rule: str,
    rows: Sequence[int],
    message: Callable[[int], str],
    *,
    file: str,
    column: str | None = None,
) -> tuple[Finding, ...]:
    """One finding for each of the first `ROWS_SHOWN` rows (positions from 0), then one that counts the rest."""
    shown = tuple(
        Finding(severity, rule, message(row), file=file, row=row + 1, column=column) for row in rows[:ROWS_SHOWN]
    )
    rest = len(rows) - ROWS_SHOWN
    if rest <= 0:
        return shown
    more = f"and {rest:,} more rows like these"
    return (*shown, Finding(severity, rule, more, file=file, column=column))


def refusal(rule: str, message: str, *, file: str, row: int | None = None, column: str | None = None) -> TrialError:
    """Make the error of a file that cannot be read at all; `row` counts from 1."""
    return TrialError((Finding("error", rule, message, file=file, row=row, column=column),))


def has_error(findings: Sequence[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity == "error" for finding in findings)
