"""The axes of a figure: grid, line, ticks, their words, and the title."""

from __future__ import annotations

from itertools import pairwise

from components.slides.axes import Axis
from components.slides.drawing.frame import SCALE, Frame
from components.slides.measure import LEADING, SMALLEST, width
from components.theme import GRID, INK


def grid(frame: Frame, axis: Axis) -> None:
    """The lines behind everything at the ticks of an axis."""
    if not axis.visible or not axis.spec.get("showgrid", True) or frame.canvas is None:
        return
    _, low, high = frame.across(axis)
    pieces = [[(at, low), (at, high)] if axis.horizontal else [(low, at), (high, at)] for at, _ in axis.ticks()]
    frame.canvas.lines(pieces, axis.spec.get("gridcolor", GRID), 0.75, name="Grid")


def scale(frame: Frame, axis: Axis) -> None:
    """The line of an axis, its ticks with their words, and its title."""
    if not axis.visible:
        return
    _, low, high = frame.across(axis)
    side = axis.spec.get("side", "bottom" if axis.horizontal else "left")
    edge = {"bottom": high, "top": low, "left": low, "right": high}[side]
    outward = 1 if side in ("bottom", "right") else -1
    first, last = axis.ends
    ticks = axis.ticks()
    long = SCALE * float(axis.spec.get("ticklen", 5)) if axis.spec.get("ticks") == "outside" else 0.0
    colour = axis.spec.get("linecolor")
    if frame.canvas is not None and colour:
        ends = [(first, edge), (last, edge)] if axis.horizontal else [(edge, first), (edge, last)]
        frame.canvas.line(ends, colour, 1, name="Axis")
    if frame.canvas is not None and long:
        out = edge + outward * long
        pieces = [[(at, edge), (at, out)] if axis.horizontal else [(edge, at), (out, at)] for at, _ in ticks]
        frame.canvas.lines(pieces, axis.spec.get("tickcolor", INK), 1, name="Ticks")
    font = {"size": frame.size, "color": INK, **axis.spec.get("tickfont", {})}
    gap = edge + outward * (long + 3)
    if axis.spec.get("showticklabels", True):
        for at, label in _apart(ticks, axis, max(SMALLEST, SCALE * float(font["size"]))):
            if axis.horizontal:
                frame.text(label, at, gap, font["size"], font["color"], "ctr", "t" if outward > 0 else "b")
            else:
                frame.text(label, gap, at, font["size"], font["color"], "r" if outward < 0 else "l", "ctr")
    title = axis.spec.get("title") or {}
    title = title if isinstance(title, dict) else {"text": title}
    if title.get("text"):
        face = {"size": frame.size, "color": INK, **title.get("font", {})}
        off = max(SMALLEST, SCALE * float(font["size"])) * LEADING + 2
        middle = (first + last) / 2
        if axis.horizontal:
            frame.text(
                title["text"],
                middle,
                gap + outward * off,
                face["size"],
                face["color"],
                "ctr",
                "t" if outward > 0 else "b",
            )
        else:
            widest = max((width(label, SMALLEST) for _, label in ticks), default=0)
            at = gap + outward * (widest + 12)
            frame.text(
                title["text"], max(at, frame.box.left + 8), middle, face["size"], face["color"], "ctr", "ctr", -90
            )


def _apart(ticks: list[tuple[float, str]], axis: Axis, size: float) -> list[tuple[float, str]]:
    """The ticks whose labels have room beside each other: all, or every second, third ..."""
    for step in range(1, max(2, len(ticks))):
        kept = ticks[::step]
        gaps = [abs(b - a) for (a, _), (b, _) in pairwise(kept)]
        needed = [
            (width(a, size) + width(b, size)) / 2 + 4 if axis.horizontal else size for (_, a), (_, b) in pairwise(kept)
        ]
        if all(gap >= need for gap, need in zip(gaps, needed, strict=True)):
            return kept
    return ticks[:1]
