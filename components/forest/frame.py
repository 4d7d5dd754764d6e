"""Where everything in a forest stands: the lines in pixels down, shares of the width across, and the axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log2, log10
from typing import Any

from components.forest.lines import Axis, Column, Line
from components.theme import RULE

BAND, CHOSEN = "#f8fafb", "#e4f1f5"
HEAD, STACKED_HEAD, FOOT = 40, 24, 54
HEADING = 24
#: A line whose texts stand above its interval, as on a phone, and its texts alone.
STACKED, STACKED_TEXT = 42, 22
#: About the width of a letter of the texts, in pixels; and of a letter among many, where labels are cut.
LETTER, AVERAGE = 6.9, 6.5
#: Labels leave at least so many pixels to the intervals.
PLOT = 190
#: A ratio axis is never narrower than 1/2 to 2; it reaches 1/8 and 8 for an interval, 1/32 and 32 for an estimate.
NARROWEST, WIDEST, FARTHEST = 1.0, 3.0, 5.0
PAD, TICK_ROOM = 14, 28
#: A note that would have fewer letters than this is left out, as is what stands before the comma of a label.
SHORTEST_NOTE, SHORTEST_NAME = 12, 3


class Frame:
    """Where everything stands: tops of lines down, shares of the width across."""

    def __init__(self, lines: Sequence[Line], columns: Sequence[Column], width: int, row: int, stacked: bool) -> None:
        self.lines, self.stacked, self.width = lines, stacked, width
        self.head = STACKED_HEAD if stacked else HEAD
        self.heights = [max(HEADING, row) if line.heading else (STACKED if stacked else row) for line in lines]
        self.tops = [self.head + sum(self.heights[:i]) for i in range(len(lines))]
        self.bottom = self.head + sum(self.heights) + 4
        rows = [line for line in lines if not line.heading]
        text = max((len(line.text) for line in rows), default=0) * LETTER
        if stacked:
            self.label = width - text - 8
            self.ends: list[float] = []
            self.domain = [0.02, 0.98]
            return
        taken = sum(column.width for column in columns)
        longest = max((len(line.label) for line in rows), default=0) * LETTER + 16
        # a heading has the columns as well
        longest = max(longest, *(len(line.label) * LETTER + 16 - taken for line in lines if line.heading), 0)
        self.label = min(longest, max(0.34 * width, width - taken - text - PLOT))
        ends = [self.label + sum(column.width for column in columns[: i + 1]) for i in range(len(columns))]
        self.ends = [end / width for end in ends]
        self.domain = [(self.label + taken + PAD) / width, 1 - (text + PAD) / width]

    def middle(self, i: int) -> float:
        """The height at which the texts of line `i` stand."""
        return self.tops[i] + (13 if self.stacked and not self.lines[i].heading else self.heights[i] / 2)

    def level(self, i: int) -> float:
        """The height at which the interval of line `i` is drawn."""
        return self.tops[i] + (31 if self.stacked else self.heights[i] / 2)

    def cut(self, label: str, pixels: float) -> str:
        """`label`, shortened to `pixels`: before its last comma if it has one, after which the levels differ."""
        letters = int(pixels / AVERAGE)
        if len(label) <= letters:
            return label
        name, _, level = label.rpartition(", ")
        kept = letters - len(level) - 3
        if name and kept >= SHORTEST_NAME:
            return f"{name[:kept].rstrip()}…, {level}"
        if name and len(level) < letters:
            return f"…{level}"
        return f"{label[: max(letters - 1, 1)].rstrip()}…"

    def bands(self) -> list[dict[str, Any]]:
        """The rule under the titles, light bands behind every other line and one behind what is chosen."""
        across = {"xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
        rule = {"color": RULE, "width": 1}
        shapes: list[dict[str, Any]] = [{**across, "type": "line", "y0": self.head, "y1": self.head, "line": rule}]
        odd = False
        for line, top, height in zip(self.lines, self.tops, self.heights, strict=True):
            odd = not odd and not line.heading
            if line.chosen or odd:
                shapes.append(
                    {
                        **across,
                        "type": "rect",
                        "y0": top,
                        "y1": top + height,
                        "line": {"width": 0},
                        "fillcolor": CHOSEN if line.chosen else BAND,
                    }
                )
        return shapes

    def captions_stacked(self, axis: Axis) -> bool:
        """Whether the two captions have no room side by side."""
        return self.stacked and (len(axis.left[0]) + len(axis.right[0]) + 4) * LETTER > self.width


class Scale:
    """The axis chosen from the data: it shows the intervals in ink and every estimate that it can, on `pixels`."""

    def __init__(self, axis: Axis, lines: Sequence[Line], pixels: float) -> None:
        self.factor = axis.factor
        self.neutral = 1.0 if axis.kind == "ratio" else 0.0
        ends = [self.place(end) for line in lines for end in _shown(line)]
        if axis.kind == "ratio":
            inked = [line.estimate.value for line in lines if line.estimate and not line.faint]
            low, high = _ratio_ends([log2(end) for end in ends if end > 0], [log2(value) for value in inked])
            self.type, self.low, self.high = "log", 2**low, 2**high
            self.range = [log10(self.low), log10(self.high)]
            step = 1 if pixels / (high - low) > TICK_ROOM else 2
            self.ticks = [2.0**power for power in range(-8, 9) if power % step == 0 and low <= power <= high]
        else:
            low, high = min([*ends, 0.0]), max([*ends, 0.0])
            most = pixels / TICK_ROOM - 2
            step = next((s for s in (5, 10, 20, 25, 50) if (high - low) / s <= most), 50)
            first, last = floor(min(low, -step) / step), ceil(max(high, step) / step)
            self.type, self.low, self.high = "linear", float(first * step), float(last * step)
            self.range = [self.low, self.high]
            self.ticks = [float(k * step) for k in range(first, last + 1)]

    def place(self, value: float) -> float:
        """A value as the axis shows it."""
        return value * self.factor

    def inside(self, value: float) -> bool:
        """Whether the axis reaches `value`."""
        return self.low <= value <= self.high


def _ratio_ends(ends: Sequence[float], estimates: Sequence[float]) -> tuple[float, float]:
    """Ends of a ratio axis, as powers of 2: at most `WIDEST` but for `estimates`, which should be seen."""
    low = min([-NARROWEST, *(max(end - 0.1, -WIDEST) for end in ends), *(max(e - 0.3, -FARTHEST) for e in estimates)])
    high = max([NARROWEST, *(min(end + 0.1, WIDEST) for end in ends), *(min(e + 0.3, FARTHEST) for e in estimates)])
    # an end that almost reaches a power of 2 does, and has its tick
    return floor(low) if low - floor(low) < 0.5 else low, ceil(high) if ceil(high) - high < 0.5 else high


def _shown(line: Line) -> list[float]:
    """What the axis should reach: an interval with its estimate, of a faint line the estimate alone."""
    if line.estimate is None:
        return []
    limits = () if line.faint else (line.estimate.low, line.estimate.high)
    return [end for end in (line.estimate.value, *limits) if end is not None]
