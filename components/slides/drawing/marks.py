"""What stands at the points of a trace: markers, intervals and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.slides.axes import numbers
from components.slides.drawing.frame import SCALE, Frame, UnknownMarkError, each
from components.slides.paint import Align, Anchor, Box, Point
from components.theme import INK

SYMBOLS = {
    "circle": "ellipse",
    "square": "rect",
    "diamond": "diamond",
    "triangle-up": "triangle",
    "triangle-down": "flowChartMerge",
    "triangle-left": "triangle-left",
    "triangle-right": "triangle-right",
    "cross": "mathPlus",
    "x": "mathMultiply",
    "star": "star5",
}


def markers(frame: Frame, trace: dict[str, Any], points: Sequence[Point | None]) -> None:
    """The symbols at the points."""
    if frame.canvas is None:
        return
    marker = trace.get("marker", {})
    many = len(points)
    sizes, colours = each(marker.get("size", 6), many), each(marker.get("color", INK), many)
    symbols = each(marker.get("symbol", "circle"), many)
    rim = marker.get("line", {})
    rims = each(rim.get("color"), many)
    opacity = each(marker.get("opacity", trace.get("opacity", 1)), many)
    bounds = frame.bounds(trace)
    for i, point in enumerate(points):
        if point is None or not _inside(point, bounds) or sizes[i] is None:
            continue
        _marker(
            frame,
            point,
            str(symbols[i]),
            SCALE * float(sizes[i]),
            colours[i],
            rims[i],
            SCALE * float(rim.get("width", 0) or 0),
            float(opacity[i] or 0),
        )


def _marker(
    frame: Frame, at: Point, symbol: str, size: float, colour: Any, rim: Any, rim_width: float, opacity: float
) -> None:
    assert frame.canvas is not None  # noqa: S101
    if not isinstance(colour, str):
        raise UnknownMarkError("colours on a scale")
    x, y = at
    half = size / 2
    base = symbol.removesuffix("-open").removesuffix("-dot")
    if base in ("line-ns", "line-ew"):
        ends = [(x, y - half), (x, y + half)] if base == "line-ns" else [(x - half, y), (x + half, y)]
        frame.canvas.line(ends, colour, max(rim_width, 1.2), name="Mark")
        return
    preset = SYMBOLS.get(base)
    if preset is None:
        raise UnknownMarkError(f"symbol {symbol}")
    hollow = symbol.endswith("-open")
    if preset.startswith("triangle-"):
        tip = x - half if preset.endswith("left") else x + half
        back = x + half if preset.endswith("left") else x - half
        frame.canvas.area([(tip, y), (back, y - half), (back, y + half)], colour, name="Mark")
        return
    box = Box(x - half, y - half, size, size)
    edge, wide = (colour, max(rim_width, 1.4)) if hollow else (rim, rim_width)
    frame.canvas.shape(preset, box, None if hollow else colour, edge, wide, name="Mark", opacity=opacity)


def errors(frame: Frame, trace: dict[str, Any], points: Sequence[Point | None]) -> None:
    """The intervals through the points."""
    for letter in "xy":
        error = trace.get(f"error_{letter}") or {}
        if frame.canvas is None or not error.get("visible", bool(error)):
            continue
        axis = frame.axes[trace.get(f"{letter}axis", letter)]
        values, plus = numbers(trace.get(letter)), numbers(error.get("array"))
        minus = plus if error.get("symmetric", "arrayminus" not in error) else numbers(error.get("arrayminus"))
        low, high = axis.ends
        pieces = []
        for value, up, down, point in zip(values, plus, minus, points, strict=False):
            if point is None or up is None or down is None:
                continue
            a, b = axis.place(value - down), axis.place(value + up)
            if a is None or b is None:
                continue
            a, b = (min(max(end, low), high) for end in (a, b))
            pieces.append([(a, point[1]), (b, point[1])] if letter == "x" else [(point[0], a), (point[0], b)])
        colour = error.get("color") or trace.get("marker", {}).get("color") or INK
        frame.canvas.lines(
            pieces,
            colour if isinstance(colour, str) else INK,
            SCALE * float(error.get("thickness", 1.5)),
            name="Intervals",
        )


def labels(frame: Frame, trace: dict[str, Any], points: Sequence[Point | None]) -> None:
    """The texts beside the points, or on them."""
    font = trace.get("textfont", {})
    texts, places = (
        each(trace.get("text", ""), len(points)),
        each(trace.get("textposition", "middle center"), len(points)),
    )
    colours, sizes = each(font.get("color", INK), len(points)), each(font.get("size", frame.size), len(points))
    lift = (
        SCALE
        * float(
            trace.get("marker", {}).get("size", 0)
            if isinstance(trace.get("marker", {}).get("size", 0), int | float)
            else 8
        )
        / 2
    )
    lift = lift + 2 if "markers" in trace.get("mode", "") else 0.0
    for i, point in enumerate(points):
        if point is None or not texts[i]:
            continue
        down, across = [*str(places[i]).split(), "center"][:2]
        align: Align = {"left": "r", "center": "ctr", "right": "l"}[across]  # type: ignore[assignment]
        anchor: Anchor = {"top": "b", "middle": "ctr", "bottom": "t"}[down]  # type: ignore[assignment]
        x = point[0] + {"left": -lift, "center": 0, "right": lift}[across]
        y = point[1] + {"top": -lift, "middle": 0, "bottom": lift}[down]
        frame.text(str(texts[i]), x, y, float(sizes[i]), colours[i], align, anchor)


def _inside(point: Point, bounds: Box) -> bool:
    return bounds.left - 1 <= point[0] <= bounds.right + 1 and bounds.top - 1 <= point[1] <= bounds.bottom + 1
