"""The attrition card: bars that fall from all patients to those who responded, with those lost between them."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from analysis.attrition import LOST, AttritionOptions
from analysis.selection import Selection
from analysis.summary import Counted, Summary
from components import card, summary
from components.format import count, plain, share
from components.theme import MUTED, RULE, Room, Screen, arm_colour, arm_ink, base_layout, tint
from data.contract import Trial

VIEW = "attrition"
TITLE = "From randomization to response"
HEIGHT = 300

HOW_TO_READ = (
    "From left to right the patients of each arm who were still there at each step; the pale part on top are those "
    "lost just before it. Where many are lost before they were treated or evaluated, the rate among those evaluated "
    "flatters the arm: the rate of the trial is that of all patients."
)


def layout(trial: Trial, selection: Selection, options: AttritionOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, TITLE, HEIGHT, explain=HOW_TO_READ, fold="The same as a table")


def content(result: Summary, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return card.Filled(
        headline=[],
        figure=figure(result, screen),
        method=result.method,
        table=summary.table(result, "Patients left at each step by arm"),
    )


def figure(result: Summary, screen: Screen) -> dict[str, Any]:
    """A group of bars a step, one an arm: those left in its colour, those lost before the step in its tint."""
    rows = result.blocks[0].rows
    steps = [row for row in rows if row.kind != LOST]
    lost = [None, *(row for row in rows if row.kind == LOST)]
    width = 0.8 / len(result.arms)
    traces: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for i, size in enumerate(result.arms):
        left = [row.cells[i] for row in steps]
        gone = [0 if row is None else _n(row.cells[i]) for row in lost]
        x = [step + (i - (len(result.arms) - 1) / 2) * width for step in range(len(steps))]
        of = max(size.n, 1)
        heights = [100 * _n(cell) / of for cell in left]
        colour = arm_colour(size.position)
        name = plain(size.arm.short)
        traces.append({
            "type": "bar", "x": x, "y": heights, "width": width * 0.9, "marker": {"color": colour}, "name": name,
            "customdata": [[plain(row.label), _n(cell)] for row, cell in zip(steps, left, strict=True)],
            "hovertemplate": f"{name}, %{{customdata[0]}}: %{{customdata[1]}} (%{{y:.1f}}%)<extra></extra>",
        })  # fmt: skip
        traces.append({
            "type": "bar", "x": x, "y": [100 * n / of for n in gone], "base": heights, "width": width * 0.9,
            "marker": {"color": tint(colour, 0.22)}, "name": f"{name}, lost",
            "customdata": [[plain(row.label) if row else "", n] for row, n in zip(lost, gone, strict=True)],
            "hovertemplate": f"{name}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        })  # fmt: skip
        texts += [
            {"x": at, "y": height + 100 * n / of, "yshift": 3, "yanchor": "bottom", "showarrow": False,
             "text": count(_n(cell)) if screen == "phone" else f"{count(_n(cell))} · {share(_n(cell) / of)}%",
             "font": {"size": 12, "color": arm_ink(size.position)}}
            for at, height, n, cell in zip(x, heights, gone, left, strict=True)
        ]  # fmt: skip
    words = "   ".join(
        f"<span style='color:{arm_ink(size.position)}'>■ {plain(size.arm.short)}</span>" for size in result.arms
    )
    texts.append({"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 8,
                  "text": words, "showarrow": False, "font": {"size": 12, "color": MUTED}})  # fmt: skip
    labels = [plain(row.label) for row in steps]
    labels = [label.replace(" to ", " to<br>") for label in labels] if screen == "phone" else labels
    return {
        "data": traces,
        "layout": base_layout(
            HEIGHT,
            barmode="overlay",
            margin={"l": 8, "r": 8, "t": 34, "b": 48 if screen == "phone" else 34},
            annotations=texts,
            xaxis={"tickvals": list(range(len(steps))), "ticktext": labels, "fixedrange": True, "showgrid": False,
                   "zeroline": False, "linecolor": RULE, "showline": True},
            yaxis={"range": [0, 112], "visible": False, "fixedrange": True},
        ),
    }  # fmt: skip


def _n(cell: object) -> int:
    return cell.n if isinstance(cell, Counted) else 0
