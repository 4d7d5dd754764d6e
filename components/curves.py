"""Step curves of groups with everything that belongs in their figure, so that an exported picture is complete.

Bands, censor marks, names, milestone, medians, and the numbers at risk under their ticks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.estimate import Estimate
from analysis.estimators.kaplan_meier import Curve
from analysis.survival import GroupSurvival, SurvivalOptions, SurvivalResult
from components.format import UNIT_SHORT, UNIT_TITLE, count, fixed, plain, tick
from components.labels import Box, Line, place_labels
from components.lower_panel import lower_panel
from components.theme import (
    GHOST,
    GRID,
    HALO,
    INK,
    MUTED,
    Room,
    Screen,
    arm_colour,
    arm_dash,
    arm_ink,
    base_layout,
    figure_width,
    tint,
)

#: More steps than this cannot be told apart on a screen: the drawn curve is thinned, the numbers are not.
MOST_STEPS = 1500
MOST_HOVER_POINTS = 300
TICK_ROOM = 46
ROW = 20
RIGHT, TOP = 22, 26
AXIS_TITLE = 46
#: Heights in pixels of the plot, of the panel under it, and of the space between them.
PLOT_HEIGHT: dict[tuple[Room, Screen], int] = {
    ("card", "phone"): 230,
    ("page", "phone"): 260,
    ("card", "desktop"): 262,
}
LOWER, LOWER_GAP = 170, 44

Points = npt.NDArray[np.float64]


def figure(
    result: SurvivalResult, options: SurvivalOptions, room: Room, screen: Screen, everyone: SurvivalResult | None = None
) -> dict[str, Any]:
    """The figure of `result`, about `figure_width(room, screen)` pixels wide, with `everyone` behind a cohort."""
    groups = [(a, a.curve) for a in result.groups if isinstance(a.curve, Curve)]
    table = _Table(result, options, screen)
    lower = lower_panel(result, options) if room == "page" else None
    plot_height = PLOT_HEIGHT.get((room, screen), 340)
    lower_height = LOWER if lower else 0
    width = figure_width(room, screen) - table.left - RIGHT
    step = max(1, int(np.ceil(len(result.ticks) * TICK_ROOM / width)))
    ticks = result.ticks[::step]
    right = float(result.ticks[-1])
    incidence = options.scale == "incidence"

    traces = _behind(everyone, incidence) if everyone else []
    if options.area:
        traces += _areas(result, incidence)
    if options.medians:
        traces += _median_lines(result)
    if options.band:
        for a, curve in groups:
            traces += _band(curve, arm_colour(a.group.position), incidence)
    traces += [_line(a, curve, incidence) for a, curve in groups]
    if options.censored:
        traces += [_censor_marks(a, curve, incidence) for a, curve in groups]
    grid = _hover_grid([curve for _, curve in groups])
    traces += [_hover(a, curve, grid, incidence) for a, curve in groups]

    annotations, occupied = _rates(result, incidence, right / width, 1 / plot_height)
    lines = [Line(a.group.short, *_drawn(curve, _flip(curve.survival, incidence))) for a, curve in groups]
    boxes = place_labels(lines, right, 1.0, width, plot_height, occupied)
    for (a, _), line, box in zip(groups, lines, boxes, strict=True):
        x, y = box.middle
        font = {"color": arm_ink(a.group.position), "size": 14}
        annotations.append(_text(plain(line.name), x=x, y=y, font=font))
    annotations += table.annotations(np.arange(0, len(result.ticks), step))
    corner = {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "xshift": 4 - table.left,
        "font": {"color": MUTED, "size": 12},
    }
    above = {"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 6}
    annotations.append(_text(plain(_height_title(result, incidence)), **above, **corner))

    x_axis: dict[str, Any] = {
        "range": [0, right],
        "tickvals": ticks.tolist(),
        "ticktext": [tick(t) for t in ticks.tolist()],
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": INK,
        "linecolor": INK,
        "showgrid": False,
        "zeroline": False,
        "unifiedhovertitle": {"text": f"%{{x:.4~g}} {UNIT_SHORT[result.unit]}"},
    }
    y_axis: dict[str, Any] = {
        "range": [0, 1.008],  # the line at 100% is drawn whole
        "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1.0],
        "ticktext": ["0", "20", "40", "60", "80", "100"],
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": INK,
        "gridcolor": GRID,
        "linecolor": INK,
        "zeroline": False,
        "fixedrange": True,
    }
    axes = {"xaxis": x_axis, "yaxis": y_axis}
    if lower:
        share = (LOWER - LOWER_GAP) / (plot_height + LOWER)
        y_axis["domain"] = [LOWER / (plot_height + LOWER), 1]
        x_axis["anchor"] = "y2"  # the time axis stands under both panels
        axes["yaxis2"] = {**y_axis, **lower.axis, "domain": [0, share], "anchor": "x"}
        traces += lower.traces
        annotations.append(_text(lower.title, yref="paper", y=share, yanchor="bottom", yshift=5, **corner))
    return {
        "data": traces,
        "layout": base_layout(
            TOP + plot_height + lower_height + table.height,
            margin={"l": table.left, "r": RIGHT, "t": TOP, "b": table.height, "pad": 0},
            hovermode="x unified",
            **axes,
            shapes=[_movable(result.milestone, "dash"), *([_movable(result.tau, "dot")] if options.area else [])],
            annotations=annotations,
            # a zoom is kept while the axes stay; a dragged line is not, its place comes back as the milestone
            editrevision=f"{result.milestone} {result.tau}",
            uirevision=f"{result.trial} {result.endpoint.id} {result.unit} {options.scale}",
        ),
    }


def _height_title(result: SurvivalResult, incidence: bool) -> str:
    """What the height of the curves is: the endpoint where its name says so ("Overall survival"), else in words."""
    endpoint = result.endpoint
    if incidence:
        return f"Cumulative incidence of {endpoint.event}, %"
    return f"{endpoint.label}, %" if "surviv" in endpoint.label.lower() else f"Free of {endpoint.event}, %"


def _flip(survival: Points, incidence: bool) -> Points:
    return np.subtract(1.0, survival) if incidence else survival


def _drawn(curve: Curve, height: Points) -> tuple[Points, Points]:
    """The steps to draw: all of them, or those that a screen can tell apart."""
    keep = np.arange(len(curve.time))
    if len(keep) > MOST_STEPS:
        bins = np.floor(curve.time / curve.time[-1] * MOST_STEPS)
        keep = np.flatnonzero(np.append(np.diff(bins) > 0, True))
        keep = np.unique(np.concatenate(([0], keep)))
    return curve.time[keep], np.round(height[keep], 5)


def _line(a: GroupSurvival, curve: Curve, incidence: bool) -> dict[str, Any]:
    x, y = _drawn(curve, _flip(curve.survival, incidence))
    colour = arm_colour(a.group.position)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": plain(a.group.label),
        "line": {"shape": "hv", "color": colour, "width": 2.2, "dash": arm_dash(a.group.position)},
        "hoverinfo": "skip",
    }


def _band(curve: Curve, colour: str, incidence: bool) -> list[dict[str, Any]]:
    """Two step lines with the fill between them; a single closed polygon would shift one limit by a step."""
    known = ~np.isnan(curve.low) & ~np.isnan(curve.high)
    last = int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0
    x, low = _drawn(curve, _flip(curve.low, incidence))
    _, high = _drawn(curve, _flip(curve.high, incidence))
    inside = x <= curve.time[max(last - 1, 0)]
    edge = {"type": "scatter", "mode": "lines", "line": {"shape": "hv", "width": 0}, "hoverinfo": "skip"}
    return [
        {**edge, "x": x[inside], "y": low[inside]},
        {**edge, "x": x[inside], "y": high[inside], "fill": "tonexty", "fillcolor": tint(colour, 0.13)},
    ]


def _behind(everyone: SurvivalResult, incidence: bool) -> list[dict[str, Any]]:
    """The whole population behind a cohort: thin and grey, so that a subset is never seen alone."""
    traces = []
    for a in everyone.groups:
        if isinstance(a.curve, Curve):
            x, y = _drawn(a.curve, _flip(a.curve.survival, incidence))
            line = {"shape": "hv", "color": GHOST, "width": 1.3, "dash": arm_dash(a.group.position)}
            traces.append({"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"})
    return traces


def _areas(result: SurvivalResult, incidence: bool) -> list[dict[str, Any]]:
    """The restricted means as what they are: the area under the lowest curve up to tau, then what each adds.

    Where the incidence is drawn, the mean is the area between the curve and the top.
    """
    known = [
        (g.restricted_mean.value, g, g.curve)
        for g in result.groups
        if isinstance(g.restricted_mean, Estimate) and isinstance(g.curve, Curve)
    ]
    edge: dict[str, Any] = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    line = {"shape": "hv", "width": 0}
    traces: list[dict[str, Any]] = []
    if incidence and known:
        traces.append({**edge, "x": [0, result.tau], "y": [1, 1], "line": line})
    for _, g, curve in sorted(known, key=lambda one: one[0]):
        inside = curve.time < result.tau
        x, heights = np.append(curve.time[inside], result.tau), _flip(curve.survival, incidence)[inside]
        traces.append(
            {
                **edge,
                "x": x,
                "y": np.round(np.append(heights, heights[-1]), 5),
                "line": line,
                "fill": "tonexty" if traces else "tozeroy",
                "fillcolor": tint(arm_colour(g.group.position), 0.22),
            }
        )
    return traces


def _censor_marks(a: GroupSurvival, curve: Curve, incidence: bool) -> dict[str, Any]:
    at = curve.censored > 0
    x, y = curve.time[at], np.round(_flip(curve.survival, incidence)[at], 5)
    thin = slice(None, None, max(1, len(x) // MOST_STEPS))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x[thin],
        "y": y[thin],
        "marker": {"symbol": "line-ns-open", "size": 8, "color": arm_colour(a.group.position), "line": {"width": 1.2}},
        "hoverinfo": "skip",
    }


def _hover_grid(curves: Sequence[Curve]) -> Points:
    """The times at which hovering reads every curve: where one of them steps, thinned to what a pointer can hit."""
    times: Points = np.unique(np.concatenate([curve.time for curve in curves] or [np.zeros(1)]))
    if len(times) <= MOST_HOVER_POINTS:
        return times
    kept: Points = times[np.unique(np.linspace(0, len(times) - 1, MOST_HOVER_POINTS).astype(int))]
    return kept


def _hover(a: GroupSurvival, curve: Curve, grid: Points, incidence: bool) -> dict[str, Any]:
    """An invisible trace that reads S(t), its interval and the number at risk at each time of `grid`."""
    inside = grid[grid <= curve.time[-1]]
    at = np.searchsorted(curve.time, inside, side="right") - 1
    following = np.searchsorted(curve.time, inside, side="left")
    limits = (curve.low, curve.high) if not incidence else (1 - curve.high, 1 - curve.low)
    texts = [
        f"{100 * s:.1f}% ({_limit(low)}–{_limit(high)}), {count(n)} at risk"
        for s, low, high, n in zip(
            _flip(curve.survival, incidence)[at].tolist(),
            limits[0][at].tolist(),
            limits[1][at].tolist(),
            curve.at_risk[following].tolist(),
            strict=True,
        )
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": inside,
        "y": np.round(_flip(curve.survival, incidence)[at], 5),
        "line": {"shape": "hv", "color": arm_colour(a.group.position), "width": 0},
        "opacity": 1,
        "text": texts,
        "hovertemplate": f"{plain(a.group.short)} %{{text}}<extra></extra>",
    }


def _limit(share: float) -> str:
    return "NE" if np.isnan(share) else f"{100 * share:.1f}"


def _movable(time: float, dash: str) -> dict[str, Any]:
    """A line the reader drags. The browser knows it by its place among the shapes: the milestone, then tau.

    There are no other shapes, since a graph lets all its shapes be dragged or none.
    """
    return {
        "type": "line",
        "x0": time,
        "x1": time,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": MUTED, "width": 1.2, "dash": dash},
        "layer": "below",
    }


def _rates(
    result: SurvivalResult, incidence: bool, per_x: float, per_y: float
) -> tuple[list[dict[str, Any]], list[Box]]:
    """The milestone rates written beside the line, at least a line apart, and the boxes they occupy.

    Each stands above its curve, or below where another curve passes or the axis ends.
    """
    known = [
        (1 - a.rate.value if incidence else a.rate.value, a.group.position, a.curve)
        for a in result.groups
        if isinstance(a.rate, Estimate) and isinstance(a.curve, Curve)
    ]
    known.sort(key=lambda one: one[0])
    width, line = 50 * per_x, 10 * per_y
    spans = [_span(curve, result.milestone, result.milestone + width, incidence) for *_, curve in known]
    wanted = []
    for k, (low, high) in enumerate(spans):
        above, below = high + 13 * per_y, low - 13 * per_y
        others = spans[:k] + spans[k + 1 :]
        clear = all(top < above - line or bottom > above + line for bottom, top in others)
        wanted.append(above if clear and above <= 1 - line else below)
    annotations, boxes = [], []
    for (rate, position, _), y in zip(known, _apart(wanted, 17 * per_y, line, 1 - line), strict=True):
        annotations.append(
            _text(
                f"{fixed(100 * rate, 1)}%",
                x=result.milestone,
                y=y,
                xanchor="left",
                xshift=4,
                font={"color": arm_ink(position), "size": 13, "shadow": HALO},
            )
        )
        boxes.append(Box(result.milestone, result.milestone + width, y - line, y + line))
    return annotations, boxes


def _span(curve: Curve, start: float, end: float, incidence: bool) -> tuple[float, float]:
    """Between which heights the curve runs from `start` to `end`."""
    first, last = np.searchsorted(curve.time, [start, end], side="right")
    heights = _flip(curve.survival[first - 1 : last], incidence)
    return float(heights.min()), float(heights.max())


def _apart(wanted: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Heights near the `wanted` ascending ones, at least `gap` apart: pushed up from the lowest, then down again."""
    heights: list[float] = []
    for height in wanted:
        heights.append(max(height, heights[-1] + gap if heights else lowest))
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], heights[i + 1] - gap if i + 1 < len(heights) else highest)
    return heights


