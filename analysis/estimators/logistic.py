"""Logistic regression: odds ratios of an event for several covariates at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit

from analysis.estimate import Bools, Estimate, Floats, NotEstimable, Test
from analysis.estimators import normal

METHOD = "logistic regression, Wald interval"
#: Newton ends when a step moves no linear predictor by more.
SMALLEST_STEP = 1e-9


@dataclass(frozen=True)
class Term:
    """One covariate: its odds ratio per unit, adjusted for the others, with the Wald test."""

    name: str
    odds_ratio: Estimate
    test: Test


@dataclass(frozen=True)
class Model:
    """A fitted logistic regression with its test against the model without covariates."""

    terms: tuple[Term, ...]
    intercept: float
    n: int
    events: int
    likelihood_ratio: Test


def logistic_regression(event: Bools, covariates: Mapping[str, Floats], level: float = 0.95) -> Model | NotEstimable:
    """Fit by maximum likelihood. `event` (n,); each covariate (n,), numbers or indicators.

    Source: Hosmer, Lemeshow & Sturdivant, Applied Logistic Regression, 2013, chapters 1 and 2, as R's `glm`.
    """
    if event.all() or not event.any():
        return NotEstimable("All patients or none have the event.")
    names = list(covariates)
    design = np.column_stack((np.ones(len(event)), *covariates.values()))
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return NotEstimable("A covariate is the same in all patients, or the covariates determine each other.")
    separating = _separating(event, design)
    if separating.any():
        culprits = ", ".join(name for name, found in zip(names, separating[1:], strict=True) if found)
        return NotEstimable(f"Patients with and without the event are separated by {culprits or 'the covariates'}.")

    coefficients, covariance, log_likelihood = _maximise(event, design)
    errors = np.sqrt(np.diag(covariance))
    share = event.mean()
    null = len(event) * (share * np.log(share) + (1 - share) * np.log(1 - share))
    return Model(
        terms=tuple(
            Term(
                name,
                normal.ratio_interval(float(coefficient), float(error), level, METHOD),
                normal.z_test(float(coefficient / error), 2, "Wald test"),
            )
            for name, coefficient, error in zip(names, coefficients[1:], errors[1:], strict=True)
        ),
        intercept=float(coefficients[0]),
        n=len(event),
        events=int(event.sum()),
        likelihood_ratio=normal.chi_square_test(
            float(2 * (log_likelihood - null)), len(names), "likelihood-ratio test, logistic regression"
        ),
    )


def _maximise(event: Bools, design: Floats) -> tuple[Floats, Floats, float]:
    """Return coefficients, their covariance and the log-likelihood, by Newton steps halved where it falls."""

    def log_likelihood(at: Floats) -> float:
        linear = design @ at
        return float(linear[event].sum() - np.logaddexp(0, linear).sum())

    coefficients = np.zeros(design.shape[1])
    best = log_likelihood(coefficients)
    while True:
        share = expit(design @ coefficients)
        covariance = np.linalg.inv(design.T @ (design * (share * (1 - share))[:, np.newaxis]))
        step = covariance @ (design.T @ (event - share))
        while log_likelihood(coefficients + step) < best - SMALLEST_STEP:
            step /= 2
        coefficients = coefficients + step
        best = log_likelihood(coefficients)
        if np.abs(design @ step).max() < SMALLEST_STEP:
            return coefficients, covariance.astype(float), best


def _separating(event: Bools, design: Floats) -> Bools:
    """Mark the columns of a direction in which the likelihood never falls: there the maximum is at infinity.

    The direction with the greatest sum of margins, all at least 0, solves a linear programme; there is none if all
    margins are 0. Source: Konis, Linear programming algorithms for detecting separated data, DPhil thesis, Oxford 2007.
    """
    scale = np.abs(design).max(axis=0)
    margins = np.where(event, 1, -1)[:, np.newaxis] * design / scale
    found = linprog(-margins.sum(axis=0), A_ub=-margins, b_ub=np.zeros(len(event)), bounds=(-1, 1), method="highs")
    direction = np.zeros(design.shape[1]) if found.x is None else found.x
    marked: Bools = (np.abs(direction) > 1e-7) & bool((margins @ direction > 1e-7).any())
    return marked
