"""The flow of patients as ribbons: our own layout, in which arms stay apart, labels never meet and clicks are ours.

Plotly's own Sankey orders ribbons as it likes, lets labels overlap, and reports nodes and links alike. Here every
node and ribbon is a filled outline that carries the filter it stands for. Down the figure is in pixels, across it
from 0 to 1, because a figure is as wide as its card but as high as we say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np

from analysis.transplant import ArmPath, StepCounts, TransplantResult
from components.format import count, plain, share
from components.theme import MUTED, Room, Screen, arm_colour, base_layout, figure_width, tint

HEIGHT: dict[tuple[Room, Screen], int] = {("card", "desktop"): 396, ("card", "tablet"): 396, ("card", "phone"): 470}
PAGE_HEIGHT = 520
HEAD, GAP, MOST_GAP = 36, 5, 26
SLATE = "#56636f"
RIBBON = 0.36
#: White round the letters, so that they are read on any ribbon.
HALO = ", ".join(["0 0 2px #fff"] * 3 + ["0 0 4px #fff"] * 2)
#: Points along each edge of a ribbon.
POINTS = np.linspace(0, 1, 25)
EASE = POINTS**2 * (3 - 2 * POINTS)


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


def figure(result: TransplantResult, room: Room, screen: Screen) -> dict[str, Any]:
    """The figure of the flow in `result`."""
    type_ = SMALL if screen == "phone" else USUAL
    height = HEIGHT.get((room, screen), PAGE_HEIGHT)
    width = figure_width(room, screen)
    columns = len(result.steps) + 1
    # a node's label stands to its right, that of the last column in a margin of its own
    last = min(width / columns, type_.node + 12 + type_.letter * _longest(result.steps[-1]))
    pitch = (width - last) / (columns - 1)
    letters = int((min(pitch, width / columns) - type_.node - 4) / type_.letter)
    nodes, scale = place(_columns(result, letters), height - HEAD - 8, type_.leading)
    found = ribbons(result, nodes, scale)
    x = [k * pitch / width for k in range(columns)]
    thick = type_.node / width
    traces = [_ribbon(r, x, thick, result) for r in found]
    traces += [_node(n, x[n.step], thick, result) for column in nodes for n in column]
    annotations = [_label(n, x[n.step] + thick, type_) for column in nodes for n in column]
    heads = ["Arm", *(step.label for step in result.steps)]
    annotations += [_head(text, x[k], letters, type_) for k, text in enumerate(heads)]
    axis = {"visible": False, "fixedrange": True}
    return {
        "data": traces,
        "layout": base_layout(
            height,
            margin={"l": 2, "r": 2, "t": HEAD, "b": 8, "pad": 0},
            hovermode="closest",
            dragmode=False,
            xaxis={**axis, "range": [0, 1]},
            yaxis={**axis, "range": [height - HEAD - 8, 0]},
            annotations=annotations,
        ),
    }


def _columns(result: TransplantResult, letters: int) -> list[list[Node]]:
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


def _longest(step: StepCounts) -> int:
    """Letters of the longest label of a step that somebody is in, with its count."""
    totals = step.counts.sum(axis=0).tolist()
    return max(len(f"{level.label} {count(n)}") for level, n in zip(step.levels, totals, strict=True) if n)


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
            done.append(_at(n, start, start + n.n * low))
            top += room + gap
        placed.append(done)
    return placed, low


def _at(n: Node, top: float, bottom: float) -> Node:
    return Node(n.step, n.level, n.label, n.counts, n.colour, n.filter, n.lines, top, bottom)


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


def _ribbon(ribbon: Ribbon, x: Sequence[float], thick: float, result: TransplantResult) -> dict[str, Any]:
    left, right = x[ribbon.source.step] + thick, x[ribbon.target.step]
    along = left + (right - left) * POINTS
    upper = ribbon.leaves + (ribbon.arrives - ribbon.leaves) * EASE
    colour = arm_colour(result.arms[ribbon.arm].position)
    step = result.steps[ribbon.target.step - 1]
    from_arm = ribbon.source.step == 0
    before = None if from_arm else result.steps[ribbon.source.step - 1].levels[ribbon.source.level]
    if from_arm:
        title, people = ribbon.target.label, ribbon.target.counts
    else:
        title = f"{ribbon.source.label} → {ribbon.target.label}"
        people = tuple(step.arrivals[:, ribbon.source.level, ribbon.target.level].tolist())
    return _outline(
        np.concatenate([along, along[::-1]]),
        np.concatenate([upper, (upper + ribbon.height)[::-1]]),
        tint(colour, RIBBON),
        hover(title, people, result.arms),
        step.choice(ribbon.target.level, before),
    )


def _node(n: Node, x: float, thick: float, result: TransplantResult) -> dict[str, Any]:
    return _outline(
        np.array([x, x + thick, x + thick, x]),
        np.array([n.top, n.top, max(n.bottom, n.top + 1.5), max(n.bottom, n.top + 1.5)]),
        n.colour,
        hover(n.label, n.counts, result.arms),
        n.filter,
    )


def hover(title: str, people: Sequence[int], arms: Sequence[ArmPath]) -> str:
    """What hovering says: the patients of each arm, of all in the arm, and together."""
    lines = [f"<b>{plain(title)}</b>: {count(sum(people))}"]
    lines += [
        f"{plain(a.arm.short)} {count(k)} of {count(a.n)} ({share(k / a.n)}%)"
        for a, k in zip(arms, people, strict=True)
        if a.n
    ]
    return "<br>".join(lines)


def _outline(x: Any, y: Any, colour: str, text: str, choice: str) -> dict[str, Any]:
    """A filled outline that says `text` and, clicked, makes `choice` the cohort."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.round(x, 4),
        "y": np.round(y, 2),
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": text,
        **({"customdata": [choice]} if choice else {}),
    }


def _label(n: Node, x: float, type_: Type) -> dict[str, Any]:
    return {
        "text": "<br>".join(n.lines),
        "x": x,
        "y": (n.top + n.bottom) / 2,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "xshift": 2,
        "showarrow": False,
        "font": {"size": type_.size, "shadow": HALO},
    }


def _head(text: str, x: float, letters: int, type_: Type) -> dict[str, Any]:
    return {
        "text": "<br>".join(map(plain, wrap(text, max(letters + 1, 6))[:2])),
        "x": x,
        "y": 1,
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "align": "left",
        "showarrow": False,
        "font": {"size": type_.size - 0.5, "color": MUTED},
    }
