"""Real tables: text in cells without frames, thin rules between rows, columns as wide as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.oxml import parse_xml
from pptx.util import Pt

from components.slides.measure import SMALLEST, shorten
from components.slides.paint import NAMESPACES, Align, Box, Canvas, Run, outline, paragraphs_xml, solid
from components.theme import INK, RULE


@dataclass(frozen=True)
class Cell:
    """The text of a cell and its look."""

    text: str
    colour: str = INK
    bold: bool = False
    align: Align = "l"


def table(
    canvas: Canvas,
    box: Box,
    widths: Sequence[float],
    rows: Sequence[Sequence[Cell]],
    heights: Sequence[float],
    name: str,
    ruled: bool = True,
    bands: Sequence[str | None] = (),
    size: float = SMALLEST,
) -> None:
    """A table at the top left of `box`; texts that are longer than their column are shortened.

    `ruled` draws a thin rule under the first row; `bands` colours rows; `size` is that of the letters.
    """
    frame = canvas.slide.shapes.add_table(
        len(rows), len(widths), Pt(box.left), Pt(box.top), Pt(sum(widths)), Pt(sum(heights))
    )
    frame.name = name
    grid: Any = frame.table
    style = grid._tbl.tblPr
    for flag in ("firstRow", "bandRow"):
        style.set(flag, "0")
    for child in list(style):
        style.remove(child)
    for column, wide in zip(grid.columns, widths, strict=True):
        column.width = Pt(wide)
    for row, high in zip(grid.rows, heights, strict=True):
        row.height = Pt(high)
    for r, line in enumerate(rows):
        fill = solid(bands[r]) if bands and bands[r] else "<a:noFill/>"
        for c, cell in enumerate(line):
            _fill(grid.cell(r, c), cell, widths[c], fill, ruled and r == 0, size)


def _fill(target: Any, cell: Cell, wide: float, fill: str, ruled: bool, size: float) -> None:
    room = max(wide - 2 * MARGIN, 1)
    lines = [(Run(shorten(line, size, room, cell.bold), cell.bold),) for line in cell.text.split("\n")]
    body = parse_xml(
        f"<a:txBody {NAMESPACES}><a:bodyPr/><a:lstStyle/>"
        f"{paragraphs_xml(lines, size, cell.colour, cell.align)}</a:txBody>"
    )
    element = target._tc
    old = element.find("{*}txBody")
    element.replace(old, body)
    sides = "".join(
        (outline(RULE, 1) if ruled and side == "lnB" else outline(None, 0))
        .replace("<a:ln", f"<a:{side}", 1)
        .replace("</a:ln>", f"</a:{side}>")
        for side in ("lnL", "lnR", "lnT", "lnB")
    )
    properties = parse_xml(
        f'<a:tcPr {NAMESPACES} marL="{_M}" marR="{_M}" marT="0" marB="0" anchor="ctr">{sides}{fill}</a:tcPr>'
    )
    old = element.find("{*}tcPr")
    if old is not None:
        element.remove(old)
    element.append(properties)


#: Left and right of the text of a cell.
MARGIN = 3.0
_M = round(MARGIN * 12700)
