"""The slide of one adverse event: the curves of its first onset over the numbers at risk.

The bars by cycle, which the page has below them, have no room on a slide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.estimate import NotEstimable
from analysis.estimators.cumulative_incidence import Incidence
from analysis.safety import EventResult
from components.format import plain, share
from components.onset import RISK_ROW
from components.slides import generic
from components.slides.drawing import SCALE
from components.slides.measure import SMALLEST, width
from components.slides.page import Page, Shown
from components.theme import arm_ink

#: Pixels under the curves: ticks and title, then a line for the numbers of each arm; all lower than on the page, where
#: the words of the ticks are smaller.
FOOT, LOWER = 46, 7


def pages(shown: Shown) -> list[Page]:
    """The curves, with the share of each arm at their right."""
    result: EventResult = shown.result
    filled = replace(shown.filled, headline=shown.filled.headline[1:], figure=_curves(shown.filled.figure, result))
    return [generic.figure_page(replace(shown, filled=filled), lambda room: filled.figure, title(result))]


def title(result: EventResult) -> str:
    """The event and the share of each arm who had it."""
    known = [a for a in result.arms if not isinstance(a.curve, NotEstimable)]
    said = " and ".join(f"{share(a.patients / a.n)}% of patients with {a.arm.short}" for a in known[:3])
    return f"{result.label} in {said}" if said else result.label


def _curves(figure: dict[str, Any], result: EventResult) -> dict[str, Any]:
    """The upper of the two plots of the figure, alone; the numbers at risk lower, with the names of their arms."""
    layout = {name: value for name, value in figure["layout"].items() if name not in ("xaxis2", "yaxis2")}
    bottom = layout["yaxis"]["domain"][0]
    texts = [
        {**text, "y": 0, "yshift": text["yshift"] - LOWER}
        if text.get("yref") == "paper" and text["y"] == bottom
        else text
        for text in layout["annotations"]
        if text.get("yref") != "paper" or text["y"] in (bottom, 1)
    ]
    arms = [a for a in result.arms if isinstance(a.curve, Incidence)]
    left = max([46.0, *(width(a.arm.short, SMALLEST, True) / SCALE + 32 for a in arms)])
    rows = sorted({text["yshift"] for text in texts if text["y"] == 0 and text.get("xref") == "x"}, reverse=True)
    texts += [
        {"text": f"<b>{plain(a.arm.short)}</b>", "xref": "paper", "x": 0, "xanchor": "left", "xshift": -left,
         "yref": "paper", "y": 0, "yanchor": "top", "yshift": down, "showarrow": False,
         "font": {"size": 12, "color": arm_ink(a.position)}}
        for a, down in zip(arms, rows, strict=True)
    ]  # fmt: skip
    layout |= {
        "annotations": texts,
        "yaxis": {**layout["yaxis"], "domain": [0, 1]},
        "margin": {**layout["margin"], "l": left, "b": FOOT + LOWER + RISK_ROW * len(arms)},
    }
    return {"data": [t for t in figure["data"] if t.get("xaxis", "x") == "x"], "layout": layout}
