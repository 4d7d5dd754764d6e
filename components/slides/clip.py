"""Lines and outlines cut to the plot they belong to, and the corners of step curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from components.slides.paint import Box, Point


def stepped(points: Sequence[Point], shape: str) -> list[Point]:
    """The corners of a line: "hv" goes across first, then down; "vh" the other way; anything else is straight."""
    if shape not in ("hv", "vh") or not points:
        return list(points)
    corners = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 != x1 and y0 != y1:
            corners.append((x1, y0) if shape == "hv" else (x0, y1))
        corners.append((x1, y1))
    return corners


def inside_line(points: Sequence[Point], box: Box) -> list[list[Point]]:
    """The pieces of an open line that lie in `box`."""
    pieces: list[list[Point]] = []
    for start, end in pairwise(points):
        cut = _segment(start, end, box)
        if cut is None:
            continue
        if pieces and pieces[-1][-1] == cut[0]:
            pieces[-1].append(cut[1])
        else:
            pieces.append(list(cut))
    return pieces


def _segment(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    """The part of a segment in `box` (Liang and Barsky)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for step, room in (
        (-dx, start[0] - box.left),
        (dx, box.right - start[0]),
        (-dy, start[1] - box.top),
        (dy, box.bottom - start[1]),
    ):
        if step == 0:
            if room < -1e-6:
                return None
        elif step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    if first > last:
        return None
    a = start if first == 0 else (start[0] + first * dx, start[1] + first * dy)
    b = end if last == 1 else (start[0] + last * dx, start[1] + last * dy)
    return a, b


def inside_area(points: Sequence[Point], box: Box) -> list[Point]:
    """The part of an outline in `box` (Sutherland and Hodgman)."""
    sides: tuple[tuple[Callable[[Point], float], int], ...] = (
        (lambda p: p[0] - box.left, 0),
        (lambda p: box.right - p[0], 0),
        (lambda p: p[1] - box.top, 1),
        (lambda p: box.bottom - p[1], 1),
    )
    shape = list(points)
    for distance, _ in sides:
        kept: list[Point] = []
        for before, here in zip([shape[-1], *shape[:-1]] if shape else [], shape, strict=True):
            a, b = distance(before), distance(here)
            if (a < 0) != (b < 0):
                share = a / (a - b)
                kept.append((before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])))
            if b >= 0:
                kept.append(here)
        shape = kept
    return shape
