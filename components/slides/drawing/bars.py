"""Bars, lying or standing, alone or in groups."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import Any

from components.slides.axes import Axis, numbers
from components.slides.drawing.frame import SCALE, Frame, UnknownMarkError, each
from components.slides.paint import Box, colour_and_opacity
from components.theme import INK


def bar(frame: Frame, trace: dict[str, Any]) -> None:
    """The bars of a trace, with the texts at their ends."""
    lying = trace.get("orientation", "v") == "h"
    along = frame.axes[trace.get("xaxis", "x") if lying else trace.get("yaxis", "y")]
    across = frame.axes[trace.get("yaxis", "y") if lying else trace.get("xaxis", "x")]
    lengths, places = (numbers(trace.get(key)) for key in (("x", "y") if lying else ("y", "x")))
    many = len(lengths)
    base, wide = each(trace.get("base", 0), many), each(trace.get("width"), many)
    marker = trace.get("marker", {})
    colours = each(marker.get("color", INK), many)
    rim = marker.get("line", {})
    usual, shift = _bar_width(frame, trace, across)
    low, high = along.ends
    texts = each(trace.get("text"), many)
    for i, (length, place) in enumerate(zip(lengths, places, strict=False)):
        if length is None or place is None or not isfinite(float(length)):
            continue
        start, end = along.place(base[i] or 0), along.place((base[i] or 0) + length)
        if start is None or end is None:
            continue
        start, end = (min(max(v, low), high) for v in (start, end))
        middle = across.scaled(place) + shift
        half = (wide[i] if wide[i] is not None else usual) / 2
        sides = sorted((across.at(middle - half), across.at(middle + half)))
        ends = sorted((start, end))
        bar = (
            Box(ends[0], sides[0], ends[1] - ends[0], sides[1] - sides[0])
            if lying
            else Box(sides[0], ends[0], sides[1] - sides[0], ends[1] - ends[0])
        )
        if not isinstance(colours[i], str):
            raise UnknownMarkError("colours on a scale")
        edge = rim.get("color") if isinstance(rim.get("color"), str) else None
        unseen = colour_and_opacity(colours[i])[1] == 0 and not edge
        if frame.canvas is not None and not unseen:
            frame.canvas.shape(
                "rect",
                bar,
                colours[i],
                edge,
                SCALE * float(rim.get("width", 0) or 0),
                name="Bar",
                opacity=float(trace.get("opacity", 1)),
            )
        if texts[i]:
            face = trace.get("textfont", {})
            frame.text(
                str(texts[i]),
                bar.right + 4 if lying else bar.left + bar.width / 2,
                bar.top + bar.height / 2 if lying else bar.top - 2,
                float(face.get("size", frame.size)),
                face.get("color", INK),
                "l" if lying else "ctr",
                "ctr" if lying else "b",
            )


def _bar_width(frame: Frame, trace: dict[str, Any], across: Axis) -> tuple[float, float]:
    """The width of a bar that has none of its own, and how far it stands beside its place in a group."""
    mine = [
        t
        for t in frame.traces
        if t.get("type") == "bar"
        and t.get("xaxis", "x") == trace.get("xaxis", "x")
        and t.get("yaxis", "y") == trace.get("yaxis", "y")
    ]
    letter = "y" if trace.get("orientation", "v") == "h" else "x"
    places = sorted({across.scaled(v) for t in mine for v in numbers(t.get(letter)) if v is not None})
    step = min((b - a for a, b in pairwise(places)), default=1.0)
    room = step * (1 - float(frame.layout.get("bargap", 0.2)))
    if frame.layout.get("barmode", "group") != "group" or len(mine) == 1:
        if frame.layout.get("barmode") in ("stack", "relative") and len(mine) > 1 and "base" not in trace:
            raise UnknownMarkError("bars stacked by the browser")
        return room, 0.0
    place = next(i for i, t in enumerate(mine) if t is trace)
    return room / len(mine), (place - (len(mine) - 1) / 2) * room / len(mine)
