"""The first slide of a deck and its last: what trial it is, and by which methods its numbers were computed."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.enum.shapes import PP_PLACEHOLDER as KIND

from components.slides.house import House, body_of
from components.slides.measure import SMALLEST, fit, height, into, letters, wrap
from components.slides.page import NO_ADVICE, Page, Stamp, sentence
from components.slides.paint import Box, Canvas, Paragraph, Run, text_height
from components.slides.placeholders import place, remove, write
from components.theme import INK, MUTED

Pages = Sequence[tuple[Page, Stamp]]

OPENING_SIZES = (38.0, 34.0, 30.0, 26.0, 22.0, 20.0, 18.0)
GAP = 6.0
UNDER_SIZE = 16.0
METHODS = "Methods and data"
#: A body placeholder of a template may have margins of its own.
INSET = 16.0


def opening(house: House, pages: Pages) -> None:
    """The title slide: the trial, its patients, the source."""
    p = pages[0][1].provenance
    slide = house.deck.slides.add_slide(house.opening)
    registration = f" · {p.registration}" if p.registration else ""
    for placeholder in list(slide.placeholders):
        kind = placeholder.placeholder_format.type
        room = placeholder.width.pt - INSET
        if kind in (KIND.TITLE, KIND.CENTER_TITLE):
            with letters(house.title_face):
                size, lines = into(
                    p.title, OPENING_SIZES, room, max(placeholder.height.pt - INSET / 2, 30), 3, bold=True
                )
            write(placeholder, [(Run(" ".join(lines)),)], size)
        elif kind in (KIND.SUBTITLE, KIND.BODY, KIND.OBJECT):
            said = (
                (f"{p.trial}{registration}. {sentence(p.who)}.", False),
                (f"{p.patients.rstrip('.')}.", p.synthetic),
                (p.citation, False),
            )
            left = max(3, int((placeholder.height.pt - INSET / 2 - 2 * GAP) / height(1, UNDER_SIZE)))
            paragraphs = []
            for text, bold in said:
                broken = fit(text, UNDER_SIZE, room, left if text == p.citation else 2, bold) if text else []
                left -= len(broken)
                if broken:
                    paragraphs.append((Run(" ".join(broken), bold, INK if bold else None),))
            write(placeholder, paragraphs, UNDER_SIZE, MUTED, after=GAP)
        else:
            remove(placeholder)
    slide.notes_slide.notes_text_frame.text = "\n\n".join(
        part for part in (p.line(), p.note, f"Source: {p.citation}" if p.citation else "", NO_ADVICE) if part
    )


def methods(house: House, pages: Pages) -> None:
    """The last slide: the method of each view, what the patients are, the source; more slides where it is long."""
    room = house.body
    rest = _paragraphs(pages)
    while rest:
        taken, used = 0, 0.0
        for paragraph in rest:
            text = "".join(run.text for run in paragraph)
            needed = height(len(wrap(text, SMALLEST, room.width - INSET, bold=False)), SMALLEST) + GAP
            if taken and used + needed > room.height:
                break
            taken, used = taken + 1, used + needed
        _methods_slide(house, rest[:taken], pages)
        rest = rest[taken:]


def _methods_slide(house: House, paragraphs: Sequence[Paragraph], pages: Pages) -> None:
    slide = house.deck.slides.add_slide(house.content)
    body = house.body
    if house.own:
        top = house.title.top + text_height(1, 26) + 12
        body = Box(body.left, top, body.width, body.bottom - top)
    written = False
    for placeholder in list(slide.placeholders):
        kind = placeholder.placeholder_format.type
        if kind in (KIND.TITLE, KIND.CENTER_TITLE):
            write(placeholder, [(Run(METHODS),)], 26)
            if house.own:
                place(placeholder, Box(house.title.left, house.title.top, house.title.width, text_height(1, 26)))
        elif body_of(house.content) is not None and kind in (KIND.BODY, KIND.OBJECT):
            place(placeholder, body)
            write(placeholder, paragraphs, SMALLEST, MUTED, after=GAP)
            written = True
        else:
            remove(placeholder)
    if not written:
        Canvas(slide).text(paragraphs, body, SMALLEST, MUTED, name="Methods")
    slide.notes_slide.notes_text_frame.text = "\n".join(f"{page.name}: {stamp.link}" for page, stamp in _once(pages))


def _paragraphs(pages: Pages) -> list[Paragraph]:
    p = pages[0][1].provenance
    methods_ = [(Run(f"{page.name}. ", bold=True, colour=INK), Run(page.method)) for page, _ in _once(pages)]
    registration = f", {p.registration}" if p.registration else ""
    source = f"{p.trial}{registration}. {p.citation}"
    return [
        *methods_,
        (Run("Patients. ", bold=True, colour=INK), Run(f"{sentence(p.who)}.")),
        (
            Run(f"{p.patients.rstrip('.')}. ", bold=True, colour=INK),
            Run(p.note),
        ),
        (Run("Source. ", bold=True, colour=INK), Run(source)),
        (Run(f"trialboard {p.version}, data {p.data}. {NO_ADVICE}"),),
    ]


def _once(pages: Pages) -> list[tuple[Page, Stamp]]:
    """The first page of each view: a view may have several."""
    return list({page.name: (page, stamp) for page, stamp in reversed(pages)}.values())[::-1]
