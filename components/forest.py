"""A forest: aligned lines of texts with an estimate and its interval on a common axis, all in one figure.

Whatever has lines of estimates is drawn by it. Heights are in pixels, one unit of the vertical axis each, so that
lines never overlap; places across are shares of the width, so that the figure follows its card. The whole of a
line can be hovered and clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log2, log10, sqrt
from typing import Any, Literal

from analysis.estimate import Estimate
from components.format import plain, tick
from components.theme import INK, MUTED, RULE, base_layout

BAND, CHOSEN, FAINT = "#f8fafb", "#e4f1f5", "#9aa5af"
HEAD, STACKED_HEAD, FOOT = 40, 24, 54
HEADING = 24
#: A line whose texts stand above its interval, as on a phone.
STACKED = 42
#: About the width of a letter of the texts, in pixels.
LETTER = 6.9
LARGEST_SQUARE, SMALLEST_SQUARE = 13.0, 4.0
#: However wide an interval, a ratio axis ends here; and it is never narrower than this.
WIDEST, NARROWEST = 3.0, 1.0  # log2: 1/8 to 8, 1/2 to 2
PAD = 14


@dataclass(frozen=True)
class Line:
    """A line of the forest: an estimate with its texts, or the heading of those that follow.

    `note` stands in grey after the label; `cells` under the columns; `text` at the right. `estimate` is None where
    there is nothing to draw. `click` is sent as customdata.
    """

    label: str
    text: str
    cells: tuple[str, ...] = ()
    estimate: Estimate | None = None
    heading: bool = False
    note: str = ""
    faint: bool = False
    chosen: bool = False
    click: str = ""
    hover: str = ""


@dataclass(frozen=True)
class Column:
    """A column of texts between label and plot, right-aligned in `width` pixels; on a phone only if it is `first`."""

    title: str
    width: int
    colour: str = MUTED


@dataclass(frozen=True)
class Axis:
    """The axis of the estimates: of ratios (no effect at 1) or of differences (at 0).

    `factor` multiplies a difference for the axis. The two captions, (text, colour), say whom each side favours.
    """

    kind: Literal["ratio", "difference"]
    left: tuple[str, str]
    right: tuple[str, str]
    factor: float = 1


def figure(
    lines: Sequence[Line], columns: Sequence[Column], title: str, axis: Axis, width: int, row: int, stacked: bool
) -> dict[str, Any]:
    """The figure of `lines`, at least `width` pixels wide, the first line's estimate marked by a dashed line.

    `title` heads the texts at the right; `row` is the height of a line; `stacked` puts texts above intervals.
    """
    frame = _Frame(lines, columns, width, row, stacked)
    scale = _Scale(axis, [line.estimate for line in lines if line.estimate])
    height = frame.bottom + FOOT + (16 if frame.captions_stacked(axis) else 0)
    return {
        "data": [*_texts(lines, columns, title, frame), *_intervals(lines, frame, scale), _targets(lines, frame)],
        "layout": base_layout(
            height,
            margin={"l": 0, "r": 0, "t": 0, "b": height - frame.bottom, "pad": 0},
            hovermode="closest",
            clickmode="event",
            dragmode=False,
            plot_bgcolor="rgba(0,0,0,0)",  # the subplot of the texts lies over that of the intervals
            bargap=0,
            xaxis={
                "type": scale.type,
                "domain": frame.domain,
                "range": scale.range,
                "tickvals": scale.ticks,
                "ticktext": [tick(value).replace("-", "−") for value in scale.ticks],
                "ticks": "outside",
                "ticklen": 5,
                "tickcolor": INK,
                "linecolor": INK,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "anchor": "y",
            },
            xaxis2={"domain": [0, 1], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "y"},
            yaxis={"range": [frame.bottom, 0], "visible": False, "fixedrange": True},
            shapes=[*frame.bands(), *_verticals(lines, frame, scale)],
            annotations=_captions(axis, frame, scale),
        ),
    }


class _Frame:
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
        longest = max((len(line.label) for line in lines), default=0) * LETTER + 16
        self.label = min(longest, max(0.34 * width, width - taken - text - 420))
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
        """`label`, shortened to `pixels`."""
        letters = int(pixels / LETTER)
        return label if len(label) <= letters else f"{label[: max(letters - 1, 1)].rstrip()}…"

    def bands(self) -> list[dict[str, Any]]:
        """The light bands behind every other line and the one behind what is chosen, from edge to edge."""
        shapes, odd = [], False
        for line, top, height in zip(self.lines, self.tops, self.heights, strict=True):
            odd = not odd and not line.heading
            if line.chosen or odd:
                shapes.append(
                    {
                        "type": "rect",
                        "xref": "paper",
                        "x0": 0,
                        "x1": 1,
                        "y0": top,
                        "y1": top + height,
                        "line": {"width": 0},
                        "fillcolor": CHOSEN if line.chosen else BAND,
                        "layer": "below",
                    }
                )
        return shapes

    def captions_stacked(self, axis: Axis) -> bool:
        """Whether the two captions have no room side by side."""
        return self.stacked and (len(axis.left[0]) + len(axis.right[0]) + 4) * LETTER > self.width


class _Scale:
    """The axis chosen from the data: it shows every estimate that it can and cuts the widest intervals."""

    def __init__(self, axis: Axis, estimates: Sequence[Estimate]) -> None:
        self.kind, self.factor = axis.kind, axis.factor
        self.neutral = 1.0 if axis.kind == "ratio" else 0.0
        ends = [self.place(limit) for e in estimates for limit in (e.low, e.value, e.high) if limit is not None]
        if axis.kind == "ratio":
            low, high = self._ratio_ends([log2(end) for end in ends if end > 0])
            self.type, self.low, self.high = "log", 2**low, 2**high
            self.range = [log10(self.low), log10(self.high)]
            step = 2 if high - low > 5 else 1
            self.ticks = [2.0**power for power in range(-12, 13) if power % step == 0 and low <= power <= high]
        else:
            step = next((s for s in (5, 10, 20, 25, 50) if (max(ends, default=0) - min(ends, default=0)) / s <= 6), 50)
            steps = floor(min([*ends, -step]) / step), ceil(max([*ends, step]) / step)
            self.type, self.low, self.high = "linear", float(steps[0] * step), float(steps[1] * step)
            self.range = [self.low, self.high]
            self.ticks = [float(k * step) for k in range(steps[0], steps[1] + 1)]

    @staticmethod
    def _ratio_ends(ends: Sequence[float]) -> tuple[float, float]:
        low = min(max(min(ends, default=0.0) - 0.1, -WIDEST), -NARROWEST)
        high = max(min(max(ends, default=0.0) + 0.1, WIDEST), NARROWEST)
        return low, high

    def place(self, value: float) -> float:
        """A value as the axis shows it."""
        return value * self.factor

    def inside(self, value: float) -> bool:
        """Whether the axis reaches `value`."""
        return self.low <= value <= self.high


def _texts(lines: Sequence[Line], columns: Sequence[Column], title: str, frame: _Frame) -> list[dict[str, Any]]:
    """One trace a column: a figure of many traces or annotations would be slow to draw."""
    rows = [(i, line) for i, line in enumerate(lines) if not line.heading]
    labels = [_label(line, frame) for line in lines]
    middles = [frame.middle(i) for i in range(len(lines))]
    colours = [FAINT if line.faint else INK for line in lines]
    right = [MUTED if line.heading else colour for line, colour in zip(lines, colours, strict=True)]
    traces = [
        _text([0.0] * len(lines), middles, labels, "right", colours, 13),
        _text([1.0] * len(lines), middles, [plain(line.text) for line in lines], "left", right, 13),
        _text([1.0], [frame.head / 2], [plain(title)], "left", [MUTED], 12),
    ]
    for k, end in enumerate(frame.ends):
        cells = [plain(line.cells[k]) for _, line in rows]
        traces.append(
            _text([end] * len(rows), [middles[i] for i, _ in rows], cells, "left", [colours[i] for i, _ in rows], 13)
        )
    if frame.ends:
        titles = [plain(column.title).replace("\n", "<br>") for column in columns]
        heads = [column.colour for column in columns]
        traces.append(_text(frame.ends, [frame.head / 2] * len(columns), titles, "left", heads, 12))
    return traces


def _label(line: Line, frame: _Frame) -> str:
    """The label and its note, shortened to their room; lines are indented under their heading."""
    if line.heading:
        room = frame.width - (len(line.text) + 2) * LETTER
        label = frame.cut(line.label, room)
        note = frame.cut(line.note, room - len(label) * LETTER - 10) if line.note else ""
        return f"<b>{plain(label)}</b>" + (
            f'  <span style="color:{MUTED}">{plain(note)}</span>' if len(note) > 8 else ""
        )
    indent = "" if line is frame.lines[0] else "   "
    if frame.stacked:
        count = line.cells[0] if line.cells else ""
        label = frame.cut(line.label, frame.label - (len(count) + 5) * LETTER)
        return f'{indent}{plain(label)}  <span style="color:{MUTED}">{plain(count)}</span>'
    label = plain(frame.cut(line.label, frame.label - 4))
    return f"<b>{label}</b>" if line is frame.lines[0] else f"{indent}{label}"


def _text(
    x: Sequence[float], y: Sequence[float], text: Sequence[str], side: str, colours: Sequence[str], size: int
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "xaxis": "x2",
        "x": x,
        "y": y,
        "text": text,
        "textposition": f"middle {side}",
        "textfont": {"color": colours, "size": size},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _intervals(lines: Sequence[Line], frame: _Frame, scale: _Scale) -> list[dict[str, Any]]:
    """Intervals, arrows where the axis cuts them, and squares whose areas are as the information of the estimate."""
    drawn = [(frame.level(i), line, line.estimate) for i, line in enumerate(lines) if line.estimate is not None]
    information = [1 / e.standard_error**2 if e.standard_error else 0.0 for _, _, e in drawn]
    largest = max(information, default=0.0) or 1.0
    squares: dict[str, list[Any]] = {"x": [], "y": [], "size": [], "color": []}
    arrows: dict[str, list[Any]] = {"x": [], "y": [], "symbol": [], "color": []}
    whiskers: dict[str, dict[str, list[Any]]] = {c: {"x": [], "y": []} for c in (INK, FAINT)}
    for (y, line, estimate), weight in zip(drawn, information, strict=True):
        colour = FAINT if line.faint else INK
        low, high = (None if limit is None else scale.place(limit) for limit in (estimate.low, estimate.high))
        ends = [
            scale.low if low is None else max(low, scale.low),
            scale.high if high is None else min(high, scale.high),
        ]
        if ends[0] <= ends[1]:
            whiskers[colour]["x"] += [*ends, None]
            whiskers[colour]["y"] += [y, y, None]
        for cut, end, symbol in (
            (low is None or low < scale.low, scale.low, "triangle-left"),
            (high is None or high > scale.high, scale.high, "triangle-right"),
        ):
            if cut:
                for key, value in zip(arrows, (end, y, symbol, colour), strict=True):
                    arrows[key].append(value)
        if scale.inside(scale.place(estimate.value)):
            side = max(LARGEST_SQUARE * sqrt(weight / largest), SMALLEST_SQUARE)
            for key, value in zip(
                squares, (scale.place(estimate.value), y, side, FAINT if line.faint else MUTED), strict=True
            ):
                squares[key].append(value)
    base = {"type": "scatter", "hoverinfo": "skip", "cliponaxis": False}
    return [
        *({**base, "mode": "lines", **points, "line": {"color": c, "width": 1.5}} for c, points in whiskers.items()),
        {
            **base,
            "mode": "markers",
            "x": squares["x"],
            "y": squares["y"],
            "marker": {"symbol": "square", "size": squares["size"], "color": squares["color"], "opacity": 1},
        },
        {
            **base,
            "mode": "markers",
            "x": arrows["x"],
            "y": arrows["y"],
            "marker": {"symbol": arrows["symbol"], "size": 9, "color": arrows["color"], "opacity": 1},
        },
    ]


def _targets(lines: Sequence[Line], frame: _Frame) -> dict[str, Any]:
    """What the reader hovers and clicks: an invisible bar over the whole of each line."""
    rows = [i for i, line in enumerate(lines) if not line.heading]
    return {
        "type": "bar",
        "orientation": "h",
        "xaxis": "x2",
        "x": [1] * len(rows),
        "y": [frame.tops[i] + frame.heights[i] / 2 for i in rows],
        "width": [frame.heights[i] for i in rows],
        "marker": {"color": "rgba(0,0,0,0)"},
        "customdata": [lines[i].click for i in rows],
        "hovertext": [lines[i].hover for i in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _verticals(lines: Sequence[Line], frame: _Frame, scale: _Scale) -> list[dict[str, Any]]:
    """The line of no effect and, from its square down, the dashed line of the first estimate."""
    line = {"type": "line", "xref": "x", "yref": "y", "y1": frame.bottom, "layer": "below"}
    shapes: list[dict[str, Any]] = [
        {
            **line,
            "x0": scale.neutral,
            "x1": scale.neutral,
            "y0": frame.head,
            "line": {"color": "#b3bcc5", "width": 1.4},
        },
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": frame.head,
            "y1": frame.head,
            "line": {"color": RULE, "width": 1},
            "layer": "below",
        },
    ]
    first = lines[0].estimate
    if first is not None and scale.inside(at := scale.place(first.value)):
        dashed = {"color": MUTED, "width": 1.2, "dash": "4px,3px"}
        shapes.append({**line, "x0": at, "x1": at, "y0": frame.level(0), "line": dashed})
    return shapes


def _captions(axis: Axis, frame: _Frame, scale: _Scale) -> list[dict[str, Any]]:
    """Whom each side favours, under the axis: to both sides of no effect, on a phone to both sides of the figure."""
    base = {"showarrow": False, "yref": "paper", "y": 0, "yanchor": "top", "yshift": -30}
    neutral = log10(scale.neutral) if scale.type == "log" else scale.neutral
    left = {**base, "text": plain(axis.left[0]), "font": {"color": axis.left[1], "size": 12}, "xanchor": "right"}
    right = {**base, "text": plain(axis.right[0]), "font": {"color": axis.right[1], "size": 12}, "xanchor": "left"}
    if frame.stacked:
        drop = -46 if frame.captions_stacked(axis) else -30
        return [
            {**left, "xref": "paper", "x": 0, "xanchor": "left"},
            {**right, "xref": "paper", "x": 1, "xanchor": "right", "yshift": drop},
        ]
    return [{**left, "xref": "x", "x": neutral, "xshift": -10}, {**right, "xref": "x", "x": neutral, "xshift": 10}]
