"""The doors at which small cells are held back: what leaves an analysis for the screen, and the rows of its table.

Two doors, both after the analysis and before anything is shown. `shown` is what a card, slide or report may draw: a
view that has a rule of its own here loses the parts with small cells; any other is refused as a whole while its table
has one. `rows` is the table behind it: a small count is written "<5", what was derived from it is left out, and the
counts that would add up to it go with it. Both have the same curves, which move in whole steps. A view that is added
is held to both without a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from analysis.cohort import arm_counts, cohort, level_counts
from analysis.disclosure import curves
from analysis.estimate import NotEstimable
from analysis.options import OptionsT
from analysis.safety.incidence import Row as SafetyRow
from analysis.safety.incidence import SafetyResult
from analysis.selection import Selection
from analysis.subgroups.result import Section, SubgroupsResult
from analysis.survival.result import SurvivalResult
from data.contract import Trial

Rows = list[dict[str, Any]]

#: Whole numbers in a table that count no patients.
NO_COUNTS = frozenset(
    {
        "time",
        "day",
        "month",
        "cycle",
        "grade",
        "step",
        "sided",
        "level",
        "degrees_of_freedom",
        "interaction_df",
        "p_value",
    }
)
#: Views whose numbers are texts, in which no count can be held back alone: they are held back as a whole.
TEXTS = frozenset({"reproduction"})
#: Columns that say when something was: a row of them is a step of a curve, which may be one patient's.
TIMES = frozenset({"time", "day", "month"})
#: Options at which a link may ask for a number at any time it likes.
AT_WILL = ("milestone", "tau")
#: View -> columns that name the cells which add up to a total: where one is held back, all of them are. The rows of
#: a view that is not here are held back together.
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "survival": ("quantity", "arm", "time"),
    "subgroups": ("factor",),
    "safety": ("class", "term"),
    "event": ("quantity", "arm", "cycle", "month", "day"),
    "transplant": ("quantity", "step", "group"),
}


def least(trial: Trial, setting: int) -> int:
    """The smallest count of patients that may be shown; 0 where every count may.

    Patients who are declared reconstructed or synthetic are nobody's; all others are taken for real.
    """
    design = trial.design
    if design.provenance.kind in ("reconstructed", "synthetic"):
        return 0
    return max(setting, design.minimum_cell)


def written(count: int, floor: int) -> int:
    """A count as components write it: one that is held back is the negative of its bound, which is printed "<5"."""
    return -floor if 0 < count < floor else count


def levels(trial: Trial, selection: Selection, variable: str, floor: int) -> dict[str, tuple[int, ...]]:
    """What choosing each level of a factor would leave, per arm; nothing where one is small: an arm adds up to it."""
    counts = level_counts(trial, selection, variable)
    others = tuple(chosen for chosen in selection.filters if chosen.variable != variable)
    everyone = np.bincount(cohort(trial, replace(selection, filters=others)).arm, minlength=len(trial.design.arms))
    unknown = everyone - np.sum(list(counts.values()), axis=0)
    small = any(0 < k < floor for cells in (*counts.values(), unknown.tolist()) for k in cells)
    return dict.fromkeys(counts, ()) if small else counts


def refusal(trial: Trial, selection: Selection, floor: int) -> NotEstimable | None:
    """Why a cohort is not shown at all: it, what it leaves out, or one of its arms has fewer patients than that."""
    members = cohort(trial, selection)
    sizes = [
        n for n, arm in zip(arm_counts(trial, selection), trial.design.arms, strict=True) if arm.id in selection.arms
    ]
    if any(0 < n < floor for n in (*sizes, members.n, members.of - members.n)):
        return NotEstimable(
            f"Fewer than {floor} patients are in an arm of this cohort, or outside it: not shown, to protect them."
        )
    return None


def settled(options: OptionsT, floor: int) -> OptionsT:
    """Options with the trial's own times: asked for at one time after the other, a number gives the steps away."""
    given: Any = options
    asked = [one.name for one in fields(given) if one.name in AT_WILL and getattr(given, one.name) is not None]
    settled: OptionsT = replace(given, **dict.fromkeys(asked)) if floor and asked else options
    return settled


def stepped(result: Any, floor: int) -> Any:
    """A result with curves that move in whole steps; their table is made of it."""
    return curves.stepped(result, floor) if floor and isinstance(result, SurvivalResult) else result


