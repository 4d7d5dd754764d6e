"""Any figure dictionary of a view as native shapes: lines, areas, bars, markers and texts, grouped trace by trace.

It knows the vocabulary in which the components draw. A figure that uses more raises
`UnknownMarkError`, and the page shows the table of the same numbers instead: a slide is never silently less than
the figure.
"""

from components.slides.drawing.figure import draw, readable
from components.slides.drawing.frame import SCALE, UnknownMarkError
from components.slides.drawing.marks import SYMBOLS

__all__ = ["SCALE", "SYMBOLS", "UnknownMarkError", "draw", "readable"]
