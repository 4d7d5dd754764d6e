"""Where the nodes and ribbons of a flow stand: a pure layout in pixels down the figure.

Patients have the same height everywhere. A node takes as much room as its label needs, so no two labels of a column
meet; in every node the arms lie apart, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

from analysis.transplant import StepCounts, TransplantResult
from components.format import count, plain
from components.theme import arm_colour

#: Least and most pixels between the nodes of a column.
GAP, MOST_GAP = 5, 26
SLATE = "#56636f"


@dataclass(frozen=True)
class Type:
    """Sizes in pixels: of the font, of a line, of a letter, and of a node across."""

    size: float
    leading: float
    letter: float
    node: float


SMALL, USUAL = Type(10.5, 13, 5.5, 6), Type(12.5, 15.5, 6.7, 10)


@dataclass(frozen=True)
class Node:
    """A level somebody is in, or an arm: patients by arm, and its place in its column."""

    step: int
    level: int
    label: str
    counts: tuple[int, ...]
    colour: str
    filter: str
    lines: tuple[str, ...]
    top: float = 0.0
    bottom: float = 0.0

    @property
    def n(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Ribbon:
    """The patients of one arm that go from one node to another; tops at both ends and the height they share."""

    source: Node
    target: Node
    arm: int
    n: int
    leaves: float
    arrives: float
    height: float


def columns_of(result: TransplantResult, letters: int) -> list[list[Node]]:
    """The arms, then the levels of each step that somebody is in."""
    several = len(result.arms)
    arms = [
        Node(
            0,
            i,
            a.arm.label,
            tuple(a.n if i == j else 0 for j in range(several)),
            arm_colour(a.position),
            "",
            _lines(a.arm.short, a.n, letters),
        )
        for i, a in enumerate(result.arms)
        if a.n
    ]
    return [arms, *(_levels(step, k, letters) for k, step in enumerate(result.steps, start=1))]


def _levels(step: StepCounts, place_: int, letters: int) -> list[Node]:
    totals = step.counts.sum(axis=0).tolist()
    return [
        Node(
            place_,
            i,
            level.label,
            tuple(step.counts[:, i].tolist()),
            SLATE,
            step.choice(i),
            _lines(level.label, totals[i], letters),
        )
        for i, level in enumerate(step.levels)
        if totals[i]
    ]


def _lines(label: str, n: int, letters: int) -> tuple[str, ...]:
    """The label in lines that fit its column, at most three, with the count after the last or below it."""
    lines, number = wrap(label, max(letters, 6)), f"<b>{count(n)}</b>"
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2][: max(letters, 6) - 1]}…"]
    if len(lines[-1]) + 1 + len(count(n)) <= letters:
        return (*map(plain, lines[:-1]), f"{plain(lines[-1])} {number}")
    return (*map(plain, lines), number)


def longest(step: StepCounts) -> int:
    """Letters of the longest label of a step that somebody is in, with its count."""
    totals = step.counts.sum(axis=0).tolist()
    return max(len(f"{level.label} {count(n)}") for level, n in zip(step.levels, totals, strict=True) if n)


def least_height(columns: Sequence[Sequence[Node]], leading: float) -> float:
    """The pixels that the labels alone need."""
    return max(_needed(column, 0, leading) for column in columns)


def place(columns: Sequence[Sequence[Node]], height: float, leading: float) -> tuple[list[list[Node]], float]:
    """The nodes with their tops and bottoms within `height` pixels, and the pixels of a patient, equal everywhere.

    A node takes as much room as its label needs, so that no two labels of a column can meet.
    """
    low, high = 0.0, height / max(1, *(sum(n.n for n in column) for column in columns))
    for _ in range(40):
        middle = (low + high) / 2
        fits = all(_needed(column, middle, leading) <= height for column in columns)
        low, high = (middle, high) if fits else (low, middle)
    placed = []
    for column in columns:
        spare = height - _needed(column, low, leading)
        gap = GAP + min(MOST_GAP - GAP, spare / max(1, len(column) - 1))
        used = _needed(column, low, leading) + (gap - GAP) * (len(column) - 1)
        top, done = (height - used) / 2, []
        for n in column:
            room = _slot(n, low, leading)
            start = top + (room - n.n * low) / 2
            done.append(replace(n, top=start, bottom=start + n.n * low))
            top += room + gap
        placed.append(done)
    return placed, low


def _slot(n: Node, scale: float, leading: float) -> float:
    return max(n.n * scale, len(n.lines) * leading)


def _needed(column: Sequence[Node], scale: float, leading: float) -> float:
    return sum(_slot(n, scale, leading) for n in column) + GAP * (len(column) - 1)


def ribbons(result: TransplantResult, columns: Sequence[Sequence[Node]], scale: float) -> list[Ribbon]:
    """Every ribbon, arm by arm from the top of each node, and within an arm by the node at its other end."""
    found = []
    for step, before, here in zip(result.steps, columns, columns[1:], strict=False):
        moved = {
            (s.level, t.level, arm): _moved(step, s, t, arm)
            for s in before
            for t in here
            for arm in range(len(result.arms))
        }
        leaves = _stacked(
            [(s, t, arm) for s in before for arm in range(len(result.arms)) for t in here], moved, 0, scale
        )
        arrives = _stacked(
            [(s, t, arm) for t in here for arm in range(len(result.arms)) for s in before], moved, 1, scale
        )
        found += [
            Ribbon(s, t, arm, n, leaves[key], arrives[key], n * scale)
            for s in before
            for t in here
            for arm in range(len(result.arms))
            if (n := moved[key := (s.level, t.level, arm)])
        ]
    return found


def _moved(step: StepCounts, source: Node, target: Node, arm: int) -> int:
    """Patients of `arm` from `source` to `target`; from an arm itself, those of that arm."""
    if source.step == 0:
        return int(step.arrivals[arm, 0, target.level]) if source.level == arm else 0
    return int(step.arrivals[arm, source.level, target.level])


Key = tuple[int, int, int]


def _stacked(
    order: Sequence[tuple[Node, Node, int]], moved: dict[Key, int], end: int, scale: float
) -> dict[Key, float]:
    """The top of each ribbon at one end: 0 stacks them in their source, 1 in their target, in the given order."""
    next_top: dict[int, float] = {}
    tops = {}
    for s, t, arm in order:
        node = (s, t)[end]
        key = (s.level, t.level, arm)
        tops[key] = next_top.get(node.level, node.top)
        next_top[node.level] = tops[key] + moved[key] * scale
    return tops
