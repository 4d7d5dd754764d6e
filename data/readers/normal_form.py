"""The one form every table has after reading, whatever file it came from.

Four copies of a study, as CSV, Parquet, SAS transport and Dataset-JSON, must give equal tables, although a CSV
has no types and SAS has no integers, no missing text and blank-padded cells. So the type of a column never
comes from its file; it follows from its name and its values:

- Column names are capitals.
- Text has no blanks at either end; an empty text is None. "NA" is a text like any other (it is a region).
- Dates, times and date-times are ISO 8601 text.
- A column is text by its ADaM name when its values name things, also if they look like numbers: identifiers,
  treatments, parameters, strata, groups (`..GRy`), flags (`..FL`), codes (`..CD`), character results and grades.
- Any other column is float64 when every value in it is a number written plainly (no leading zero, which marks
  a code), and text when one is not. A column without a value is text, all None.
- In a column that is otherwise numbers, "NA", "NaN", "." and "NULL", which programs write for a missing number,
  are read as missing, with a warning.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from data.contract import Finding
from data.findings import refusal

_TEXT_NAME = re.compile(
    r"(.*ID|.*NAM|DOMAIN"  # identifiers
    r"|(ACT)?ARM|TRT\d\d[PA]|TRTSEQ[PA]|TR\d\d[PA]G\d+|TRT[PA]"  # treatments
    r"|PARAM|PARAMCD|PARCAT\d+|AVALU|AVALC|EVNTDESC|CNSDTDSC|STRATA\d+"  # parameters and strata
    r"|.*GR\d+|.*FL|.*CD|.*TOXGR[HL]?|AESEV|SEX|RACE|ETHNIC|COUNTRY|REGION\d+|.*DTC)"
)
_NUMBER = re.compile(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_MISSING_NUMBER = frozenset({"NA", "NaN", "nan", ".", "NULL", "null"})

#: Columns that must be numbers: a text in one of them is worth a warning, as the column then becomes text.
_NUMBER_NAMES = frozenset({"AGE", "TRT01PN", "TRT01AN", "TRTPN", "TRTAN", "ASTDY", "AENDY", "ADY"})


def number_text(value: float) -> str:
    """Write a number in its shortest form, "1" for 1.0 and "0.5" for 0.5: its name as a level or an arm."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def normal(raw: pd.DataFrame, file: str) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """`raw` in the normal form of this module, with a warning for everything that was changed on the way.

    Raises TrialError when two columns have one name or a cell holds something that is not a value.
    """
    given = [str(name).strip() for name in raw.columns]
    names = [name.upper() for name in given]
    for position, name in enumerate(names):
        if name in names[:position]:
            raise refusal("duplicate-column", f"two columns are called {name}", file=file, column=name)
    findings: list[Finding] = []
    lower = [name for name in given if name != name.upper()]
    if lower:
        words = ", ".join(lower[:5]) + (f" and {len(lower) - 5} more" if len(lower) > 5 else "")
        findings.append(Finding("warning", "column-case", f"column names read in capitals: {words}", file=file))
    columns: dict[str, Any] = {}
    for position, name in enumerate(names):
        if not name:
            message = f"column {position + 1} has no name and was left out"
            findings.append(Finding("warning", "unnamed-column", message, file=file))
            continue
        columns[name], seen = _column(raw.iloc[:, position], name, file)
        findings += seen
    return pd.DataFrame(columns, index=pd.RangeIndex(len(raw))), tuple(findings)


def _column(values: pd.Series[Any], name: str, file: str) -> tuple[Any, list[Finding]]:
    text_name = _TEXT_NAME.fullmatch(name) is not None
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values) and not text_name:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return (_nothing(len(numbers)) if np.isnan(numbers).all() else numbers), []
    cells = values.astype(object).tolist()
    texts = {cell: _text(cell, name, file) for cell in _distinct(cells, name, file)}
    findings = _blanks(cells, texts, name, file)
    present = {text for text in texts.values() if text is not None}
    if not text_name and present:
        numbers_written = {text for text in present if _NUMBER.fullmatch(text)}
        markers = present - numbers_written
        if numbers_written and markers <= _MISSING_NUMBER:
            if markers:
                count = sum(texts[cell] in markers for cell in cells)
                message = f"{count} cells hold {' or '.join(map(repr, sorted(markers)))}: read as missing numbers"
                findings.append(Finding("warning", "missing-marker", message, file=file, column=name))
            as_number = {cell: float(t) if t in numbers_written else np.nan for cell, t in texts.items()}
            return np.array([as_number[cell] for cell in cells], dtype=np.float64), findings
        if name in _NUMBER_NAMES:
            row = next(i for i, cell in enumerate(cells) if texts[cell] in markers)
            message = f"holds {texts[cells[row]]!r} among numbers: the column was read as text"
            findings.append(Finding("warning", "not-a-number", message, file=file, row=row + 1, column=name))
    column = _nothing(len(cells))
    column[:] = [texts[cell] for cell in cells]
    return column, findings


def _nothing(length: int) -> Any:
    return np.full(length, None, dtype=object)


def _distinct(cells: list[Any], name: str, file: str) -> set[Any]:
    try:
        return set(cells)
    except TypeError:
        raise refusal("nested-value", "a cell holds a list or an object", file=file, column=name) from None


def _text(cell: Any, name: str, file: str) -> str | None:
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, (bool, np.bool_)):
        return "Y" if cell else "N"
    if isinstance(cell, (int, np.integer, float, np.floating, Decimal)):
        return str(int(cell)) if isinstance(cell, (int, np.integer)) else number_text(float(cell))
    if isinstance(cell, (dt.date, dt.time)):
        return (cell.tz_localize(None) if isinstance(cell, pd.Timestamp) else cell).isoformat()
    raise refusal("nested-value", f"a cell holds a {type(cell).__name__}", file=file, column=name)


def _blanks(cells: list[Any], texts: dict[Any, str | None], name: str, file: str) -> list[Finding]:
    padded = {cell for cell, text in texts.items() if isinstance(cell, str) and text is not None and cell != text}
    if not padded:
        return []
    row = next(i for i, cell in enumerate(cells) if cell in padded)
    count = sum(cell in padded for cell in cells)
    message = f"blanks around the text were cut off in {count} cells, first {cells[row]!r}"
    return [Finding("warning", "blank-padded", message, file=file, row=row + 1, column=name)]
