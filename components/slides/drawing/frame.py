"""What every part of a figure is drawn on: the plot and its axes on the slide, and the texts that stand there."""

from __future__ import annotations

from typing import Any

from components.slides.axes import Axis, numbers
from components.slides.measure import LEADING, SMALLEST, width
from components.slides.paint import Align, Anchor, Box, Canvas, Point
from components.slides.rich import paragraphs, words

#: Points on the slide for a pixel of the figure: its texts of 12.5 pixels are the smallest that a slide allows.
SCALE = 1.12


class UnknownMarkError(Exception):
    """The figure holds something that is not drawn here."""


class Frame:
    """One figure on one slide; without a canvas it only finds out where the texts would stand."""

    def __init__(self, canvas: Canvas | None, box: Box, figure: dict[str, Any]) -> None:
        self.canvas, self.box = canvas, box
        self.layout: dict[str, Any] = figure.get("layout", {})
        self.traces = [t for t in figure.get("data", []) if t.get("visible", True) is True]
        self.size = float(self.layout.get("font", {}).get("size", 13))
        margin = {"l": 80, "r": 80, "t": 100, "b": 80, **self.layout.get("margin", {})}
        left, right, top, bottom = (SCALE * float(margin[side]) for side in "lrtb")
        high = min(box.height, SCALE * 1.3 * float(self.layout.get("height", 450)))
        self.plot = Box(box.left + left, box.top + top, max(box.width - left - right, 10), max(high - top - bottom, 10))
        self.axes = {name: self._axis(name) for name in self._names()}
        self.texts: list[Box] = []
        self.previous: dict[str, list[Point]] = {}
        self.stacks: dict[str, dict[float, float]] = {}

    def _names(self) -> list[str]:
        names = {"x", "y"} if self.traces or "xaxis" in self.layout else set()
        names |= {key[0] + key[5:] for key in self.layout if key[:5] in ("xaxis", "yaxis")}
        for trace in self.traces:
            names |= {trace.get("xaxis", "x"), trace.get("yaxis", "y")}
        return sorted(names)

    def _axis(self, name: str) -> Axis:
        letter = name[0]
        found: list[Any] = []
        for trace in self.traces:
            if trace.get(f"{letter}axis", letter) != name:
                continue
            found += numbers(trace.get(letter))
            if trace.get("type") == "bar" and (letter == "y") == (trace.get("orientation", "v") == "v"):
                base = numbers(trace.get("base")) or [0]
                found += [v for v in base if v is not None]
                many = base if len(base) > 1 else base * len(numbers(trace.get(letter)))
                found += [
                    b + v
                    for b, v in zip(many, numbers(trace.get(letter)), strict=False)
                    if v is not None and b is not None
                ]
        return Axis(name, self.layout, self.plot, found)

    def group(self, name: str) -> Any:
        """Everything drawn meanwhile in one group of this name."""
        return _Nothing() if self.canvas is None else self.canvas.group(name)

    def text(
        self, text: str, x: float, y: float, size: float, colour: str, align: Align, anchor: Anchor, turn: float = 0
    ) -> None:
        """A text whose anchor point is (x, y)."""
        lines = paragraphs(text)
        if not "".join(words(line) for line in lines).strip():
            return
        size = max(SMALLEST, size * SCALE)
        wide = max(sum(width(run.text, size, run.bold) for run in line) for line in lines) + 3
        tall = len(lines) * size * LEADING
        left = {"l": x, "ctr": x - wide / 2, "r": x - wide}[align]
        top = {"t": y, "ctr": y - tall / 2, "b": y - tall}[anchor]
        if turn % 180:
            self.texts.append(Box(x - tall / 2, y - wide / 2, tall, wide))
            left, top = x - wide / 2, y - tall / 2
        else:
            slide = self.box
            left = min(max(left, slide.left), max(slide.right - wide, slide.left))
            self.texts.append(Box(left, top, wide, tall))
        if self.canvas is not None:
            self.canvas.text(lines, Box(left, top, wide, tall), size, colour, align=align, anchor=anchor, turn=turn)

    def reference(self, value: Any, ref: str, letter: str) -> float:
        """The place of a coordinate in whatever it refers to."""
        if ref == "paper":
            return (
                self.plot.left + float(value) * self.plot.width
                if letter == "x"
                else self.plot.bottom - float(value) * self.plot.height
            )
        axis = self.axes.get(ref.split(" ", maxsplit=1)[0])
        if axis is None:
            raise UnknownMarkError(f"reference {ref}")
        if ref.endswith("domain"):
            return axis.start + float(value) * axis.length
        if isinstance(value, str):
            return axis.place(value) or axis.start
        return axis.at(float(value))  # on a logarithmic axis the layout gives logarithms

    def across(self, axis: Axis) -> tuple[Axis | None, float, float]:
        """The axis that crosses this one, and the ends of its domain."""
        other = self.axes.get(axis.spec.get("anchor") or ("y" if axis.horizontal else "x"))
        if other is None:
            ends = (self.plot.top, self.plot.bottom) if axis.horizontal else (self.plot.left, self.plot.right)
            return None, *ends
        return other, *other.ends

    def points(self, trace: dict[str, Any]) -> list[tuple[float, float] | None]:
        """Where the points of a trace stand; None for a gap."""
        x, y = self.axes[trace.get("xaxis", "x")], self.axes[trace.get("yaxis", "y")]
        points: list[tuple[float, float] | None] = []
        for a, b in zip(numbers(trace.get("x")), numbers(trace.get("y")), strict=False):
            across, down = x.place(a), y.place(b)
            points.append(None if across is None or down is None else (across, down))
        return points

    def bounds(self, trace: dict[str, Any]) -> Box:
        """What a trace is cut to: the plot of its axes, or nothing where it may reach out of it."""
        if trace.get("cliponaxis") is False:
            return Box(-1e5, -1e5, 2e5, 2e5)
        left, right = self.axes[trace.get("xaxis", "x")].ends
        top, bottom = self.axes[trace.get("yaxis", "y")].ends
        return Box(left, top, right - left, bottom - top)


class _Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def each(value: Any, many: int) -> list[Any]:
    """A setting for each of `many` points: a list as it is, anything else for all of them."""
    found = numbers(value)
    if isinstance(value, str) or value is None or not hasattr(value, "__len__"):
        return [value] * many
    return (found + [None] * many)[:many]
