"""Parquet files, with pyarrow."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.contract import Finding
from data.findings import refusal


def read_parquet(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read the table as stored. Raises TrialError when the file is damaged or cut short."""
    try:
        table = pq.ParquetFile(path).read()
        # Column by column: two columns of one name, refused later, cannot be made a data frame by name.
        columns = [column.to_pandas(date_as_object=True) for column in table.itercolumns()]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise refusal("damaged-file", f"cannot be read as Parquet: {error}", file=path.name) from None
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    frame.columns = pd.Index(table.column_names)
    return frame, ()
