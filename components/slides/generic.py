"""The page of a view that has none of its own: the figure of its card as native shapes, its numbers beside it.

Where the figure needs more room than a slide has, or is drawn in a way that is not known here, the table of the same
numbers takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from components.card import Figure
from components.slides import drawing
from components.slides.measure import LEADING, SMALLEST, fit, width, wrap
from components.slides.page import Number, Page, Shown
from components.slides.paint import Box, Canvas
from components.slides.table import MARGIN, Cell, table
from components.theme import INK, MUTED

MOST_NUMBERS = 3
ROW = 22.0


def pages(shown: Shown) -> list[Page]:
    """The page of any view."""
    return [figure_page(shown, lambda room: shown.filled.figure, title_of(shown))]


def figure_page(
    shown: Shown,
    figure: Callable[[Box], dict[str, Any]],
    title: str,
    numbers: Sequence[Number] | None = None,
    method: str = "",
) -> Page:
    """A page of `figure`, made for the room there is; `numbers` are those of the card where none are given.

    The numbers stand beside the figure where that leaves it room; where it has none on the whole slide, the table of
    the same numbers takes its place.
    """
    rows = rows_of(shown.filled.table)
    beside = [number(f) for f in shown.filled.headline[:MOST_NUMBERS]] if numbers is None else numbers

    def draw(canvas: Canvas, box: Box) -> None:
        if rows and not drawing.readable(figure(box), box):
            numbers_table(canvas, box, rows, shown.title)
        else:
            draw_figure(canvas, box, figure(box), rows)

    made = page(shown, draw, beside, title, method)
    return replace(made, fits=lambda room: drawing.readable(figure(room), room))


def message(view: str, sentence: str, missing: bool) -> Page:
    """The page of a view that has nothing to show: the sentence that says why; `missing` is what the trial lacks."""

    def draw(canvas: Canvas, box: Box) -> None:
        lines = wrap(sentence, 24, box.width)[:6]
        place = Box(box.left, box.top + 40, box.width, len(lines) * 24 * LEADING + 4)
        canvas.text("\n".join(lines), place, 24, INK, name="Reason")

    return Page(
        view,
        f"{view}: {'not in the data of this trial' if missing else 'nothing to show for these patients'}",
        draw,
        sentence,
        values=(sentence,),
    )


def page(shown: Shown, draw: Any, numbers: Sequence[Number], title: str = "", method: str = "") -> Page:
    """A page with what every view has: method, definitions and the numbers in words."""
    return Page(
        name=shown.title,
        title=title or title_of(shown),
        draw=draw,
        method=without_instructions(method or shown.filled.method),
        numbers=tuple(numbers),
        definitions=f"How to read this. {shown.explain}" if shown.explain else "",
        values=in_words(shown.filled.headline),
    )


def without_instructions(method: str) -> str:
    """A method without the sentences that tell a reader of the page what to click."""
    return " ".join(s for s in re.split(r"(?<=[.;]) ", method) if not s.startswith(("Click", "Drag", "Hover")))


def number(figure: Figure) -> Number:
    """A headline number of a card as one of a slide."""
    return Number(figure.value, (figure.label, figure.interval), figure.colour, figure.faint)


def in_words(headline: Sequence[Figure]) -> tuple[str, ...]:
    """The headline numbers as lines of the notes."""
    return tuple(f"{f.label}: {f.value}{f' ({f.interval})' if f.interval else ''}" for f in headline)


def title_of(shown: Shown) -> str:
    """The view and its first numbers as a sentence."""
    said = [f"{f.label} {f.value}{f' ({f.interval})' if f.interval else ''}" for f in shown.filled.headline[:2]]
    return f"{shown.title}: {'; '.join(said)}" if said else shown.title


def draw_figure(canvas: Canvas, box: Box, figure: dict[str, Any], rows: list[list[str]]) -> None:
    """`figure` as shapes, or the table of its numbers where it cannot be drawn."""
    try:
        with canvas.group("Figure"):
            drawing.draw(canvas, box, figure)
    except drawing.UnknownMarkError:
        numbers_table(canvas, box, rows, "Numbers")


def rows_of(component: Any) -> list[list[str]]:
    """The rows of the first table in a component, its head first."""
    found: list[list[str]] = []
    for part in _walk(component):
        if type(part).__name__ == "Table":
            found = [[_text(cell) for cell in _children(row)] for row in _walk(part) if type(row).__name__ == "Tr"]
            break
    most = max(map(len, found), default=0)
    return [row + [""] * (most - len(row)) for row in found]


def _children(component: Any) -> list[Any]:
    children = getattr(component, "children", None)
    return list(children) if isinstance(children, list | tuple) else [] if children is None else [children]


def _walk(component: Any) -> Any:
    if component is None or isinstance(component, str | int | float):
        return
    yield component
    for child in _children(component):
        yield from _walk(child)


def _text(component: Any) -> str:
    if component is None:
        return ""
    if isinstance(component, str | int | float):
        return str(component)
    return "".join(_text(child) for child in _children(component))


def table_width(rows: list[list[str]]) -> float:
    """How wide the table of `rows` is when none of its texts is shortened; heads are broken into lines."""
    return sum(_columns(rows))


def _columns(rows: list[list[str]]) -> list[float]:
    head, body = rows[0], rows[1:]
    wanted = [max(width(row[c], SMALLEST) for row in body or rows) + 2 * MARGIN + 14 for c in range(len(head))]
    words = [max(width(word, SMALLEST, True) for word in text.split() or [""]) + 2 * MARGIN + 2 for text in head]
    return [max(w, word, 64.0) for w, word in zip(wanted, words, strict=True)]


def numbers_table(canvas: Canvas, box: Box, rows: list[list[str]], name: str) -> None:
    """As many of `rows` as `box` has room for, as a real table; what is left out is said under it."""
    if not rows:
        return
    head, body = rows[0], rows[1:]
    wanted = _columns(rows)
    scale = min(1.0, box.width / sum(wanted))
    widths = [w * scale for w in wanted]
    if scale == 1.0:  # room to spare goes to the columns evenly, up to what their heads need
        spare = (box.width - sum(widths)) / len(widths)
        widths = [
            w + min(spare, max(0.0, width(text, SMALLEST, True) + 2 * MARGIN + 8 - w))
            for w, text in zip(widths, head, strict=True)
        ]
    heads = ["\n".join(fit(text, SMALLEST, w - 2 * MARGIN, 3, bold=True)) for text, w in zip(head, widths, strict=True)]
    high = max(text.count("\n") + 1 for text in heads) * SMALLEST * LEADING + 6
    most = int((box.height - high - 20) / ROW)
    kept = body[:most]
    cells = [[Cell(text, MUTED, True, "l" if c == 0 else "r") for c, text in enumerate(heads)]]
    cells += [[Cell(text, INK, False, "l" if c == 0 else "r") for c, text in enumerate(row)] for row in kept]
    table(canvas, box, widths, cells, [high, *[ROW] * len(kept)], name)
    if len(kept) < len(body):
        top = box.top + high + ROW * len(kept) + 3
        canvas.text(
            f"{len(kept)} of {len(body)} rows; all of them on the page.",
            Box(box.left, top, box.width, 17),
            SMALLEST,
            MUTED,
            name="Left out",
        )
