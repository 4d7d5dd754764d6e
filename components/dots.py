"""Dots of percentages, a line an event and a dot an arm, with the risk differences beside them in the same figure.

Heights are in pixels, one unit of the vertical axis each. The whole of a line can be hovered and clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from analysis.estimate import Estimate
from analysis.safety import Row, SafetyArm, SafetyResult
from components.format import difference_in_points, plain, share
from components.theme import GRID, INK, MUTED, RULE, Room, Screen, arm_colour, arm_ink, base_layout, figure_width

#: Marker of the arms in their order, in the figure and in its key: the second channel for colour-blind readers.
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
SIGNS = ("●", "◆", "■", "▲", "✚", "★")
#: Those of everyone behind a cohort.
HOLLOW = ("○", "◇", "□", "△", "+", "☆")
GHOST_MARK = "#8e99a4"

#: Heights in pixels: of a line, of one whose label stands above its dots, of the axis and its title.
LINE, STACKED_LINE, FOOT = 30, 46, 48
#: About the widths of a letter and of a capital, and the most that labels may take of the width.
LETTER, CAPITAL, LABELS = 7.0, 9.6, 0.34
#: How far the intervals of several arms stand apart on one line.
APART = 9
#: Dots that are closer than so many pixels hide each other.
NEAR = 7
#: Room for what the differences are of, over them.
HEADING = 300

__all__ = ["figure", "height"]


def height(lines: int, arms: int, screen: Screen) -> int:
    """The height of the figure of so many lines."""
    return _head(arms, screen) + lines * (STACKED_LINE if screen == "phone" else LINE) + FOOT


def _head(arms: int, screen: Screen) -> int:
    return 20 * arms + 28 if screen == "phone" else 46


def figure(
    result: SafetyResult, rows: Sequence[Row], room: Room, screen: Screen, everyone: SafetyResult | None = None
) -> dict[str, Any]:
    """The figure of `rows`, one line each; behind the dots of a cohort, hollow and grey, those of `everyone`."""
    frame = _Frame(result, rows, room, screen, everyone)
    traces = [frame.targets("x", "y"), frame.connectors()]
    traces += [frame.ghosts(arm.position) for arm in result.arms if everyone and arm.n]
    traces += [frame.dots(i, arm) for i, arm in enumerate(result.arms) if arm.n]
    axes = {"xaxis": frame.share_axis()}
    if frame.compared:
        traces += [frame.targets("x2", "y2")]
        traces += [frame.differences(i, place) for place, i in enumerate(frame.compared)]
        axes["xaxis2"] = frame.difference_axis()
    vertical = {"range": [frame.bottom, 0], "visible": False, "fixedrange": True}
    return {
        "data": traces,
        "layout": base_layout(
            frame.bottom + FOOT,
            margin={"l": frame.left, "r": frame.right, "t": 0, "b": FOOT, "pad": 0},
            hovermode="closest",
            dragmode=False,
            bargap=0,
            yaxis={**vertical, "anchor": "x"},
            yaxis2={**vertical, "anchor": "x2"},
            annotations=frame.texts(),
            shapes=frame.rules(),
            **axes,
        ),
    }


@dataclass(frozen=True)
class _Line:
    row: Row
    top: float
    level: float


class _Frame:
    """Where everything stands, and the traces that stand there."""

    def __init__(
        self, result: SafetyResult, rows: Sequence[Row], room: Room, screen: Screen, everyone: SafetyResult | None
    ) -> None:
        self._arms, self._screen = result.arms, screen
        self._everyone = _by_event(everyone)
        self._stacked = screen == "phone"
        self.compared = _compared(result)
        self._reference = None if result.reference is None else result.arms[result.reference]
        keys = len(result.arms) + bool(self._everyone)
        step, head = (STACKED_LINE if self._stacked else LINE), _head(keys, screen)
        below = 32 if self._stacked else LINE / 2
        self._lines = [_Line(row, head + i * step, head + i * step + below) for i, row in enumerate(rows)]
        self._step, self._head = step, head
        self.bottom = head + step * len(rows)
        width = figure_width(room, screen)
        longest = max([60.0, *(_pixels(row.label) for row in rows)])
        self.left = 12 if self._stacked else int(min(longest + 22, LABELS * width))
        single = len(self.compared) == 1 and screen != "phone"
        self._written = room == "page" and single
        self.right = 172 if self._written else 16
        self._room = width - 24 if self._stacked else self.left - 18
        self._split = 0.58 if self.compared else 1.0
        self._plot = (width - self.left - self.right) * self._split
        behind = (s for row in rows for s in self._everyone.get(row.value, {}).values())
        self._most = max([0.0, *(max(row.share) for row in rows), *behind])

    def share_axis(self) -> dict[str, Any]:
        step = next(s for s in (1, 2, 5, 10, 20, 25) if 100 * self._most / s <= 6)
        end = max(step, 103 * self._most)
        return {
            **_AXIS,
            "domain": [0, self._split],
            # a dot at either end is drawn whole
            "range": [-0.02 * end, 1.04 * end],
            "dtick": step,
            "gridcolor": GRID,
            "title": {"text": "Patients, %", "font": {"size": 13}, "standoff": 4},
            "anchor": "y",
        }

    def difference_axis(self) -> dict[str, Any]:
        low, high = self._span()
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if (high - low) / s <= (4 if self._stacked else 5))
        ticks = [step * k for k in range(ceil(low / step), int(high // step) + 1)]
        return {
            **_AXIS,
            "domain": [self._split + 0.05, 1],
            "range": [low, high],
            "tickvals": ticks,
            "ticktext": [str(t).replace("-", "−") for t in ticks],
            "showgrid": False,
            "title": {
                "text": "Difference, pp" if self._stacked else "Risk difference, pp",
                "font": {"size": 13},
                "standoff": 4,
            },
            "anchor": "y2",
        }

    def _span(self) -> tuple[float, float]:
        """The range of the differences in percentage points, with room on both sides of zero."""
        found = [e for line in self._lines for i in self.compared if isinstance(e := line.row.difference[i], Estimate)]
        low = 100 * min([-0.04, *(e.low for e in found if e.low is not None)])
        high = 100 * max([0.04, *(e.high for e in found if e.high is not None)])
        pad = 0.05 * (high - low)
        return low - pad, high + pad

    def targets(self, x: str, y: str) -> dict[str, Any]:
        """Invisible bars that make the whole of each line answer to the pointer."""
        if x == "x":
            low, high = self.share_axis()["range"]
        else:
            low, high = self._span()
        return {
            "type": "bar",
            "orientation": "h",
            "base": low,
            "x": [high - low] * len(self._lines),
            "y": [line.top + self._step / 2 for line in self._lines],
            "width": self._step,
            "marker": {"color": "rgba(0,0,0,0)"},
            "customdata": [f"where.AE={line.row.value}" for line in self._lines],
            "hovertext": [self._hover(line.row) for line in self._lines],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "xaxis": x,
            "yaxis": y,
        }

    def _hover(self, row: Row) -> str:
        parts = [f"<b>{plain(row.label)}</b>"]
        for i, arm in enumerate(self._arms):
            behind = self._everyone.get(row.value, {}).get(arm.position)
            of_everyone = "" if behind is None else f"; of everyone {share(behind)}%"
            parts.append(
                f"{plain(arm.arm.short)}: {row.counts['chosen'][i]} of {arm.n} ({share(row.share[i])}%){of_everyone}"
            )
        for i in self.compared:
            difference = row.difference[i]
            if isinstance(difference, Estimate) and self._reference is not None:
                pair = f"{plain(self._arms[i].arm.short)} − {plain(self._reference.arm.short)}"
                parts.append(f"{pair}: {difference_in_points(difference)} pp")
        return "<br>".join(parts)

    def connectors(self) -> dict[str, Any]:
        """A thin line from the lowest to the highest percentage of each event."""
        x: list[float | None] = []
        y: list[float | None] = []
        for line in self._lines:
            shares = [100 * s for s, arm in zip(line.row.share, self._arms, strict=True) if arm.n]
            x += [min(shares), max(shares), None]
            y += [line.level, line.level, None]
        style = {"color": "#c3ccd4", "width": 2}
        return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": style, "hoverinfo": "skip"}

    def dots(self, i: int, arm: SafetyArm) -> dict[str, Any]:
        """The percentages of one arm."""
        return {
            "type": "scatter",
            "mode": "markers",
            "name": plain(arm.arm.label),
            "x": [round(100 * line.row.share[i], 3) for line in self._lines],
            "y": [line.level + self._dodge(line.row, i) for line in self._lines],
            "marker": {
                "symbol": SYMBOLS[arm.position % len(SYMBOLS)],
                "size": 10,
                "color": arm_colour(arm.position),
                "line": {"color": "#ffffff", "width": 1},
            },
            "hoverinfo": "skip",
        }

    def ghosts(self, position: int) -> dict[str, Any]:
        """The percentages of an arm among everyone, so that a subset is never seen alone."""
        behind = [(line, self._everyone.get(line.row.value, {}).get(position)) for line in self._lines]
        return {
            "type": "scatter",
            "mode": "markers",
            "x": [round(100 * s, 3) for _, s in behind if s is not None],
            "y": [line.level for line, s in behind if s is not None],
            "marker": {
                "symbol": f"{SYMBOLS[position % len(SYMBOLS)]}-open",
                "size": 9,
                "color": GHOST_MARK,
                "line": {"width": 1.4},
            },
            "hoverinfo": "skip",
        }

    def _dodge(self, row: Row, i: int) -> float:
        """How far the dot of an arm moves off its line, so as not to hide another at the same percentage."""
        close = NEAR / self._plot * max(self._most, 0.01)
        near = [j for j, s in enumerate(row.share) if abs(s - row.share[i]) < close]
        near = [j for j in near if self._arms[j].n]
        return 8.0 * (near.index(i) - (len(near) - 1) / 2)

    def differences(self, i: int, place: int) -> dict[str, Any]:
        """The differences of one arm from the reference, with their intervals."""
        arm = self._arms[i]
        found = [(line, e) for line in self._lines if isinstance(e := line.row.difference[i], Estimate)]
        alone = len(self.compared) == 1
        colour = INK if alone else arm_colour(arm.position)
        shift = 0.0 if alone else APART * (place - (len(self.compared) - 1) / 2)
        return {
            "type": "scatter",
            "mode": "markers",
            "x": [round(100 * e.value, 3) for _, e in found],
            "y": [line.level + shift for line, _ in found],
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [round(100 * ((e.high or 0) - e.value), 3) for _, e in found],
                "arrayminus": [round(100 * (e.value - (e.low or 0)), 3) for _, e in found],
                "width": 0,
                "thickness": 1.6,
                "color": colour,
            },
            "marker": {
                "symbol": "circle" if alone else SYMBOLS[arm.position % len(SYMBOLS)],
                "size": 7,
                "color": colour,
            },
            "hoverinfo": "skip",
            "xaxis": "x2",
            "yaxis": "y2",
        }

    def texts(self) -> list[dict[str, Any]]:
        """Labels of the lines, the key of the arms, what the differences are, and on the page their numbers."""
        texts = [self._label(line) for line in self._lines]
        keys = [
            f'<span style="color:{arm_ink(a.position)}">{SIGNS[a.position % len(SIGNS)]} {plain(a.arm.short)}</span>'
            for a in self._arms
        ]
        if self._everyone:
            signs = "".join(HOLLOW[a.position % len(HOLLOW)] for a in self._arms if a.n)
            keys.append(f'<span style="color:{MUTED}">{signs} everyone</span>')
        left = {"xref": "paper", "yref": "y", "x": 0, "xanchor": "left", "align": "left"}
        between = "<br>" if self._stacked else "   "
        middle = 2 + 10 * len(keys) if self._stacked else 12
        texts.append(_text(between.join(keys), y=middle, font={"size": 13}, **left))
        if self.compared and self._reference is not None:
            others = [self._arms[i].arm.short for i in self.compared]
            what = f"{others[0] if len(others) == 1 else 'each'} − {self._reference.arm.short}"
            right = {"xref": "paper", "yref": "y", "x": 1, "xanchor": "right"}
            over = {"font": {"size": 12, "color": MUTED}}
            texts.append(_text(plain(_cut(what, HEADING)), y=self._head - 14, **right, **over))
            if self._written:
                texts += [self._written_difference(line) for line in self._lines]
                texts.append(_text("Difference (95% CI)", y=self._head - 14, **{**right, "xshift": 164}, **over))
        return texts

    def _label(self, line: _Line) -> dict[str, Any]:
        label = plain(_cut(line.row.label, self._room))
        if self._stacked:
            return _text(label, xref="paper", x=0, xanchor="left", yref="y", y=line.top + 11, font={"size": 13})
        return _text(label, xref="paper", x=0, xanchor="right", xshift=-10, yref="y", y=line.level, font={"size": 13})

    def _written_difference(self, line: _Line) -> dict[str, Any]:
        difference = line.row.difference[self.compared[0]]
        text = "" if difference is None else difference_in_points(difference)
        return _text(text, xref="paper", x=1, xanchor="right", xshift=164, yref="y", y=line.level, font={"size": 12.5})

    def rules(self) -> list[dict[str, Any]]:
        """The line of no difference, and thin lines between stacked events."""
        shapes: list[dict[str, Any]] = []
        if self.compared:
            shapes.append(
                {
                    "type": "line",
                    "xref": "x2",
                    "yref": "y2",
                    "x0": 0,
                    "x1": 0,
                    "y0": self._head - 4,
                    "y1": self.bottom,
                    "line": {"color": MUTED, "width": 1},
                    "layer": "below",
                }
            )
        if self._stacked:
            shapes += [
                {
                    "type": "line",
                    "xref": "paper",
                    "yref": "y",
                    "x0": 0,
                    "x1": 1,
                    "y0": line.top,
                    "y1": line.top,
                    "line": {"color": RULE, "width": 1},
                    "layer": "below",
                }
                for line in self._lines
            ]
        return shapes


_AXIS: dict[str, Any] = {
    "ticks": "outside",
    "ticklen": 5,
    "tickcolor": INK,
    "linecolor": INK,
    "zeroline": False,
    "fixedrange": True,
}


def _compared(result: SafetyResult) -> list[int]:
    """Places of the arms that are compared with the reference: those with patients, but for itself."""
    if result.reference is None:
        return []
    return [i for i, arm in enumerate(result.arms) if arm.n and i != result.reference]


def _by_event(everyone: SafetyResult | None) -> dict[str, dict[int, float]]:
    """Term -> place of the arm in the trial -> share of its patients."""
    if everyone is None:
        return {}
    return {
        row.value: {arm.position: s for arm, s in zip(everyone.arms, row.share, strict=True) if arm.n}
        for row in everyone.ranked
    }


def _pixels(label: str) -> float:
    return sum(CAPITAL if letter.isupper() else LETTER for letter in label)


def _cut(label: str, pixels: float) -> str:
    """`label`, shortened to about so many pixels."""
    if _pixels(label) <= pixels:
        return label
    kept = next((k for k in range(len(label), 1, -1) if _pixels(label[:k]) + LETTER <= pixels), 1)
    return f"{label[:kept].rstrip()}…"


def _text(text: str, **where: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, **where}
