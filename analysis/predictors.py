"""Predictors of survival: a Cox model of several covariates within each arm, selected stepwise or by the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.columns import numbers
from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test, as_columns
from analysis.estimators import cox, ph_covariates
from analysis.estimators import stepwise as selection_of_terms
from analysis.estimators.stepwise import Selected, Step
from analysis.selection import Selection, in_words, selected_arms, selected_endpoint
from data.contract import Arm, Endpoint, Factor, Predictor, Trial

Share = Annotated[float, Field(gt=0, lt=1)]
NOBODY = "No patients match: remove a filter."


@options(config=ConfigDict(extra="forbid"), frozen=True)
class PredictorsOptions:
    """What a link may say: how the model is found, among which covariates, and the levels of stepwise selection.

    `covariates` are variables separated by commas; none stands for all that the trial declares.
    """

    model: Literal["stepwise", "chosen"] = "stepwise"
    covariates: Annotated[str, Field(max_length=600)] = ""
    entry: Share = 0.1
    stay: Share = 0.1

    @property
    def named(self) -> tuple[str, ...]:
        """The variables named."""
        return tuple(name for name in self.covariates.split(",") if name)


@dataclass(frozen=True, eq=False)
class Covariate:
    """A covariate of all patients of the trial: its columns (n, k) by the label of each, NaN where unknown.

    `reference` is the label of the level that the columns are compared with, "" of a number. `post_baseline` marks
    what is known only after randomization.
    """

    variable: str
    label: str
    columns: dict[str, Floats]
    reference: str
    post_baseline: bool

    @property
    def known(self) -> Bools:
        """Who has a value."""
        return np.asarray(~np.isnan(np.column_stack(list(self.columns.values()))).any(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class Row:
    """A column of a model: `with_it` and `without` count patients at its level and at the reference, None of a number.

    `test` is Wald's of the hazard ratio; `proportional` tests the covariate that the column belongs to.
    """

    variable: str
    label: str
    level: str
    reference: str
    with_it: int | None
    without: int | None
    ratio: Estimate | NotEstimable
    test: Test | NotEstimable
    proportional: Test | NotEstimable


@dataclass(frozen=True)
class ArmModel:
    """The model of one arm, of its `n` patients with every covariate known out of `of`.

    `lost` are the covariates that are unknown, with how many patients each; a patient may be unknown in several.
    `steps` and `waiting`, the entry tests of what was left out, are those of stepwise selection, by label. `reason` is
    why there is no model.
    """

    arm: Arm
    position: int
    n: int
    of: int
    events: int
    lost: tuple[tuple[str, int], ...]
    steps: tuple[Step, ...]
    waiting: tuple[tuple[str, Test], ...]
    rows: tuple[Row, ...]
    proportional: Test | NotEstimable
    reason: NotEstimable | None = None


@dataclass(frozen=True, eq=False)
class PredictorsResult:
    """One model an arm. `candidates` are the labels of what was offered; `later` those known after randomization."""

    endpoint: Endpoint
    models: tuple[ArmModel, ...]
    candidates: tuple[str, ...]
    later: tuple[str, ...]
    selected: bool
    entry: float
    stay: float
    exploratory: bool
    withheld: bool
    words: str
    method: str


def declared(trial: Trial) -> tuple[Predictor, ...]:
    """The covariates that the trial names; without any, its factors known at baseline, each against its first level."""
    baseline = (f for f in trial.design.factors if not f.post_baseline and len(f.levels) > 1)
    return trial.design.predictors or tuple(Predictor(f.variable, f.levels[0].value) for f in baseline)


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the models, as a sentence."""
    if not trial.design.endpoints:
        return "Predictors need an endpoint: a table adtte with PARAMCD, AVAL and CNSR."
    if not declared(trial):
        return "Predictors need covariates of adsl: a [[predictor]] or a [[factor]] in trial.toml."
    return None


def ignored(trial: Trial, options: PredictorsOptions) -> str | None:
    """A sentence for covariates that the trial does not have."""
    unknown = sorted(set(options.named) - {predictor.variable for predictor in declared(trial)})
    if not unknown:
        return None
    return f"This trial has no covariate “{', '.join(unknown)[:40]}”; it was ignored."


