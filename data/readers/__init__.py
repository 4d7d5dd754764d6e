"""Files in, tables in one normal form out: which reader a file needs, and whether its content is what its name says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from data.contract import Finding
from data.findings import refusal
from data.readers.csv_text import read_csv
from data.readers.dataset_json import read_dsjc, read_json, read_ndjson
from data.readers.normal_form import normal
from data.readers.parquet import read_parquet
from data.readers.sas import read_sas7bdat, read_xpt

__all__ = ["FORMATS", "read_table"]

Reader = Callable[[Path], tuple[pd.DataFrame, tuple[Finding, ...]]]

#: Extension -> reader, in the order of preference when one folder holds the same table more than once:
#: containers that know the type and the length of what they hold come before text.
FORMATS: Mapping[str, Reader] = {
    ".parquet": read_parquet,
    ".xpt": read_xpt,
    ".sas7bdat": read_sas7bdat,
    ".json": read_json,
    ".ndjson": read_ndjson,
    ".dsjc": read_dsjc,
    ".csv": read_csv,
}

#: First bytes that give a format away, with the extensions that may carry them.
_SIGNATURES: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"PAR1", "Parquet", (".parquet",)),
    (b"HEADER RECORD*******LIB", "a SAS transport file", (".xpt",)),
    (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", "a SAS data set (sas7bdat)", (".sas7bdat",)),
    (b"\x1f\x8b", "a gzip archive", (".dsjc",)),
    (b"PK\x03\x04", "a zip archive (or an Excel workbook)", ()),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", ()),
    (b"{", "JSON", (".json", ".ndjson")),
)


def read_table(path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read one table in its normal form (see `normal_form`), with a warning for everything that was tolerated.

    Raises TrialError when the file is empty, damaged, or not what its extension says.
    """
    extension = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise refusal("unreadable-file", f"cannot be opened: {error.strerror}", file=path.name) from None
    if not head:
        raise refusal("empty-file", "the file is empty (0 bytes)", file=path.name)
    for signature, what, extensions in _SIGNATURES:
        if head.removeprefix(b"\xef\xbb\xbf").startswith(signature) and extension not in extensions:
            advice = f": name it {extensions[0]}" if extensions else ", which is not read"
            raise refusal("wrong-extension", f"named {extension} but holds {what}{advice}", file=path.name)
    raw, seen = FORMATS[extension](path)
    table, tolerated = normal(raw, path.name)
    return table, seen + tolerated
