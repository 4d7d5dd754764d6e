"""How wide words are, and how they are broken or shortened to fit: measured, so that no text leaves its box.

The widths are those of Inter, which lies with the page. The slides themselves are set in the theme's font, as a rule
Arial or Calibri: both are narrower, so what fits here fits there. `letters` says that a template has another font:
one that is not known to be as narrow is measured wider, one of equal letters by their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONT = Path(__file__).resolve().parents[2] / "assets" / "fonts" / "InterVariable.woff2"
#: Letters are measured at this size.
UNIT = 100
REGULAR, BOLD = 400, 650
#: The height of a line, as a multiple of the size of its letters.
LEADING = 1.18
#: No text of a slide is smaller, in points.
SMALLEST = 14.0


@dataclass(frozen=True)
class Face:
    """How wide the letters of a font are beside those of Inter; of a font of equal letters, `each` in its size."""

    regular: float = 1.0
    bold: float = 1.0
    each: float = 0.0


#: Fonts no wider than Inter, by their name; every other is taken to be as wide as Verdana or DejaVu Sans.
NARROW = (
    "aptos", "arial", "calibri", "cambria", "candara", "carlito", "constantia", "corbel", "garamond", "helvetica",
    "inter", "lato", "liberation", "roboto", "segoe", "source", "tahoma", "times", "trebuchet",
)  # fmt: skip
FIXED = ("courier", "consolas", "mono", "menlo")
INTER, WIDE = Face(), Face(1.13, 1.22)

#: The font that the texts of a deck are measured in while it is made: each thread and request has its own.
_FACE: ContextVar[Face] = ContextVar("face", default=INTER)


def face(name: str) -> Face:
    """The font called `name`."""
    words = name.lower().split()
    if any(fixed in name.lower() for fixed in FIXED):
        return Face(each=0.602)
    black = {"black", "heavy", "wide", "extended"} & set(words)
    return INTER if words and words[0] in NARROW and not black else WIDE


@contextmanager
def letters(name: str) -> Iterator[None]:
    """Everything measured meanwhile is set in the font called `name`."""
    token = _FACE.set(face(name))
    try:
        yield
    finally:
        _FACE.reset(token)


#: Inter has a narrow 1, other fonts have none: every digit is measured as the widest.
_DIGITS = str.maketrans("123456789", "000000000")


@lru_cache(maxsize=2)
def _font(weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONT), UNIT)
    font.set_variation_by_axes([14, weight])
    return font


@lru_cache(maxsize=4096)
def _length(text: str, weight: int) -> float:
    return float(_font(weight).getlength(text)) / UNIT


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide `text` is on one line."""
    set_in = _FACE.get()
    found = _length(text.translate(_DIGITS), BOLD if bold else REGULAR) * (set_in.bold if bold else set_in.regular)
    return max(found, set_in.each * len(text)) * size


def height(lines: int, size: float) -> float:
    """How high so many lines are."""
    return lines * size * LEADING


def wrap(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """`text` broken between words into lines of at most `room`; a word that is longer is broken too."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, bold) <= room:
            lines[-1] = joined
            continue
        rest = word
        while width(rest, size, bold) > room and len(rest) > 1:
            kept = next((k for k in range(len(rest) - 1, 1, -1) if width(rest[:k], size, bold) <= room), 1)
            lines.append(rest[:kept])
            rest = rest[kept:]
        lines.append(rest)
    return lines or [""]


def shorten(text: str, size: float, room: float, bold: bool = False) -> str:
    """`text` on one line of `room`, cut with an ellipsis where it is longer."""
    if width(text, size, bold) <= room:
        return text
    kept = next((k for k in range(len(text) - 1, 0, -1) if width(f"{text[:k].rstrip()}…", size, bold) <= room), 0)
    return f"{text[:kept].rstrip()}…"


def fit(text: str, size: float, room: float, most: int, bold: bool = False) -> list[str]:
    """`text` in at most `most` lines of `room`, the last one cut with an ellipsis where there is more."""
    lines = wrap(text, size, room, bold)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), size, room, bold)]


def largest(text: str, sizes: Sequence[float], room: float, most: int, bold: bool = False) -> float:
    """The first of `sizes` at which `text` fits into `most` lines of `room`; the last where it fits at none."""
    return next((size for size in sizes if len(wrap(text, size, room, bold)) <= most), sizes[-1])


def into(text: str, sizes: Sequence[float], room: float, high: float, most: int, bold: bool) -> tuple[float, list[str]]:
    """The first of `sizes` at which `text` fits into `room` by `high`, on at most `most` lines, and its lines."""
    for size in sizes:
        lines = max(1, min(most, int(high / (size * LEADING))))
        if len(wrap(text, size, room, bold)) <= lines:
            break
    return size, fit(text, size, room, lines, bold)
