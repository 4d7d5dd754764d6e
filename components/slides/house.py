"""The presentation that slides are put into: our own plain one, or a department's template with its layouts.

Our own is python-pptx's default, made 16:9 with the colours of the page and a font that every computer has.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Emu, Pt

from components.slides.paint import Box
from components.theme import ARM_COLOURS, INK, MUTED, PAPER, RULE

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 45.0
#: Of every slide of our own: the title, and what is under it.
TITLE = Box(MARGIN, 26, WIDTH - 2 * MARGIN, 64)
BODY = Box(MARGIN, 94, WIDTH - 2 * MARGIN, 440)
#: Of the first slide.
OPENING = Box(MARGIN, 150, WIDTH - 2 * MARGIN, 100)
UNDER = Box(MARGIN, 262, WIDTH - 2 * MARGIN, 190)
FACE = "Arial"
TITLE_SIZE = 26.0

_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


@dataclass(frozen=True)
class House:
    """An empty presentation, its layouts of the first and of every other slide, and where a slide's things stand.

    `own` says that it is ours: then titles are placed by us, else where the template has them.
    """

    deck: Deck
    opening: SlideLayout
    content: SlideLayout
    own: bool

    @property
    def face(self) -> str:
        """The font of texts in the theme."""
        return _theme_font(self.deck, "minorFont")

    @property
    def title_face(self) -> str:
        """The font of titles in the theme."""
        return _theme_font(self.deck, "majorFont")

    @property
    def title(self) -> Box:
        """Where the title of a slide stands."""
        return _box(_of_kind(self.content, KIND.TITLE, KIND.CENTER_TITLE)) or TITLE

    @property
    def body(self) -> Box:
        """What is under the title: the place of the layout's body, or what the title leaves of the slide."""
        place = _box(body_of(self.content))
        if place is not None:
            return place
        size = self.size
        top = self.title.bottom + 6
        return Box(MARGIN, top, size.width - 2 * MARGIN, size.height - top - 20)

    @property
    def size(self) -> Box:
        """The slide itself."""
        return Box(0, 0, Emu(self.deck.slide_width or 0).pt, Emu(self.deck.slide_height or 0).pt)


class BadTemplateError(Exception):
    """The template cannot be opened, or has no layout with a title."""


def open_house(template: Path | None) -> House:
    """Our own presentation, or an empty one made from `template`."""
    if template is None:
        return _own()
    try:
        deck = Presentation(str(template))
    except Exception as error:
        raise BadTemplateError(f"The slide template {template.name} cannot be opened: {error}") from error
    _empty(deck)
    layouts = list(deck.slide_layouts)
    titled = [layout for layout in layouts if _of_kind(layout, KIND.TITLE, KIND.CENTER_TITLE) is not None]
    if not titled:
        raise BadTemplateError(f"The slide template {template.name} has no layout with a title.")
    return House(deck, max(titled, key=_opening_fit), max(titled, key=_content_fit), own=False)


def body_of(layout: SlideLayout) -> Any:
    """The one placeholder for text or anything under the title; None where there is none or there are several."""
    found = _bodies(layout)
    return found[0] if len(found) == 1 else None


def _bodies(layout: SlideLayout) -> list[Any]:
    return [p for p in layout.placeholders if p.placeholder_format.type in (KIND.BODY, KIND.OBJECT)]


def _content_fit(layout: SlideLayout) -> tuple[int, ...]:
    """How well a layout serves a view: a title over one body as wide as the slide, and nothing else."""
    body = body_of(layout)
    kinds = [p.placeholder_format.type for p in layout.placeholders]
    plain = KIND.TITLE in kinds
    anything = body is not None and body.placeholder_format.type == KIND.OBJECT
    area = 0 if body is None else int(Emu(body.width).pt * Emu(body.height).pt)
    extra = sum(kind in (KIND.PICTURE, KIND.CHART, KIND.TABLE, KIND.SUBTITLE) for kind in kinds)
    return (int(plain), -extra, int(body is not None), int(anything), area)


def _opening_fit(layout: SlideLayout) -> tuple[int, ...]:
    kinds = [p.placeholder_format.type for p in layout.placeholders]
    return (int(KIND.CENTER_TITLE in kinds), int(KIND.SUBTITLE in kinds), -len(kinds))


def _of_kind(layout: SlideLayout, *kinds: KIND) -> Any:
    return next((p for p in layout.placeholders if p.placeholder_format.type in kinds), None)


