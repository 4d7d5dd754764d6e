"""A forest: aligned lines of texts with an estimate and its interval on a common axis, all in one figure.

Whatever has lines of estimates is drawn by it. Heights are in pixels, one unit of the vertical axis each, so that
lines never overlap; places across are shares of the width, so that the figure follows its card. The whole of a
line can be hovered and clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.forest import marks
from components.forest.frame import FOOT, HEAD, LETTER, Frame, Scale
from components.forest.lines import Axis, Column, Line
from components.format import tick
from components.theme import INK, base_layout

__all__ = ["FOOT", "HEAD", "LETTER", "Axis", "Column", "Line", "figure"]


def figure(
    lines: Sequence[Line], columns: Sequence[Column], title: str, axis: Axis, width: int, row: int, stacked: bool
) -> dict[str, Any]:
    """The figure of `lines`, at least `width` pixels wide, the first line's estimate marked by a dashed line.

    `title` heads the texts at the right; `row` is the height of a line; `stacked` puts texts above intervals.
    """
    frame = Frame(lines, columns, width, row, stacked)
    scale = Scale(axis, lines, (frame.domain[1] - frame.domain[0]) * width)
    height = frame.bottom + FOOT + (16 if frame.captions_stacked(axis) else 0)
    return {
        "data": [
            *marks.verticals(lines, frame, scale),
            *marks.intervals(lines, frame, scale, axis.weighted),
            *marks.texts(lines, columns, title, frame),
            marks.targets(lines, frame),
        ],
        "layout": base_layout(
            height,
            margin={"l": 0, "r": 0, "t": 0, "b": height - frame.bottom, "pad": 0},
            hovermode="closest",
            clickmode="event",
            dragmode=False,
            plot_bgcolor="rgba(0,0,0,0)",  # the subplot of the texts lies over that of the intervals
            bargap=0,
            xaxis={
                "type": scale.type,
                "domain": frame.domain,
                "range": scale.range,
                "tickvals": scale.ticks,
                "ticktext": [tick(value).replace("-", "−") for value in scale.ticks],
                "ticks": "outside",
                "ticklen": 5,
                "tickcolor": INK,
                "linecolor": INK,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "anchor": "y",
            },
            xaxis2={"domain": [0, 1], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "y"},
            yaxis={"range": [frame.bottom, 0], "visible": False, "fixedrange": True},
            shapes=frame.bands(),
            annotations=marks.captions(axis, frame, scale),
        ),
    }
