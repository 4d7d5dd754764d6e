"""Step curves of a few groups, named beside them, with the numbers at risk under their ticks: for any percentage.

The survival view has a figure of its own, `curves`, with all that belongs to a trial's primary analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.estimate import Floats, Ints
from components.format import fixed, plain, tick
from components.labels import Line, place_labels
from components.theme import GRID, HALO, INK, MUTED, Screen, base_layout, tint

#: Colour and letters of a group that belongs to no arm.
GREY, GREY_INK = "#7d8894", "#55616d"
PLOT, TOP, ROW, NAME_ROW, AXIS, RIGHT, NARROW = 290, 26, 18, 17, 62, 16, 40
LETTER, TICK_ROOM, MOST_STEPS = 6.7, 36, 600
WIDEST_NAMES = 236


@dataclass(frozen=True, eq=False)
class Step:
    """A curve: heights from 0 to 1 that hold from each time on, limits, numbers at risk at the ticks of the figure."""

    name: str
    colour: str
    ink: str
    dash: str
    time: Floats
    height: Floats
    low: Floats
    high: Floats
    at_risk: Ints


def figure(
    steps: Sequence[Step],
    ticks: Floats,
    titles: tuple[str, str],
    width: int,
    screen: Screen,
    until: float = 1.0,
    line: float | None = None,
) -> dict[str, Any]:
    """The figure of `steps`; `titles` are those of time and height, `until` the top of the axis.

    `line` is the time of an upright dashed line, the first shape of the figure, so that it can be dragged.
    """
    names = max((len(step.name) for step in steps), default=0) * LETTER + 34
    phone = screen == "phone"
    left = NARROW if phone else int(min(max(names, NARROW + 20), WIDEST_NAMES))
    right = float(ticks[-1])
    every = max(1, int(np.ceil(len(ticks) * TICK_ROOM / (width - left - RIGHT))))
    shown = np.arange(0, len(ticks), every)
    row = ROW + (NAME_ROW if phone else 0)
    height = TOP + PLOT + AXIS + row * len(steps)
    return {
        "data": [trace for step in steps for trace in _curve(step)],
        "layout": base_layout(
            height,
            margin={"l": left, "r": RIGHT, "t": TOP, "b": height - TOP - PLOT, "pad": 0},
            hovermode="closest",
            dragmode=False,
            xaxis={
                **_AXIS,
                "range": [0, right],
                "tickvals": ticks[shown].tolist(),
                "ticktext": [tick(t) for t in ticks[shown].tolist()],
                "showgrid": False,
            },
            yaxis={**_AXIS, "range": [0, 100 * until], "gridcolor": GRID, "nticks": 6},
            shapes=[] if line is None else [_upright(line)],
            annotations=[
                *_names(steps, right, 100 * until, width - left - RIGHT),
                _text(plain(titles[1]), xref="paper", x=0, xanchor="left", xshift=-left + 4, yref="paper", y=1,
                      yanchor="bottom", yshift=6, font={"size": 12, "color": MUTED}),
                _text(plain(titles[0]), xref="paper", x=0.5, yref="paper", y=0, yanchor="top", yshift=-22,
                      font={"size": 13}),
                *_at_risk(steps, ticks, shown, left, phone, row),
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


def _curve(step: Step) -> list[dict[str, Any]]:
    keep = np.arange(len(step.time))
    if len(keep) > MOST_STEPS:
        keep = np.unique(np.linspace(0, len(keep) - 1, MOST_STEPS).astype(np.int64))
    x, y = np.round(step.time[keep], 4), np.round(100 * step.height[keep], 3)
    low, high = 100 * step.low[keep], 100 * step.high[keep]
    known = ~np.isnan(low)
    edge = {"type": "scatter", "mode": "lines", "line": {"shape": "hv", "width": 0}, "hoverinfo": "skip"}
    texts = [
        f"{plain(step.name)}: {fixed(f, 1)}% ({_limit(b)}–{_limit(t)})"
        for f, b, t in zip(y.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    return [
        {**edge, "x": x[known], "y": np.round(low[known], 3)},
        {**edge, "x": x[known], "y": np.round(high[known], 3), "fill": "tonexty", "fillcolor": tint(step.colour, 0.1)},
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "line": {"shape": "hv", "color": step.colour, "width": 2.2, "dash": step.dash},
            "text": texts,
            "hovertemplate": "%{x:.1f}: %{text}<extra></extra>",
        },
    ]


def _limit(value: float) -> str:
    return "NE" if np.isnan(value) else fixed(value, 1)


def _upright(at: float) -> dict[str, Any]:
    where = {"xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1}
    return {**where, "type": "line", "line": {"color": INK, "width": 1.2, "dash": "dash"}}


def _names(steps: Sequence[Step], right: float, top: float, width: float) -> list[dict[str, Any]]:
    lines = [Line(step.name, step.time, 100 * step.height) for step in steps]
    boxes = place_labels(lines, right, top, width, PLOT)
    return [
        _text(
            f'<span style="text-shadow:{HALO}">{plain(step.name)}</span>',
            x=box.middle[0],
            y=box.middle[1],
            font={"size": 13, "color": step.ink},
        )
        for step, box in zip(steps, boxes, strict=True)
    ]


def _at_risk(
    steps: Sequence[Step], ticks: Floats, shown: Ints, left: int, phone: bool, row: int
) -> list[dict[str, Any]]:
    """The numbers at risk, each under its tick; their names before them, on a phone above them."""
    texts = []
    for i, step in enumerate(steps):
        top = -46 - row * i
        font = {"size": 12, "color": step.ink}
        below = {"yref": "paper", "y": 0, "yanchor": "top", "font": font}
        letters = int((left - 20) / LETTER)
        name = step.name if phone or len(step.name) <= letters else f"{step.name[: letters - 1]}…"
        texts.append(_text(plain(name), xref="paper", x=0, xanchor="left", xshift=4 - left, yshift=top, **below))
        under = top - (NAME_ROW if phone else 0)
        texts += [_text(str(int(step.at_risk[k])), xref="x", x=float(ticks[k]), yshift=under, **below) for k in shown]
    return texts


def _text(text: str, **where: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, **where}
