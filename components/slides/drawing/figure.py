"""A whole figure: its parts drawn from what lies below to what lies above, and whether its texts have room."""

from __future__ import annotations

from typing import Any

from components.slides.drawing.bars import bar
from components.slides.drawing.frame import Frame, UnknownMarkError
from components.slides.drawing.layout import draw_annotation, draw_shape
from components.slides.drawing.scales import grid, scale
from components.slides.drawing.scatter import scatter
from components.slides.paint import Box, Canvas
from components.slides.rich import paragraphs, words

#: More texts than this share of all that lie on another make a figure unreadable.
CROWDED = 0.04


def draw(canvas: Canvas, box: Box, figure: dict[str, Any]) -> None:
    """Draw `figure` into `box`."""
    _all(Frame(canvas, box, figure))


def readable(figure: dict[str, Any], box: Box) -> bool:
    """Whether the figure can be drawn in `box` without texts that lie on each other."""
    try:
        texts = _all(Frame(None, box, figure))
    except UnknownMarkError:
        return False
    pairs = sum(_overlap(a, b) for i, a in enumerate(texts) for b in texts[i + 1 :])
    return pairs <= CROWDED * len(texts)


def _overlap(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    return across > 2 and down > 0.22 * min(a.height, b.height)


def _all(frame: Frame) -> list[Box]:
    """Draw everything, from what lies below to what lies above; the boxes of the texts."""
    shapes = frame.layout.get("shapes", [])
    with frame.group("Axes"):
        for axis in frame.axes.values():
            grid(frame, axis)
    with frame.group("Marks below"):
        for shape in shapes:
            if shape.get("layer") == "below":
                draw_shape(frame, shape)
    for i, trace in enumerate(frame.traces):
        with frame.group(_name(trace, i)):
            _trace(frame, trace)
    with frame.group("Marks"):
        for shape in shapes:
            if shape.get("layer") != "below":
                draw_shape(frame, shape)
    with frame.group("Scales"):
        for axis in frame.axes.values():
            scale(frame, axis)
    with frame.group("Texts"):
        for annotation in frame.layout.get("annotations", []):
            draw_annotation(frame, annotation)
    return frame.texts


def _trace(frame: Frame, trace: dict[str, Any]) -> None:
    kind = trace.get("type", "scatter")
    if kind in ("scatter", "scattergl"):
        scatter(frame, trace)
    elif kind == "bar":
        bar(frame, trace)
    else:
        raise UnknownMarkError(f"trace {kind}")


def _name(trace: dict[str, Any], i: int) -> str:
    named = trace.get("name")
    return "".join(words(line) for line in paragraphs(named)) if named else f"Trace {i + 1}"
