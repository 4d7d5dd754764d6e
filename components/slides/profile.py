"""The slide of the trial profile: a row of boxes a stage, a column an arm, joined from allocation to analysis."""

from __future__ import annotations

from analysis.summary import Block, Counted, Row, Summary
from components.format import count
from components.slides import generic
from components.slides.measure import LEADING, SMALLEST, shorten, width
from components.slides.page import Page, Shown
from components.slides.paint import Box, Canvas
from components.theme import INK, MUTED, RULE, arm_colour, arm_ink

LINE = SMALLEST * LEADING + 1
PAD, BETWEEN, ACROSS = 5.0, 12.0, 24.0


def pages(shown: Shown) -> list[Page]:
    """The boxes of all stages."""
    result: Summary = shown.result
    return [generic.page(shown, lambda canvas, box: _draw(canvas, box, result), (), title(result), result.method)]


def title(result: Summary) -> str:
    """How many were allocated, and how many of them were treated as allocated or followed to the end."""
    sizes = " and ".join(
        f"{count(a.n)}{'' if i else ' patients allocated'} to {a.arm.short}" for i, a in enumerate(result.arms[:3])
    )
    second = next((b.rows[0] for b in result.blocks[1:]), None)
    reached = [count(c.n) for c in second.cells[:3] if isinstance(c, Counted)] if second else []
    verb = second.label[:1].lower() + second.label[1:] if second else ""
    return sizes + (f"; {' and '.join(reached)} {verb}" if reached else "")


def _draw(canvas: Canvas, box: Box, result: Summary) -> None:
    stages = _fitting(result, box.height)
    names = max(width(block.label, SMALLEST, True) for block, _, _ in stages) + 16
    wide = (box.width - names - ACROSS * (len(result.arms) - 1)) / len(result.arms)
    top = box.top
    for k, (block, rows, left_out) in enumerate(stages):
        high = LINE * (len(rows) + (not k) + bool(left_out)) + 2 * PAD
        canvas.text(block.label, Box(box.left, top + PAD, names - 8, LINE), SMALLEST, MUTED, True, name="Stage")
        for i, size in enumerate(result.arms):
            place = Box(box.left + names + i * (wide + ACROSS), top, wide, high)
            middle = place.left + place.width / 2
            with canvas.group(f"{block.label}, {size.arm.short}"):
                if k:
                    canvas.line([(middle, top - BETWEEN), (middle, top)], MUTED, 1, name="Flow")
                canvas.shape("rect", place, "#ffffff", RULE, 1, name="Box")
                canvas.line([(place.left, top), (place.right, top)], arm_colour(size.position), 2, name="Arm")
                _lines(canvas, place, result, i, rows, first=not k, left_out=left_out)
        top += high + BETWEEN


def _lines(canvas: Canvas, place: Box, result: Summary, i: int, rows: list[Row], first: bool, left_out: int) -> None:
    size, top = result.arms[i], place.top + PAD
    room = place.width - 2 * PAD
    if first:
        name = shorten(size.arm.label, SMALLEST, room, True)
        canvas.text(name, Box(place.left + PAD, top, room, LINE), SMALLEST, arm_ink(size.position), True, name="Arm")
        top += LINE
    for row in rows:
        cell = row.cells[i]
        number = count(cell.n) if isinstance(cell, Counted) else "NE"
        tall = width(number, SMALLEST, True) + 4
        inset = 12.0 if row.indented else 0.0
        label = shorten("Allocated" if first else row.label, SMALLEST, room - tall - inset - 6)
        canvas.text(label, Box(place.left + PAD + inset, top, room - tall - inset, LINE), SMALLEST, INK, name="Label")
        where = Box(place.right - PAD - tall, top, tall, LINE)
        canvas.text(number, where, SMALLEST, INK, True, align="r", name="Patients")
        top += LINE
    if left_out:
        words = f"and {left_out} more on the page"
        canvas.text(words, Box(place.left + PAD, top, room, LINE), SMALLEST, MUTED, name="Left out")


def _fitting(result: Summary, height: float) -> list[tuple[Block, list[Row], int]]:
    """The stages with the rows that have room, the longest stage shortened first, and how many rows are left out."""
    kept = [list(block.rows) for block in result.blocks]
    frame = LINE + len(kept) * 2 * PAD + (len(kept) - 1) * BETWEEN

    def needed() -> float:
        more = sum(len(rows) < len(block.rows) for rows, block in zip(kept, result.blocks, strict=True))
        return frame + LINE * (sum(map(len, kept)) + more)

    while needed() > height and max(map(len, kept)) > 1:
        max(kept, key=len).pop()
    return [(block, rows, len(block.rows) - len(rows)) for block, rows in zip(result.blocks, kept, strict=True)]