def _median_lines(result: SurvivalResult) -> list[dict[str, Any]]:
    """From 50% across to each curve and down to its median; traces, since shapes here can be dragged."""
    medians = [(a, a.median.value) for a in result.groups if isinstance(a.median, Estimate)]
    if not medians:
        return []
    dotted: dict[str, Any] = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    line: dict[str, Any] = {"width": 1, "dash": "dot"}
    across = {**dotted, "x": [0, max(value for _, value in medians)], "y": [0.5, 0.5], "line": {**line, "color": MUTED}}
    down = [
        {**dotted, "x": [value, value], "y": [0, 0.5], "line": {**line, "color": arm_colour(a.group.position)}}
        for a, value in medians
    ]
    return [across, *down]


@dataclass(frozen=True)
class _Row:
    """A line under the axis: its label, colour, and the numbers under the ticks (None for a name alone)."""

    label: str
    colour: str
    values: npt.NDArray[np.int64] | None


class _Table:
    """The rows under the axis: numbers at risk; with events and censored, grouped by arm, when asked for."""

    def __init__(self, result: SurvivalResult, options: SurvivalOptions, screen: Screen) -> None:
        self._ticks = result.ticks
        self._title = f"{UNIT_TITLE[result.unit]} since {result.endpoint.origin}"
        self._stacked = screen == "phone"  # no room beside the axis: each name gets a line of its own
        self._rows = _rows(result, options.rows, self._stacked)
        beside = [row.label for row in self._rows if row.values is not None]
        self.left = max(52, int(max(map(len, beside), default=0) * 7.2) + 34) if not self._stacked else 40
        self._heading = {"risk": "At risk", "none": ""}.get(
            options.rows, "At risk, events, censored" if self._stacked else ""
        )

    @property
    def height(self) -> int:
        return AXIS_TITLE + ROW * (len(self._rows) + bool(self._heading)) + 8

    def annotations(self, shown: npt.NDArray[np.intp]) -> list[dict[str, Any]]:
        """The texts below the axis, with numbers under the ticks whose positions are `shown`."""
        below = {"xref": "paper", "yref": "paper", "y": 0, "yanchor": "top"}
        left = {**below, "x": 0, "xanchor": "left", "xshift": 4 - self.left}
        texts = [_text(plain(self._title), x=0.5, yshift=-22, font={"size": 13, "color": INK}, **below)]
        if self._heading:
            texts.append(_text(self._heading, yshift=-AXIS_TITLE, font={"size": 12, "color": MUTED}, **left))
        for i, row in enumerate(self._rows, start=bool(self._heading)):
            shift = -AXIS_TITLE - ROW * i
            font = {"size": 12.5, "color": row.colour}
            if row.values is None:
                texts.append(_text(f"<b>{plain(row.label)}</b>", yshift=shift, font=font, **left))
                continue
            beside = {**below, "x": 0, "xanchor": "right", "xshift": -20}
            texts.append(_text(plain(row.label), yshift=shift, font=font, **beside))
            under = {**below, "xref": "x", "yshift": shift, "font": font}
            texts += [_text(plain(count(int(row.values[k]))), x=float(self._ticks[k]), **under) for k in shown]
        return texts


def _rows(result: SurvivalResult, kind: str, stacked: bool) -> list[_Row]:
    rows: list[_Row] = []
    for a in result.groups:
        colour, table = arm_ink(a.group.position), a.at_risk
        name = _Row(a.group.short, colour, None)
        if kind == "risk":
            rows += [name, _Row("", colour, table.at_risk)] if stacked else [_Row(a.group.short, colour, table.at_risk)]
        elif kind == "all":
            numbers = (("At risk", table.at_risk), ("Events", table.events), ("Censored", table.censored))
            rows += [name, *(_Row("" if stacked else label, colour, values) for label, values in numbers)]
    return rows


def _text(text: str, **where: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, **where}
