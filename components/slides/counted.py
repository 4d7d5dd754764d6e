"""A table of patients by arm on a slide: factors and levels, a column an arm, what sets the arms apart, and dots.

Its rows go on from slide to slide, and none of its blocks is torn; what a slide has no room for is counted on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.estimate import Estimate, NotEstimable
from analysis.summary import Block, Counted, Row, Summary
from components.format import count, ratio, share, value_of, with_interval
from components.slides.dots import FOOT, Dots, dots
from components.slides.measure import LEADING, SMALLEST, fit, width
from components.slides.paint import Box, Canvas
from components.slides.table import MARGIN, Cell, table
from components.summary import NOTABLE, cell_text
from components.theme import INK, MUTED, arm_ink

#: Heights: a row is between these two, the higher the fewer there are; its letters grow with it.
ROW, HIGHEST, LEFT_OUT = 19.0, 34.0, 24.0
SIZES = (18.0, 16.0, SMALLEST)
BAND = "#f8fafb"
#: The plot of the dots, and the room beside it; the widest that a column of labels becomes, as a share of the table.
PLOT, GAP, LABELS = 200.0, 16.0, 0.36
#: The lines of the head of a column: the name of an arm, its size.
NAME_LINES = 2


@dataclass(frozen=True)
class Line:
    """One row of the table: its block where it is the first of it, its label, and its source."""

    block: str
    row: Row
    compared: tuple[Estimate | NotEstimable, ...] = ()


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    """The rows of blocks; means stand on the page, medians on the slide."""
    lines: list[Line] = []
    for block in blocks:
        kept = [row for row in block.rows if row.kind != "mean"]
        lines += [
            Line("" if i else block.label, _named(row, block), () if i else block.compared)
            for i, row in enumerate(kept)
        ]
    return lines


def _named(row: Row, block: Block) -> Row:
    """A row whose label does not say again what its block is called."""
    rest = row.label.removeprefix(f"{block.label}, ").removeprefix(f"{block.label}: ")
    if rest == row.label:
        return row
    unit, _, what = rest.rpartition(": ")
    return replace(row, label=f"{what[:1].upper()}{what[1:]}{f', {unit}' if unit else ''}")


def parts(blocks: Sequence[Block], room: Box) -> list[list[Block]]:
    """The blocks by slide: each on the first that has room for all of its rows."""
    most = int((room.height - _head_height(NAME_LINES + 1, SMALLEST)) // ROW)
    found: list[list[Block]] = []
    for block in blocks:
        rows = len(lines_of([block]))
        part = next((part for part in found if len(lines_of(part)) + rows <= most), None)
        if part is None:
            found.append(part := [])
        part.append(block)
    return found


def draw(canvas: Canvas, box: Box, result: Summary, blocks: Sequence[Block], named: bool, dotted: bool) -> None:
    """The rows of `blocks` as a table; `dotted` draws the share of each arm beside the rows that count patients.

    The names of the blocks stand beside their rows where they are `named`: not where the title says what it is.
    """
    lines = lines_of(blocks)
    foot = FOOT if dotted else 0.0
    head_height = _head_height(NAME_LINES, SMALLEST)
    most = int((box.height - head_height - foot) // ROW)
    if most < len(lines):
        most = int((box.height - head_height - max(foot, LEFT_OUT)) // ROW)
    kept = lines[: max(1, most)]
    head, body = _texts(result, kept, named)
    row = min(HIGHEST, max(ROW, (box.height - head_height - foot) / len(kept)))
    plot = min(PLOT, 0.26 * box.width)
    # on a narrow slide the texts come first
    dotted = dotted and sum(_wanted(head, body, SMALLEST)) + plot + GAP <= box.width
    room = box.width - (plot + GAP if dotted else 0.0)
    labels = 2 if named else 1
    roomy = (s for s in SIZES if s * LEADING + 2 <= row and sum(_wanted(head, body, s)) <= room)
    size = next(roomy, SMALLEST)
    widths = _widths(_wanted(head, body, size), _wanted([Cell("")] * len(head), body, size), room, labels)
    head = [_broken(cell, size, wide) for cell, wide in zip(head, widths, strict=True)]
    head_height = _head_height(max(len(cell.text.split("\n")) for cell in head), size)
    row = min(row, max(ROW, (box.height - head_height - foot) / len(kept)))
    bands = _bands(kept) if named else []
    heights = [head_height, *[row] * len(kept)]
    table(canvas, box, widths, [head, *body], heights, "Patients by arm", bands=bands, size=size)
    bottom = box.top + sum(heights)
    if dotted:
        area = Box(box.left + room + GAP, box.top + heights[0], plot - 6, row * len(kept))
        with canvas.group("Percentages"):
            dots(canvas, area, [_dots(result, line.row) for line in kept], row)
    if len(kept) < len(lines):
        left_out = Box(box.left + MARGIN, bottom + 4, room, 17.5)
        more = len(lines) - len(kept)
        words = f"and {more} more {'row' if more == 1 else 'rows'} on the page"
        canvas.text(words, left_out, SMALLEST, MUTED, name="Left out")


def _compared(result: Summary) -> tuple[str, ...]:
    """The heads of the columns that set an arm against the reference."""
    if not result.contrast or not any(block.compared for block in result.blocks):
        return ()
    several = len(result.others) > 1
    words = "Std. difference" if result.contrast.startswith("standardized") else f"{result.contrast.capitalize()}"
    return tuple(f"{words},\n{other.arm.short}" if several else words for other in result.others)


def _texts(result: Summary, lines: Sequence[Line], named: bool) -> tuple[list[Cell], list[list[Cell]]]:
    compared = _compared(result)
    head = [Cell("")] * (2 if named else 1)
    head += [Cell(f"{a.arm.short}\n(n={count(a.n)})", arm_ink(a.position), True, "r") for a in result.arms]
    head += [Cell(text, MUTED, True, "r") for text in compared]
    body = []
    for line in lines:
        label = Cell(f"   {line.row.label}" if line.row.indented else line.row.label)
        cells = [Cell(line.block, INK, True), label] if named else [label]
        cells += [Cell(_short(cell, line.row, result), INK, align="r") for cell in line.row.cells]
        shown = [_contrast(value) for value in line.compared]
        cells += [*shown, *[Cell("")] * (len(compared) - len(shown))]
        body.append(cells)
    return head, body


def _short(cell: object, row: Row, result: Summary) -> str:
    """A cell of the page, its denominator left out where that is all patients of the arm."""
    if isinstance(cell, Counted) and cell.of and cell.of == result.arms[row.cells.index(cell)].n:
        return f"{count(cell.n)} ({share(cell.n / cell.of)}%)"
    return cell_text(cell, row.kind)  # type: ignore[arg-type]


def _contrast(value: Estimate | NotEstimable) -> Cell:
    alone = isinstance(value, Estimate) and value.low is None and value.high is None
    notable = alone and isinstance(value, Estimate) and value.value >= NOTABLE
    return Cell(value_of(value, ratio) if alone else with_interval(value, ratio), INK, notable, "r")


def _wanted(head: list[Cell], body: list[list[Cell]], size: float) -> list[float]:
    """The width that each column needs."""
    return [
        max(width(line, size, row[c].bold) for row in [head, *body] for line in row[c].text.split("\n"))
        + 2 * MARGIN
        + 12
        for c in range(len(head))
    ]


def _head_height(lines: int, size: float) -> float:
    return lines * size * LEADING + 6


def _broken(cell: Cell, size: float, wide: float) -> Cell:
    """A head whose first line, a name, goes on in the next where its column is narrow."""
    name, *rest = cell.text.split("\n")
    return replace(cell, text="\n".join([*fit(name, size, wide - 2 * MARGIN, NAME_LINES, cell.bold), *rest]))


def _widths(wanted: list[float], without_heads: list[float], room: float, labels: int) -> list[float]:
    """Columns as wide as their texts; those of the labels share what the numbers leave.

    Where that is not enough for them, heads that are wider than their column's numbers are broken.
    """
    numbers = wanted[labels:]
    if sum(wanted) > room:
        each = (room - sum(wanted[:labels])) / len(numbers)
        numbers = [min(w, max(least, each)) for w, least in zip(numbers, without_heads[labels:], strict=True)]
    left = max(room - sum(numbers), 0.2 * room)
    if sum(numbers) > room - left:
        numbers = [w * (room - left) / sum(numbers) for w in numbers]
    if labels == 1:
        return [left, *numbers]
    first = min(wanted[0], max(LABELS * room, left - wanted[1]), 0.62 * left)
    return [first, left - first, *numbers]


def _bands(lines: Sequence[Line]) -> list[str | None]:
    shaded = False
    found: list[str | None] = [None]
    for line in lines:
        shaded = not shaded if line.block else shaded
        found.append(BAND if shaded else None)
    return found


def _dots(result: Summary, row: Row) -> Dots | None:
    counts = [
        (size.arm.short, size.position, cell.n / cell.of)
        for size, cell in zip(result.arms, row.cells, strict=True)
        if isinstance(cell, Counted) and cell.of and cell.n >= 0
    ]
    return Dots(row.label, counts) if counts else None
