"""Lines and areas through points, as they are or in steps, cut to their plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.slides.axes import numbers
from components.slides.clip import inside_area, inside_line, stepped
from components.slides.drawing.frame import SCALE, Frame
from components.slides.drawing.marks import errors, labels, markers
from components.slides.paint import Box, Point, colour_and_opacity
from components.theme import INK


def scatter(frame: Frame, trace: dict[str, Any]) -> None:
    """A trace of points: what it fills, its line, intervals, symbols and texts."""
    trace = _stacked(frame, trace) if trace.get("stackgroup") else trace
    mode = trace.get("mode", "lines")
    points = frame.points(trace)
    line = trace.get("line", {})
    shape = line.get("shape", "linear")
    path = [stepped(piece, shape) for piece in _pieces(points)]
    bounds = frame.bounds(trace)
    fill = trace.get("fill", "none")
    if fill != "none":
        _fill(frame, trace, path, fill, bounds)
    frame.previous[f"{trace.get('xaxis', 'x')}{trace.get('yaxis', 'y')}"] = [p for piece in path for p in piece]
    if frame.canvas is not None and "lines" in mode:
        wide = SCALE * float(line.get("width", 2))
        if wide > 0 and colour_and_opacity(line.get("color", INK))[1] * float(trace.get("opacity", 1)) > 0:
            cut = [piece for whole in path for piece in inside_line(whole, bounds)]
            frame.canvas.lines(cut, line.get("color", INK), wide, line.get("dash", "solid"))
    errors(frame, trace, points)
    if "markers" in mode:
        markers(frame, trace, points)
    if "text" in mode:
        labels(frame, trace, points)


def _stacked(frame: Frame, trace: dict[str, Any]) -> dict[str, Any]:
    """A trace of a stack with the heights that it reaches, filled down to the one before."""
    key = str(trace["stackgroup"])
    below = frame.stacks.setdefault(key, {})
    first = not below
    xs, ys = numbers(trace.get("x")), numbers(trace.get("y"))
    heights = []
    for x, y in zip(xs, ys, strict=True):
        below[x] = below.get(x, 0.0) + (y or 0.0)
        heights.append(below[x])
    return {**trace, "y": heights, "fill": "tozeroy" if first else "tonexty"}


def _fill(frame: Frame, trace: dict[str, Any], path: list[list[Point]], fill: str, bounds: Box) -> None:
    if frame.canvas is None:
        return
    colour = trace.get("fillcolor") or trace.get("line", {}).get("color")
    opacity = float(trace.get("opacity", 1))
    if opacity < 1 and colour:
        value, own = colour_and_opacity(colour)
        colour = f"rgba({int(value[1:3], 16)},{int(value[3:5], 16)},{int(value[5:], 16)},{own * opacity})"
    whole = [p for piece in path for p in piece]
    if not whole:
        return
    line = trace.get("line", {})
    edge, wide = (line.get("color"), SCALE * float(line.get("width", 0))) if fill == "toself" else (None, 0.0)
    if fill == "toself":
        outlines = path
    elif fill in ("tonexty", "tonextx") and frame.previous.get(
        key := f"{trace.get('xaxis', 'x')}{trace.get('yaxis', 'y')}"
    ):
        outlines = [[*whole, *reversed(frame.previous[key])]]
    elif fill in ("tozeroy", "tonexty"):
        zero = frame.axes[trace.get("yaxis", "y")].place(0) or frame.plot.bottom
        outlines = [[*piece, (piece[-1][0], zero), (piece[0][0], zero)] for piece in path if piece]
    else:
        zero = frame.axes[trace.get("xaxis", "x")].place(0) or frame.plot.left
        outlines = [[*piece, (zero, piece[-1][1]), (zero, piece[0][1])] for piece in path if piece]
    for outline in outlines:
        cut = inside_area(outline, bounds)
        if len(cut) > 2:
            frame.canvas.area(cut, colour, edge, wide)


def _pieces(points: Sequence[Point | None]) -> list[list[Point]]:
    """The points between gaps."""
    pieces: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return [piece for piece in pieces if piece]
