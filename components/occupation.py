"""States over time as stacked areas, an arm a panel, with a cursor at the month and the numbers it reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.estimators.state_occupation import Occupation
from analysis.survival import axis_ticks
from analysis.transplant import TransplantResult
from components.format import plain, share, tick, value_of
from components.theme import GRID, INK, MUTED, Room, Screen, arm_colour, arm_ink, base_layout, figure_width, tint

#: More times than this cannot be told apart on a screen.
MOST_TIMES = 400
LEFT, TOP, ROW, AXIS, RIGHT, BETWEEN = 34, 40, 19, 44, 14, 40
DEAD = "#e4e8ec"
#: Tints of the arm's colour for the living states, the one entered last in the list first.
TINTS = (0.95, 0.62, 0.36, 0.18, 0.1)


def figure(
    result: TransplantResult, room: Room, screen: Screen, everyone: TransplantResult | None = None
) -> dict[str, Any]:
    """The figure of the states over time in `result`; panels beside each other, or below on a narrow screen.

    Over the areas of a cohort stand the outlines of those of `everyone`.
    """
    behind = (
        {} if everyone is None else dict(zip((a.position for a in everyone.arms), everyone.over_time, strict=False))
    )
    panels = [(a, o) for a, o in zip(result.arms, result.over_time, strict=True) if o is not None]
    across = 1 if screen == "phone" else min(len(panels), 3)
    down = -(-len(panels) // across)
    plot = 170 if down > 1 else {"card": 232, "page": 330, "slide": 112}[room]
    block = TOP + plot + AXIS + ROW * len(result.states)
    height = block * down
    width = figure_width(room, screen)
    month = float(result.month or 1)
    right = float(axis_ticks(result.months, "months", None)[-1])
    ticks = axis_ticks(result.months, "months", None)
    panel_width = (width - RIGHT - across * LEFT - (across - 1) * (BETWEEN - LEFT)) / across
    ticks = ticks[:: max(1, int(np.ceil(len(ticks) * 40 / panel_width)))]
    layout: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    for i, (a, o) in enumerate(panels):
        row, column = divmod(i, across)
        suffix = "" if i == 0 else str(i + 1)
        start = (LEFT + column * (panel_width + BETWEEN)) / width
        top = 1 - (row * block + TOP) / height
        bottom = 1 - (row * block + TOP + plot) / height
        layout[f"xaxis{suffix}"] = {
            "domain": [start, min(1, start + panel_width / width)],
            "anchor": f"y{suffix}",
            "range": [0, right],
            "tickvals": ticks.tolist(),
            "ticktext": [tick(t) for t in ticks.tolist()],
            "ticks": "outside",
            "ticklen": 4,
            "linecolor": INK,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "unifiedhovertitle": {"text": "%{x:.1f} mo"},
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [bottom, top],
            "anchor": f"x{suffix}",
            "range": [0, 1],
            "tickvals": [0, 0.5, 1.0],
            "ticktext": ["0", "50", "100"],
            "ticks": "outside",
            "ticklen": 4,
            "linecolor": INK,
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        }
        colours = _colours(arm_colour(a.position), len(result.states))
        traces += _areas(o.curve, result.states, colours, suffix, right)
        if (outline := behind.get(a.position)) is not None:
            traces += _outlines(outline.curve, suffix)
        shapes.append(_cursor(month, suffix))
        where = {"xref": "paper", "yref": "paper", "x": start, "xanchor": "left", "showarrow": False}
        annotations.append(
            {
                **where,
                "y": top,
                "yanchor": "bottom",
                "yshift": 6,
                "text": f"<b>{plain(a.arm.short)}</b>",
                "font": {"size": 13.5, "color": arm_ink(a.position)},
            }
        )
        below = {**where, "y": bottom, "yanchor": "top"}
        annotations.append(
            {
                **below,
                "x": start + panel_width / width / 2,
                "xanchor": "center",
                "yshift": -23,
                "text": f"Months; % at {tick(month)}:",
                "font": {"size": 12, "color": MUTED},
            }
        )
        for k, place in enumerate(_order(len(result.states))):
            value = value_of(o.at_month[place], share)
            swatch = f'<span style="color:{colours[place]}">■</span>'
            annotations.append(
                {
                    **below,
                    "yshift": -AXIS - ROW * k + 2,
                    "text": f"{swatch} <b>{value}</b> {plain(result.states[place])}",
                    "font": {"size": 12.5},
                }
            )
    return {
        "data": traces,
        "layout": base_layout(
            height,
            margin={"l": 0, "r": RIGHT, "t": 0, "b": 0, "pad": 0},
            hovermode="x unified",
            dragmode=False,
            annotations=annotations,
            shapes=shapes,
            editrevision=f"{month}",
            **layout,
        ),
    }


def _order(states: int) -> list[int]:
    """From the top of the stack: the final state, the first, and so on to the one entered last at the bottom."""
    return [states - 1, *range(states - 1)]


def _colours(colour: str, states: int) -> list[str]:
    """The colours of the states: the arm's colour, fainter for states entered earlier; grey for the final one."""
    living = [tint(colour, TINTS[min(i, len(TINTS) - 1)]) for i in range(states - 1)]
    return [*reversed(living), DEAD]


def _areas(
    o: Occupation, states: tuple[str, ...], colours: list[str], suffix: str, right: float
) -> list[dict[str, Any]]:
    time, probability = _thinned(o)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": time,
            "y": np.round(probability[:, place], 5),
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "stackgroup": f"arm{suffix}",
            "name": plain(states[place]),
            "line": {"shape": "hv", "width": 0},
            "fillcolor": colours[place],
            "hovertemplate": "%{y:.1%}",
        }
        for place in reversed(_order(len(states)))
    ]


def _outlines(o: Occupation, suffix: str) -> list[dict[str, Any]]:
    """The borders between the areas of everyone: thin and grey, so that a subset is never seen alone."""
    time, probability = _thinned(o)
    stacked = np.cumsum(probability[:, list(reversed(_order(probability.shape[1])))], axis=1)
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": time,
            "y": np.round(border, 5),
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "line": {"shape": "hv", "width": 1.2, "color": MUTED},
            "hoverinfo": "skip",
        }
        for border in stacked.T[:-1]
    ]


def _thinned(o: Occupation) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The steps a screen can tell apart."""
    keep = np.arange(len(o.time))
    if len(keep) > MOST_TIMES:
        keep = np.unique(np.searchsorted(o.time, np.linspace(0, o.time[-1], MOST_TIMES), side="right") - 1)
    return np.round(o.time[keep], 4), o.probability[keep]


def _cursor(month: float, suffix: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{suffix}",
        "yref": f"y{suffix}",
        "x0": month,
        "x1": month,
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1.2, "dash": "dash"},
    }
