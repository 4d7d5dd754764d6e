"""What goes onto one slide: the page that a view makes, and the stamp of where its numbers come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.provenance import Provenance
from components.card import Filled
from components.slides.paint import Box, Canvas

#: Said on every presentation.
NO_ADVICE = "For teaching and research; not medical advice."

Draw = Callable[[Canvas, Box], None]


@dataclass(frozen=True)
class Number:
    """A number large enough for the back row: its value, up to three lines under it, and the colour of its arm."""

    value: str
    caption: tuple[str, ...]
    colour: str | None = None
    faint: bool = False


@dataclass(frozen=True)
class Page:
    """What a view says on one slide.

    `name` is that of the view. `title` is a sentence that states the quantity; `draw` fills the box it is given;
    `numbers` stand at its right where what is drawn `fits` into the room they leave. `method` is printed in the
    footer, and `definitions` in the notes, with `values`: the numbers of the slide in words.
    """

    name: str
    title: str
    draw: Draw
    method: str
    numbers: Sequence[Number] = ()
    definitions: str = ""
    values: Sequence[str] = field(default_factory=tuple)
    fits: Callable[[Box], bool] = lambda room: True


@dataclass(frozen=True, eq=False)
class Shown:
    """What a view shows for a link: its result and options, the content of its card, and how to read it.

    `everyone` is the result of the whole population behind that of a cohort; `room` is the least that a page has.
    """

    view: str
    title: str
    result: Any
    options: Any
    filled: Filled
    room: Box
    explain: str = ""
    everyone: Any = None


@dataclass(frozen=True)
class Stamp:
    """Where the numbers of a page come from, and the link that restores its view."""

    provenance: Provenance
    link: str


def sentence(words: str) -> str:
    """`words` with a capital at their start."""
    return words[:1].upper() + words[1:]
