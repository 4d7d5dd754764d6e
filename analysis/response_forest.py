"""The response by subgroup in numbers: the forest of the subgroups view, asked for the response."""

from __future__ import annotations

from analysis import response, subgroups
from analysis.estimate import NotEstimable
from analysis.response import ResponseOptions
from analysis.selection import Selection
from analysis.subgroups import SubgroupsOptions, SubgroupsResult
from data.contract import Trial


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the forest, as a sentence; None when it has it all."""
    return response.missing(trial) or subgroups.missing(trial)


def analyse(trial: Trial, selection: Selection, options: ResponseOptions) -> SubgroupsResult | NotEstimable:
    """The response compared overall and in every level of every baseline factor."""
    if reason := missing(trial):
        return NotEstimable(reason)
    return subgroups.analyse(trial, selection, SubgroupsOptions(options.forest, options.contrast))
