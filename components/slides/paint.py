"""Native shapes and text boxes of a slide, in points; colours are those of the presentation's theme where they can be.

The shapes are written as the XML they are: the figure of a view has hundreds, and each can be recoloured, moved and
retyped afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from pptx.oxml import parse_xml
from pptx.slide import Slide

from components.slides.measure import LEADING
from components.theme import ARM_COLOURS, ARM_INKS, INK, MUTED, PAPER

Point = tuple[float, float]
Align = Literal["l", "ctr", "r"]
Anchor = Literal["t", "ctr", "b"]

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
#: Colours of the page by their name in a theme, so that another template's colours take their place.
SCHEME = {
    INK: "tx1",
    MUTED: "tx2",
    PAPER: "bg1",
    **{colour: f"accent{i}" for i, colour in enumerate(ARM_COLOURS, start=1)},
}
#: The darker colours of words about an arm: its colour at so many thousandths of its luminance.
DARKER = {
    ink: (f"accent{i}", 80_000)
    for i, (ink, colour) in enumerate(zip(ARM_INKS, ARM_COLOURS, strict=True), start=1)
    if ink != colour
}
#: Plotly's dashes by the name they have in PowerPoint.
DASHES = {"dash": "dash", "dot": "sysDot", "dashdot": "dashDot", "longdash": "lgDash", "longdashdot": "lgDashDot"}


def emu(points: float) -> int:
    """Points as PowerPoint's whole units."""
    return round(points * 12700)


@dataclass(frozen=True)
class Box:
    """A rectangle on the slide."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class Run:
    """Words of one look."""

    text: str
    bold: bool = False
    colour: str | None = None


Paragraph = tuple[Run, ...]


def colour_and_opacity(text: str) -> tuple[str, float]:
    """A colour as a figure writes it ("#rrggbb", "rgba(...)", "white") as "#rrggbb" and its opacity."""
    found = re.fullmatch(r"rgba?\(\s*([\d.]+)[,\s]+([\d.]+)[,\s]+([\d.]+)(?:[,\s/]+([\d.]+))?\s*\)", text.strip())
    if found:
        red, green, blue = (min(255, round(float(part))) for part in found.groups()[:3])
        return f"#{red:02x}{green:02x}{blue:02x}", float(found.group(4) or 1)
    named = {"white": "#ffffff", "black": "#000000", "transparent": "#ffffff", "grey": "#808080", "gray": "#808080"}
    text = named.get(text, text).lower()
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        text = "#" + "".join(2 * digit for digit in text[1:])
    return (text, 1.0) if re.fullmatch(r"#[0-9a-f]{6}", text) else (INK, 1.0)


def solid(colour: str | None, opacity: float = 1.0) -> str:
    """The XML of a fill; none without a colour, or where nothing of it would be seen."""
    if colour is None or colour == "transparent":
        return "<a:noFill/>"
    value, own = colour_and_opacity(colour)
    opacity *= own
    if opacity <= 0:
        return "<a:noFill/>"
    inner = f'<a:alpha val="{round(100_000 * opacity)}"/>' if opacity < 1 else ""
    if value in DARKER:
        name, luminance = DARKER[value]
        inner = f'<a:lumMod val="{luminance}"/>{inner}'
    else:
        name = SCHEME.get(value, "")
    if name:
        return f'<a:solidFill><a:schemeClr val="{name}">{inner}</a:schemeClr></a:solidFill>'
    return f'<a:solidFill><a:srgbClr val="{value[1:]}">{inner}</a:srgbClr></a:solidFill>'


def outline(colour: str | None, width: float, dash: str = "solid", opacity: float = 1.0) -> str:
    """The XML of a line."""
    if colour is None or width <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    preset = DASHES.get(dash, "dash" if "px" in dash else "")
    pattern = f'<a:prstDash val="{preset}"/>' if preset else ""
    return f'<a:ln w="{emu(width)}">{solid(colour, opacity)}{pattern}<a:round/></a:ln>'


def paragraphs_xml(paragraphs: Sequence[Paragraph], size: float, colour: str, align: Align) -> str:
    """The XML of the paragraphs of a text."""
    parts = []
    for paragraph in paragraphs:
        runs = "".join(
            f'<a:r><a:rPr lang="en-US" sz="{round(100 * size)}"{" b=" + chr(34) + "1" + chr(34) if run.bold else ""} '
            f'dirty="0">{solid(run.colour or colour)}</a:rPr><a:t>{escape(printable(run.text))}</a:t></a:r>'
            for run in paragraph
            if run.text
        )
        # without it the empty line of a cell is as high as the theme's usual text
        end = "" if runs else f'<a:endParaRPr lang="en-US" sz="{round(100 * size)}"/>'
        parts.append(f'<a:p><a:pPr algn="{align}"/>{runs}{end}</a:p>')
    return "".join(parts)


def printable(text: str) -> str:
    """`text` without the control characters that XML does not allow."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


