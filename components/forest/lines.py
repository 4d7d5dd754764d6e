"""What a forest is made of: its lines, its columns of texts, and its axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.estimate import Estimate
from components.theme import MUTED


@dataclass(frozen=True)
class Line:
    """A line of the forest: an estimate with its texts, or the heading of those that follow.

    `note` stands in grey after the label; `cells` under the columns; `text` at the right. `estimate` is None where
    there is nothing to draw. `click` is sent as customdata.
    """

    label: str
    text: str
    cells: tuple[str, ...] = ()
    estimate: Estimate | None = None
    heading: bool = False
    note: str = ""
    faint: bool = False
    chosen: bool = False
    click: str = ""
    hover: str = ""


@dataclass(frozen=True)
class Column:
    """A column of texts between label and plot, right-aligned in `width` pixels.

    On a phone there are no columns: the first cell of a line stands after its label.
    """

    title: str
    width: int
    colour: str = MUTED


@dataclass(frozen=True)
class Axis:
    """The axis of the estimates: of ratios (no effect at 1) or of differences (at 0).

    `factor` multiplies a difference for the axis. The two captions, (text, colour), say whom each side favours. The
    squares are as large as the information of their estimates if `weighted`, which needs estimates of one scale.
    """

    kind: Literal["ratio", "difference"]
    left: tuple[str, str]
    right: tuple[str, str]
    factor: float = 1
    weighted: bool = True
