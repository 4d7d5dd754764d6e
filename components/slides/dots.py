"""Dots on the heights of a table's rows: the percentage of each arm over a common axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.dots import SYMBOLS
from components.slides.drawing import SYMBOLS as PRESETS
from components.slides.measure import SMALLEST
from components.slides.paint import Box, Canvas
from components.theme import GRID, INK, arm_colour

DOT = 11.0
#: Under the last row: the ticks, and what the axis counts.
FOOT = 42.0


@dataclass(frozen=True)
class Dots:
    """The dots of one row: `shares` from 0 to 1, each with the name of its arm and its place in the trial."""

    label: str
    shares: Sequence[tuple[str, int, float]]


def dots(canvas: Canvas, plot: Box, rows: Sequence[Dots | None], row: float) -> None:
    """A dot an arm on each row of height `row`, joined where there are several; None leaves a row empty."""
    most = 100 * max([0.01, *(share for line in rows if line for *_, share in line.shares)])
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50) if most / s <= 5)
    end = 1.04 * most
    ticks = [k * step for k in range(int(end // step) + 1)]

    def at(value: float) -> float:
        return plot.left + value / end * plot.width

    canvas.lines([[(at(t), plot.top), (at(t), plot.bottom)] for t in ticks], GRID, 0.75, name="Grid")
    canvas.line([(plot.left, plot.bottom), (plot.right, plot.bottom)], INK, 1, name="Axis")
    for k, line in enumerate(rows):
        if line is None or not line.shares:
            continue
        y = plot.top + (k + 0.5) * row
        shares = [100 * share for *_, share in line.shares]
        canvas.line([(at(min(shares)), y), (at(max(shares)), y)], "#c3ccd4", 2, name="Difference")
        for name, position, share in line.shares:
            preset = PRESETS[SYMBOLS[position % len(SYMBOLS)]]
            dot = Box(at(100 * share) - DOT / 2, y - DOT / 2, DOT, DOT)
            canvas.shape(preset, dot, arm_colour(position), "#ffffff", 0.75, name=f"{line.label}, {name}")
    for t in ticks:
        canvas.text(str(t), Box(at(t) - 18, plot.bottom + 3, 36, 17.5), SMALLEST, INK, align="ctr", name="Tick")
    below = Box(plot.left, plot.bottom + 21, plot.width, 17.5)
    canvas.text("Patients, %", below, SMALLEST, INK, align="ctr", name="Axis title")
