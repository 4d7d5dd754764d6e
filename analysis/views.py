"""The views that have numbers: for each its options, its analysis, its tidy table, and what data it needs.

A view has one line here; its picture and its wiring have one each in `callbacks/views.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis import (
    after_transplant,
    code,
    hepatic,
    laboratory,
    reproduction,
    safety,
    subgroups,
    survival,
    transplant,
    vod,
)
from analysis.after_transplant import AfterTransplantOptions
from analysis.hepatic import HepaticOptions
from analysis.laboratory import LaboratoryOptions
from analysis.options import option_names
from analysis.reproduction import ReproductionOptions
from analysis.safety import SafetyOptions
from analysis.subgroups import SubgroupsOptions
from analysis.survival import SurvivalOptions
from analysis.transplant import TransplantOptions
from analysis.vod import VodOptions
from data.contract import Trial


@dataclass(frozen=True)
class View:
    """A view under its name in links, as `/numbers/<name>.csv`.

    `missing(trial)` is the sentence that says what data the trial lacks for this view, or None; `ignored(trial,
    options)` the one that says which option it does not know, where options name parts of the trial. `script(trial,
    selection, options, result)` writes the Python that recomputes the numbers; a view without has no button for it.
    """

    name: str
    options: type[Any]
    analyse: Callable[..., Any]
    tidy: Callable[[Any], list[dict[str, Any]]]
    missing: Callable[[Trial], str | None]
    ignored: Callable[[Trial, Any], str | None] | None = None
    script: Callable[..., str] | None = None


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
            "laboratory", LaboratoryOptions, laboratory.analyse, laboratory.tidy, laboratory.missing, laboratory.ignored
        ),
        View(
            "after_transplant",
            AfterTransplantOptions,
            after_transplant.analyse,
            after_transplant.tidy,
            after_transplant.missing,
        ),
        View("vod", VodOptions, vod.analyse, vod.tidy, vod.missing, vod.ignored),
        View("hepatic", HepaticOptions, hepatic.analyse, hepatic.tidy, hepatic.missing),
        View("reproduction", ReproductionOptions, reproduction.view, reproduction.tidy, reproduction.missing),
    )
}

#: Every name that a link may use beside those of the selection.
OPTION_NAMES = frozenset[str]().union(*(option_names(view.options) for view in VIEWS.values()))