def shown(view: str, result: Any, table: Rows, floor: int) -> Any:
    """A result without its small cells, or the sentence why it is not shown. `table` are the rows of the result."""
    if isinstance(result, NotEstimable):
        return result
    if view in TEXTS:
        return NotEstimable(_as_a_whole(floor))
    rule = _RULES.get(view)
    if rule is not None:
        return rule(result, floor)
    if any(_small(row, floor) for row in table):
        return NotEstimable(f"Some of its counts are fewer than {floor} patients: not shown, to protect them.")
    return result


def rows(view: str, table: Rows, floor: int) -> Rows:
    """The table with its small counts as "<5", without what was derived from them or would add up to them."""
    if floor == 0:
        return table
    if view in TEXTS:
        return [{"note": _as_a_whole(floor)}]
    names = TOGETHER.get(view, ())
    groups = [tuple(row.get(name) for name in names) for row in table]
    held = {group for group, row in zip(groups, table, strict=True) if _small(row, floor)}
    return [
        _held_back(row, floor) if group in held else row
        for group, row in zip(groups, table, strict=True)
        if view == "survival" or not TIMES & row.keys()
    ]


def _as_a_whole(floor: int) -> str:
    return f"Its counts may be fewer than {floor} patients: not shown, to protect them."


def _small(row: Mapping[str, Any], floor: int) -> bool:
    """Whether a count of the row, or the rest of its patients, is one to fewer than `floor` patients."""
    counts = [int(value) for value in _counts(row).values()]
    wholes = [int(row[name]) for name in ("n", "n_arm", "n_reference") if _whole(row.get(name))]
    rest = [n - k for n in wholes for k in counts] if len(wholes) == 1 else []
    return any(0 < k < floor for k in (*counts, *rest))


def _counts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in NO_COUNTS and _whole(value)}


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _held_back(row: Mapping[str, Any], floor: int) -> dict[str, Any]:
    """Texts and times stay; the size of a group stays where it is large enough; every other number goes."""
    kept: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, str) or value is None or name in NO_COUNTS - {"p_value"}:
            kept[name] = value
        elif _whole(value) and 0 < value < floor:
            kept[name] = f"<{floor}"
        else:
            kept[name] = value if name == "n" and _whole(value) else None
    return {**kept, "note": f"Held back: fewer than {floor} patients in a cell."}


def _subgroups(result: SubgroupsResult, floor: int) -> SubgroupsResult | NotEstimable:
    """A factor goes as a whole: its other levels would add up to the one that is small."""

    def whole(section: Section) -> bool:
        cells = [
            k for row in section.rows for n, events in zip(row.contrast.n, row.contrast.events, strict=True)
            for k in (n, events, n - events)
        ]  # fmt: skip
        return not any(0 < k < floor for k in (*cells, section.unknown))

    overall = Section("", (result.overall,), NotEstimable(""))
    if not whole(overall):
        return NotEstimable(f"An arm has fewer than {floor} patients with, or without, an event: not shown.")
    kept = tuple(section for section in result.factors if whole(section))
    left = len(result.factors) - len(kept)
    return replace(
        result,
        cohort=result.cohort if result.cohort and whole(result.cohort) else None,
        factors=kept,
        method=result.method
        + (f" {left} factors with fewer than {floor} patients in a cell are left out." if left else ""),
    )


def _safety(result: SafetyResult, floor: int) -> SafetyResult | NotEstimable:
    """A row of the table goes as a whole: its grades add up to its patients."""

    def whole(row: SafetyRow) -> bool:
        cells = [k for counts in row.counts.values() for k in counts]
        rest = [a.n - k for counts in row.counts.values() for a, k in zip(result.arms, counts, strict=True)]
        return not any(0 < k < floor for k in (*cells, *rest, *row.events))

    if not whole(result.any) or any(0 < k < floor for a in result.arms for k in (a.n, a.unknown)):
        return NotEstimable(f"An arm has fewer than {floor} patients with, or without, an event: not shown.")
    kept = tuple(row for row in result.rows if whole(row))
    hidden = sum(row.kind == "term" for row in result.rows) - sum(row.kind == "term" for row in kept)
    return replace(
        result,
        rows=kept,
        ranked=tuple(row for row in result.ranked if whole(row)),
        hidden=result.hidden + hidden,
        method=f"{result.method} Rows with fewer than {floor} patients in a cell are left out.",
    )


_RULES: Mapping[str, Callable[[Any, int], Any]] = {
    "survival": curves.shown,
    "subgroups": _subgroups,
    "safety": _safety,
}
