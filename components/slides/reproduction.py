"""The slide that holds the trial against its paper: for each section, how many printed numbers are recomputed."""

from __future__ import annotations

from dataclasses import replace

from analysis.reproduction import Reproduction
from components.slides import generic
from components.slides.page import Number, Page, Shown
from components.slides.paint import Box, Canvas

#: The tiers of numbers that the report itself prints, as the page counts them.
OWN = ("exact", "rounding", "conditional")


def pages(shown: Shown) -> list[Page]:
    """The score, and a table of the sections."""
    result: Reproduction = shown.result
    own = [score for score in result.scores if score.tier in OWN]
    agree, total = sum(score.agree for score in own), sum(score.n for score in own)
    rows = [["Section of the report", "Numbers", "Equal", "Close", "Differ", "Not comparable"]]
    for section in result.sections:
        lights = [row.light for row in result.rows if row.section == section]
        counts = (lights.count(name) for name in ("equal", "within", "differs", "not_comparable"))
        rows.append([section, str(len(lights)), *map(str, counts)])

    def draw(canvas: Canvas, box: Box) -> None:
        generic.numbers_table(canvas, box, rows, "Published and recomputed numbers")

    differ = sum(score.differs for score in own)
    numbers = [
        Number(f"{agree} of {total}", ("of the report’s numbers agree", "with those recomputed here")),
        Number(str(differ), ("differ",)),
    ]
    title = f"{agree} of {total} numbers printed in the report are recomputed from the patients shown here"
    page = generic.page(shown, draw, numbers, title)
    return [replace(page, fits=lambda room: room.width >= generic.table_width(rows))]
