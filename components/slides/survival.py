"""The slide of the survival view: curves as a chart with its data, the numbers at risk in a table under its ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.util import Pt

from analysis.estimate import Estimate, NotEstimable, Test
from analysis.estimators.kaplan_meier import Curve
from analysis.survival import Comparison, GroupSurvival, SurvivalResult
from components.format import (
    UNIT_SHORT,
    UNIT_TITLE,
    count,
    duration,
    fixed,
    interval_of,
    moment,
    p_value,
    percent,
    ratio,
    share,
    value_of,
)
from components.labels import Box as Place
from components.labels import Line, place_labels
from components.slides import generic
from components.slides.measure import SMALLEST, shorten, width
from components.slides.page import Number, Page, Shown
from components.slides.paint import NAMESPACES, Box, Canvas, outline
from components.slides.table import MARGIN, Cell, table
from components.theme import ARM_DASHES, GRID, INK, MUTED, arm_colour, arm_ink

#: Heights around the plot: over it for what its height is, under it for ticks, title and the heading of the table.
OVER, TICKS, TITLE, HEADING, ROW = 26.0, 24.0, 22.0, 22.0, 20.0
RIGHT = 22.0
LABEL = 16.0
#: Room for the words on the vertical axis, and the pixels of a letter for which names are placed.
LEFT_WORDS, LETTER = 36.0, 7.6
#: More steps than this cannot be told apart; the chart's workbook stays small.
MOST_STEPS = 900
GHOST = "#b3bcc5"
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


def pages(shown: Shown) -> list[Page]:
    """The curves; where a panel or areas are asked for, all of the figure as shapes."""
    result: SurvivalResult = shown.result
    options = shown.options
    if options.lower != "none" or options.area or result.complement is not None:
        made = generic.page(
            shown,
            lambda canvas, box: generic._figure(canvas, box, shown.filled.figure, []),
            _numbers(result),
            title(result),
        )
    else:
        made = generic.page(shown, lambda canvas, box: _draw(canvas, box, shown), _numbers(result), title(result))
    return [made]


def title(result: SurvivalResult) -> str:
    """What was found, as a sentence with its quantities: the effect, and the rates at the milestone."""
    label = result.endpoint.label
    rates = [(g, g.rate) for g in result.groups if isinstance(g.rate, Estimate)]
    free = "alive" if result.endpoint.event.lower() == "death" else f"free of {result.endpoint.event}"
    said = " and ".join(f"{share(rate.value)}%" for _, rate in rates)
    unit = UNIT_TITLE[result.unit].lower()
    at = f"{said} {free} at {moment(result.milestone)} {unit}" if 0 < len(rates) <= 3 else ""
    known = [c for c in result.comparisons if isinstance(c.hazard_ratio, Estimate)]
    if len(known) == 1:
        c = known[0]
        effect = f"HR {value_of(c.hazard_ratio, ratio)} for {c.group.label} against {c.reference.label}"
    elif known:
        effects = ", ".join(f"{value_of(c.hazard_ratio, ratio)} for {c.group.short}" for c in known)
        effect = f"HR {effects} against {known[0].reference.short}"
    elif result.comparisons:
        effect = "hazard ratio not estimable"
    else:
        medians = [f"median {value_of(g.median, duration(result.unit))} {unit}" for g in result.groups[:1]]
        effect = "".join(medians)
    return f"{label}: {effect}" + (f", with {at}" if at else "")


def _numbers(result: SurvivalResult) -> list[Number]:
    """The effect and the medians, as the slide prints them."""
    several = len(result.comparisons) > 1
    numbers = [_ratio(c, result, several) for c in result.comparisons]
    show, unit = duration(result.unit), UNIT_SHORT[result.unit]
    for g in result.groups:
        known = isinstance(g.median, Estimate)
        interval = interval_of(g.median, show)
        numbers.append(
            Number(
                f"{value_of(g.median, show)} {unit}" if known else value_of(g.median, show),
                (f"Median, {g.group.short}", f"{percent(result.endpoint.level)} CI {interval}" if interval else ""),
                arm_ink(g.group.position),
                faint=g.n < FEW,
            )
        )
    return numbers


#: Under this many patients in a group an estimate is printed in grey.
FEW = 10


def _ratio(c: Comparison, result: SurvivalResult, several: bool) -> Number:
    level = percent(result.endpoint.hazard_ratio_level)
    interval = interval_of(c.hazard_ratio, ratio)
    who = f", {c.group.short}" if several else ""
    sides = "" if isinstance(c.log_rank, NotEstimable) else {1: "one-sided ", 2: "two-sided "}[c.log_rank.sided]
    test = f"{'stratified, ' if c.stratified else ''}{sides}{p_value(c.log_rank, result.withheld)}"
    doubt = isinstance(c.proportional, Test) and c.proportional.p_value < 0.05
    first = f"Hazard ratio{who}, {level} CI {interval}" if interval else f"Hazard ratio{who}"
    return Number(
        value_of(c.hazard_ratio, ratio), (first, test, "hazards not proportional" if doubt else ""), faint=False
    )


def _draw(canvas: Canvas, box: Box, shown: Shown) -> None:
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
    _chart(canvas, plot, shown, groups, ticks[step] - ticks[0] if len(ticks) > step else right, incidence)
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


def steps(curve: Curve, incidence: bool) -> tuple[list[float], list[float]]:
    """The corners of a step curve in percent, two points a step, for a chart that joins points by straight lines."""
    keep = np.arange(len(curve.time))
    if len(keep) > MOST_STEPS:
        at = np.floor(curve.time / curve.time[-1] * MOST_STEPS)
        keep = np.unique(np.concatenate(([0], np.flatnonzero(np.append(np.diff(at) > 0, True)))))
    time, height = curve.time[keep], 100 * (1 - curve.survival[keep] if incidence else curve.survival[keep])
    falls = np.flatnonzero(np.append(True, np.diff(height) != 0))
    falls = np.unique(np.append(falls, len(time) - 1))
    x = np.repeat(time[falls], 2)[1:]
    y = np.repeat(height[falls], 2)[:-1]
    return np.round(x, 4).tolist(), np.round(y, 4).tolist()


def _chart(
    canvas: Canvas, plot: Box, shown: Shown, groups: list[tuple[GroupSurvival, Curve]], unit: float, incidence: bool
) -> None:
    result: SurvivalResult = shown.result
    found: list[tuple[str, list[float], list[float]]] = []
    looks: list[tuple[str, str, float, bool]] = []  # colour, dash, width, marks
    for g in shown.everyone.groups if shown.everyone is not None else ():
        if isinstance(g.curve, Curve):
            found.append((f"Whole population, {g.group.label}", *steps(g.curve, incidence)))
            looks.append((GHOST, ARM_DASHES[g.group.position % len(ARM_DASHES)], 1.25, False))
    right = float(result.ticks[-1])
    for g, curve in groups:
        found.append((g.group.label, *steps(curve, incidence)))
        looks.append((arm_colour(g.group.position), ARM_DASHES[g.group.position % len(ARM_DASHES)], 2.5, False))
    for g, curve in groups if shown.options.censored else ():
        at = np.flatnonzero(curve.censored > 0)
        at = at[:: max(1, len(at) // MOST_STEPS)]
        if len(at):
            heights = 100 * (1 - curve.survival[at] if incidence else curve.survival[at])
            marks_at = np.round(curve.time[at], 4).tolist(), np.round(heights, 4).tolist()
            found.append((f"{g.group.label}, censored", *marks_at))
            looks.append((arm_colour(g.group.position), "solid", 0.0, True))
    if not found:
        return
    # LibreOffice loses what comes before the longest series: the first one is made as long, its last point repeated
    most = max(len(x) for _, x, _ in found)
    name, x, y = found[0]
    found[0] = (name, x + x[-1:] * (most - len(x)), y + y[-1:] * (most - len(y)))
    data = XyChartData(number_format="0.0")
    for name, x, y in found:
        _series(data, name, x, y)
    if 0 < result.milestone < right:
        across = plot.left + result.milestone / right * plot.width
        canvas.line([(across, plot.top), (across, plot.bottom)], MUTED, 1, "dash", name="Milestone")
    margin = Box(plot.left - LEFT_WORDS, plot.top - 12, plot.width + LEFT_WORDS + RIGHT, plot.height + 12 + TICKS)
    frame = canvas.slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
        Pt(margin.left), Pt(margin.top), Pt(margin.width), Pt(margin.height), data,
    )  # fmt: skip
    frame.name = "Curves"
    chart: Any = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(SMALLEST)
    _fix_plot(chart, plot, margin)
    for series, (colour, dash, wide, marks) in zip(chart.plots[0].series, looks, strict=True):
        _look(series, colour, dash, wide, marks)
    _axis(chart.category_axis, 0, right, unit, XL_TICK_MARK.OUTSIDE, grid=False)
    _axis(chart.value_axis, 0, 100, 25, XL_TICK_MARK.OUTSIDE, grid=True)


def _series(data: Any, name: str, xs: Sequence[float], ys: Sequence[float]) -> None:
    series = data.add_series(name)
    for x, y in zip(xs, ys, strict=True):
        series.add_data_point(x, y)


def _fix_plot(chart: Any, plot: Box, margin: Box) -> None:
    """Nail the inner plot to its place, so that what stands outside of the chart is aligned with its ticks."""
    area = chart._chartSpace.find(".//{*}plotArea")
    old = area.find("{*}layout")
    if old is not None:
        area.remove(old)
    shares = (
        ("x", (plot.left - margin.left) / margin.width),
        ("y", (plot.top - margin.top) / margin.height),
        ("w", plot.width / margin.width),
        ("h", plot.height / margin.height),
    )
    values = "".join(f'<c:{name} val="{value:.6f}"/>' for name, value in shares)
    area.insert(
        0,
        parse_xml(
            f'<c:layout {C}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/>'
            f'<c:yMode val="edge"/>{values}</c:manualLayout></c:layout>'
        ),
    )


def _look(series: Any, colour: str, dash: str, wide: float, marks: bool) -> None:
    series.smooth = False
    properties = series.format.line._get_or_add_ln().getparent()
    line = properties.find("{*}ln")
    properties.replace(
        line, parse_xml(outline(None if marks else colour, wide, dash).replace("<a:ln", f"<a:ln {NAMESPACES}", 1))
    )
    marker = series.marker
    marker.style = XL_MARKER_STYLE.PLUS if marks else XL_MARKER_STYLE.NONE
    if marks:
        marker.size = 6
        place = marker.format.line._get_or_add_ln().getparent()
        place.replace(place.find("{*}ln"), parse_xml(outline(colour, 1.25).replace("<a:ln", f"<a:ln {NAMESPACES}", 1)))


def _axis(axis: Any, low: float, high: float, unit: float, marks: Any, grid: bool) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, unit
    axis.major_tick_mark, axis.minor_tick_mark = marks, XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.has_major_gridlines, axis.has_title = grid, False
    labels = axis.tick_labels
    labels.number_format, labels.number_format_is_linked = "General", False
    labels.font.size = Pt(SMALLEST)
    _line(axis.format, INK, 1)
    if grid:
        _line(axis.major_gridlines.format, GRID, 0.75)


def _line(target: Any, colour: str, wide: float) -> None:
    properties = target.line._get_or_add_ln().getparent()
    properties.replace(
        properties.find("{*}ln"), parse_xml(outline(colour, wide).replace("<a:ln", f"<a:ln {NAMESPACES}", 1))
    )


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
