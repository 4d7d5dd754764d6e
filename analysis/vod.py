"""VOD/SOS after transplant: how often, by each risk factor, and the odds ratios alone and together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test, as_columns
from analysis.estimators.logistic import logistic_regression
from analysis.estimators.proportions import proportion
from analysis.laboratory import chosen_arm
from analysis.selection import Selection, in_words
from data.contract import Arm, RiskFactor, Trial
from data.levels import named

LEVEL = 0.95


@options(config=ConfigDict(extra="forbid"), frozen=True)
class VodOptions:
    """What a link may say: whose arm, and which of the trial's models, counted from 1."""

    hsctarm: str = "first"
    vodmodel: Annotated[int, Field(ge=1, le=20)] = 1


@dataclass(frozen=True)
class Odds:
    """An odds ratio with Wald's test, or the sentence why there is none."""

    ratio: Estimate | NotEstimable
    test: Test | NotEstimable


@dataclass(frozen=True)
class RiskRow:
    """A risk factor: patients and VOD/SOS with it and without it (None for a number), unknown; the odds ratios.

    `together` is None where the model does not have the factor.
    """

    label: str
    with_it: tuple[int, int] | None
    without: tuple[int, int] | None
    unknown: int
    alone: Odds
    together: Odds | None


@dataclass(frozen=True, eq=False)
class VodResult:
    """VOD/SOS after transplant in one arm; `models` are the trial's, in words, `model` the one that is shown."""

    event: str
    arm: Arm
    position: int
    n: int
    events: int
    share: Estimate | NotEstimable
    rows: tuple[RiskRow, ...]
    models: tuple[str, ...]
    model: int
    complete: int
    complete_events: int
    exploratory: bool
    withheld: bool
    words: str
    method: str


def missing(trial: Trial) -> str | None:
    """What the trial lacks for VOD/SOS after transplant, as a sentence."""
    settings = trial.design.transplant
    if settings is None or not settings.vod:
        return "VOD/SOS after transplant needs a flag of it in adsl: `vod` of [transplant] in trial.toml."
    if trial.transplant is None or trial.transplant.transplanted is None:
        return "VOD/SOS after transplant needs the day of transplant: `event` of [transplant] in trial.toml."
    return None


def ignored(trial: Trial, options: VodOptions) -> str | None:
    """A sentence for a model that the trial does not have."""
    models = len(trial.design.transplant.models) if trial.design.transplant else 0
    if options.vodmodel in (1, *range(1, models + 1)):
        return None
    return f"This trial has no model {options.vodmodel} of VOD/SOS; it was ignored."


def analyse(trial: Trial, selection: Selection, options: VodOptions) -> VodResult | NotEstimable:
    """VOD/SOS of the transplanted patients of one arm, in the population that the trial names for it."""
    settings, days = trial.design.transplant, trial.transplant
    if (reason := missing(trial)) or settings is None or days is None or days.transplanted is None:
        return NotEstimable(reason or "")
    within = replace(selection, population=settings.population) if settings.population else selection
    members = cohort(trial, within)
    arm = chosen_arm(trial, within, options.hsctarm)
    position = trial.design.arms.index(arm)
    rows = members.rows[(members.arm == position) & np.isfinite(days.transplanted[members.rows])]
    if len(rows) == 0:
        return NotEstimable("No transplanted patients of this arm match: remove a filter, or choose another arm.")
    patients = trial.patients.iloc[rows]
    had = _flag(patients[settings.vod])
    models = settings.models
    chosen = options.vodmodel if options.vodmodel <= len(models) else 1
    factors = {risk.variable: _coded(patients[risk.variable], risk) for risk in settings.risks}
    together, complete = _together(had, {name: factors[name] for name in models[chosen - 1]} if models else {})
    labels = {risk.variable: risk.label for risk in settings.risks}
    return VodResult(
        event=settings.label,
        arm=arm,
        position=position,
        n=len(rows),
        events=int(had.sum()),
        share=proportion(int(had.sum()), len(rows), LEVEL),
        rows=tuple(_row(risk, factors[risk.variable], had, together) for risk in settings.risks),
        models=tuple("; ".join(labels[name] for name in model) for model in models),
        model=chosen,
        complete=int(complete.sum()),
        complete_events=int(had[complete].sum()),
        exploratory=members.exploratory,
        withheld=members.withheld,
        words=in_words(within, trial),
        method=(
            f"Transplanted patients of one arm, {within.population} population; exact {100 * LEVEL:g}% interval of the "
            "share. Logistic regression, Wald intervals and two-sided tests: each factor alone, then those of a model "
            "together in the patients who have all of them recorded."
        ),
    )


def _flag(values: pd.Series[Any]) -> Bools:
    return np.asarray(named(values) == "Y", dtype=np.bool_)


def _coded(values: pd.Series[Any], risk: RiskFactor) -> Floats:
    """A factor as 0 and 1, or as the number it is; NaN where unknown."""
    if risk.values:
        texts = named(values)
        return np.where(texts.isna(), np.nan, texts.isin(risk.values)).astype(np.float64)
    numbers = np.asarray(pd.to_numeric(values, errors="coerce"), dtype=np.float64)
    if risk.at_least is None:
        return numbers
    return np.where(np.isnan(numbers), np.nan, (numbers >= risk.at_least).astype(np.float64))


def _together(had: Bools, covariates: dict[str, Floats]) -> tuple[dict[str, Odds], Bools]:
    """The odds ratios of a model by variable, and who is in it: those with every factor known."""
    complete = np.ones(len(had), dtype=np.bool_)
    for values in covariates.values():
        complete &= ~np.isnan(values)
    if not covariates:
        return {}, complete
    model = logistic_regression(had[complete], {name: v[complete] for name, v in covariates.items()}, LEVEL)
    if isinstance(model, NotEstimable):
        return dict.fromkeys(covariates, Odds(model, model)), complete
    return {term.name: Odds(term.odds_ratio, term.test) for term in model.terms}, complete


def _row(risk: RiskFactor, values: Floats, had: Bools, together: dict[str, Odds]) -> RiskRow:
    alone, known = _together(had, {risk.label: values})
    number = not risk.values and risk.at_least is None

    def counted(which: Bools | Ints) -> tuple[int, int]:
        return int((had & which).sum()), int(which.sum())

    return RiskRow(
        label=risk.label,
        with_it=None if number else counted(known & (values == 1)),
        without=None if number else counted(known & (values == 0)),
        unknown=int((~known).sum()),
        alone=alone[risk.label],
        together=together.get(risk.variable),
    )


def tidy(result: VodResult) -> list[dict[str, Any]]:
    """The result as rows: the share, then of each factor its counts and odds ratios with their tests."""
    base = {"arm": result.arm.label}
    rows: list[dict[str, Any]] = [
        {"quantity": "share", **base, "n": result.n, "events": result.events, **as_columns(result.share)}
    ]
    for row in result.rows:
        of = {**base, "factor": row.label}
        for group, counts in (("with", row.with_it), ("without", row.without)):
            if counts is not None:
                rows.append({"quantity": "count", **of, "group": group, "events": counts[0], "n": counts[1]})
        for model, odds in (("alone", row.alone), (f"model {result.model}", row.together)):
            if odds is not None:
                rows.append({"quantity": "odds_ratio", **of, "model": model, **as_columns(odds.ratio)})
                rows.append({"quantity": "test", **of, "model": model, **as_columns(odds.test)})
    return rows
