"""A table of patients by arm: counts with percentages, numbers with their spread, rates; in blocks under a heading.

The cards of the patients page are such tables: each says what stands in its rows, and all are tidied and drawn alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from analysis.cohort import Cohort, cohort
from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test, as_columns
from analysis.estimators.proportions import proportion
from analysis.safety.population import safety_population
from analysis.selection import Selection, in_words, selected_population
from data.contract import Arm, Trial

NOBODY = "No patients match: remove a filter."
LEVEL = 0.95


@dataclass(frozen=True)
class Counted:
    """`n` patients out of `of`, with the exact interval of their share."""

    n: int
    of: int
    share: Estimate | NotEstimable


@dataclass(frozen=True)
class Spread:
    """A number in `n` patients; `missing` have none. Without patients there is no median, with one no `sd`."""

    n: int
    missing: int
    median: float | None
    low: float | None
    high: float | None
    mean: float | None
    sd: float | None


Cell = Counted | Spread | Estimate | NotEstimable


@dataclass(frozen=True)
class Row:
    """One line: a cell for each arm. `kind` says how the numbers of its cells are written and read."""

    label: str
    cells: tuple[Cell, ...]
    kind: str = "count"
    headline: bool = False
    indented: bool = False


@dataclass(frozen=True)
class Block:
    """Rows under a heading; `compared` is what sets each other arm against the reference, where that is asked."""

    label: str
    rows: tuple[Row, ...]
    compared: tuple[Estimate | NotEstimable, ...] = ()


@dataclass(frozen=True)
class ArmSize:
    """An arm shown: `position` is its place in the trial, which gives it its colour everywhere."""

    arm: Arm
    position: int
    n: int


@dataclass(frozen=True, eq=False)
class Group:
    """The patients described: `arm` is each one's place in `arms`. `reference` is a place, None with one arm.

    `population` is the label of the analysis set they are of.
    """

    members: Cohort
    arms: tuple[ArmSize, ...]
    arm: Ints
    reference: int | None
    population: str
    words: str

    @property
    def rows(self) -> Ints:
        return np.asarray(self.members.rows, dtype=np.int64)

    @property
    def others(self) -> tuple[int, ...]:
        """The places of the arms that are set against the reference."""
        return () if self.reference is None else tuple(i for i in range(len(self.arms)) if i != self.reference)

    def counted(self, which: Bools, among: Bools | None = None) -> tuple[Counted, ...]:
        """Patients by arm of whom `which` (n,) holds, out of those `among`."""
        base = np.ones(len(self.arm), dtype=np.bool_) if among is None else among
        of = np.bincount(self.arm[base], minlength=len(self.arms)).tolist()
        n = np.bincount(self.arm[base & which], minlength=len(self.arms)).tolist()
        return tuple(Counted(k, m, proportion(k, m, LEVEL)) for k, m in zip(n, of, strict=True))

    def spread(self, values: Floats, among: Bools | None = None) -> tuple[Spread, ...]:
        """The spread of `values` (n,) by arm among some; NaN is missing."""
        base = np.ones(len(self.arm), dtype=np.bool_) if among is None else among
        return tuple(spread(values[base & (self.arm == i)]) for i in range(len(self.arms)))


@dataclass(frozen=True, eq=False)
class Summary:
    """Everything a card of such a table shows. `contrast` names what `compared` of its blocks is, "" without any.

    `notes` are sentences under the table.
    """

    arms: tuple[ArmSize, ...]
    reference: int | None
    blocks: tuple[Block, ...]
    n: int
    of: int
    exploratory: bool
    withheld: bool
    words: str
    method: str
    contrast: str = ""
    notes: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[ArmSize, ...]:
        """The arms set against the reference."""
        return () if self.reference is None else tuple(a for i, a in enumerate(self.arms) if i != self.reference)


def group(trial: Trial, selection: Selection, as_treated: bool = False) -> Group | NotEstimable:
    """The patients of a selection by arm; of the safety population by the treatment given if `as_treated`."""
    within = replace(selection, population=safety_population(trial, selection).id) if as_treated else selection
    members = cohort(trial, within)
    if members.n == 0:
        return NotEstimable(NOBODY)
    positions = [i for i, arm in enumerate(trial.design.arms) if arm.id in selection.arms]
    arm = np.searchsorted(positions, members.arm)
    sizes = np.bincount(arm, minlength=len(positions)).tolist()
    arms = tuple(ArmSize(trial.design.arms[p], p, n) for p, n in zip(positions, sizes, strict=True))
    last = next((i for i, a in enumerate(arms) if a.arm.reference), len(arms) - 1)
    population = selected_population(within, trial.design).label
    return Group(members, arms, arm, last if len(arms) > 1 else None, population, in_words(within, trial))


def summary(
    group: Group, blocks: Sequence[Block], method: str, contrast: str = "", notes: Sequence[str] = ()
) -> Summary:
    """The result of a card: the blocks with the words that every card has."""
    return Summary(
        arms=group.arms,
        reference=group.reference,
        blocks=tuple(blocks),
        n=group.members.n,
        of=group.members.of,
        exploratory=group.members.exploratory,
        withheld=group.members.withheld,
        words=group.words,
        method=method,
        contrast=contrast if group.others else "",
        notes=tuple(notes),
    )


def spread(values: Floats) -> Spread:
    """Median, range, mean and standard deviation (n - 1) of the known values."""
    known = values[~np.isnan(values)]
    n, missing = len(known), len(values) - len(known)
    if n == 0:
        return Spread(0, missing, None, None, None, None, None)
    return Spread(
        n,
        missing,
        float(np.median(known)),
        float(known.min()),
        float(known.max()),
        float(known.mean()),
        float(known.std(ddof=1)) if n > 1 else None,
    )


def tidy(result: Summary) -> list[dict[str, Any]]:
    """The table as rows: one for each cell, then one for each comparison of a block."""
    rows: list[dict[str, Any]] = []
    for block in result.blocks:
        rows += [
            {"block": block.label, "row": row.label, "kind": row.kind, "arm": size.arm.label, **numbers_of(cell)}
            for row in block.rows
            for size, cell in zip(result.arms, row.cells, strict=True)
        ]
        if result.reference is not None:
            reference = result.arms[result.reference].arm.label
            rows += [
                {
                    "block": block.label,
                    "kind": result.contrast,
                    "arm": other.arm.label,
                    "reference": reference,
                    **numbers_of(value),
                }
                for other, value in zip(result.others, block.compared, strict=False)
            ]
    return rows


def numbers_of(value: Cell | Test) -> dict[str, Any]:
    """The numbers of a cell under the names they have in every table; the reason where there are none."""
    if isinstance(value, Counted):
        return {"n": value.n, "of": value.of, **numbers_of(value.share)}
    if isinstance(value, Spread):
        fields = asdict(value)
        return {"n": fields["n"], "missing": fields["missing"], "estimate": fields["median"], "minimum": fields["low"],
                "maximum": fields["high"], "mean": fields["mean"], "sd": fields["sd"]}  # fmt: skip
    return as_columns(value)
