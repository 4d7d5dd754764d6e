"""The partial likelihood of a Cox model of any covariates, Efron ties: what score tests and Schoenfeld tests read.

lifelines fits the models that are printed (`cox.multivariable`); it has no score test, and a stepwise selection fits
dozens of models. Sums over the risk sets are cumulative sums from the last time on, so that a step costs one pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Floats, Ints, NotEstimable

MOST_ITERATIONS = 40
#: Newton ends when the growth of the log-likelihood foretold for the next step is smaller.
SMALLEST_GROWTH = 1e-12
#: A covariate in standard deviations whose coefficient is beyond this, or that has no information left, is separated.
FARTHEST = 12.0
DEPENDENT = NotEstimable("The covariates determine each other, or one is the same in all patients.")
SEPARATED = NotEstimable(
    "The covariates separate patients with events from the others: there is no finite hazard ratio."
)


@dataclass(frozen=True, eq=False)
class RiskRows:
    """Patients in order of time, and a row for each event, tied events one after the other.

    `first` (times,) is the first patient at risk at each event time; `row` (rows,) the event time of each row and
    `share` (rows,) how much of the tied patients has left by then; `at` (events,) is the event time of each event.
    """

    x: Floats
    event: Bools
    time: Floats
    first: Ints
    at: Ints
    row: Ints
    share: Floats


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Log-likelihood, score (k,) and, at each row, the mean (rows, k) and covariance (rows, k, k) of the covariates."""

    value: float
    score: Floats
    mean: Floats
    spread: Floats

    @property
    def information(self) -> Floats:
        total: Floats = self.spread.sum(axis=0)
        return total


@dataclass(frozen=True, eq=False)
class Fit:
    """The maximum: coefficients (k,), their covariance (k, k), and the derivatives there."""

    coefficients: Floats
    covariance: Floats
    at: Derivatives


def risk_rows(time: Floats, event: Bools, x: Floats) -> RiskRows:
    """Sort patients; `x` (n, k) are covariates without missing values."""
    order = np.argsort(time, kind="stable")
    time, event, x = time[order], event[order], x[order]
    times, at, tied = np.unique(time[event], return_inverse=True, return_counts=True)
    row = np.repeat(np.arange(len(times)), tied)
    place = np.arange(len(row)) - (np.cumsum(tied) - tied)[row]
    return RiskRows(x, event, times, np.searchsorted(time, times), at, row, place / tied[row])


def derivatives(rows: RiskRows, coefficients: Floats) -> Derivatives:
    """The likelihood and what follows from it at `coefficients` (k,)."""
    linear = rows.x @ coefficients
    weight = np.exp(linear - linear.max(initial=0.0))
    k = rows.x.shape[1]
    terms = np.column_stack(
        [np.ones(len(weight)), rows.x, np.einsum("ij,ik->ijk", rows.x, rows.x).reshape(len(weight), k * k)]
    )
    terms *= weight[:, np.newaxis]
    remaining = np.cumsum(terms[::-1], axis=0)[::-1][rows.first]
    tied = np.zeros_like(remaining)
    np.add.at(tied, rows.at, terms[rows.event])
    sums = remaining[rows.row] - rows.share[:, np.newaxis] * tied[rows.row]
    mean = sums[:, 1 : k + 1] / sums[:, :1]
    square = (sums[:, k + 1 :] / sums[:, :1]).reshape(len(mean), k, k)
    value = float(linear[rows.event].sum() - (np.log(sums[:, 0]) + linear.max(initial=0.0)).sum())
    score = rows.x[rows.event].sum(axis=0) - mean.sum(axis=0)
    return Derivatives(value, score, mean, square - np.einsum("ij,ik->ijk", mean, mean))


def fit(rows: RiskRows) -> Fit | NotEstimable:
    """Newton's steps, halved where the likelihood falls. `rows.x` is best in standard deviations."""
    coefficients = np.zeros(rows.x.shape[1])
    here = derivatives(rows, coefficients)
    if not len(coefficients):
        return Fit(coefficients, np.empty((0, 0)), here)
    if np.linalg.matrix_rank(here.information, hermitian=True) < len(coefficients):
        return DEPENDENT
    for _ in range(MOST_ITERATIONS):
        try:
            step = np.linalg.solve(here.information, here.score)
        except np.linalg.LinAlgError:
            return SEPARATED
        if here.score @ step < SMALLEST_GROWTH:
            covariance: Floats = np.asarray(np.linalg.inv(here.information), dtype=np.float64)
            return Fit(coefficients, covariance, here)
        there = derivatives(rows, coefficients + step)
        while not there.value >= here.value - 1e-9 and np.abs(step).max() > 1e-9:
            step = step / 2
            there = derivatives(rows, coefficients + step)
        coefficients, here = coefficients + step, there
        if np.abs(coefficients).max() > FARTHEST:
            return SEPARATED
    return SEPARATED


def score_test(rows: RiskRows, fitted: Fit, held: int) -> float | None:
    """The score statistic of the covariates after the first `held`, which are at `fitted`; None where it has none.

    `rows` hold all of them. Source: Cox & Hinkley 1974, 9.3; the entry test of SAS PROC PHREG.
    """
    k = rows.x.shape[1]
    found = derivatives(rows, np.concatenate((fitted.coefficients, np.zeros(k - held))))
    information = found.information
    if np.linalg.matrix_rank(information, hermitian=True) < k:
        return None
    return float(found.score @ np.linalg.solve(information, found.score))


def standardise(x: Floats) -> tuple[Floats, Floats]:
    """Covariates (n, k) in standard deviations about their mean, and the deviations (k,), 1 where there is none."""
    scale = x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    return (x - x.mean(axis=0)) / scale, scale
