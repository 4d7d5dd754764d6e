"""One adverse event in a figure: the cumulative incidence of its first onset, and below it how bad it was when."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.estimate import Floats
from analysis.estimators.cumulative_incidence import Incidence
from analysis.safety import ArmEvent, EventResult
from analysis.survival import axis_ticks
from components.format import UNIT_TITLE, fixed, plain, tick
from components.theme import GRID, INK, MUTED, Screen, arm_colour, arm_dash, arm_ink, base_layout, tint
from data.contract import DAYS_PER_UNIT, Unit

#: Heights in pixels: the title line and curves, the numbers at risk, the gap, the bars, the axis below.
CURVES, RISK_ROW, BETWEEN, BARS, FOOT, TOP, LINE = 210, 17, 66, 130, 46, 28, 18
LEFT, RIGHT = 46, 16
#: Strength of the arm's colour by worst grade; an unknown grade is white.
STRENGTH = {"grade": (0.0, 0.16, 0.34, 0.56, 0.8, 1.0), "severity": (0.0, 0.25, 0.55, 1.0, 1.0, 1.0)}
MOST_STEPS = 400

__all__ = ["figure", "height"]


def height(arms: int) -> int:
    """The height of the figure of so many arms."""
    return TOP + CURVES + BETWEEN + RISK_ROW * arms + BARS + FOOT


def figure(result: EventResult, screen: Screen) -> dict[str, Any]:
    """The figure of `result`, of fixed height and any width."""
    curves = [(a, a.curve) for a in result.arms if isinstance(a.curve, Incidence)]
    unit = _unit(curves)
    scale = DAYS_PER_UNIT[unit]
    ticks = axis_ticks(_longest(curves) / scale, unit, None)
    right = float(ticks[-1])
    if screen == "phone":
        ticks = ticks[:: max(1, -(-len(ticks) // 6))]
    tall = height(len(result.arms)) - TOP - FOOT
    # on a phone the key of the arms takes a line of its own
    lift = LINE if screen == "phone" else 0
    bars_top, curves_bottom = BARS / tall, 1 - CURVES / tall
    traces: list[dict[str, Any]] = []
    for a, curve in curves:
        traces += _curve(a, curve, scale, right)
    traces += _bars(result)
    top = _top(curves, right * scale)
    return {
        "data": traces,
        "layout": base_layout(
            height(len(result.arms)) + lift,
            margin={"l": LEFT, "r": RIGHT, "t": TOP + lift, "b": FOOT, "pad": 0},
            hovermode="closest",
            dragmode=False,
            bargap=0,
            barmode="overlay",
            xaxis={**_AXIS, "range": [0, right], "tickvals": ticks.tolist(), "anchor": "y", "showgrid": False},
            yaxis={**_AXIS, "range": [0, top], "domain": [curves_bottom, 1], "gridcolor": GRID, "nticks": 6},
            xaxis2={
                **_AXIS,
                "range": [-0.5, max(len(result.periods), 1) - 0.5],
                "tickvals": list(range(len(result.periods))),
                "ticktext": list(result.periods),
                "ticks": "",
                "anchor": "y2",
                "showgrid": False,
                "title": {"text": result.unit.capitalize(), "font": {"size": 13}, "standoff": 4},
            },
            yaxis2={
                **_AXIS,
                "domain": [0, bars_top],
                "anchor": "x2",
                "gridcolor": GRID,
                "nticks": 4,
                "rangemode": "tozero",
            },
            annotations=[
                *_names(result, lift),
                *_at_risk(curves, ticks, scale, curves_bottom, unit),
                _text(_bars_title(result), xref="paper", x=0, xanchor="left", xshift=4 - LEFT, yref="paper", y=bars_top,
                      yanchor="bottom", yshift=5, font={"size": 12, "color": MUTED}),
            ],
        ),
    }  # fmt: skip


_AXIS: dict[str, Any] = {
    "ticks": "outside",
    "ticklen": 5,
    "tickcolor": INK,
    "linecolor": INK,
    "zeroline": False,
    "fixedrange": True,
}


def _longest(curves: list[tuple[ArmEvent, Incidence]]) -> float:
    """Days to show: until the last first onset of any arm, and a little more; at least four weeks."""
    onsets = [float(curve.time[curve.events > 0][-1]) for _, curve in curves if (curve.events > 0).any()]
    followed = max((float(curve.time[-1]) for _, curve in curves), default=28.0)
    return max(28.0, min(1.15 * max(onsets, default=28.0), followed))


def _unit(curves: list[tuple[ArmEvent, Incidence]]) -> Unit:
    longest = _longest(curves)
    return "days" if longest <= 60 else "weeks" if longest <= 400 else "months"


def _top(curves: list[tuple[ArmEvent, Incidence]], until: float) -> float:
    """The height of the axis in percent: the highest upper limit shown, but no more than twice the highest curve."""
    highest = max((100 * float(np.max(c.incidence[c.time <= until], initial=0)) for _, c in curves), default=0.0)
    limits = [c.high[c.time <= until] for _, c in curves]
    upper = max((100 * float(np.nanmax(high, initial=0)) for high in limits), default=0.0)
    return max(5.0, 1.04 * min(upper, 2 * highest))


def _curve(a: ArmEvent, curve: Incidence, scale: float, right: float) -> list[dict[str, Any]]:
    x, keep = curve.time / scale, np.ones(len(curve.time), dtype=np.bool_)
    if len(x) > MOST_STEPS:
        keep = np.append(True, np.diff(curve.incidence) > 0) | (np.arange(len(x)) % (len(x) // MOST_STEPS + 1) == 0)
        keep[-1] = True
    x, y = x[keep], 100 * curve.incidence[keep]
    low, high = 100 * curve.low[keep], 100 * curve.high[keep]
    known = ~np.isnan(low)
    colour = arm_colour(a.position)
    edge = {"type": "scatter", "mode": "lines", "line": {"shape": "hv", "width": 0}, "hoverinfo": "skip"}
    texts = [
        f"{plain(a.arm.short)}: {fixed(f, 1)}% ({_limit(b)}–{_limit(t)})"
        for f, b, t in zip(y.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    return [
        {**edge, "x": x[known], "y": low[known]},
        {**edge, "x": x[known], "y": high[known], "fill": "tonexty", "fillcolor": tint(colour, 0.13)},
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": np.round(y, 4),
            "line": {"shape": "hv", "color": colour, "width": 2.2, "dash": arm_dash(a.position)},
            "text": texts,
            "hovertemplate": "%{text}<extra></extra>",
        },
    ]


def _limit(value: float) -> str:
    return "NE" if np.isnan(value) else fixed(value, 1)


def _bars(result: EventResult) -> list[dict[str, Any]]:
    """Bars of patients, in percent of the arm, beside each other by arm and stacked by worst grade."""
    traces = []
    wide = 0.8 / max(len(result.arms), 1)
    strength = STRENGTH[result.scale or "grade"]
    for place, a in enumerate(result.arms):
        if not a.n:
            continue
        shares: Floats = 100 * a.by_period / a.n
        base = np.cumsum(shares, axis=1) - shares
        at = np.arange(len(result.periods)) + (place - (len(result.arms) - 1) / 2) * wide
        for grade in range(shares.shape[1]):
            counts = a.by_period[:, grade]
            if not counts.any():
                continue
            traces.append(
                {
                    "type": "bar",
                    "x": at,
                    "y": [share or None for share in shares[:, grade].tolist()],  # an outline of nothing is nothing
                    "base": base[:, grade],
                    "width": wide * 0.9,
                    "marker": {
                        "color": tint(arm_colour(a.position), strength[grade]),
                        "line": {"color": arm_colour(a.position), "width": 0.8},
                    },
                    "hovertext": [
                        f"{plain(a.arm.short)}, {_grade(result, grade)}: {n} of {a.n}" for n in counts.tolist()
                    ],
                    "hovertemplate": "%{hovertext}<extra></extra>",
                    "xaxis": "x2",
                    "yaxis": "y2",
                }
            )
    return traces


def _grade(result: EventResult, grade: int) -> str:
    if grade == 0:
        return "grade unknown"
    return ("", "mild", "moderate", "severe")[grade] if result.scale == "severity" else f"grade {grade}"


def _bars_title(result: EventResult) -> str:
    light = {"grade": "grade 1 light, 5 dark", "severity": "severe is dark", None: "any grade"}
    return f"Patients by {result.unit}, %; {light[result.scale]}"


def _names(result: EventResult, lift: int) -> list[dict[str, Any]]:
    """The key of the arms over the curves, and what the height is."""
    names = "   ".join(f'<span style="color:{arm_ink(a.position)}">{plain(a.arm.short)}</span>' for a in result.arms)
    over = {"xref": "paper", "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 6}
    return [
        _text("First onset, %", x=0, xanchor="left", xshift=4 - LEFT, font={"size": 12, "color": MUTED}, **over),
        _text(names, x=1, xanchor="right", font={"size": 13}, **{**over, "yshift": 6 + lift}),
    ]


def _at_risk(
    curves: list[tuple[ArmEvent, Incidence]], ticks: Floats, scale: float, bottom: float, unit: Unit
) -> list[dict[str, Any]]:
    """The title of the axis, and the patients still at risk under its ticks."""
    below = {"xref": "paper", "yref": "paper", "y": bottom, "yanchor": "top"}
    texts = [_text(f"{UNIT_TITLE[unit]} from the first dose", x=0.5, yshift=-20, font={"size": 13}, **below)]
    for i, (a, curve) in enumerate(curves):
        shift = -40 - RISK_ROW * i
        font = {"size": 12, "color": arm_ink(a.position)}
        rows = np.searchsorted(curve.time, ticks * scale, side="left")
        for x, row in zip(ticks.tolist(), rows.tolist(), strict=True):
            n = int(curve.at_risk[row]) if row < len(curve.time) else 0
            texts.append(_text(tick(n), x=x, yshift=shift, font=font, **{**below, "xref": "x"}))
    return texts


def _text(text: str, **where: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, **where}
