import gzip
import io
import json
import zlib
from pathlib import Path

import numpy as np
import pandas as pd


def read(table):
    """A table of the trial as text: capitals for names, no blanks around a text, None where nothing stands."""
    path = Path(FOLDER) / FILES[table]
    kind = path.suffix.lower()
    if kind == ".csv":
        content = path.read_text("utf-8-sig")
        separator = max(",;\t|", key=content.lstrip("\r\n").splitlines()[0].count)
        frame = pd.read_csv(io.StringIO(content), sep=separator, dtype=str, keep_default_na=False)
    elif kind == ".parquet":
        frame = pd.read_parquet(path)
    elif kind in (".xpt", ".sas7bdat"):
        import pyreadstat

        load = pyreadstat.read_xport if kind == ".xpt" else pyreadstat.read_sas7bdat
        frame = load(str(path))[0]
    elif kind == ".json":
        document = json.loads(path.read_text("utf-8-sig"))
        frame = pd.DataFrame(document["rows"], columns=[c["name"] for c in document["columns"]], dtype=object)
    else:  # a line of JSON for the columns, then one for each row; packed in gzip or zlib as .dsjc
        content = path.read_bytes()
        if kind == ".dsjc":
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else zlib.decompress(content)
        first, *rows = [json.loads(line) for line in content.decode("utf-8-sig").split("\n") if line.strip()]
        frame = pd.DataFrame(rows, columns=[c["name"] for c in first["columns"]], dtype=object)
    frame.columns = [str(name).strip().upper() for name in frame.columns]
    return frame.apply(lambda column: pd.Series([as_text(v) for v in column], index=column.index, dtype=object))


def as_text(value):
    """One cell as text, None where it is missing."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "Y" if value else "N"
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value).strip() or None


def text(values):
    """Values by the names that levels go by: a column that holds nothing but numbers says 1 for 1.0."""
    known = values.dropna()
    if len(known) and known.str.fullmatch(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?").all():
        return values.map(lambda v: None if v is None else as_text(float(v)))
    return values


def number(values):
    """Values as numbers, NaN where there is none."""
    return pd.to_numeric(values, errors="coerce").astype(float)
