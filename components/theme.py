"""Colours, type and the layout shared by every figure, as plain dictionaries; and how much room a figure has.

Figures are dictionaries and not `go.Figure` with a template: the template alone costs more time and bytes than
the statistics.
"""

from __future__ import annotations

from typing import Any, Literal

INK = "#1b2733"
MUTED = "#5b6876"
#: Everyone behind a cohort.
GHOST = "#b3bcc5"
RULE = "#dfe4e9"
GRID = "#eef1f4"
PAPER = "#ffffff"

#: Colour, dash and marker of the arms in their order; the dash is the second channel for colour-blind readers.
ARM_COLOURS = ("#0b6e8f", "#c8692b", "#5b4a9e", "#4f7a28", "#a8326e", "#7a5c1e")
#: The same for words: dark enough to be read on white and on the tints of bands (WCAG AA, 4.5 to 1).
ARM_INKS = ("#0b6e8f", "#a34e1a", "#5b4a9e", "#456c23", "#a8326e", "#7a5c1e")
ARM_DASHES = ("solid", "solid", "dash", "dashdot", "dot", "longdash")


def arm_colour(position: int) -> str:
    """The colour of the arm at `position` in the trial."""
    return ARM_COLOURS[position % len(ARM_COLOURS)]


def arm_ink(position: int) -> str:
    """The colour of words and numbers about the arm at `position`."""
    return ARM_INKS[position % len(ARM_INKS)]


def arm_dash(position: int) -> str:
    """The dash of the arm's curve."""
    return ARM_DASHES[position % len(ARM_DASHES)]


#: White around the letters of a text that stands over what is drawn, so that nothing is hidden under a box.
HALO = ", ".join(["0 0 2px #fff"] * 3 + ["0 0 4px #fff"] * 2)

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"

Screen = Literal["desktop", "tablet", "phone"]
Room = Literal["card", "page", "slide"]

#: Every graph carries this: no upload button, no logo, no toolbar over the curves; double click resets a zoom.
GRAPH_CONFIG: dict[str, Any] = {
    "showSendToCloud": False,
    "displaylogo": False,
    "displayModeBar": False,
    "responsive": True,
    "doubleClick": "reset",
}


def figure_width(room: Room, screen: Screen) -> int:
    """About how many pixels a figure is wide; used to choose ticks and to place labels, never to size it."""
    widths: dict[tuple[Room, Screen], int] = {
        ("card", "desktop"): 640,
        ("page", "desktop"): 1000,
        ("card", "tablet"): 880,
        ("page", "tablet"): 880,
        ("slide", "desktop"): 550,
    }
    return widths.get((room, screen), 330)


def base_layout(height: int, **layout: Any) -> dict[str, Any]:
    """The layout every figure starts from."""
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "height": height,
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "bordercolor": RULE, "bgcolor": PAPER},
        "dragmode": "zoom",
        **layout,
    }


def tint(colour: str, opacity: float) -> str:
    """`colour` ("#rrggbb") as an rgba() with `opacity`."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
