"""The subgroups view in numbers: the effect of one arm over the reference in every level of every baseline factor.

Each factor is shown within the reader's filters, but for a filter on the factor itself, so that its other levels
stay there to be compared and chosen; and the cohort as a whole is shown against everybody it leaves out.
"""

from analysis.subgroups.analyse import analyse, baseline_factors, measures, missing
from analysis.subgroups.outcome import Contrast
from analysis.subgroups.result import FIRST, Measure, Row, Section, SubgroupsOptions, SubgroupsResult
from analysis.subgroups.tidy import tidy

__all__ = [
    "FIRST",
    "Contrast",
    "Measure",
    "Row",
    "Section",
    "SubgroupsOptions",
    "SubgroupsResult",
    "analyse",
    "baseline_factors",
    "measures",
    "missing",
    "tidy",
]
