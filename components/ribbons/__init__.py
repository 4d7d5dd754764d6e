"""The flow of patients as ribbons: our own layout, in which arms stay apart, labels never meet and clicks are ours.

Plotly's own Sankey orders ribbons as it likes, lets labels overlap, and reports nodes and links alike. Here every
node and ribbon is a filled outline that carries the filter it stands for. Down the figure is in pixels, across it
from 0 to 1, because a figure is as wide as its card but as high as we say.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np

from analysis.transplant import ArmPath, TransplantResult
from components.format import count, plain, share
from components.ribbons.placement import (
    SMALL,
    USUAL,
    Node,
    Ribbon,
    Type,
    columns_of,
    least_height,
    longest,
    place,
    ribbons,
)
from components.theme import HALO, MUTED, Room, Screen, arm_colour, base_layout, figure_width, tint

HEIGHT: dict[tuple[Room, Screen], int] = {
    ("card", "desktop"): 396,
    ("card", "tablet"): 396,
    ("card", "phone"): 470,
    ("slide", "desktop"): 298,
}
PAGE_HEIGHT = 520
#: Above the columns for their names, and below them; for the ribbons where the labels leave none.
HEAD, FOOT, LEAST_FLOW = 36, 8, 150
RIBBON = 0.36
#: Points along each edge of a ribbon.
POINTS = np.linspace(0, 1, 25)
EASE = POINTS**2 * (3 - 2 * POINTS)


def figure(
    result: TransplantResult, room: Room, screen: Screen, everyone: TransplantResult | None = None
) -> dict[str, Any]:
    """The figure of the flow in `result`; a bracket at a node of a cohort is the share `everyone` has there."""
    type_ = SMALL if screen == "phone" else USUAL
    width = figure_width(room, screen)
    many = len(result.steps) + 1
    # a node's label stands to its right, that of the last column in a margin of its own
    last = min(width / many, type_.node + 12 + type_.letter * longest(result.steps[-1]))
    pitch = (width - last) / (many - 1)
    letters = int((min(pitch, width / many) - type_.node - 4) / type_.letter)
    columns = columns_of(result, letters)
    flow = max(HEIGHT.get((room, screen), PAGE_HEIGHT) - HEAD - FOOT, least_height(columns, type_.leading) + LEAST_FLOW)
    nodes, scale = place(columns, flow, type_.leading)
    found = ribbons(result, nodes, scale)
    x = [k * pitch / width for k in range(many)]
    thick = type_.node / width
    traces = [_ribbon(r, x, thick, result) for r in found]
    traces += [_node(n, x[n.step], thick, result, everyone) for column in nodes for n in column]
    if everyone is not None and everyone.n:
        traces += [_bracket(n, x[n.step], thick, result, everyone, scale) for column in nodes[1:] for n in column]
    annotations = [_label(n, x[n.step] + thick, type_) for column in nodes for n in column]
    heads = ["Arm", *(step.label for step in result.steps)]
    annotations += [_head(text, x[k], letters, type_) for k, text in enumerate(heads)]
    axis = {"visible": False, "fixedrange": True}
    return {
        "data": traces,
        "layout": base_layout(
            HEAD + round(flow) + FOOT,
            margin={"l": 2, "r": 2, "t": HEAD, "b": FOOT, "pad": 0},
            hovermode="closest",
            dragmode=False,
            xaxis={**axis, "range": [0, 1]},
            yaxis={**axis, "range": [flow, 0]},
            annotations=annotations,
        ),
    }


def _ribbon(ribbon: Ribbon, x: Sequence[float], thick: float, result: TransplantResult) -> dict[str, Any]:
    left, right = x[ribbon.source.step] + thick, x[ribbon.target.step]
    along = left + (right - left) * POINTS
    upper = ribbon.leaves + (ribbon.arrives - ribbon.leaves) * EASE
    colour = arm_colour(result.arms[ribbon.arm].position)
    step = result.steps[ribbon.target.step - 1]
    from_arm = ribbon.source.step == 0
    before = None if from_arm else result.steps[ribbon.source.step - 1].levels[ribbon.source.level]
    if from_arm:
        title, people = ribbon.target.label, ribbon.target.counts
    else:
        title = f"{ribbon.source.label} → {ribbon.target.label}"
        people = tuple(step.arrivals[:, ribbon.source.level, ribbon.target.level].tolist())
    return _outline(
        np.concatenate([along, along[::-1]]),
        np.concatenate([upper, (upper + ribbon.height)[::-1]]),
        tint(colour, RIBBON),
        hover(title, people, result.arms),
        step.choice(ribbon.target.level, before),
    )


def _node(
    n: Node, x: float, thick: float, result: TransplantResult, everyone: TransplantResult | None
) -> dict[str, Any]:
    text = hover(n.label, n.counts, result.arms)
    if everyone is not None and everyone.n and n.step:
        text += f"<br>Here {share(n.n / result.n)}%, of everyone {share(_share_of_everyone(n, everyone))}%"
    return _outline(
        np.array([x, x + thick, x + thick, x]),
        np.array([n.top, n.top, max(n.bottom, n.top + 1.5), max(n.bottom, n.top + 1.5)]),
        n.colour,
        text,
        n.filter,
    )


def _share_of_everyone(n: Node, everyone: TransplantResult) -> float:
    return float(everyone.steps[n.step - 1].counts[:, n.level].sum()) / everyone.n


def _bracket(
    n: Node, x: float, thick: float, result: TransplantResult, everyone: TransplantResult, scale: float
) -> dict[str, Any]:
    """How high the node would be if the cohort were as everyone is: a thin line with ends, at its left."""
    half = _share_of_everyone(n, everyone) * result.n * scale / 2
    middle, end = (n.top + n.bottom) / 2, 0.5 * thick
    left = x - 0.6 * thick
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [left - end / 2, left + end / 2, None, left, left, None, left - end / 2, left + end / 2],
        "y": [middle - half, middle - half, None, middle - half, middle + half, None, middle + half, middle + half],
        "line": {"color": MUTED, "width": 1.4},
        "hoverinfo": "skip",
    }


def hover(title: str, people: Sequence[int], arms: Sequence[ArmPath]) -> str:
    """What hovering says: the patients of each arm, of all in the arm, and together."""
    lines = [f"<b>{plain(title)}</b>: {count(sum(people))}"]
    lines += [
        f"{plain(a.arm.short)} {count(k)} of {count(a.n)} ({share(k / a.n)}%)"
        for a, k in zip(arms, people, strict=True)
        if a.n
    ]
    return "<br>".join(lines)


def _outline(x: Any, y: Any, colour: str, text: str, choice: str) -> dict[str, Any]:
    """A filled outline that says `text` and, clicked, makes `choice` the cohort."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.round(x, 4),
        "y": np.round(y, 2),
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": text,
        **({"customdata": [choice]} if choice else {}),
    }


def _label(n: Node, x: float, type_: Type) -> dict[str, Any]:
    return {
        "text": "<br>".join(n.lines),
        "x": x,
        "y": (n.top + n.bottom) / 2,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "xshift": 2,
        "showarrow": False,
        "font": {"size": type_.size, "shadow": HALO},
    }


def _head(text: str, x: float, letters: int, type_: Type) -> dict[str, Any]:
    return {
        "text": "<br>".join(map(plain, wrap(text, max(letters + 1, 6))[:2])),
        "x": x,
        "y": 1,
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "align": "left",
        "showarrow": False,
        "font": {"size": type_.size - 0.5, "color": MUTED},
    }