class Canvas:
    """Draws on one slide; shapes drawn inside `group` can be moved as one."""

    def __init__(self, slide: Slide) -> None:
        self.slide = slide
        self._tree: Any = slide.shapes._spTree
        self._into = self._tree
        self._next = 1 + max((int(value) for value in self._tree.xpath("//@id") if value.isdigit()), default=1)

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Everything drawn meanwhile becomes one group, if it is anything; nothing of it stays where drawing fails."""
        outer = self._into
        group = parse_xml(
            f'<p:grpSp {NAMESPACES}><p:nvGrpSpPr><p:cNvPr id="{self._id()}" name="{_attribute(name)}"/>'
            "<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/></p:grpSp>"
        )
        outer.append(group)
        self._into = group
        try:
            yield
        except Exception:
            outer.remove(group)
            raise
        finally:
            self._into = outer
        if len(group) > 2:
            group.recalculate_extents()
        else:
            outer.remove(group)

    def _id(self) -> int:
        self._next += 1
        return self._next

    def _add(
        self, name: str, geometry: str, box: Box, look: str, body: str = "", text: bool = False, turn: float = 0
    ) -> None:
        rotation = f' rot="{round(60_000 * (turn % 360))}"' if turn else ""
        kind = '<p:cNvSpPr txBox="1"/>' if text else "<p:cNvSpPr/>"
        self._into.append(
            parse_xml(
                f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{self._id()}" name="{_attribute(name)}"/>{kind}<p:nvPr/>'
                f'</p:nvSpPr><p:spPr><a:xfrm{rotation}><a:off x="{emu(box.left)}" y="{emu(box.top)}"/>'
                f'<a:ext cx="{max(emu(box.width), 0)}" cy="{max(emu(box.height), 0)}"/></a:xfrm>'
                f"{geometry}{look}</p:spPr>"
                f"{body}</p:sp>"
            )
        )

    def text(
        self,
        paragraphs: Sequence[Paragraph] | str,
        box: Box,
        size: float,
        colour: str = INK,
        bold: bool = False,
        align: Align = "l",
        anchor: Anchor = "t",
        name: str = "Text",
        turn: float = 0,
        fill: str | None = None,
    ) -> None:
        """A text box; lines are broken by whoever calls, who has measured them."""
        lines = [(Run(line, bold),) for line in paragraphs.split("\n")] if isinstance(paragraphs, str) else paragraphs
        body = (
            f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}" rtlCol="0">'
            f"<a:noAutofit/></a:bodyPr><a:lstStyle/>{paragraphs_xml(lines, size, colour, align)}</p:txBody>"
        )
        self._add(name, _preset("rect"), box, solid(fill), body, text=True, turn=turn)

    def shape(
        self,
        preset: str,
        box: Box,
        fill: str | None,
        line: str | None = None,
        line_width: float = 0,
        name: str = "Shape",
        opacity: float = 1.0,
        dash: str = "solid",
    ) -> None:
        """One of PowerPoint's own shapes: "rect", "ellipse", "diamond", "triangle" ..."""
        look = solid(fill, opacity) + outline(line, line_width, dash)
        self._add(name, _preset(preset), box, look)

    def line(
        self,
        points: Sequence[Point],
        colour: str | None,
        width: float,
        dash: str = "solid",
        name: str = "Line",
        opacity: float = 1.0,
    ) -> None:
        """An open line through `points`."""
        self._path([points], None, outline(colour, width, dash, opacity), name)

    def lines(
        self, pieces: Sequence[Sequence[Point]], colour: str, width: float, dash: str = "solid", name: str = "Lines"
    ) -> None:
        """Several open lines as one shape."""
        self._path(pieces, None, outline(colour, width, dash), name)

    def area(
        self,
        points: Sequence[Point],
        fill: str | None,
        line: str | None = None,
        line_width: float = 0,
        name: str = "Area",
    ) -> None:
        """A closed outline."""
        self._path([points], fill, outline(line, line_width), name)

    def _path(self, pieces: Sequence[Sequence[Point]], fill: str | None, line: str, name: str) -> None:
        pieces = [piece for piece in pieces if len(piece) > 1]
        if not pieces:
            return
        xs, ys = [x for piece in pieces for x, _ in piece], [y for piece in pieces for _, y in piece]
        box = Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        left, top = emu(box.left), emu(box.top)
        path = []
        for piece in pieces:
            for i, (x, y) in enumerate(piece):
                tag = "lnTo" if i else "moveTo"
                path.append(f'<a:{tag}><a:pt x="{emu(x) - left}" y="{emu(y) - top}"/></a:{tag}>')
            if fill is not None:
                path.append("<a:close/>")
        none = "" if fill is not None else ' fill="none"'
        geometry = (
            '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
            f'<a:path w="{max(emu(box.width), 0)}" h="{max(emu(box.height), 0)}"{none}>{"".join(path)}</a:path>'
            "</a:pathLst></a:custGeom>"
        )
        self._add(name, geometry, box, solid(fill) + line)


def text_height(lines: int, size: float) -> float:
    """The height of a box that holds so many lines."""
    return lines * size * LEADING + 1


def _preset(name: str) -> str:
    return f'<a:prstGeom prst="{name}"><a:avLst/></a:prstGeom>'


def _attribute(text: str) -> str:
    return escape(printable(text), {'"': "&quot;"})
