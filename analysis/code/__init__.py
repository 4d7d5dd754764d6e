"""The code behind each view: a script that recomputes its numbers from the trial's files, to read, copy and run.

`parts/` holds the Python that scripts are made of, `assemble` puts it together with what the reader has chosen. A
view gets its script by a module here with `write(trial, selection, options, result) -> str` and the field `script` of
its line in `analysis/views.py`.
"""

from analysis.code import (
    after_transplant,
    attrition,
    baseline,
    deaths,
    exposure,
    hepatic,
    laboratory,
    predictors,
    profile,
    response,
    safety,
    subgroups,
    survival,
    survivors,
    therapies,
    transplant,
    vod,
)

__all__ = [
    "after_transplant",
    "attrition",
    "baseline",
    "deaths",
    "exposure",
    "hepatic",
    "laboratory",
    "predictors",
    "profile",
    "response",
    "safety",
    "subgroups",
    "survival",
    "survivors",
    "therapies",
    "transplant",
    "vod",
]
