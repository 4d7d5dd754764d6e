"""What a figure's layout draws beside its traces: annotations, lines and rectangles."""

from __future__ import annotations

from typing import Any

from components.slides.drawing.frame import SCALE, Frame, UnknownMarkError
from components.slides.paint import Align, Anchor, Box
from components.theme import INK, MUTED


def draw_annotation(frame: Frame, a: dict[str, Any]) -> None:
    """A text of the layout, by the point it refers to."""
    if not a.get("visible", True):
        return
    x, y = (
        frame.reference(a.get("x", 0), a.get("xref", "x"), "x"),
        frame.reference(a.get("y", 0), a.get("yref", "y"), "y"),
    )
    x += SCALE * float(a.get("xshift", 0))
    y -= SCALE * float(a.get("yshift", 0))
    if a.get("showarrow", True):
        x, y = x + SCALE * float(a.get("ax", 0)), y + SCALE * float(a.get("ay", 0))
    font = a.get("font", {})
    across = a.get("xanchor", "auto")
    down = a.get("yanchor", "auto")
    if across == "auto":
        across = _auto(a.get("x", 0), ("left", "center", "right")) if "paper" in str(a.get("xref")) else "center"
    if down == "auto":
        down = _auto(a.get("y", 0), ("bottom", "middle", "top")) if "paper" in str(a.get("yref")) else "middle"
    align: Align = {"left": "l", "center": "ctr", "right": "r"}[across]  # type: ignore[assignment]
    anchor: Anchor = {"top": "t", "middle": "ctr", "bottom": "b"}[down]  # type: ignore[assignment]
    frame.text(
        a.get("text", ""), x, y, float(font.get("size", frame.size)), font.get("color", INK), align, anchor,
        float(a.get("textangle", 0) or 0),
    )  # fmt: skip


def draw_shape(frame: Frame, s: dict[str, Any]) -> None:
    """A line, rectangle or ellipse of the layout."""
    if frame.canvas is None or not s.get("visible", True):
        return
    kind = s.get("type", "rect")
    if kind not in ("line", "rect", "circle"):
        raise UnknownMarkError(f"shape {kind}")
    xs = [frame.reference(s[key], s.get("xref", "x"), "x") for key in ("x0", "x1")]
    ys = [frame.reference(s[key], s.get("yref", "y"), "y") for key in ("y0", "y1")]
    line = s.get("line", {})
    colour, wide = line.get("color", MUTED), SCALE * float(line.get("width", 2))
    if kind == "line":
        frame.canvas.line(list(zip(xs, ys, strict=True)), colour, wide, line.get("dash", "solid"))
        return
    left, top = min(xs), min(ys)
    box = Box(left, top, max(xs) - left, max(ys) - top)
    preset = "rect" if kind == "rect" else "ellipse"
    fill = s.get("fillcolor")
    opacity = float(s.get("opacity", 1))
    frame.canvas.shape(
        preset, box, fill, colour if wide else None, wide, opacity=opacity, dash=line.get("dash", "solid")
    )


def _auto(share: Any, names: tuple[str, str, str]) -> str:
    """Plotly's automatic anchor: by the third of the figure that the text stands in."""
    return names[0] if float(share) <= 1 / 3 else names[2] if float(share) >= 2 / 3 else names[1]
