"""The views that have numbers: for each its options, its analysis, its tidy table, and what data it needs.

A view has one line here; its picture and its wiring have one in `callbacks/cards.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis import (
    after_transplant,
    attrition,
    baseline,
    code,
    deaths,
    exposure,
    hepatic,
    laboratory,
    predictors,
    profile,
    reproduction,
    response,
    response_forest,
    safety,
    subgroups,
    summary,
    survival,
    survivors,
    therapies,
    transplant,
    vod,
)
from analysis.after_transplant import AfterTransplantOptions
from analysis.attrition import AttritionOptions
from analysis.baseline import BaselineOptions
from analysis.deaths import DeathsOptions
from analysis.exposure import ExposureOptions
from analysis.hepatic import HepaticOptions
from analysis.laboratory import LaboratoryOptions
from analysis.options import option_names
from analysis.predictors import PredictorsOptions
from analysis.profile import ProfileOptions
from analysis.reproduction import ReproductionOptions
from analysis.response import ResponseOptions
from analysis.safety import SafetyOptions
from analysis.subgroups import SubgroupsOptions
from analysis.survival import SurvivalOptions
from analysis.survivors import SurvivorsOptions
from analysis.therapies import TherapiesOptions
from analysis.transplant import TransplantOptions
from analysis.vod import VodOptions
from data.contract import Trial


@dataclass(frozen=True)
class View:
    """A view under its name in links, as `/numbers/<name>.csv`.

    `missing(trial)` is the sentence that says what data the trial lacks for this view, or None; `ignored(trial,
    options)` the one that says which option it does not know, where options name parts of the trial. `script(trial,
    selection, options, result)` writes the Python that recomputes the numbers; a view without has no button for it.
    `behind(options)` are the options of everybody's result behind that of a cohort, without those that only move what
    is not drawn there: it is then computed once for all cohorts. `of_trial` says that the result is of the trial,
    whatever the reader has selected: it is computed once.
    """

    name: str
    options: type[Any]
    analyse: Callable[..., Any]
    tidy: Callable[[Any], list[dict[str, Any]]]
    missing: Callable[[Trial], str | None]
    ignored: Callable[[Trial, Any], str | None] | None = None
    script: Callable[..., str] | None = None
    behind: Callable[[Any], Any] | None = None
    of_trial: bool = False


VIEWS = {
    view.name: view
    for view in (
        View(
            "survival",
            SurvivalOptions,
            survival.analyse,
            survival.tidy,
            survival.missing,
            survival.ignored,
            script=code.survival.write,
            behind=survival.behind,
        ),
        View(
            "subgroups",
            SubgroupsOptions,
            subgroups.analyse,
            subgroups.tidy,
            subgroups.missing,
            script=code.subgroups.write,
        ),
        View("safety", SafetyOptions, safety.analyse, safety.tidy, safety.missing, script=code.safety.write),
        View(
            "event",
            SafetyOptions,
            safety.analyse_event,
            safety.tidy_event,
            safety.missing,
            script=code.safety.write_event,
        ),
        View(
            "transplant",
            TransplantOptions,
            transplant.analyse,
            transplant.tidy,
            transplant.missing,
            script=code.transplant.write,
        ),
        View(
            "response", ResponseOptions, response.analyse, response.tidy, response.missing, script=code.response.write
        ),
        View(
            "attrition",
            AttritionOptions,
            attrition.analyse,
            summary.tidy,
            attrition.missing,
            script=code.attrition.write,
        ),
        View(
            "response_forest",
            ResponseOptions,
            response_forest.analyse,
            subgroups.tidy,
            response_forest.missing,
            script=code.response.write_forest,
        ),
        View("profile", ProfileOptions, profile.analyse, profile.tidy, profile.missing, script=code.profile.write),
        View("baseline", BaselineOptions, baseline.analyse, summary.tidy, baseline.missing, script=code.baseline.write),
        View("deaths", DeathsOptions, deaths.analyse, summary.tidy, deaths.missing, script=code.deaths.write),
        View(
            "therapies",
            TherapiesOptions,
            therapies.analyse,
            therapies.tidy,
            therapies.missing,
            script=code.therapies.write,
        ),
        View("exposure", ExposureOptions, exposure.analyse, summary.tidy, exposure.missing, script=code.exposure.write),
        View(
            "laboratory",
            LaboratoryOptions,
            laboratory.analyse,
            laboratory.tidy,
            laboratory.missing,
            laboratory.ignored,
            script=code.laboratory.write,
        ),
        View(
            "after_transplant",
            AfterTransplantOptions,
            after_transplant.analyse,
            after_transplant.tidy,
            after_transplant.missing,
            script=code.after_transplant.write,
        ),
        View("vod", VodOptions, vod.analyse, vod.tidy, vod.missing, vod.ignored, script=code.vod.write),
        View(
            "predictors",
            PredictorsOptions,
            predictors.analyse,
            predictors.tidy,
            predictors.missing,
            predictors.ignored,
            script=code.predictors.write,
        ),
        View(
            "survivors",
            SurvivorsOptions,
            survivors.analyse,
            summary.tidy,
            survivors.missing,
            survivors.ignored,
            script=code.survivors.write,
        ),
        View("hepatic", HepaticOptions, hepatic.analyse, hepatic.tidy, hepatic.missing, script=code.hepatic.write),
        View(
            "reproduction",
            ReproductionOptions,
            reproduction.view,
            reproduction.tidy,
            reproduction.missing,
            of_trial=True,
        ),
    )
}

#: Every name that a link may use beside those of the selection.
OPTION_NAMES = frozenset[str]().union(*(option_names(view.options) for view in VIEWS.values()))
