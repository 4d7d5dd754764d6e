"""Where to write the name of a curve: beside it, clear of every curve and of every other name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

#: About the size of a letter and of a line of the names, in pixels.
LETTER, LEADING = 7.6, 18.0
#: Kept free between a name and its curve, for the censor marks.
GAP = 5.0
#: Places tried along a curve, and points at which the curves are read under each.
PLACES, READINGS = 30, 13


@dataclass(frozen=True, eq=False)
class Line:
    """A step curve to be named: times ascending from 0, heights holding until the next time."""

    name: str
    time: Points
    height: Points

    def at(self, x: Points) -> Points:
        """Heights at `x`; after the last time the last height."""
        heights: Points = self.height[np.maximum(np.searchsorted(self.time, x, side="right") - 1, 0)]
        return heights


@dataclass(frozen=True)
class Box:
    """A rectangle in axis units."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


def place_labels(
    lines: Sequence[Line], right: float, top: float, width: float, height: float, occupied: Sequence[Box] = ()
) -> list[Box]:
    """A box for the name of each line inside the axes [0, right] x [0, top] drawn on `width` x `height` pixels.

    Tries boxes just above and just below each curve and keeps the cheapest: crossed by no curve, overlapping no
    earlier name and nothing in `occupied`, nearer to its own curve than to another, on a flat stretch far to the
    right where the curve has not ended.
    """
    taken = list(occupied)
    for line in lines:
        half_width = len(line.name) * LETTER / 2 * right / width
        half_height = LEADING / 2 * top / height
        x = np.linspace(right - half_width, half_width + 0.05 * right, PLACES)
        edges = x[:, None] + np.linspace(-half_width, half_width, READINGS)
        own = line.at(edges)
        others = [other.at(edges) for other in lines if other is not line]
        away = half_height + GAP * top / height
        above, below = own.max(axis=1) + away, own.min(axis=1) - away
        y = np.concatenate([above, below])
        twice = np.concatenate([np.arange(PLACES), np.arange(PLACES)])
        x, own = x[twice], own[twice]
        cost = 100.0 * ((y < half_height) | (y > top - half_height))
        distance = np.full(len(y), top)
        for heights in (other[twice] for other in others):
            inside = (heights > y[:, None] - half_height) & (heights < y[:, None] + half_height)
            cut = (heights.max(axis=1) > y) & (heights.min(axis=1) < y)
            cost += 100.0 * (inside.mean(axis=1) + cut)
            distance = np.minimum(distance, np.abs(heights - y[:, None]).mean(axis=1))
        for box in taken:
            beside = (x + half_width <= box.left) | (x - half_width >= box.right)
            apart = (y + half_height <= box.bottom) | (y - half_height >= box.top)
            cost += 100.0 * ~(beside | apart)
        cost += 4.0 * (distance < 1.5 * np.abs(own - y[:, None]).mean(axis=1)) + 2.0 * (x > line.time[-1])
        cost += 3.0 * (own.max(axis=1) - own.min(axis=1)) / top + 0.6 * (right - x) / right
        best = int(cost.argmin())
        taken.append(
            Box(
                float(x[best] - half_width),
                float(x[best] + half_width),
                float(y[best] - half_height),
                float(y[best] + half_height),
            )
        )
    return taken[len(occupied) :]
