"""Text into the placeholders of a layout, which have a place, a font and a colour of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.util import Pt

from components.slides.paint import NAMESPACES, Box, Paragraph, printable, solid


def place(placeholder: Any, box: Box) -> None:
    """Move a placeholder to `box`, its text at the top without a margin."""
    placeholder.left, placeholder.top, placeholder.width, placeholder.height = (
        Pt(value) for value in (box.left, box.top, box.width, box.height)
    )
    frame = placeholder.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.word_wrap = True


def write(
    placeholder: Any, paragraphs: Sequence[Paragraph], size: float, colour: str | None = None, after: float = 0
) -> None:
    """Text into a placeholder, in its own font; `after` is the space under each paragraph."""
    frame = placeholder.text_frame
    frame.clear()
    for i, paragraph in enumerate(paragraphs):
        target = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        target.space_before, target.space_after = Pt(0), Pt(after)
        properties = target._p.get_or_add_pPr()
        properties.set("marL", "0")
        properties.set("indent", "0")
        properties.append(parse_xml(f"<a:buNone {NAMESPACES}/>"))
        for run in paragraph:
            piece = target.add_run()
            piece.text, piece.font.size = printable(run.text), Pt(size)
            if run.bold:
                piece.font.bold = True
            wanted = run.colour or colour
            if wanted:
                fill = solid(wanted).replace("<a:solidFill>", f"<a:solidFill {NAMESPACES}>", 1)
                piece.font._element.insert(0, parse_xml(fill))


def remove(placeholder: Any) -> None:
    """Take a placeholder that stays empty off the slide: it would ask to be filled."""
    placeholder._element.getparent().remove(placeholder._element)