def analyse(trial: Trial, selection: Selection, options: PredictorsOptions) -> PredictorsResult | NotEstimable:
    """The models of the arms shown, each of its patients in whom every declared covariate is known.

    All models of the trial are so of the same patients, whatever covariates the reader leaves in.
    """
    endpoint = selected_endpoint(selection, trial.design)
    if (reason := missing(trial)) or endpoint is None:
        return NotEstimable(reason or "")
    members = cohort(trial, selection)
    if members.n == 0:
        return NotEstimable(NOBODY)
    everything = [covariate(trial, predictor) for predictor in declared(trial)]
    offered = [c for c in everything if c.variable in options.named] or everything
    times = trial.times[endpoint.id]
    observed = ~np.isnan(times.time[members.rows])
    models = []
    for arm in selected_arms(selection, trial.design):
        position = trial.design.arms.index(arm)
        rows = members.rows[observed & (members.arm == position)]
        found = _model(times.time, times.event, rows, everything, offered, options, endpoint.level)
        models.append(ArmModel(arm=arm, position=position, **found))
    return PredictorsResult(
        endpoint=endpoint,
        models=tuple(models),
        candidates=tuple(c.label for c in offered),
        later=tuple(c.label for c in offered if c.post_baseline),
        selected=options.model == "stepwise",
        entry=options.entry,
        stay=options.stay,
        exploratory=members.exploratory,
        withheld=members.withheld,
        words=in_words(selection, trial),
        method=_method(endpoint, options, len(everything)),
    )


def covariate(trial: Trial, predictor: Predictor) -> Covariate:
    """A declared covariate as columns: one for each level but the reference, or the number itself."""
    factor = next((f for f in trial.design.factors if f.variable == predictor.variable), None)
    if predictor.reference and factor is not None:
        return _levels(trial, predictor, factor)
    described = next((c.label for c in trial.design.characteristics if c.variable == predictor.variable), "")
    label = predictor.label or described or (factor.label if factor else predictor.variable)
    later = factor is not None and factor.post_baseline
    return Covariate(predictor.variable, label, {"per unit": numbers(trial, predictor.variable)}, "", later)


def _levels(trial: Trial, predictor: Predictor, factor: Factor) -> Covariate:
    place = trial.factors[factor.variable]
    columns = {
        level.label: np.where(place < 0, np.nan, (place == i).astype(np.float64))
        for i, level in enumerate(factor.levels)
        if level.value != predictor.reference
    }
    reference = next(level.label for level in factor.levels if level.value == predictor.reference)
    return Covariate(factor.variable, predictor.label or factor.label, columns, reference, factor.post_baseline)


def _model(
    time: Floats,
    event: Bools,
    rows: Ints,
    everything: Sequence[Covariate],
    offered: Sequence[Covariate],
    options: PredictorsOptions,
    level: float,
) -> dict[str, Any]:
    """The fields of an arm's model: who is in it, how it was found, and its rows."""
    known = np.logical_and.reduce([c.known[rows] for c in everything])
    lost = tuple((c.label, n) for c in everything if (n := int((~c.known[rows]).sum())))
    complete = rows[known]
    t, e = time[complete], event[complete]
    found: dict[str, Any] = {
        "n": len(complete), "of": len(rows), "events": int(e.sum()), "lost": lost, "steps": (), "waiting": (),
        "rows": (), "proportional": NotEstimable("No model."), "reason": None,
    }  # fmt: skip
    if not len(complete):
        return {**found, "reason": NotEstimable("No patient of this arm has every covariate recorded.")}
    terms = {c.variable: np.column_stack([v[complete] for v in c.columns.values()]) for c in offered}
    labels = {c.variable: c.label for c in offered}
    inside: Sequence[str] = list(terms)
    if options.model == "stepwise":
        selected = selection_of_terms.stepwise(t, e, terms, options.entry, options.stay)
        if isinstance(selected, NotEstimable):
            return {**found, "reason": selected}
        steps = (replace(s, term=labels[s.term], model=tuple(labels[v] for v in s.model)) for s in selected.steps)
        found |= {"steps": tuple(steps), "waiting": _waiting(selected, labels)}
        inside = [variable for variable in terms if variable in selected.terms]
        if not inside:
            return {**found, "reason": NotEstimable("No covariate reaches the entry level: the model is empty.")}
    model = [c for c in offered if c.variable in inside]
    return {**found, **_fitted(t, e, model, {name: terms[name] for name in inside}, complete, level)}


