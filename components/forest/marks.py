"""What is drawn of a forest: texts, intervals with their squares and arrows, vertical lines, and what is clicked."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10, sqrt
from typing import Any

from analysis.estimate import Estimate
from components.forest.frame import AVERAGE, LETTER, SHORTEST_NOTE, STACKED_TEXT, Frame, Scale
from components.forest.lines import Axis, Column, Line
from components.format import plain
from components.theme import INK, MUTED

NO_EFFECT = "#b3bcc5"
#: The interval of what rests on few patients; its texts are muted.
FAINT_MARK = "#8a95a1"
LARGEST_SQUARE, SMALLEST_SQUARE = 14.0, 5.0
#: Area of the squares, as a share of the largest, where they are all alike.
EVEN = 0.3


def texts(lines: Sequence[Line], columns: Sequence[Column], title: str, frame: Frame) -> list[dict[str, Any]]:
    """One trace a column: a figure of many traces or annotations would be slow to draw."""
    rows = [(i, line) for i, line in enumerate(lines) if not line.heading]
    labels = [_label(line, frame) for line in lines]
    middles = [frame.middle(i) for i in range(len(lines))]
    colours = [MUTED if line.faint else INK for line in lines]
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


def _label(line: Line, frame: Frame) -> str:
    """The label and its note, shortened to their room; lines are indented under their heading."""
    if line.heading:
        room = frame.width - (len(line.text) + 1) * AVERAGE
        label = frame.cut(line.label, room)
        note = frame.cut(line.note, room - (len(label) + 5) * LETTER) if line.note else ""
        return f"<b>{plain(label)}</b>" + (
            f'  <span style="color:{MUTED}">{plain(note)}</span>' if len(note) > SHORTEST_NOTE else ""
        )
    indent = "" if line is frame.lines[0] else "   "
    if frame.stacked:
        count = line.cells[0] if line.cells else ""
        label = frame.cut(line.label, frame.label - (len(count) + 5) * AVERAGE)
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


def intervals(lines: Sequence[Line], frame: Frame, scale: Scale, weighted: bool) -> list[dict[str, Any]]:
    """Intervals, arrows where the axis cuts them, and squares, with areas as the information if `weighted`."""
    drawn = [(frame.level(i), line, line.estimate) for i, line in enumerate(lines) if line.estimate is not None]
    information = [_information(estimate) if weighted else EVEN for _, _, estimate in drawn]
    largest = (max(information, default=0.0) if weighted else 1.0) or 1.0
    squares: dict[str, list[Any]] = {"x": [], "y": [], "size": [], "color": []}
    arrows: dict[str, list[Any]] = {"x": [], "y": [], "symbol": [], "color": []}
    whiskers: dict[str, dict[str, list[Any]]] = {c: {"x": [], "y": []} for c in (INK, FAINT_MARK)}
    for (y, line, estimate), weight in zip(drawn, information, strict=True):
        colour = FAINT_MARK if line.faint else INK
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
                squares, (scale.place(estimate.value), y, side, FAINT_MARK if line.faint else MUTED), strict=True
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


def _information(estimate: Estimate) -> float:
    """The inverse of the variance; of an interval without a standard error, of its squared length."""
    if estimate.standard_error:
        return 1 / estimate.standard_error**2
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return 0.0
    return 1 / (estimate.high - estimate.low) ** 2


def targets(lines: Sequence[Line], frame: Frame) -> dict[str, Any]:
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


def verticals(lines: Sequence[Line], frame: Frame, scale: Scale) -> list[dict[str, Any]]:
    """The line of no effect and, from its square down, the dashed line of the first estimate; never through texts."""
    spans = [(frame.head, frame.bottom)]
    if frame.stacked:
        rows = [i for i, line in enumerate(lines) if not line.heading]
        spans = [(frame.tops[i] + STACKED_TEXT, frame.tops[i] + frame.heights[i]) for i in rows]
    drawn = [(scale.neutral, float(frame.head), {"color": NO_EFFECT, "width": 1.4})]
    first = lines[0].estimate
    if first is not None and scale.inside(at := scale.place(first.value)):
        drawn.append((at, frame.level(0), {"color": MUTED, "width": 1.2, "dash": "4px,3px"}))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [x for _ in spans for x in (at, at, None)],
            "y": [y for top, bottom in spans for y in (max(top, start), bottom, None)],
            "line": line,
            "hoverinfo": "skip",
        }
        for at, start, line in drawn
    ]


def captions(axis: Axis, frame: Frame, scale: Scale) -> list[dict[str, Any]]:
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
