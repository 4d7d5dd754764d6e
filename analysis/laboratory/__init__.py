"""The transplant laboratory: the same patients four ways, from the naive comparison to the time-dependent one."""

from analysis.laboratory.analyse import LaboratoryOptions, analyse, chosen_arm, ignored, missing, within
from analysis.laboratory.result import Group, LaboratoryResult, Way
from analysis.laboratory.tidy import tidy

__all__ = [
    "Group", "LaboratoryOptions", "LaboratoryResult", "Way", "analyse", "chosen_arm", "ignored", "missing", "tidy",
    "within",
]  # fmt: skip
