"""The survival view in numbers: curves, counts at risk, medians, milestone rates, restricted means, comparisons."""

from analysis.survival.analyse import analyse, axis_ticks, behind, ignored, middle_tick, missing
from analysis.survival.result import (
    BY_ARM,
    Comparison,
    CurveGroup,
    DifferenceCurve,
    GroupSurvival,
    SurvivalOptions,
    SurvivalResult,
)
from analysis.survival.tidy import tidy

__all__ = [
    "BY_ARM",
    "Comparison",
    "CurveGroup",
    "DifferenceCurve",
    "GroupSurvival",
    "SurvivalOptions",
    "SurvivalResult",
    "analyse",
    "axis_ticks",
    "behind",
    "ignored",
    "middle_tick",
    "missing",
    "tidy",
]
