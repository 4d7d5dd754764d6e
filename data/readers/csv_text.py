"""CSV files: UTF-8 text, one header line, every row as long as the header."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from data.contract import Finding, TrialError
from data.findings import at_rows, refusal

_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}


def read_csv(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Every cell as text. A byte order mark, another delimiter and blank lines are tolerated, with a warning.

    Raises TrialError on text that is not UTF-8, NUL bytes, an unclosed quote, or rows of another length.
    """
    content = path.read_bytes()
    text, findings = _decode(content, path.name)
    delimiter = _delimiter(text)
    if delimiter != ",":
        message = f"the columns are separated by {_DELIMITERS[delimiter]}, not a comma; read so"
        findings.append(Finding("warning", "delimiter", message, file=path.name))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[list[str]] = []
    try:
        lines.extend(reader)
    except csv.Error as error:
        message = f"cannot be split into columns ({error}); is a quote left open?"
        raise refusal("csv-syntax", message, file=path.name, row=len(lines) or None) from None
    rows = [line for line in lines if line]
    if len(rows) < len(lines):
        message = f"{len(lines) - len(rows)} blank lines were passed over; row numbers do not count them"
        findings.append(Finding("warning", "blank-line", message, file=path.name))
    if not rows:
        raise refusal("empty-file", "the file holds no line", file=path.name)
    header, rows = rows[0], rows[1:]
    ragged = [position for position, row in enumerate(rows) if len(row) != len(header)]
    if ragged:
        raise TrialError(
            (
                *findings,
                *at_rows(
                    "error",
                    "ragged-row",
                    ragged,
                    lambda row: f"has {len(rows[row])} cells where the header has {len(header)}",
                    file=path.name,
                ),
            )
        )
    table = pd.DataFrame(rows, columns=pd.Index(header), dtype=object)
    return table, tuple(findings)


def _decode(content: bytes, file: str) -> tuple[str, list[Finding]]:
    findings = []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal("not-utf-8", "the file is UTF-16: save it as CSV UTF-8", file=file)
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        findings.append(Finding("warning", "byte-order-mark", "begins with a byte order mark; ignored", file=file))
    nul = content.find(b"\x00")
    if nul >= 0:
        row, column = _place(content, nul)
        raise refusal("nul-byte", "holds a NUL byte: damaged, or not text", file=file, row=row, column=column)
    try:
        return content.decode("utf-8"), findings
    except UnicodeDecodeError as error:
        row, column = _place(content, error.start)
        message = f"byte 0x{content[error.start]:02x} is not UTF-8 (Windows-1252?): save the file as CSV UTF-8"
        raise refusal("not-utf-8", message, file=file, row=row, column=column) from None


def _place(content: bytes, position: int) -> tuple[int | None, str | None]:
    """Row and column of a byte that spoils the decoding, read as Latin-1, in which every byte is a character."""
    header, *_ = content.splitlines()
    row = content.count(b"\n", 0, position)
    if row == 0:
        return None, None
    start = content.rfind(b"\n", 0, position) + 1
    before, names = (
        line.decode("latin-1").replace("\x00", " ").replace("\r", " ") for line in (content[start:position], header)
    )
    delimiter = _delimiter(names)
    columns = next(csv.reader([names], delimiter=delimiter), [])
    index = max(len(next(csv.reader([before], delimiter=delimiter))) - 1, 0)
    return row, columns[index] if index < len(columns) else None


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    return max(_DELIMITERS, key=header.count)
