"""Any figure dictionary of a view as native shapes: lines, areas, bars, markers and texts, grouped trace by trace.

It knows the vocabulary in which the components draw. A figure that uses more raises
`UnknownMarkError`, and the page shows the table of the same numbers instead: a slide is never silently less than
the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from components.slides.axes import Axis, numbers
from components.slides.clip import inside_area, inside_line, stepped
from components.slides.measure import LEADING, SMALLEST, width
from components.slides.paint import Align, Anchor, Box, Canvas, Point, colour_and_opacity
from components.slides.rich import paragraphs, words
from components.theme import GRID, INK, MUTED

#: Points on the slide for a pixel of the figure: its texts of 12.5 pixels are the smallest that a slide allows.
SCALE = 1.12
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
#: More texts than this share of all that lie on another make a figure unreadable.
CROWDED = 0.04


class UnknownMarkError(Exception):
    """The figure holds something that is not drawn here."""


def draw(canvas: Canvas, box: Box, figure: dict[str, Any]) -> None:
    """Draw `figure` into `box`."""
    _Drawing(canvas, box, figure).all()


def readable(figure: dict[str, Any], box: Box) -> bool:
    """Whether the figure can be drawn in `box` without texts that lie on each other."""
    try:
        texts = _Drawing(None, box, figure).all()
    except UnknownMarkError:
        return False
    pairs = sum(_overlap(a, b) for i, a in enumerate(texts) for b in texts[i + 1 :])
    return pairs <= CROWDED * len(texts)


def _overlap(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    return across > 2 and down > 0.22 * min(a.height, b.height)


class _Drawing:
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
        self._previous: dict[str, list[Point]] = {}
        self._stacks: dict[str, dict[float, float]] = {}

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

    def all(self) -> list[Box]:
        """Draw everything, from what lies below to what lies above; the boxes of the texts."""
        shapes = self.layout.get("shapes", [])
        with self._group("Axes"):
            for axis in self.axes.values():
                self._grid(axis)
        with self._group("Marks below"):
            for shape in shapes:
                if shape.get("layer") == "below":
                    self._shape(shape)
        for i, trace in enumerate(self.traces):
            with self._group(_name(trace, i)):
                self._trace(trace)
        with self._group("Marks"):
            for shape in shapes:
                if shape.get("layer") != "below":
                    self._shape(shape)
        with self._group("Scales"):
            for axis in self.axes.values():
                self._scale(axis)
        with self._group("Texts"):
            for annotation in self.layout.get("annotations", []):
                self._annotation(annotation)
        return self.texts

    def _group(self, name: str) -> Any:
        return _Nothing() if self.canvas is None else self.canvas.group(name)

    # texts

    def _text(
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

    def _annotation(self, a: dict[str, Any]) -> None:
        if not a.get("visible", True):
            return
        x, y = (
            self._reference(a.get("x", 0), a.get("xref", "x"), "x"),
            self._reference(a.get("y", 0), a.get("yref", "y"), "y"),
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
        self._text(
            a.get("text", ""), x, y, float(font.get("size", self.size)), font.get("color", INK), align, anchor,
            float(a.get("textangle", 0) or 0),
        )  # fmt: skip

    def _reference(self, value: Any, ref: str, letter: str) -> float:
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

    # axes

    def _across(self, axis: Axis) -> tuple[Axis | None, float, float]:
        """The axis that crosses this one, and the ends of its domain."""
        other = self.axes.get(axis.spec.get("anchor") or ("y" if axis.horizontal else "x"))
        if other is None:
            ends = (self.plot.top, self.plot.bottom) if axis.horizontal else (self.plot.left, self.plot.right)
            return None, *ends
        return other, *other.ends

    def _grid(self, axis: Axis) -> None:
        if not axis.visible or not axis.spec.get("showgrid", True) or self.canvas is None:
            return
        _, low, high = self._across(axis)
        pieces = [[(at, low), (at, high)] if axis.horizontal else [(low, at), (high, at)] for at, _ in axis.ticks()]
        self.canvas.lines(pieces, axis.spec.get("gridcolor", GRID), 0.75, name="Grid")

    def _scale(self, axis: Axis) -> None:
        if not axis.visible:
            return
        _, low, high = self._across(axis)
        side = axis.spec.get("side", "bottom" if axis.horizontal else "left")
        edge = {"bottom": high, "top": low, "left": low, "right": high}[side]
        outward = 1 if side in ("bottom", "right") else -1
        first, last = axis.ends
        ticks = axis.ticks()
        long = SCALE * float(axis.spec.get("ticklen", 5)) if axis.spec.get("ticks") == "outside" else 0.0
        colour = axis.spec.get("linecolor")
        if self.canvas is not None and colour:
            ends = [(first, edge), (last, edge)] if axis.horizontal else [(edge, first), (edge, last)]
            self.canvas.line(ends, colour, 1, name="Axis")
        if self.canvas is not None and long:
            out = edge + outward * long
            pieces = [[(at, edge), (at, out)] if axis.horizontal else [(edge, at), (out, at)] for at, _ in ticks]
            self.canvas.lines(pieces, axis.spec.get("tickcolor", INK), 1, name="Ticks")
        font = {"size": self.size, "color": INK, **axis.spec.get("tickfont", {})}
        gap = edge + outward * (long + 3)
        if axis.spec.get("showticklabels", True):
            for at, label in _apart(ticks, axis, max(SMALLEST, SCALE * float(font["size"]))):
                if axis.horizontal:
                    self._text(label, at, gap, font["size"], font["color"], "ctr", "t" if outward > 0 else "b")
                else:
                    self._text(label, gap, at, font["size"], font["color"], "r" if outward < 0 else "l", "ctr")
        title = axis.spec.get("title") or {}
        title = title if isinstance(title, dict) else {"text": title}
        if title.get("text"):
            face = {"size": self.size, "color": INK, **title.get("font", {})}
            off = max(SMALLEST, SCALE * float(font["size"])) * LEADING + 2
            middle = (first + last) / 2
            if axis.horizontal:
                self._text(
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
                self._text(
                    title["text"], max(at, self.box.left + 8), middle, face["size"], face["color"], "ctr", "ctr", -90
                )

    # shapes

    def _shape(self, s: dict[str, Any]) -> None:
        if self.canvas is None or not s.get("visible", True):
            return
        kind = s.get("type", "rect")
        if kind not in ("line", "rect", "circle"):
            raise UnknownMarkError(f"shape {kind}")
        xs = [self._reference(s[key], s.get("xref", "x"), "x") for key in ("x0", "x1")]
        ys = [self._reference(s[key], s.get("yref", "y"), "y") for key in ("y0", "y1")]
        line = s.get("line", {})
        colour, wide = line.get("color", MUTED), SCALE * float(line.get("width", 2))
        if kind == "line":
            self.canvas.line(list(zip(xs, ys, strict=True)), colour, wide, line.get("dash", "solid"))
            return
        left, top = min(xs), min(ys)
        box = Box(left, top, max(xs) - left, max(ys) - top)
        preset = "rect" if kind == "rect" else "ellipse"
        fill = s.get("fillcolor")
        opacity = float(s.get("opacity", 1))
        self.canvas.shape(
            preset, box, fill, colour if wide else None, wide, opacity=opacity, dash=line.get("dash", "solid")
        )

    # traces

    def _trace(self, trace: dict[str, Any]) -> None:
        kind = trace.get("type", "scatter")
        if kind in ("scatter", "scattergl"):
            self._scatter(trace)
        elif kind == "bar":
            self._bar(trace)
        else:
            raise UnknownMarkError(f"trace {kind}")

    def _points(self, trace: dict[str, Any]) -> list[tuple[float, float] | None]:
        x, y = self.axes[trace.get("xaxis", "x")], self.axes[trace.get("yaxis", "y")]
        points: list[tuple[float, float] | None] = []
        for a, b in zip(numbers(trace.get("x")), numbers(trace.get("y")), strict=False):
            across, down = x.place(a), y.place(b)
            points.append(None if across is None or down is None else (across, down))
        return points

    def _bounds(self, trace: dict[str, Any]) -> Box:
        """What a trace is cut to: the plot of its axes, or nothing where it may reach out of it."""
        if trace.get("cliponaxis") is False:
            return Box(-1e5, -1e5, 2e5, 2e5)
        left, right = self.axes[trace.get("xaxis", "x")].ends
        top, bottom = self.axes[trace.get("yaxis", "y")].ends
        return Box(left, top, right - left, bottom - top)

    def _scatter(self, trace: dict[str, Any]) -> None:
        trace = self._stacked(trace) if trace.get("stackgroup") else trace
        mode = trace.get("mode", "lines")
        points = self._points(trace)
        line = trace.get("line", {})
        shape = line.get("shape", "linear")
        path = [stepped(piece, shape) for piece in _pieces(points)]
        bounds = self._bounds(trace)
        fill = trace.get("fill", "none")
        if fill != "none":
            self._fill(trace, path, fill, bounds)
        self._previous[f"{trace.get('xaxis', 'x')}{trace.get('yaxis', 'y')}"] = [p for piece in path for p in piece]
        if self.canvas is not None and "lines" in mode:
            wide = SCALE * float(line.get("width", 2))
            if wide > 0 and colour_and_opacity(line.get("color", INK))[1] * float(trace.get("opacity", 1)) > 0:
                cut = [piece for whole in path for piece in inside_line(whole, bounds)]
                self.canvas.lines(cut, line.get("color", INK), wide, line.get("dash", "solid"))
        self._errors(trace, points)
        if "markers" in mode:
            self._markers(trace, points)
        if "text" in mode:
            self._labels(trace, points)

    def _stacked(self, trace: dict[str, Any]) -> dict[str, Any]:
        """A trace of a stack with the heights that it reaches, filled down to the one before."""
        key = str(trace["stackgroup"])
        below = self._stacks.setdefault(key, {})
        first = not below
        xs, ys = numbers(trace.get("x")), numbers(trace.get("y"))
        heights = []
        for x, y in zip(xs, ys, strict=True):
            below[x] = below.get(x, 0.0) + (y or 0.0)
            heights.append(below[x])
        return {**trace, "y": heights, "fill": "tozeroy" if first else "tonexty"}

    def _fill(self, trace: dict[str, Any], path: list[list[Point]], fill: str, bounds: Box) -> None:
        if self.canvas is None:
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
        elif fill in ("tonexty", "tonextx") and self._previous.get(
            key := f"{trace.get('xaxis', 'x')}{trace.get('yaxis', 'y')}"
        ):
            outlines = [[*whole, *reversed(self._previous[key])]]
        elif fill in ("tozeroy", "tonexty"):
            zero = self.axes[trace.get("yaxis", "y")].place(0) or self.plot.bottom
            outlines = [[*piece, (piece[-1][0], zero), (piece[0][0], zero)] for piece in path if piece]
        else:
            zero = self.axes[trace.get("xaxis", "x")].place(0) or self.plot.left
            outlines = [[*piece, (zero, piece[-1][1]), (zero, piece[0][1])] for piece in path if piece]
        for outline in outlines:
            cut = inside_area(outline, bounds)
            if len(cut) > 2:
                self.canvas.area(cut, colour, edge, wide)

    def _markers(self, trace: dict[str, Any], points: Sequence[Point | None]) -> None:
        if self.canvas is None:
            return
        marker = trace.get("marker", {})
        many = len(points)
        sizes, colours = _each(marker.get("size", 6), many), _each(marker.get("color", INK), many)
        symbols = _each(marker.get("symbol", "circle"), many)
        rim = marker.get("line", {})
        rims = _each(rim.get("color"), many)
        opacity = _each(marker.get("opacity", trace.get("opacity", 1)), many)
        bounds = self._bounds(trace)
        for i, point in enumerate(points):
            if point is None or not _inside(point, bounds) or sizes[i] is None:
                continue
            self._marker(
                point,
                str(symbols[i]),
                SCALE * float(sizes[i]),
                colours[i],
                rims[i],
                SCALE * float(rim.get("width", 0) or 0),
                float(opacity[i] or 0),
            )

    def _marker(
        self, at: Point, symbol: str, size: float, colour: Any, rim: Any, rim_width: float, opacity: float
    ) -> None:
        assert self.canvas is not None  # noqa: S101
        if not isinstance(colour, str):
            raise UnknownMarkError("colours on a scale")
        x, y = at
        half = size / 2
        base = symbol.removesuffix("-open").removesuffix("-dot")
        if base in ("line-ns", "line-ew"):
            ends = [(x, y - half), (x, y + half)] if base == "line-ns" else [(x - half, y), (x + half, y)]
            self.canvas.line(ends, colour, max(rim_width, 1.2), name="Mark")
            return
        preset = SYMBOLS.get(base)
        if preset is None:
            raise UnknownMarkError(f"symbol {symbol}")
        hollow = symbol.endswith("-open")
        if preset.startswith("triangle-"):
            tip = x - half if preset.endswith("left") else x + half
            back = x + half if preset.endswith("left") else x - half
            self.canvas.area([(tip, y), (back, y - half), (back, y + half)], colour, name="Mark")
            return
        box = Box(x - half, y - half, size, size)
        edge, wide = (colour, max(rim_width, 1.4)) if hollow else (rim, rim_width)
        self.canvas.shape(preset, box, None if hollow else colour, edge, wide, name="Mark", opacity=opacity)

    def _errors(self, trace: dict[str, Any], points: Sequence[Point | None]) -> None:
        for letter in "xy":
            error = trace.get(f"error_{letter}") or {}
            if self.canvas is None or not error.get("visible", bool(error)):
                continue
            axis = self.axes[trace.get(f"{letter}axis", letter)]
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
            self.canvas.lines(
                pieces,
                colour if isinstance(colour, str) else INK,
                SCALE * float(error.get("thickness", 1.5)),
                name="Intervals",
            )

    def _labels(self, trace: dict[str, Any], points: Sequence[Point | None]) -> None:
        font = trace.get("textfont", {})
        texts, places = (
            _each(trace.get("text", ""), len(points)),
            _each(trace.get("textposition", "middle center"), len(points)),
        )
        colours, sizes = _each(font.get("color", INK), len(points)), _each(font.get("size", self.size), len(points))
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
            self._text(str(texts[i]), x, y, float(sizes[i]), colours[i], align, anchor)

    def _bar(self, trace: dict[str, Any]) -> None:
        lying = trace.get("orientation", "v") == "h"
        along = self.axes[trace.get("xaxis", "x") if lying else trace.get("yaxis", "y")]
        across = self.axes[trace.get("yaxis", "y") if lying else trace.get("xaxis", "x")]
        lengths, places = (numbers(trace.get(key)) for key in (("x", "y") if lying else ("y", "x")))
        many = len(lengths)
        base, wide = _each(trace.get("base", 0), many), _each(trace.get("width"), many)
        marker = trace.get("marker", {})
        colours = _each(marker.get("color", INK), many)
        rim = marker.get("line", {})
        usual, shift = self._bar_width(trace, across)
        low, high = along.ends
        texts = _each(trace.get("text"), many)
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
            if self.canvas is not None and not unseen:
                self.canvas.shape(
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
                self._text(
                    str(texts[i]),
                    bar.right + 4 if lying else bar.left + bar.width / 2,
                    bar.top + bar.height / 2 if lying else bar.top - 2,
                    float(face.get("size", self.size)),
                    face.get("color", INK),
                    "l" if lying else "ctr",
                    "ctr" if lying else "b",
                )

    def _bar_width(self, trace: dict[str, Any], across: Axis) -> tuple[float, float]:
        """The width of a bar that has none of its own, and how far it stands beside its place in a group."""
        mine = [
            t
            for t in self.traces
            if t.get("type") == "bar"
            and t.get("xaxis", "x") == trace.get("xaxis", "x")
            and t.get("yaxis", "y") == trace.get("yaxis", "y")
        ]
        letter = "y" if trace.get("orientation", "v") == "h" else "x"
        places = sorted({across.scaled(v) for t in mine for v in numbers(t.get(letter)) if v is not None})
        step = min((b - a for a, b in pairwise(places)), default=1.0)
        room = step * (1 - float(self.layout.get("bargap", 0.2)))
        if self.layout.get("barmode", "group") != "group" or len(mine) == 1:
            if self.layout.get("barmode") in ("stack", "relative") and len(mine) > 1 and "base" not in trace:
                raise UnknownMarkError("bars stacked by the browser")
            return room, 0.0
        place = next(i for i, t in enumerate(mine) if t is trace)
        return room / len(mine), (place - (len(mine) - 1) / 2) * room / len(mine)


class _Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _name(trace: dict[str, Any], i: int) -> str:
    named = trace.get("name")
    return "".join(words(line) for line in paragraphs(named)) if named else f"Trace {i + 1}"


def _pieces(points: Sequence[Point | None]) -> list[list[Point]]:
    """The points between gaps."""
    pieces: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return [piece for piece in pieces if piece]


def _each(value: Any, many: int) -> list[Any]:
    """A setting for each of `many` points: a list as it is, anything else for all of them."""
    found = numbers(value)
    if isinstance(value, str) or value is None or not hasattr(value, "__len__"):
        return [value] * many
    return (found + [None] * many)[:many]


def _inside(point: Point, bounds: Box) -> bool:
    return bounds.left - 1 <= point[0] <= bounds.right + 1 and bounds.top - 1 <= point[1] <= bounds.bottom + 1


def _auto(share: Any, names: tuple[str, str, str]) -> str:
    """Plotly's automatic anchor: by the third of the figure that the text stands in."""
    return names[0] if float(share) <= 1 / 3 else names[2] if float(share) >= 2 / 3 else names[1]


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