def _waiting(selected: Selected, labels: dict[str, str]) -> tuple[tuple[str, Test], ...]:
    """What stands outside the model, the nearest to it first."""
    tests = sorted(selected.waiting.items(), key=lambda item: item[1].p_value)
    return tuple((labels[name], test) for name, test in tests)


def _fitted(
    time: Floats, event: Bools, model: Sequence[Covariate], terms: dict[str, Floats], rows: Ints, level: float
) -> dict[str, Any]:
    columns = {(c.variable, name): values[rows] for c in model for name, values in c.columns.items()}
    fitted = cox.multivariable(time, event, {f"{v}={name}": x for (v, name), x in columns.items()}, level=level)
    if isinstance(fitted, NotEstimable):
        return {"reason": fitted}
    tested = ph_covariates.proportional_hazards_tests(time, event, terms)
    ratios = {term.name: term.hazard_ratio for term in fitted.terms}
    made = []
    for c in model:
        inside = np.column_stack([columns[c.variable, name] for name in c.columns])
        for name in c.columns:
            ratio = ratios[f"{c.variable}={name}"]
            number = not c.reference
            made.append(
                Row(
                    variable=c.variable,
                    label=c.label,
                    level=name,
                    reference=c.reference,
                    with_it=None if number else int(columns[c.variable, name].sum()),
                    without=None if number else int((inside == 0).all(axis=1).sum()),
                    ratio=ratio,
                    test=ratio if isinstance(ratio, NotEstimable) else cox.wald_test(ratio),
                    proportional=tested if isinstance(tested, NotEstimable) else tested[c.variable],
                )
            )
    together = tested if isinstance(tested, NotEstimable) else tested[ph_covariates.GLOBAL]
    return {"rows": tuple(made), "proportional": together}


def _method(endpoint: Endpoint, options: PredictorsOptions, covariates: int) -> str:
    found = (
        f"covariates selected stepwise (score test below {options.entry:g} to enter, Wald {options.stay:g} to stay)"
        if options.model == "stepwise"
        else "covariates chosen by the reader"
    )
    return (
        f"Cox model of {endpoint.label.lower()} within each arm, Efron ties, unstratified; {found}; Wald intervals and "
        "two-sided tests; proportional hazards by the scaled Schoenfeld test (Kaplan-Meier scale of time). Patients "
        f"are those in whom every one of the {covariates} covariates offered by the trial is recorded."
    )


def tidy(result: PredictorsResult) -> list[dict[str, Any]]:
    """The result as rows: of each arm its patients, the steps, what was left out, and the rows of its model."""
    rows: list[dict[str, Any]] = []
    for model in result.models:
        arm = {"arm": model.arm.label}
        rows.append({"quantity": "patients", **arm, "n": model.n, "of": model.of, "events": model.events,
                     **as_columns(model.reason or model.proportional)})  # fmt: skip
        rows += [{"quantity": "unknown", **arm, "covariate": label, "count": n} for label, n in model.lost]
        rows += [
            {"quantity": "step", **arm, "step": i, "covariate": step.term, "change": step.kind, **as_columns(step.test)}
            for i, step in enumerate(model.steps, 1)
        ]
        rows += [
            {"quantity": "left out", **arm, "covariate": label, **as_columns(test)} for label, test in model.waiting
        ]
        for row in model.rows:
            of = {**arm, "covariate": row.label, "category": row.level, "reference": row.reference}
            counts = {} if row.with_it is None else {"count": row.with_it, "count_reference": row.without}
            rows.append({"quantity": "hazard_ratio", **of, **counts, **as_columns(row.ratio)})
            rows.append({"quantity": "test", **of, **as_columns(row.test)})
            rows.append({"quantity": "proportional_hazards", **of, **as_columns(row.proportional)})
    return rows
