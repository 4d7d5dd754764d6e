"""What a folder holds: where the trials are, which files are their tables, and the tables read."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.contract import Finding, TrialError
from data.findings import has_error
from data.readers import FORMATS, read_table

log = logging.getLogger(__name__)

SETTINGS = "trial.toml"
#: What a paper prints, contradicts itself in, and consists of.
PAPER = ("published.csv", "contradictions.toml", "paper.toml")

#: Tables that a view uses. Others that look like ADaM are named in a note, not read: a laboratory table may be huge.
_USED = re.compile(r"adsl|(adtte|adae|adrs|adcm)\w*")
_ADAM = re.compile(r"ad[a-z]\w*")


@dataclass(frozen=True, eq=False)
class Table:
    """One ADaM table: its name ("adsl", "adtte_onco"), the file it was read from, and its rows in normal form."""

    name: str
    file: str
    frame: pd.DataFrame


def trial_folders(root: Path) -> tuple[Path, ...]:
    """Every folder at or below `root` that holds an `adsl` table, sorted; links to folders are not followed."""
    found = []
    for folder, below, files in os.walk(root, followlinks=False):
        below.sort()
        if any(_table_name(Path(name)) == "adsl" for name in files):
            found.append(Path(folder))
    return tuple(found)


def table_files(folder: Path) -> tuple[Mapping[str, Path], tuple[Finding, ...]]:
    """Find the file of each table that is read, by the table's name, with a warning for each file passed over."""
    copies: dict[str, list[Path]] = {}
    findings = []
    for path in sorted(folder.iterdir()):
        name = _table_name(path)
        if name is None or not path.is_file():
            continue
        if _leads_out(path, folder):
            message = "is a link to a file outside the folder; not read"
            findings.append(Finding("warning", "link-outside", message, file=path.name))
        elif _USED.fullmatch(name):
            copies.setdefault(name, []).append(path)
        else:
            findings.append(Finding("note", "table-not-used", "not read: no view uses this table", file=path.name))
    preference = list(FORMATS)
    chosen = {}
    for name, paths in copies.items():
        first, *others = sorted(paths, key=lambda path: preference.index(path.suffix.lower()))
        chosen[name] = first
        if others:
            message = f"{name} is there {len(paths)} times: read {first.name}, not {_listed(others)}"
            findings.append(Finding("warning", "several-copies", message, file=first.name))
    return chosen, tuple(findings)


def check_links(folder: Path) -> tuple[Finding, ...]:
    """What a trial is described by lies in its folder: a link out of it is refused, whatever it leads to."""
    message = "is a link to a file outside the folder; a trial is described by files of its own"
    return tuple(
        Finding("error", "link-outside", message, file=name)
        for name in (SETTINGS, *PAPER)
        if _leads_out(folder / name, folder)
    )


def read_tables(files: Mapping[str, Path]) -> tuple[Mapping[str, Table], tuple[Finding, ...]]:
    """Read every table. Raises TrialError, with the findings of all files, when one cannot be read."""
    tables = {}
    findings: list[Finding] = []
    for name, path in files.items():
        before = time.monotonic()
        try:
            frame, seen = read_table(path)
        except TrialError as error:
            findings += error.findings
        else:
            tables[name] = Table(name, path.name, frame)
            findings += seen
            log.info("read %s: %s rows, %.1f s", path, f"{len(frame):,}", time.monotonic() - before)
    if has_error(findings):
        raise TrialError(tuple(findings))
    return tables, tuple(findings)


def _leads_out(path: Path, folder: Path) -> bool:
    return not path.resolve().is_relative_to(folder.resolve())


def _table_name(path: Path) -> str | None:
    name = path.stem.lower()
    return name if path.suffix.lower() in FORMATS and _ADAM.fullmatch(name) else None


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths)
