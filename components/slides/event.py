"""The slide of one adverse event: the curves of its first onset over the numbers at risk.

The bars by cycle, which the page has below them, have no room on a slide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.estimate import NotEstimable
from analysis.safety import EventResult
from components.format import share
from components.onset import RISK_ROW
from components.slides import generic
from components.slides.page import Page, Shown

#: Pixels under the curves: ticks and title, then a line for the numbers of each arm.
FOOT = 46


def pages(shown: Shown) -> list[Page]:
    """The curves, with the share of each arm at their right."""
    result: EventResult = shown.result
    filled = replace(
        shown.filled, headline=shown.filled.headline[1:], figure=_curves(shown.filled.figure, len(result.arms))
    )
    made = generic.pages(replace(shown, filled=filled))
    return [replace(page, title=title(result), numbers=page.numbers) for page in made]


def title(result: EventResult) -> str:
    """The event and the share of each arm who had it."""
    known = [a for a in result.arms if not isinstance(a.curve, NotEstimable)]
    said = " and ".join(f"{share(a.patients / a.n)}% of patients with {a.arm.short}" for a in known[:3])
    return f"{result.label} in {said}" if said else result.label


def _curves(figure: dict[str, Any], arms: int) -> dict[str, Any]:
    """The upper of the two plots of the figure, alone."""
    layout = {name: value for name, value in figure["layout"].items() if name not in ("xaxis2", "yaxis2")}
    bottom = layout["yaxis"]["domain"][0]
    texts = [
        {**text, "y": 0} if text.get("yref") == "paper" and text["y"] == bottom else text
        for text in layout["annotations"]
        if text.get("yref") != "paper" or text["y"] in (bottom, 1)
    ]
    layout |= {
        "annotations": texts,
        "yaxis": {**layout["yaxis"], "domain": [0, 1]},
        "margin": {**layout["margin"], "b": FOOT + RISK_ROW * arms},
    }
    return {"data": [t for t in figure["data"] if t.get("xaxis", "x") == "x"], "layout": layout}
