"""The curves as a native chart: a scatter with two points a step, its inner plot nailed to its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.util import Pt

from analysis.estimators.kaplan_meier import Curve
from analysis.survival import GroupSurvival, SurvivalResult
from components.slides.measure import SMALLEST
from components.slides.page import Shown
from components.slides.paint import NAMESPACES, Box, Canvas, outline
from components.theme import ARM_DASHES, GRID, INK, MUTED, arm_colour

#: Room for the words on the vertical axis, for those of the horizontal one, and right of the last tick.
LEFT_WORDS, TICKS, RIGHT = 36.0, 24.0, 22.0
#: More steps than this cannot be told apart; the chart's workbook stays small.
MOST_STEPS = 900
GHOST = "#b3bcc5"
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


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


def add_chart(
    canvas: Canvas, plot: Box, shown: Shown, groups: list[tuple[GroupSurvival, Curve]], unit: float, incidence: bool
) -> None:
    """The chart of the curves of `groups`, its ticks `unit` apart, with its inner plot at `plot`."""
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
