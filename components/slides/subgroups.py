"""The slide of the subgroups: a real table of the groups, with their estimates and intervals drawn beside its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, log, sqrt

from analysis.estimate import Estimate, NotEstimable
from analysis.subgroups import Row, Section, SubgroupsResult
from components import subgroups
from components.forest.frame import Scale
from components.forest.lines import Axis
from components.format import count, interval_of, p_value, percent, tick, value_of, with_interval
from components.slides import generic
from components.slides.measure import LEADING, SMALLEST, shorten, width
from components.slides.page import Page, Shown
from components.slides.paint import Box, Canvas
from components.slides.table import MARGIN, Cell, table
from components.theme import INK, MUTED, arm_ink

ROW, HEAD, FOOT = 18.5, SMALLEST * LEADING + 6, 40.0
BAND = "#f8fafb"
FAINT, NO_EFFECT = "#8a95a1", "#b3bcc5"
SQUARE, LEAST = 13.0, 5.0
#: Least space between the numbers of the axis.
TICK_GAP = 4.0
#: Least width of the plot, and on a slide too narrow for all columns; least of the names of the levels.
PLOT, NARROW_PLOT, LEVEL = 150.0, 84.0, 60.0


def pages(shown: Shown) -> list[Page]:
    """The forest; with many factors it goes on, all patients first on each slide."""
    result: SubgroupsResult = shown.result
    parts = _parts(result, int((shown.room.height - HEAD - FOOT) // ROW))
    name = title(result)
    made = []
    for k, sections in enumerate(parts):
        more = f" ({k + 1} of {len(parts)})" if len(parts) > 1 else ""
        made.append(
            generic.page(
                shown, lambda canvas, box, s=sections: _draw(canvas, box, result, s), (), f"{name}{more}", result.method
            )
        )
    return made


def title(result: SubgroupsResult) -> str:
    """The effect in all patients, or in the cohort and in everyone else."""
    difference = result.measure == "difference"
    measure = f"{result.outcome} difference" if difference else subgroups._measure(result)
    show = subgroups._show(result)
    first, second = result.arms
    effect = result.overall.contrast.effect
    if result.cohort is not None:
        said = " and ".join(
            f"{value_of(row.contrast.effect, show)} in {row.label.lower()}" for row in result.cohort.rows
        )
        return f"{measure} {said}, {first.short} against {second.short}"
    if isinstance(effect, NotEstimable):
        return f"{measure} not estimable in all patients"
    interval = interval_of(effect, show)
    tested = [s for s in result.factors if not isinstance(s.interaction, NotEstimable)]
    below = sum(s.interaction.p_value < 0.05 for s in tested if not isinstance(s.interaction, NotEstimable))
    found = f"; interaction p below 0.05 in {below} of {len(tested)} factors" if tested else ""
    arms = f"{first.short} against {second.short}"
    points = " points" if difference else ""
    return f"{measure} {value_of(effect, show)}{points} ({interval}) for {arms} in all patients{found}"


def _parts(result: SubgroupsResult, rows: int) -> list[tuple[Section, ...]]:
    """The sections by slide of so many rows, none of them torn: each on the first slide that has room for it."""
    parts: list[list[Section]] = []
    for section in result.sections:
        fits = (part for part in parts if sum(len(s.rows) for s in part) + len(section.rows) < rows)
        part = next(fits, None)
        if part is None:
            parts.append(part := [])
        part.append(section)
    return [tuple(part) for part in parts] or [()]


def _draw(canvas: Canvas, box: Box, result: SubgroupsResult, sections: Sequence[Section]) -> None:
    lines: list[tuple[str, Row, str]] = [("All patients", result.overall, "")]
    for section in sections:
        label = "Cohort" if section is result.cohort else section.label
        test = (
            p_value(section.interaction, result.withheld and bool(section.within)).removeprefix("p ").removeprefix("= ")
        )
        lines += [(label if i == 0 else "", row, test if i == 0 else "") for i, row in enumerate(section.rows)]
    whole = len(lines)
    lines = lines[: int((box.height - HEAD - FOOT) // ROW)]
    show = subgroups._show(result)
    texts = [with_interval(row.contrast.effect, show) for _, row, _ in lines]
    counted = [_counts(row) for _, row, _ in lines]
    # the title says of what the difference is
    measure = "Difference, points" if result.measure == "difference" else subgroups._measure(result)
    short = f"{measure} ({percent(result.level)} CI)"
    effect = max(width(t, SMALLEST, True) for t in (*texts, short)) + 2 * MARGIN + 4
    numbers = max(width(t, SMALLEST, True) for t in (*counted, subgroups._counted(result))) + 2 * MARGIN + 8
    tested = width("Interaction p", SMALLEST, True) + 2 * MARGIN + 6
    factor = min(max(width(f, SMALLEST, True) for f, *_ in lines) + 2 * MARGIN + 8, 0.26 * box.width)
    level = (
        max(LEVEL, *(width(row.label, SMALLEST) for f, row, _ in lines[1:])) + 2 * MARGIN + 4
        if len(lines) > 1
        else LEVEL
    )
    least, left = PLOT, box.width - effect - numbers - tested - factor
    if left - PLOT < level:  # whole names come before a wide plot
        least = NARROW_PLOT
    if left - least < LEVEL:  # the interaction stands on the page
        tested = 0.0
    level = max(min(level, box.width - least - effect - numbers - tested - factor), 0.0)
    plot = box.width - effect - numbers - tested - factor - level
    widths = [factor, level, numbers, plot, effect, *([tested] if tested else [])]
    head = [
        Cell("", MUTED, True), Cell("", MUTED), Cell(subgroups._counted(result), MUTED, True, "r"), Cell("", MUTED),
        Cell(short, MUTED, True, "r"), Cell("Interaction p", MUTED, True, "r"),
    ]  # fmt: skip
    body = []
    for i, ((name, row, p), text, counts) in enumerate(zip(lines, texts, counted, strict=True)):
        ink = MUTED if row.few else INK
        label = "" if i == 0 else row.label
        body.append(
            [
                Cell(name, INK, True),
                Cell(label, ink),
                Cell(counts, ink, align="r"),
                Cell(""),
                Cell(text, ink, i == 0, "r"),
                Cell(p, MUTED, align="r"),
            ]
        )
    shaded = False
    bands: list[str | None] = [None, None]
    for name, *_ in lines[1:]:
        shaded = not shaded if name else shaded
        bands.append(BAND if shaded else None)
    rows = [row[: len(widths)] for row in (head, *body)]
    table(canvas, box, widths, rows, [HEAD, *[ROW] * len(lines)], "Subgroups", bands=bands)
    left = box.left + factor + level + numbers + 14
    area = Box(left, box.top + HEAD, plot - 28, ROW * len(lines))
    if len(lines) < whole:  # a template may leave less room than our own slides have
        said = f"{len(lines)} of {whole} groups have room here"
        place = Box(box.left + MARGIN, box.top + HEAD + ROW * len(lines) + 4, factor + level + numbers, 17.5)
        canvas.text(said, place, SMALLEST, MUTED, name="Left out")
    with canvas.group("Estimates"):
        _estimates(canvas, area, result, [row for _, row, _ in lines])


def _counts(row: Row) -> str:
    return f"{count(sum(row.contrast.events))}/{count(sum(row.contrast.n))}"


def _estimates(canvas: Canvas, area: Box, result: SubgroupsResult, rows: Sequence[Row]) -> None:
    """Intervals and squares on the height of their rows, over an axis with whom each side favours."""
    difference = result.measure == "difference"
    axis = Axis("difference" if difference else "ratio", ("", ""), ("", ""), 100 if difference else 1)
    lines = [subgroups._line(result, row, False, False) for row in rows]
    scale = Scale(axis, lines, area.width / 1.3)

    def at(value: float) -> float:
        low, high = scale.low, scale.high
        place = (log(value / low) / log(high / low)) if scale.type == "log" else (value - low) / (high - low)
        return area.left + place * area.width

    canvas.line([(at(scale.neutral), area.top), (at(scale.neutral), area.bottom)], NO_EFFECT, 1.5, name="No effect")
    known = [row.contrast.effect for row in rows if isinstance(row.contrast.effect, Estimate)]
    most = max((_information(e) for e in known), default=1.0) or 1.0
    for k, row in enumerate(rows):
        e = row.contrast.effect
        y = area.top + (k + 0.5) * ROW
        if not isinstance(e, Estimate):
            continue
        if k == 0 and scale.inside(scale.place(e.value)):
            x = at(scale.place(e.value))
            canvas.line([(x, y), (x, area.bottom)], MUTED, 1, "dash", name="All patients")
        _estimate(canvas, row, e, y, at, scale, max(SQUARE * sqrt(_information(e) / most), LEAST))
    canvas.line([(area.left, area.bottom), (area.right, area.bottom)], INK, 1, name="Axis")
    canvas.lines([[(at(t), area.bottom), (at(t), area.bottom + 4)] for t in scale.ticks], INK, 1, name="Ticks")
    taken = -inf
    for t in scale.ticks:
        words = tick(t).replace("-", "−")
        half = width(words, SMALLEST) / 2
        if at(t) - half < taken + TICK_GAP:  # a narrow slide has room for fewer words than marks
            continue
        taken = at(t) + half
        canvas.text(words, Box(at(t) - 20, area.bottom + 5, 40, 17.5), SMALLEST, INK, align="ctr", name="Tick")
    _captions(canvas, area, result, at(scale.neutral))


def _estimate(
    canvas: Canvas, row: Row, e: Estimate, y: float, at: Callable[[float], float], scale: Scale, side: float
) -> None:
    colour = FAINT if row.few else INK
    low, high = (None if limit is None else scale.place(limit) for limit in (e.low, e.high))
    ends = [scale.low if low is None else max(low, scale.low), scale.high if high is None else min(high, scale.high)]
    if ends[0] <= ends[1]:
        canvas.line([(at(ends[0]), y), (at(ends[1]), y)], colour, 1.6, name=f"Interval, {row.label}")
    for cut, end, way in (
        (low is None or low < scale.low, scale.low, -1),
        (high is None or high > scale.high, scale.high, 1),
    ):
        if cut:
            x = at(end)
            canvas.area([(x + way * 7, y), (x, y - 4), (x, y + 4)], colour, name="Goes on")
    if scale.inside(scale.place(e.value)):
        x = at(scale.place(e.value))
        canvas.shape("rect", Box(x - side / 2, y - side / 2, side, side), FAINT if row.few else MUTED, name=row.label)


def _information(e: Estimate) -> float:
    if e.standard_error:
        return 1 / e.standard_error**2
    if e.low is None or e.high is None or e.low == e.high:
        return 0.0
    return 1 / (e.high - e.low) ** 2


def _captions(canvas: Canvas, area: Box, result: SubgroupsResult, middle: float) -> None:
    """Whom each side of no effect favours, in the arm's colour."""
    sides = [(arm.short, arm_ink(at)) for arm, at in zip(result.arms, result.positions, strict=True)]
    if result.more_is_better:
        sides.reverse()
    (left, left_ink), (right, right_ink) = sides
    room = 190.0
    top = area.bottom + 23
    before = shorten(f"← favours {left}", SMALLEST, room)
    after = shorten(f"favours {right} →", SMALLEST, room)
    canvas.text(before, Box(middle - 8 - room, top, room, 17.5), SMALLEST, left_ink, align="r", name="Favors")
    canvas.text(after, Box(middle + 8, top, room, 17.5), SMALLEST, right_ink, name="Favors")
