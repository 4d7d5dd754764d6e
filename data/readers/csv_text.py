"""CSV files: UTF-8 text, one header line, every row as long as the header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.contract import Finding, TrialError
from data.findings import at_rows, refusal

#: Lines read at a time; bytes decoded at a time; bytes in which the header ends.
_BLOCK, _PIECE, _HEAD = 20_000, 1 << 22, 1 << 20
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}


def read_csv(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Every cell as text. A byte order mark, another delimiter and blank lines are tolerated, with a warning.

    Raises TrialError on text that is not UTF-8, NUL bytes, an unclosed quote, or rows of another length.
    """
    content = path.read_bytes()
    start, findings = _checked(content, path.name)
    head = content[start : start + _HEAD].decode("utf-8", "ignore")
    delimiter = _delimiter(head)
    if delimiter != ",":
        message = f"the columns are separated by {_DELIMITERS[delimiter]}, not a comma; read so"
        findings.append(Finding("warning", "delimiter", message, file=path.name))
    with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        table, blank, ragged = _columns(_blocks(reader, path.name), path.name)
    if blank:
        message = f"{blank} blank lines were passed over; row numbers do not count them"
        findings.append(Finding("warning", "blank-line", message, file=path.name))
    if ragged:
        width = table.shape[1]
        message_of = lambda row: f"has {ragged[row]} cells where the header has {width}"  # noqa: E731
        wrong = at_rows("error", "ragged-row", list(ragged), message_of, file=path.name)
        raise TrialError((*findings, *wrong))
    return table, tuple(findings)


def _blocks(reader: Iterator[list[str]], file: str) -> Iterator[list[list[str]]]:
    """The lines in blocks, so that a long table never stands in memory as lists of cells."""
    read = 0
    while True:
        block: list[list[str]] = []
        try:
            # not list(): what was read before an error counts the rows
            block.extend(islice(reader, _BLOCK))
        except csv.Error as error:
            message = f"cannot be split into columns ({error}); is a quote left open?"
            raise refusal("csv-syntax", message, file=file, row=read + len(block) or None) from None
        if not block:
            return
        read += len(block)
        yield block


def _columns(blocks: Iterator[list[list[str]]], file: str) -> tuple[pd.DataFrame, int, dict[int, int]]:
    """The table with equal cells held once, the number of blank lines, and rows of another length with theirs."""
    header: list[str] | None = None
    parts: list[list[Any]] = []
    same: list[dict[str, str]] = []
    ragged: dict[int, int] = {}
    blank = count = 0
    for block in blocks:
        rows = [line for line in block if line]
        blank += len(block) - len(rows)
        if header is None and rows:
            header, rows = rows[0], rows[1:]
            parts, same = [[] for _ in header], [{} for _ in header]
        width = len(header or ())
        if not all(len(row) == width for row in rows):
            ragged |= {count + place: len(row) for place, row in enumerate(rows) if len(row) != width}
        if not ragged:
            for part, once, cells in zip(parts, same, zip(*rows, strict=True), strict=bool(rows)):
                column = np.empty(len(cells), dtype=object)
                column[:] = [once.setdefault(cell, cell) for cell in cells]
                part.append(column)
        count += len(rows)
    if header is None:
        raise refusal("empty-file", "the file holds no line", file=file)
    columns = [np.concatenate(part) if part else np.empty(0, dtype=object) for part in parts]
    if ragged:
        columns = [np.empty(0, dtype=object) for _ in header]
    table = pd.DataFrame(dict(enumerate(columns)), copy=False)
    table.columns = pd.Index(header)
    return table, blank, ragged


def _checked(content: bytes, file: str) -> tuple[int, list[Finding]]:
    """Where the text begins; it is UTF-8 to its end."""
    findings = []
    start = 0
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal("not-utf-8", "the file is UTF-16: save it as CSV UTF-8", file=file)
    if content.startswith(b"\xef\xbb\xbf"):
        start = 3
        findings.append(Finding("warning", "byte-order-mark", "begins with a byte order mark; ignored", file=file))
    nul = content.find(b"\x00")
    if nul >= 0:
        row, column = _place(content, nul)
        raise refusal("nul-byte", "holds a NUL byte: damaged, or not text", file=file, row=row, column=column)
    decoder = codecs.getincrementaldecoder("utf-8")()
    for place in range(start, len(content), _PIECE):
        piece = content[place : place + _PIECE]
        try:
            decoder.decode(piece, final=place + _PIECE >= len(content))
        except UnicodeDecodeError as error:
            # the decoder may have held back the first bytes of a character of the piece before
            spoilt = place + len(piece) - len(error.object) + error.start
            row, column = _place(content[start:], spoilt - start)
            message = f"byte 0x{content[spoilt]:02x} is not UTF-8 (Windows-1252?): save the file as CSV UTF-8"
            raise refusal("not-utf-8", message, file=file, row=row, column=column) from None
    return start, findings


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
