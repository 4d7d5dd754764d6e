"""`python -m data.check FOLDER [--write-toml]`: print what was understood of each trial, and every finding.

Exits with 1 when a trial has an error, or there is no trial, or a `trial.toml` is already there to be written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from data import trial_toml
from data.catalog import load_entry
from data.contract import BrokenTrial, Trial
from data.folder import trial_folders
from data.readers import FORMATS


def main(arguments: Sequence[str]) -> int:
    """Check every trial at or below a folder; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.check", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with ADaM tables, or with such folders below it")
    parser.add_argument("--write-toml", action="store_true", help="write the settings understood into trial.toml")
    chosen = parser.parse_args(arguments)
    folders = trial_folders(chosen.folder)
    if not folders:
        print(f"error: {chosen.folder}: no adsl table here or below ({', '.join(FORMATS)}) [missing-table]")
        return 1
    failed = False
    for folder in folders:
        entry = load_entry(folder, chosen.folder)
        print("\n".join(report(entry)), end="\n\n")
        failed |= isinstance(entry, BrokenTrial)
        if chosen.write_toml and isinstance(entry, Trial):
            failed |= not _written(entry)
    return int(failed)


def report(entry: Trial | BrokenTrial) -> Iterator[str]:
    """Say in lines what was understood of one trial, then its findings."""
    yield str(entry.folder)
    if isinstance(entry, Trial):
        yield from _understood(entry)
    for severity in ("error", "warning", "note"):
        yield from (f"  {finding}" for finding in entry.findings if finding.severity == severity)
    if isinstance(entry, BrokenTrial):
        errors = sum(finding.severity == "error" for finding in entry.findings)
        yield f"  broken: {errors} error{'s' if errors > 1 else ''}"


def _understood(trial: Trial) -> Iterator[str]:
    design = trial.design
    yield f"  {design.name} (id {design.id}): {design.title}"
    yield f"  {len(trial.patients):,} patients; planned treatment {design.planned}, actual {design.actual}"
    yield "  arms"
    for position, arm in enumerate(design.arms):
        planned, actual = int((trial.planned == position).sum()), int((trial.actual == position).sum())
        reference = ", reference" if arm.reference else ""
        yield f"    {arm.label} (id {arm.id}, short {arm.short}{reference}): {planned:,} planned, {actual:,} actual"
    yield "  populations"
    for population in design.populations:
        flag = f"{population.flag} = Y" if population.flag else "everybody"
        count = int(trial.populations[population.id].sum())
        yield f"    {population.label} ({flag}, as {population.treatment}): {count:,}"
    yield "  endpoints" if design.endpoints else "  no endpoint"
    for endpoint in design.endpoints:
        times = trial.times[endpoint.id]
        count = int((times.time >= 0).sum())
        yield f"    {endpoint.id} {endpoint.label}, {endpoint.recorded}: {int(times.event.sum()):,} events of {count:,}"
    yield f"  strata: {', '.join(design.strata) or 'none'}"
    yield "  factors" if design.factors else "  no factor"
    for factor in design.factors:
        codes = trial.factors[factor.variable]
        counts = [f"{level.label} {int((codes == i).sum()):,}" for i, level in enumerate(factor.levels)]
        if missing := int((codes < 0).sum()):
            counts.append(f"missing {missing:,}")
        yield f"    {factor.variable} {factor.label}: {', '.join(counts)}"
    if trial.tables:
        yield "  tables: " + ", ".join(f"{name} {len(table):,} rows" for name, table in trial.tables.items())


def _written(trial: Trial) -> bool:
    try:
        print(f"wrote {trial_toml.write(trial.design, trial.folder)}")
    except FileExistsError:
        print(f"error: {trial.folder / 'trial.toml'} is already there: not overwritten")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
