"""Puts a script together: what is chosen as literals, the patients chosen as lines, and the parts that compute.

The parts in `parts/` are plain Python. Everything that comes from the data or from a link enters as a literal that
`repr` wrote: a label is a text in the script, whatever stands in it.
"""

from __future__ import annotations

import pprint
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from analysis.code.choice import DAYS, EVENTS, PATH, needs, patients
from analysis.provenance import describe
from analysis.selection import Selection
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Trial
from data.stages import ORIGINS

PARTS = Path(__file__).parent / "parts"

_OPENING = '''"""Recomputes the numbers of a view of trialboard from the files of the trial, with pandas and lifelines.

Put this file beside the files of the trial, or name their folder: python script.py FOLDER
It prints one table (CSV), which holds the numbers that the view shows. An empty cell cannot be estimated.
"""
'''
_ENDING = "pd.DataFrame(numbers).to_csv(sys.stdout, index=False)\n"


def script(
    trial: Trial,
    selection: Selection,
    result: Any,
    parts: Sequence[str],
    settings: Mapping[str, Any],
    groups: Sequence[str] = (),
) -> str:
    """The script of a view: `settings` by their names, `groups` as lines of Python, then `parts` by their names."""
    said = describe(trial, selection, getattr(result, "method", ""), getattr(result, "words", ""))
    needed = needs(trial, selection, parts)
    first = ["read", *needed]
    constants = {
        "SOURCE": said.line(),
        "FILES": dict(trial.files),
        "ARMS": {arm.value: arm.label for arm in trial.design.arms if arm.id in selection.arms},
        **({"EVENTS": _events(trial)} if EVENTS in needed else {}),
        **(_origin(trial) if DAYS in needed else {}),
        **({"STATES": [timed(trial, state.entered) for state in trial.design.states]} if PATH in needed else {}),
        **settings,
    }
    imports, definitions = _split([*first, *(part for part in parts if part not in needed)])
    before = len(first)
    blocks = [
        _OPENING + "\n" + imports,
        'FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."\n'
        + "".join(f"{name} = {literal(value)}\n" for name, value in constants.items()),
        *definitions[:before],
        "\n".join([*patients(trial, selection), *groups]) + "\n",
        *definitions[before:],
        _ENDING,
    ]
    return "\n\n".join(block.strip("\n") + "\n" for block in blocks if block.strip())


def literal(value: Any) -> str:
    """A value as Python reads it back: texts, numbers, lists and mappings of them; nothing else is written."""
    _check(value)
    return pprint.pformat(value, width=112, sort_dicts=False)


def _check(value: Any) -> None:
    if isinstance(value, Mapping):
        for pair in value.items():
            _check(pair)
    elif isinstance(value, (tuple, list)):
        for item in value:
            _check(item)
    elif value is not None and type(value) not in (str, int, float, bool):
        raise TypeError(f"a script holds no {type(value).__name__}")


def _split(names: Sequence[str]) -> tuple[str, list[str]]:
    """The imports of all parts, each once and in order, and what stands below them in each part."""
    lines, bodies = {"import sys", "import pandas as pd"}, []
    for name in names:
        source = (PARTS / f"{name}.py").read_text("utf-8").split("\n")
        heads = [line for line in source if line.startswith(("import ", "from "))]
        lines |= set(heads)
        bodies.append("\n".join(line for line in source if line not in heads))
    installed = ("numpy", "pandas", "lifelines", "scipy")
    standard: list[str] = []
    others: list[str] = []
    for line in _merged(lines):
        (others if line.split()[1].split(".")[0] in installed else standard).append(line)
    return "\n".join([*standard, "", *others]) + "\n", bodies


def _merged(lines: Iterable[str]) -> list[str]:
    """Imports in order, whole modules first, the names of one module on one line."""
    whole = sorted(line for line in lines if line.startswith("import "))
    names: dict[str, set[str]] = {}
    for line in lines:
        if line.startswith("from "):
            module, _, imported = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, set()).update(imported.split(", "))
    return [*whole, *(f"from {module} import {', '.join(sorted(names[module]))}" for module in sorted(names))]


def _events(trial: Trial) -> dict[str, Any]:
    """How the table of adverse events is read."""
    events = trial.adverse_events
    if events is None:
        return {}
    settings = {field.name: getattr(events.settings, field.name) for field in fields(events.settings)}
    words = ("dictionary", "criteria", "window")
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in settings.items()
        if name not in words
    }


def _origin(trial: Trial) -> dict[str, Any]:
    """From which column of ADSL dates are counted, "" where it has none."""
    return {"ORIGIN": next((name for name in ORIGINS if name in trial.patients), ""), "DAYS_PER_MONTH": DAYS_PER_MONTH}


def timed(trial: Trial, event: str) -> tuple[str, str, float]:
    """When an event happened: its endpoint, the table and the days of its unit; or a date of ADSL, without a table."""
    endpoint = next((endpoint for endpoint in trial.design.endpoints if endpoint.id == event), None)
    return (event, table_of(trial, event), DAYS_PER_UNIT[endpoint.recorded]) if endpoint else (event, "", 1.0)


def table_of(trial: Trial, endpoint: str) -> str:
    """The table that holds the times of an endpoint."""
    return next(
        name
        for name, frame in trial.tables.items()
        if name.startswith("adtte") and "PARAMCD" in frame and (frame["PARAMCD"] == endpoint).any()
    )
