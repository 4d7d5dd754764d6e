"""A presentation of pages: title slide, pages, methods; each with its title, its footer and its notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.slide import Slide

from analysis.provenance import Provenance
from components.slides import ends
from components.slides.ends import INSET
from components.slides.house import House, body_of
from components.slides.measure import SMALLEST, fit, height, into, largest, letters, shorten, width, wrap
from components.slides.page import NO_ADVICE, Number, Page, Stamp, sentence
from components.slides.paint import Box, Canvas, Run, text_height
from components.slides.placeholders import place, remove, write
from components.theme import INK, MUTED, RULE

TITLE_SIZES = (26.0, 24.0, 22.0, 20.0)
#: In the title of a template, which may be low or set in a wide font.
LENT_SIZES = (*TITLE_SIZES, 18.0, 16.0, SMALLEST)
SUBTITLE_SIZE = 16.0
FOOTER_LINES = 3
#: Between the line under the title and the page, the page and the rule of the footer, the rule and the footer.
STRIP_GAP, PAGE_GAP, RULE_GAP = 10.0, 8.0, 7.0
#: The column of the numbers: never more than this share of the slide, as on one of 4:3.
NUMBERS_WIDTH, NUMBERS_SHARE, NUMBERS_GAP = 226.0, 0.27, 28.0
VALUE_SIZES = (36.0, 32.0, 28.0, 24.0, 20.0)


def least_room(house: House) -> Box:
    """What is left of a slide for its page where title and footer are as high as they may be."""
    body = house.body
    if house.own:
        under = house.title.top + height(2, TITLE_SIZES[0]) + 4
        body = Box(body.left, under, body.width, body.bottom - under)
    top = body.top + text_height(1, SUBTITLE_SIZE) + STRIP_GAP
    bottom = body.bottom - text_height(FOOTER_LINES, SMALLEST) - RULE_GAP - PAGE_GAP
    return Box(body.left, top, body.width, bottom - top)


def deck(house: House, pages: Sequence[tuple[Page, Stamp]], whole: bool = False) -> Any:
    """Fill the empty presentation of `house` with `pages`; `whole` puts a title slide before and the methods behind."""
    with letters(house.face):
        if whole:
            ends.opening(house, pages)
        for page, stamp in pages:
            _slide(house, page, stamp)
        if whole:
            ends.methods(house, pages)
    first = pages[0][1].provenance
    properties = house.deck.core_properties
    properties.title = f"{first.trial}: {first.title}"[:250]
    properties.author, properties.comments = f"trialboard {first.version}", first.line()[:250]
    properties.subject = first.who[:250]
    return house.deck


def as_bytes(presentation: Any) -> bytes:
    """The file of a presentation."""
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def _slide(house: House, page: Page, stamp: Stamp) -> None:
    slide = house.deck.slides.add_slide(house.content)
    canvas = Canvas(slide)
    body = _head(house, slide, page.title, _subtitle(stamp.provenance))
    foot = _footer(canvas, stamp.provenance, page.method, body)
    room = Box(body.left, body.top, body.width, foot - PAGE_GAP - body.top)
    wide = min(NUMBERS_WIDTH, NUMBERS_SHARE * room.width)
    beside = Box(room.left, room.top, room.width - wide - NUMBERS_GAP, room.height)
    if page.numbers and page.fits(beside):
        _numbers(canvas, page.numbers, Box(room.right - wide, room.top, wide, room.height))
        room = beside
    page.draw(canvas, room)
    slide.notes_slide.notes_text_frame.text = notes(page, stamp)


def _head(house: House, slide: Slide, title: str, subtitle: Sequence[Run]) -> Box:
    """Fill the title and body placeholders of `slide`; what is left under them."""
    at, body = house.title, house.body
    with letters(house.title_face):
        if house.own:
            size, lines = into(title, TITLE_SIZES, at.width, at.height, 2, bold=True)
        else:
            size, lines = into(title, LENT_SIZES, at.width - INSET, at.height - INSET / 2, 3, bold=True)
    if house.own:  # a title of one line leaves the rest of its room to the figure
        top = at.top + height(len(lines), size) + 4
        body = Box(body.left, top, body.width, body.bottom - top)
    strip = Box(body.left, body.top, body.width, text_height(1, SUBTITLE_SIZE))
    for placeholder in list(slide.placeholders):
        kind = placeholder.placeholder_format.type
        if kind in (KIND.TITLE, KIND.CENTER_TITLE):
            write(placeholder, [(Run(" ".join(lines)),)], size)
            if house.own:
                place(placeholder, Box(at.left, at.top, at.width, text_height(len(lines), size)))
        elif body_of(house.content) is not None and kind in (KIND.BODY, KIND.OBJECT):
            place(placeholder, strip)
            write(placeholder, [tuple(_cut(subtitle, strip.width))], SUBTITLE_SIZE, MUTED)
            subtitle = ()
        else:
            remove(placeholder)
    if subtitle:  # a layout without a body
        Canvas(slide).text([tuple(_cut(subtitle, strip.width))], strip, SUBTITLE_SIZE, MUTED, name="Patients")
    top = strip.bottom + STRIP_GAP
    return Box(body.left, top, body.width, body.bottom - top)


def _cut(runs: Sequence[Run], room: float) -> list[Run]:
    """Runs on one line of `room`."""
    kept: list[Run] = []
    for run in runs:
        left = room - sum(width(k.text, SUBTITLE_SIZE, k.bold) for k in kept)
        text = shorten(run.text, SUBTITLE_SIZE, left, run.bold)
        kept.append(Run(text, run.bold, run.colour))
        if text != run.text:
            break
    return kept


def _subtitle(provenance: Provenance) -> list[Run]:
    """Trial and patients under the title; an exploratory cohort says so first."""
    if not provenance.exploratory:
        return [Run(f"{provenance.trial}, {provenance.who}")]
    return [Run(f"{provenance.trial}, "), Run(provenance.cohort, bold=True, colour=INK)]


def _footer(canvas: Canvas, provenance: Provenance, method: str, body: Box) -> float:
    """The rule and the line of provenance at the bottom of `body`; the height of the rule."""
    start, rest = footer(provenance, method, body.width)
    lines = len(wrap(f"{start}{rest}", SMALLEST, body.width))
    top = body.bottom - text_height(lines, SMALLEST)
    rule = top - RULE_GAP
    with canvas.group("Provenance"):
        canvas.line([(body.left, rule), (body.right, rule)], RULE, 1, name="Rule")
        canvas.text(
            [(Run(start, bold=provenance.synthetic), Run(rest))],
            Box(body.left, top, body.width, text_height(lines, SMALLEST)),
            SMALLEST,
            MUTED,
            name="Provenance",
        )
    return rule


def footer(provenance: Provenance, method: str, room: float) -> tuple[str, str]:
    """The line of provenance in two parts: what the patients are, then trial, cohort, method, version and data.

    The method is shortened where they do not fit into the footer, last clause first; the notes have it in full.
    """
    source = (
        f"{provenance.trial} ({shorten(provenance.source, SMALLEST, room / 2)})"
        if provenance.source
        else provenance.trial
    )
    start = f"{provenance.patients.rstrip('.')}. "
    tail = f"trialboard {provenance.version}, data {provenance.data}."
    clauses = _clauses(method)
    who = [provenance.who, provenance.cohort or provenance.population]
    for said in (*who, shorten(who[-1], SMALLEST, room * 0.9)):
        for kept in range(len(clauses), 0, -1):
            words = "".join(clauses[:kept]).rstrip(" ;,.")
            rest = f"{source}. {sentence(said)}. {words}{'.' if kept == len(clauses) else ' …'} {tail}"
            if len(wrap(f"{start}{rest}", SMALLEST, room * 0.97)) <= FOOTER_LINES:
                return start, rest
    short = shorten(" ".join(clauses), SMALLEST, room * 0.6)
    return (
        start,
        f"{shorten(source, SMALLEST, room * 0.5)}. {shorten(sentence(who[-1]), SMALLEST, room * 0.8)}. {short} {tail}",
    )


def _clauses(method: str) -> list[str]:
    """The clauses of a method, each with the sign and space behind it."""
    sentences = [s for s in method.replace("; ", ";\0 ").replace(". ", ".\0 ").split("\0") if s.strip()]
    return sentences or [""]


def _numbers(canvas: Canvas, numbers: Sequence[Number], box: Box) -> None:
    """The numbers one under the other, each with its caption; smaller where there are many."""
    for sizes, lines in ((VALUE_SIZES, 3), (VALUE_SIZES[2:], 2), (VALUE_SIZES[3:], 2), (VALUE_SIZES[4:], 1)):
        blocks = [_block(number, sizes, lines, box.width) for number in numbers]
        if sum(h for *_, h in blocks) + 8 * (len(blocks) - 1) <= box.height:
            break
    while sum(h for *_, h in blocks) + 4 * (len(blocks) - 1) > box.height:
        blocks.pop()
    spare = box.height - sum(h for *_, h in blocks)
    gap = min(26.0, spare / max(1, len(blocks) - 1)) if len(blocks) > 1 else 0
    top = box.top
    for number, (value, size, caption, tall) in zip(numbers, blocks, strict=False):
        colour = MUTED if number.faint else number.colour or INK
        high = text_height(1, size)
        with canvas.group(f"{number.value}, {' '.join(number.caption)}"):
            canvas.text(value, Box(box.left, top, box.width, high), size, colour, bold=True, name="Number")
            canvas.text(
                "\n".join(caption),
                Box(box.left, top + high + 2, box.width, text_height(len(caption), SMALLEST)),
                SMALLEST,
                MUTED,
                name="Caption",
            )
        top += tall + gap


def _block(number: Number, sizes: Sequence[float], most: int, room: float) -> tuple[str, float, list[str], float]:
    """The value, its size, the lines of its caption, and the height of all."""
    size = largest(number.value, sizes, room, 1, bold=True)
    value = shorten(number.value, size, room, bold=True)
    caption: list[str] = []
    for part in number.caption:
        left = most - len(caption)
        if part and left > 0:
            caption += fit(part, SMALLEST, room, left)
    return value, size, caption, text_height(1, size) + 2 + text_height(len(caption), SMALLEST)


def notes(page: Page, stamp: Stamp) -> str:
    """What the speaker reads: the numbers, how to read them, the method in full, the source, and the way back."""
    p = stamp.provenance
    registration = f" ({p.registration})" if p.registration else ""
    parts = [
        page.title,
        "\n".join(page.values),
        page.definitions,
        f"Method: {page.method}" if page.method else "",
        f"Patients: {sentence(p.who)}.",
        f"{p.patients.rstrip('.')}. {p.note}".strip(),
        f"Source: {p.trial}{registration}. {p.citation}".strip(),
        f"Open this view: {stamp.link}",
        f"trialboard {p.version}, data {p.data}. {NO_ADVICE}",
    ]
    return "\n\n".join(part for part in parts if part)
