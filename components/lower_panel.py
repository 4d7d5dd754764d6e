"""The panel under the survival curves, on the same time axis: the difference of the curves, or HR(t)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.estimate import Floats
from analysis.estimators.ph import HazardRatioOverTime
from analysis.survival import Comparison, DifferenceCurve, SurvivalOptions, SurvivalResult
from components.format import percent, plain
from components.theme import INK, MUTED, arm_colour, tint


@dataclass(frozen=True, eq=False)
class Panel:
    """Traces on the second vertical axis, that axis, and what its height is."""

    traces: list[dict[str, Any]]
    axis: dict[str, Any]
    title: str


def lower_panel(result: SurvivalResult, options: SurvivalOptions) -> Panel | None:
    """The panel that `options` ask for; None when it is not asked for or cannot be estimated."""
    shown = [(c, c.lower) for c in result.comparisons]
    level = percent(result.endpoint.level)
    if options.lower == "difference":
        return _differences([(c, d) for c, d in shown if isinstance(d, DifferenceCurve)], result, options, level)
    if options.lower == "hazard":
        return _ratios([(c, r) for c, r in shown if isinstance(r, HazardRatioOverTime)], result, level)
    return None


def _differences(
    shown: list[tuple[Comparison, DifferenceCurve]], result: SurvivalResult, options: SurvivalOptions, level: str
) -> Panel | None:
    if not shown:
        return None
    flip = -1 if options.scale == "incidence" else 1
    traces = [
        trace
        for c, d in shown
        for trace in _band(d.time, flip * d.difference, flip * d.low, flip * d.high, c.group.position, "hv")
    ]
    reach = float(np.nanmax(np.concatenate([[0.1], *(np.abs(np.append(d.low, d.high)) for _, d in shown)])))
    axis = _axis([-reach, reach], {-0.4: "−40", -0.2: "−20", 0: "0", 0.2: "+20", 0.4: "+40"}, 0)
    return Panel(
        [*traces, _no_effect(result)], axis, f"Minus {plain(shown[0][0].reference.short)}, points ({level} CI)"
    )


def _ratios(shown: list[tuple[Comparison, HazardRatioOverTime]], result: SurvivalResult, level: str) -> Panel | None:
    if not shown:
        return None
    traces = [
        trace
        for c, r in shown
        for trace in _band(r.time, np.log(r.ratio), np.log(r.low), np.log(r.high), c.group.position, "linear")
    ]
    ticks = {float(np.log(value)): f"{value:g}" for value in (0.25, 0.5, 1, 2, 4)}
    axis = _axis([float(np.log(0.2)), float(np.log(5))], ticks, 0)
    return Panel([*traces, _no_effect(result)], axis, f"HR over time, smoothed ({level} band)")


def _band(time: Floats, middle: Floats, low: Floats, high: Floats, position: int, shape: str) -> list[dict[str, Any]]:
    colour = arm_colour(position)
    known = ~np.isnan(low) & ~np.isnan(high)
    base = {"type": "scatter", "mode": "lines", "yaxis": "y2", "hoverinfo": "skip"}
    edge = {**base, "x": time[known], "line": {"shape": shape, "width": 0}}
    return [
        {**edge, "y": np.round(low[known], 5)},
        {**edge, "y": np.round(high[known], 5), "fill": "tonexty", "fillcolor": tint(colour, 0.14)},
        {**base, "x": time, "y": np.round(middle, 5), "line": {"shape": shape, "width": 2, "color": colour}},
    ]


def _no_effect(result: SurvivalResult) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, float(result.ticks[-1])],
        "y": [0, 0],
        "yaxis": "y2",
        "line": {"color": MUTED, "width": 1},
        "hoverinfo": "skip",
    }


def _axis(reach: list[float], ticks: dict[float, str], zero: float) -> dict[str, Any]:
    inside = {value: text for value, text in ticks.items() if reach[0] <= value <= reach[1]} or {zero: ticks[zero]}
    return {"range": reach, "tickvals": list(inside), "ticktext": list(inside.values()), "tickcolor": INK}
