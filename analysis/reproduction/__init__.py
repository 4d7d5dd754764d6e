"""Does it agree with the paper? Every published number beside the one recomputed, with a light and the rule for it.

The numbers are computed by the estimators of `analysis/estimators`, as in the views; the fact file says what to
compute. `analyse` returns the whole table; the page and `python -m analysis.reproduction` show it.
"""

from analysis.reproduction.compare import Light, Reproduction, Row, Score, analyse, published_in, tidy
from analysis.reproduction.view import EVERYTHING, ReproductionOptions, missing, view

__all__ = [
    "EVERYTHING",
    "Light",
    "Reproduction",
    "ReproductionOptions",
    "Row",
    "Score",
    "analyse",
    "missing",
    "published_in",
    "tidy",
    "view",
]
