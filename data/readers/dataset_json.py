"""CDISC Dataset-JSON 1.1: one object (.json), one line a row (.ndjson), and the latter compressed (.dsjc)."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pandas as pd

from data.contract import Finding, TrialError
from data.findings import at_rows, refusal


def read_json(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read the table as stored. Raises TrialError when it is not Dataset-JSON 1.1 or not whole."""
    text = _decode(path.read_bytes(), path.name)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            message = "holds one JSON value a line: name it .ndjson"
            raise refusal("wrong-extension", message, file=path.name) from None
        raise refusal("damaged-file", f"cannot be read as JSON: {error}", file=path.name) from None
    head = _head(document, path.name)
    return _table(head, head.get("rows"), path.name), ()


def read_ndjson(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read the table as stored. Raises TrialError when it is not Dataset-JSON 1.1 or not whole."""
    return _lines(path.read_bytes(), path.name), ()


def read_dsjc(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """NDJSON in a zlib stream, as the specification says, or in gzip, as CDISC's own examples are."""
    content = path.read_bytes()
    try:
        expand = gzip.decompress if content.startswith(b"\x1f\x8b") else zlib.decompress
        return _lines(expand(content), path.name), ()
    except (OSError, EOFError, zlib.error) as error:
        raise refusal("damaged-file", f"cannot be decompressed: {error}", file=path.name) from None


def _lines(content: bytes, file: str) -> pd.DataFrame:
    # Not splitlines(): JSON text may hold U+2028 and other line ends of Unicode.
    lines = [line for line in _decode(content, file).split("\n") if line.strip()]
    values = []
    for row, line in enumerate(lines):
        try:
            values.append(json.loads(line))
        except json.JSONDecodeError as error:
            message = f"cannot be read as JSON: {error}"
            raise refusal("damaged-file", message, file=file, row=row or None) from None
    if not values:
        raise refusal("empty-file", "the file holds no line", file=file)
    return _table(_head(values[0], file), values[1:], file)


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte 0x{content[error.start]:02x} is not UTF-8, which JSON must be"
        raise refusal("not-utf-8", message, file=file) from None


def _head(document: Any, file: str) -> dict[str, Any]:
    version = document.get("datasetJSONVersion") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(version, str) or not version.startswith("1.1"):
        found = f"its version is {version!r}" if version else "it has no datasetJSONVersion"
        raise refusal("not-dataset-json", f"is not CDISC Dataset-JSON 1.1: {found}", file=file)
    return document


def _table(head: dict[str, Any], rows: Any, file: str) -> pd.DataFrame:
    try:
        names = [column["name"] for column in head["columns"]]
    except (KeyError, TypeError):
        raise refusal("not-dataset-json", "has no list of columns with names", file=file) from None
    if rows is None:
        rows = []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refusal("not-dataset-json", "its rows are not lists of values", file=file)
    ragged = [position for position, row in enumerate(rows) if len(row) != len(names)]
    if ragged:
        raise TrialError(
            at_rows(
                "error",
                "ragged-row",
                ragged,
                lambda row: f"has {len(rows[row])} values where {len(names)} columns are declared",
                file=file,
            )
        )
    records = head.get("records")
    if records != len(rows):
        raise refusal("cut-short", f"declares {records} records and holds {len(rows)}", file=file)
    return pd.DataFrame(rows, columns=pd.Index(names), dtype=object)
