"""Findings about a table: the rows where something holds, and the columns that are not there."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import Finding, Severity
from data.findings import at_rows
from data.folder import Table


def rows_where(
    severity: Severity,
    rule: str,
    where: pd.Series[bool] | npt.NDArray[np.bool_],
    message: Callable[[int], str],
    table: Table,
    column: str,
) -> tuple[Finding, ...]:
    """One finding for each row of a table where the mask is true, summarised when there are many."""
    rows = [int(row) for row in np.flatnonzero(np.asarray(where, dtype=np.bool_))]
    return at_rows(severity, rule, rows, message, file=table.file, column=column)


def missing_columns(table: Table, columns: Collection[str]) -> tuple[Finding, ...]:
    """One error for each required column that a table does not have."""
    return tuple(
        Finding("error", "missing-column", "the column is missing", file=table.file, column=column)
        for column in columns
        if column not in table.frame
    )