def _theme_font(deck: Deck, which: str) -> str:
    part: Any = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    found = re.search(rf'<a:{which}>.*?<a:latin[^>]*typeface="([^"]*)"', part.blob.decode(), flags=re.S)
    return found.group(1) if found else ""


def _box(placeholder: Any) -> Box | None:
    if placeholder is None or placeholder.width is None:
        return None
    return Box(*(Emu(value).pt for value in (placeholder.left, placeholder.top, placeholder.width, placeholder.height)))


def _empty(deck: Deck) -> None:
    """Remove the sample slides of a template, and the parts of the file that hold them."""
    listed = deck.slides._sldIdLst
    for entry in list(listed):
        deck.part.drop_rel(entry.rId)
        listed.remove(entry)


def _own() -> House:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    opening, content = deck.slide_layouts[0], deck.slide_layouts[1]
    for layout in list(deck.slide_layouts)[2:]:
        deck.slide_layouts.remove(layout)
    _theme(deck)
    _styles(deck)
    for place, (title, under) in (
        (opening, (OPENING, UNDER)),
        (content, (TITLE, BODY)),
        (deck.slide_master, (TITLE, BODY)),
    ):
        for placeholder in list(place.placeholders):
            kind = placeholder.placeholder_format.type
            if kind in (KIND.TITLE, KIND.CENTER_TITLE):
                _put(placeholder, title)
            elif kind in (KIND.BODY, KIND.OBJECT, KIND.SUBTITLE):
                _put(placeholder, under)
            else:  # date, footer and number are ours to write
                placeholder._element.getparent().remove(placeholder._element)
    return House(deck, opening, content, own=True)


def _put(placeholder: Any, box: Box) -> None:
    placeholder.left, placeholder.top = Pt(box.left), Pt(box.top)
    placeholder.width, placeholder.height = Pt(box.width), Pt(box.height)
    properties = placeholder.text_frame._txBody.bodyPr
    for side in ("lIns", "tIns", "rIns", "bIns"):
        properties.set(side, "0")
    properties.set("anchor", "t")
    for child in list(properties):
        properties.remove(child)
    style = placeholder.text_frame._txBody.find("{*}lstStyle")
    if style is not None:
        for child in list(style):
            style.remove(child)


def _theme(deck: Deck) -> None:
    """The colours and the font of the page as those of the theme, so that a change of theme changes the slides."""
    colours = {"dk1": INK, "lt1": PAPER, "dk2": MUTED, "lt2": RULE}
    colours |= {f"accent{i}": colour for i, colour in enumerate(ARM_COLOURS, start=1)}
    colours |= {"hlink": ARM_COLOURS[0], "folHlink": MUTED}
    scheme = "".join(f'<a:{name}><a:srgbClr val="{value[1:].upper()}"/></a:{name}>' for name, value in colours.items())
    fonts = "".join(
        f'<a:{name}><a:latin typeface="{FACE}"/><a:ea typeface=""/><a:cs typeface=""/></a:{name}>'
        for name in ("majorFont", "minorFont")
    )
    part: Any = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = part.blob.decode()
    text = re.sub(
        r"<a:clrScheme.*?</a:clrScheme>", f'<a:clrScheme name="trialboard">{scheme}</a:clrScheme>', text, flags=re.S
    )
    text = re.sub(
        r"<a:fontScheme.*?</a:fontScheme>", f'<a:fontScheme name="trialboard">{fonts}</a:fontScheme>', text, flags=re.S
    )
    part._blob = text.encode()


def _styles(deck: Deck) -> None:
    """Titles bold and at the left, bodies without bullets."""
    styles = deck.slide_master._element.find("{*}txStyles")
    title = styles.find("{*}titleStyle/{*}lvl1pPr")
    title.set("algn", "l")
    properties = title.find("{*}defRPr")
    properties.set("sz", str(round(100 * TITLE_SIZE)))
    properties.set("b", "1")
    body = styles.find("{*}bodyStyle/{*}lvl1pPr")
    for name in ("marL", "indent"):
        body.set(name, "0")
    for child in [c for c in body if c.tag.endswith(("buFont", "buChar"))]:
        body.remove(child)
    properties = body.find("{*}defRPr")
    properties.set("sz", "1600")
    properties.addprevious(deepcopy(parse_xml(f"<a:buNone {_A}/>")))
