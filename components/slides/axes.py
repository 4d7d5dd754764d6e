"""The axes of a figure dictionary on a slide: where a value stands, in points, and which ticks it has."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10
from typing import Any

from components.format import tick
from components.slides.paint import Box

Layout = dict[str, Any]


def numbers(values: Any) -> list[Any]:
    """The values of a trace as a plain list; arrays, tuples and single values alike."""
    if values is None:
        return []
    if hasattr(values, "tolist"):
        values = values.tolist()
    return list(values) if isinstance(values, Sequence) and not isinstance(values, str) else [values]


class Axis:
    """One axis: `name` is "x", "x2", "y" ...; the plot area has `box`."""

    def __init__(self, name: str, layout: Layout, box: Box, found: Sequence[Any]) -> None:
        self.name, self.horizontal = name, name.startswith("x")
        self.spec: Layout = layout.get(f"{name[0]}axis{name[1:]}", {})
        over = self.spec.get("overlaying")
        base = layout.get(f"{over[0]}axis{over[1:]}", {}) if over else {}
        low, high = self.spec.get("domain") or base.get("domain") or (0, 1)
        if self.horizontal:
            self.start, self.length = box.left + low * box.width, (high - low) * box.width
        else:
            self.start, self.length = box.bottom - low * box.height, -(high - low) * box.height
        self.visible = bool(self.spec.get("visible", True))
        self.categories = self._categories(found)
        self.log = self.spec.get("type") == "log"
        self.range = self._range(found)

    @property
    def ends(self) -> tuple[float, float]:
        """The two ends on the slide, ascending."""
        first, last = self.start, self.start + self.length
        return min(first, last), max(first, last)

    def _categories(self, found: Sequence[Any]) -> list[str]:
        declared = numbers(self.spec.get("categoryarray"))
        texts = [value for value in found if isinstance(value, str)]
        if not texts and self.spec.get("type") != "category":
            return []
        return list(dict.fromkeys([*declared, *map(str, (v for v in found if v is not None))]))

    def _range(self, found: Sequence[Any]) -> tuple[float, float]:
        given = numbers(self.spec.get("range"))
        if len(given) == 2 and None not in given:
            return float(given[0]), float(given[1])
        if self.categories:
            ends = (-0.5, len(self.categories) - 0.5)
        else:
            values = [
                self.scaled(v) for v in found if isinstance(v, int | float) and isfinite(v) and (not self.log or v > 0)
            ]
            low, high = (min(values), max(values)) if values else (0.0, 1.0)
            if self.spec.get("rangemode") in ("tozero", "nonnegative"):
                low, high = min(low, 0.0), max(high, 0.0)
            room = 0.05 * (high - low or 1.0)
            ends = (low - (room if low else 0), high + room)
        return (ends[1], ends[0]) if self.spec.get("autorange") == "reversed" else ends

    def scaled(self, value: Any) -> float:
        """A value of the data on the linear scale of the range."""
        if isinstance(value, str) and self.categories:
            return float(self.categories.index(value)) if value in self.categories else 0.0
        number = float(value)
        return (log10(number) if number > 0 else float("nan")) if self.log else number

    def at(self, scaled: float) -> float:
        """The place on the slide of a scaled value."""
        low, high = self.range
        return self.start + (scaled - low) / ((high - low) or 1) * self.length

    def place(self, value: Any) -> float | None:
        """The place of a value of the data; None where there is none."""
        if value is None:
            return None
        scaled = self.scaled(value)
        return self.at(scaled) if isfinite(scaled) else None

    def ticks(self) -> list[tuple[float, str]]:
        """Places and words of the ticks inside the range."""
        low, high = sorted(self.range)
        values = numbers(self.spec.get("tickvals"))
        if values:
            words = numbers(self.spec.get("ticktext")) or [self._words(v) for v in values]
            found = [(self.scaled(v), str(w)) for v, w in zip(values, words, strict=False)]
        elif self.categories:
            found = [(float(i), name) for i, name in enumerate(self.categories)]
        else:
            found = [(v, self._words(10**v if self.log else v)) for v in self._steps(low, high)]
        slack = 1e-6 * (high - low)
        return [(self.at(v), words) for v, words in found if low - slack <= v <= high + slack]

    def _words(self, value: Any) -> str:
        text = value if isinstance(value, str) else tick(float(value)).replace("-", "−")
        return f"{self.spec.get('tickprefix', '')}{text}{self.spec.get('ticksuffix', '')}"

    def _steps(self, low: float, high: float) -> list[float]:
        span = high - low or 1.0
        step = self.spec.get("dtick")
        if not isinstance(step, int | float):
            if self.log and span > 0.9:
                step = 1.0
            else:
                most = int(self.spec.get("nticks") or 6)
                raw = span / max(most, 1)
                power = 10 ** floor(log10(raw))
                step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
        first = float(self.spec.get("tick0") or 0)
        start = ceil((low - first) / step - 1e-9)
        return [round(first + k * step, 10) for k in range(start, start + 60) if first + k * step <= high + 1e-9 * span]
