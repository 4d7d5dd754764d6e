"""The figure: the chart, the names and rates of its curves, and the numbers at risk, each under its tick."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.estimate import Estimate
from analysis.estimators.kaplan_meier import Curve
from analysis.survival import GroupSurvival, SurvivalResult
from components.format import UNIT_TITLE, count, fixed
from components.labels import Box as Place
from components.labels import Line, place_labels
from components.slides.measure import SMALLEST, shorten, width
from components.slides.page import Shown
from components.slides.paint import Box, Canvas
from components.slides.survival.chart import LEFT_WORDS, RIGHT, TICKS, add_chart
from components.slides.table import MARGIN, Cell, table
from components.theme import INK, MUTED, arm_ink

#: Heights over the plot, for what its height is, and under it for the title and the heading of the table.
OVER, TITLE, HEADING, ROW = 26.0, 22.0, 22.0, 20.0
LABEL = 16.0


def draw(canvas: Canvas, box: Box, shown: Shown) -> None:
    """Fill `box` with the curves and, where the view lists them, the numbers at risk."""
    result: SurvivalResult = shown.result
    options = shown.options
    incidence = options.scale == "incidence"
    groups = [(g, g.curve) for g in result.groups if isinstance(g.curve, Curve)]
    listed = [g for g in result.groups if options.rows != "none"][:8]
    ticks = [float(t) for t in result.ticks]
    right = ticks[-1]
    names = max((width(g.group.short, SMALLEST, True) for g in listed), default=0.0) + 2 * MARGIN + 6
    under = TICKS + TITLE + (HEADING + ROW * len(listed) if listed else 0)
    high = box.height - OVER - under
    step, left = _axis_place(box, ticks, min(names, 0.24 * box.width), bool(listed))
    shown_ticks = ticks[::step]
    plot = Box(left, box.top + OVER, box.right - RIGHT - left, high)
    add_chart(canvas, plot, shown, groups, ticks[step] - ticks[0] if len(ticks) > step else right, incidence)
    canvas.text(_height_title(result, incidence), Box(box.left, box.top, box.width, 18), SMALLEST, MUTED, name="Height")
    _names(canvas, plot, result, groups, incidence, right)
    words = f"{UNIT_TITLE[result.unit]} since {result.endpoint.origin}"
    under_axis = Box(plot.left, plot.bottom + TICKS, plot.width, 18)
    canvas.text(shorten(words, SMALLEST, plot.width), under_axis, SMALLEST, INK, align="ctr", name="Time")
    if listed:
        top = plot.bottom + TICKS + TITLE
        canvas.text("Numbers at risk", Box(box.left, top, 200, 18), SMALLEST, MUTED, name="Numbers at risk, heading")
        _at_risk(canvas, Box(box.left, top + HEADING - 2, box.width, 0), plot, listed, shown_ticks, step, right)


def _axis_place(box: Box, ticks: Sequence[float], names: float, listed: bool) -> tuple[int, float]:
    """Every how many ticks one is shown, and where the axis stands: a column of the table is centred under each."""
    for step in range(1, len(ticks)):
        columns = (len(ticks) - 1) / step
        room = box.width - RIGHT
        # the names end half a column left of the axis
        left = (names + room / (2 * columns)) / (1 + 1 / (2 * columns)) if listed else LEFT_WORDS
        left = max(left, LEFT_WORDS)
        if (room - left) / columns >= 46:
            return step, box.left + left
    return max(1, len(ticks) - 1), box.left + max(names + 60, LEFT_WORDS)


def _height_title(result: SurvivalResult, incidence: bool) -> str:
    endpoint = result.endpoint
    if incidence:
        return f"Cumulative incidence of {endpoint.event}, %"
    return f"{endpoint.label}, %" if "surviv" in endpoint.label.lower() else f"Free of {endpoint.event}, %"


def _names(
    canvas: Canvas,
    plot: Box,
    result: SurvivalResult,
    groups: list[tuple[GroupSurvival, Curve]],
    incidence: bool,
    right: float,
) -> None:
    """The names of the curves beside them, and the rates at the milestone beside its line."""
    scale = SMALLEST / 12.5
    per_x, per_y = right / plot.width, 1 / plot.height
    taken: list[Place] = []
    known = sorted(
        ((g, g.rate.value) for g, _ in groups if isinstance(g.rate, Estimate)),
        key=lambda pair: pair[1],
        reverse=incidence,
    )
    heights = [(g, 1 - value if incidence else value) for g, value in known] if result.milestone < right else []
    last = -1.0
    for i, (g, height) in enumerate(heights):
        wanted = height + (15 if i == len(heights) - 1 else -15) * per_y
        y = min(max(wanted, 10 * per_y, last + 18 * per_y), 1 - 10 * per_y)
        last = y
        text = f"{fixed(100 * height, 1)}%"
        place = Box(plot.left + result.milestone / right * plot.width + 4, plot.bottom - y * plot.height - 9, 52, 18)
        canvas.text(text, place, SMALLEST, arm_ink(g.group.position), bold=True, name=f"Rate, {g.group.short}")
        taken.append(Place(result.milestone, result.milestone + 58 * per_x, y - 11 * per_y, y + 11 * per_y))
    lines = []
    for g, curve in groups:
        curve_height = 1 - curve.survival if incidence else curve.survival
        lines.append(Line(g.group.short, curve.time, curve_height))
    boxes = place_labels(lines, right, 1.0, plot.width / scale / 1.1, plot.height / scale / 1.1, taken)
    for (g, _), line, at in zip(groups, lines, boxes, strict=True):
        x, y = at.middle
        wide = width(line.name, LABEL) + 3
        place = Box(plot.left + x / right * plot.width - wide / 2, plot.bottom - y * plot.height - 10, wide, 20)
        canvas.text(line.name, place, LABEL, arm_ink(g.group.position), align="ctr", name=f"Name, {line.name}")


def _at_risk(
    canvas: Canvas,
    box: Box,
    plot: Box,
    listed: Sequence[GroupSurvival],
    ticks: Sequence[float],
    step: int,
    right: float,
) -> None:
    """The numbers at risk as a table, each centred under its tick."""
    column = (ticks[1] - ticks[0]) / right * plot.width if len(ticks) > 1 else plot.width
    names = plot.left - column / 2 - box.left
    rows = [
        [
            Cell(g.group.short, arm_ink(g.group.position), bold=True, align="r"),
            *(
                Cell(count(int(g.at_risk.at_risk[k * step])), arm_ink(g.group.position), align="ctr")
                for k in range(len(ticks))
            ),
        ]
        for g in listed
    ]
    table(canvas, box, [names, *[column] * len(ticks)], rows, [ROW] * len(rows), "Numbers at risk", ruled=False)
