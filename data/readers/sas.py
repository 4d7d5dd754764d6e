"""SAS files, with pyreadstat: transport files (XPT version 5 and 8) and data sets (sas7bdat)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from data.contract import Finding
from data.findings import refusal

_RECORD = 80


def read_xpt(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read the table as stored. Raises TrialError when the file is damaged, cut short, or not UTF-8."""
    _check_length(path)
    return _read(path, pyreadstat.read_xport, "a SAS transport file"), ()


def read_sas7bdat(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read the table as stored. Raises TrialError when the file is damaged or cut short."""
    return _read(path, pyreadstat.read_sas7bdat, "a SAS data set"), ()


def _read(path: Path, reader: Any, what: str) -> pd.DataFrame:
    try:
        frame, _ = reader(path)
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        message = f"byte 0x{byte:02x} is not UTF-8 (Windows-1252?): export the file as UTF-8"
        raise refusal("not-utf-8", message, file=path.name) from None
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, OSError, ValueError, OverflowError) as error:
        raise refusal("damaged-file", f"cannot be read as {what}: {error}", file=path.name) from None
    return pd.DataFrame(frame)


def _check_length(path: Path) -> None:
    """Refuse a transport file that ends too early, which pyreadstat reads silently short.

    Layout: SAS Technical Support note TS-140 (version 5) and "Record Layout of a SAS Version 8 or 9 Data Set in
    SAS Transport Format". Records are 80 bytes; the rows follow the OBS header, packed, padded to a whole record
    with blanks; version 8 also states their number. A version 5 file cut exactly between two rows that also
    ends a record cannot be told from a whole one.
    """
    content = path.read_bytes()
    cut = refusal("cut-short", "the file ends in the middle of a row: it was cut short", file=path.name)
    damaged = refusal("damaged-file", "the headers of the transport file are damaged", file=path.name)
    if content.startswith(b"HEADER RECORD*******LIB") and len(content) % _RECORD:
        raise cut
    member, names = content.find(b"HEADER RECORD*******MEMB"), content.find(b"HEADER RECORD*******NAM")
    rows = content.find(b"HEADER RECORD*******OBS", names)
    if member < 0 or names < 0 or rows < 0:
        raise damaged
    try:
        variables, size = int(content[names + 54 : names + 58]), int(content[member + 74 : member + 78])
        first = names + _RECORD
        width = 0
        for start in range(first, first + variables * size, size):
            (length,) = struct.unpack_from(">h", content, start + 4)
            (position,) = struct.unpack_from(">i", content, start + 84)
            width = max(width, position + length)
    except (ValueError, struct.error):
        raise damaged from None
    body = content[rows + _RECORD :]
    if width == 0:
        raise damaged
    if b"HEADER RECORD*******MEMB" in body:
        raise refusal("several-tables", "holds more than one table: export one table a file", file=path.name)
    if content[rows : rows + 25].endswith(b"OBSV8"):
        stated = content[rows + 48 : rows + _RECORD].split()
        if stated and stated[0].isdigit() and len(body) < int(stated[0]) * width:
            raise cut
        return
    rest = len(body) % width
    # The padding after the last row is shorter than a record and blank.
    if rest and (rest >= _RECORD or body[len(body) - rest :].strip(b" ")):
        raise cut
