"""Cox models by lifelines: the headline hazard ratio, arms against a reference, multivariable and time-varying.

Estimability is settled before lifelines is asked, so that neither its warnings nor its diverged coefficients get
out. All models use Efron ties and are driven further than lifelines' defaults, which stop up to 8e-5 short.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxTimeVaryingFitter
from lifelines.exceptions import ConvergenceError
from lifelines.fitters.coxph_fitter import SemiParametricPHFitter

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Sided, Test
from analysis.estimators import normal
from analysis.estimators.cells import maximise
from analysis.estimators.efron import SEPARATED
from analysis.estimators.risk_sets import RiskSets, comparable, efron_weights, order, tally
from analysis.estimators.two_arm import METHOD, compare

#: Only the Newton decrement, half of the squared step over its variance, ends the iterations; and they begin with
#: half steps, as full ones overshoot where a covariate is rare, and then fail or end elsewhere than at the maximum.
CONVERGED = {"precision": 1e-13, "r_precision": 0.0, "step_size": 0.5}
#: A coefficient of a covariate in standard deviations is lost when its standard error is larger than this.
LARGEST_ERROR = 10.0


class _Coefficients(SemiParametricPHFitter):  # type: ignore[misc]  # lifelines has no types
    """lifelines' Cox model without what it adds to the coefficients, which is most of the time and which nobody reads.

    Coefficients, their covariance and the likelihood are lifelines' own; baseline hazards, medians of the covariates,
    predictions and intervals are left empty.
    """

    def _compute_central_values_of_raw_training_data(self, *_: Any, **__: Any) -> pd.DataFrame:
        return pd.DataFrame()

    def _compute_baseline_hazards(self, *_: Any) -> pd.DataFrame:
        return pd.DataFrame()

    def _compute_baseline_survival(self) -> pd.DataFrame:
        return pd.DataFrame()

    def _compute_confidence_intervals(self) -> pd.DataFrame:
        return pd.DataFrame()

    def predict_partial_hazard(self, X: pd.DataFrame) -> pd.Series:  # noqa: N803  lifelines' name
        return pd.Series(np.nan, index=X.index)


@dataclass(frozen=True)
class Term:
    """One covariate of a model: its hazard ratio per unit, adjusted for the others."""

    name: str
    hazard_ratio: Estimate | NotEstimable


@dataclass(frozen=True)
class Model:
    """A fitted Cox model with its test against the model without covariates."""

    terms: tuple[Term, ...]
    n: int
    events: int
    likelihood_ratio: Test


def wald_test(hazard_ratio: Estimate, sided: Sided = 2) -> Test | NotEstimable:
    """Return the Wald test that a hazard ratio is 1; one-sided, the alternative is that it is below 1."""
    if not hazard_ratio.standard_error:
        return NotEstimable("The hazard ratio has no standard error.")
    return normal.z_test(-log(hazard_ratio.value) / hazard_ratio.standard_error, sided, "Wald test, Cox model")


def hazard_ratio(
    time: Floats, event: Bools, arm: Ints, strata: Ints | None = None, level: float = 0.95
) -> Estimate | NotEstimable:
    """Return the hazard ratio of arm 1 over arm 0, within strata if given; `standard_error` is of its logarithm.

    lifelines starts at the maximum that the two-arm kernel found and has to confirm it, which saves iterations.
    """
    start = compare(order(time, event, strata), arm).fit
    if isinstance(start, NotEstimable):
        return start
    frame = _frame(time, event, {"arm": arm}, strata)
    fitter = _fit(frame, strata, np.array([start.coefficient * frame["arm"].std()]))
    return normal.ratio_interval(
        float(fitter.params_["arm"]), float(fitter.standard_errors_["arm"]), level, _method(strata)
    )


def hazard_ratios(
    time: Floats, event: Bools, arm: Ints, reference: int, strata: Ints | None = None, level: float = 0.95
) -> Mapping[int, Estimate | NotEstimable]:
    """Return the hazard ratio of each other arm over the `reference`, by its code, from one model of all arms.

    `arm` (n,) codes from 0. An arm whose hazard ratio has no finite estimate is left out of the model: at its
    limit it no longer bears on the others.
    """
    arms = int(arm.max(initial=reference)) + 1
    sets = tally(order(time, event, strata), arm, arms)
    component = comparable(sets)
    present = [code for code in range(arms) if code != reference and sets.n[code]]
    estimable = [code for code in present if component[code] == component[reference]]
    ratios: dict[int, Estimate | NotEstimable] = {
        code: _why_not(sets, code, reference) for code in present if code not in estimable
    }
    if estimable:
        among = np.isin(arm, [reference, *estimable])
        columns = {str(code): arm[among] == code for code in estimable}
        blocks = None if strata is None else strata[among]
        frame = _frame(time[among], event[among], columns, blocks)
        fitter = _fit(frame, blocks, _start(sets, [reference, *estimable]) * frame[list(columns)].std().to_numpy())
        for code in estimable:
            coefficient, error = float(fitter.params_[str(code)]), float(fitter.standard_errors_[str(code)])
            ratios[code] = normal.ratio_interval(coefficient, error, level, _method(strata))
    return {code: ratios[code] for code in present}


def _start(sets: RiskSets, arms: list[int]) -> Floats:
    """Return the coefficients of all but the first of `arms` at the maximum, from which lifelines converges safely."""
    at_risk, events = sets.at_risk[:, arms], sets.events[:, arms]
    happened = events.any(axis=1)
    weights = efron_weights(at_risk[happened], events[happened])
    design = np.eye(len(arms))[:, 1:]
    _, coefficients = maximise(weights[np.newaxis], events.sum(axis=0), design, np.zeros((1, len(arms) - 1)))
    return coefficients.ravel()


def _why_not(sets: RiskSets, code: int, reference: int) -> NotEstimable:
    if not sets.n[reference]:
        return NotEstimable("The reference arm has no patients.")
    if not sets.events.any():
        return NotEstimable("No events.")
    if not sets.events[:, reference].any():
        return NotEstimable("No events in the reference arm.")
    if not sets.events[:, code].any():
        return NotEstimable("No events in the experimental arm.")
    return NotEstimable("The arms have events only where nobody of the other arm is left at risk.")


def multivariable(
    time: Floats, event: Bools, covariates: Mapping[str, Floats], strata: Ints | None = None, level: float = 0.95
) -> Model | NotEstimable:
    """Fit a Cox model of several covariates, each (n,), numbers or indicators; within strata if given."""
    reason = _unusable(event, covariates)
    if reason:
        return reason
    try:
        fitter = _fit(_frame(time, event, covariates, strata), strata)
    except ConvergenceError:
        return SEPARATED
    return _model(fitter, covariates, len(time), int(event.sum()), level, _method(strata))


def time_varying(
    patient: Ints, start: Floats, stop: Floats, event: Bools, covariates: Mapping[str, Floats], level: float = 0.95
) -> Model | NotEstimable:
    """Fit a Cox model whose covariates change: a row for each spell (start, stop] of a patient.

    All arguments (rows,), `event` at the end of the spell. A spell of no length is never at risk and is left out,
    as in R's `Surv(start, stop, event)`.
    """
    lasting = stop > start
    patient, start, stop, event = patient[lasting], start[lasting], stop[lasting], event[lasting]
    covariates = {name: values[lasting] for name, values in covariates.items()}
    reason = _unusable(event, covariates)
    if reason:
        return reason
    frame = pd.DataFrame({"id": patient, "start": start, "stop": stop, "event": event, **_columns(covariates)})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it warns of is found in the result
            fitter = CoxTimeVaryingFitter().fit(
                frame, event_col="event", id_col="id", start_col="start", stop_col="stop", fit_options=CONVERGED
            )
    except ConvergenceError:
        return SEPARATED
    method = f"{METHOD}, time-dependent covariates"
    return _model(fitter, covariates, len(np.unique(patient)), int(event.sum()), level, method)


def _unusable(event: Bools, covariates: Mapping[str, Floats]) -> NotEstimable | None:
    if not event.any():
        return NotEstimable("No events.")
    constant = [name for name, values in covariates.items() if np.ptp(values) == 0]
    if constant:
        return NotEstimable(f"{constant[0]} is the same in all patients.")
    centred = np.column_stack([(values - np.mean(values)) / np.std(values) for values in covariates.values()])
    if np.linalg.matrix_rank(centred) < len(covariates):
        return NotEstimable("The covariates determine each other.")
    return None


def _columns(covariates: Mapping[str, Floats | Bools | Ints]) -> dict[str, Floats]:
    return {name: np.asarray(values, dtype=float) for name, values in covariates.items()}


def _frame(
    time: Floats, event: Bools, covariates: Mapping[str, Floats | Bools | Ints], strata: Ints | None
) -> pd.DataFrame:
    columns = {"time": time, "event": event.astype(int), **_columns(covariates)}
    return pd.DataFrame(columns if strata is None else {**columns, "stratum": strata})


def _fit(frame: pd.DataFrame, strata: Ints | None, start: Floats | None = None) -> _Coefficients:
    """Fit by lifelines. Its batches of tied patients are the faster way wherever times repeat within strata."""
    stratum = None if strata is None else "stratum"
    distinct = len(order(frame["time"].to_numpy(), frame["event"].to_numpy(), strata).time)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is found in the result
        fitter = _Coefficients(strata=stratum)
        fitter.fit(
            frame, "time", "event", fit_options=CONVERGED, initial_point=start, batch_mode=distinct * 4 < len(frame)
        )
    return fitter


def _model(
    fitter: _Coefficients | CoxTimeVaryingFitter,
    covariates: Mapping[str, Floats],
    n: int,
    events: int,
    level: float,
    method: str,
) -> Model:
    terms = []
    for name, values in covariates.items():
        coefficient, error = float(fitter.params_[name]), float(fitter.standard_errors_[name])
        lost = not error * np.std(values) < LARGEST_ERROR
        terms.append(Term(name, SEPARATED if lost else normal.ratio_interval(coefficient, error, level, method)))
    ratio = fitter.log_likelihood_ratio_test()
    test = normal.chi_square_test(float(ratio.test_statistic), len(terms), "likelihood-ratio test, Cox model")
    return Model(tuple(terms), n, events, test)


def _method(strata: Ints | None) -> str:
    return METHOD if strata is None else f"{METHOD}, stratified"
