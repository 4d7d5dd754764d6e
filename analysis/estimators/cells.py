"""Cox models with Efron ties whose covariates are constant within cells of patients, such as arm by subgroup.

Their likelihood needs only the numbers at risk and with the event in each cell.
"""

from __future__ import annotations

import numpy as np

from analysis.estimate import Floats, Ints

#: Newton ends when the growth of the log-likelihood foretold for the next step is smaller.
SMALLEST_GROWTH = 1e-6
#: No coefficient moves further in a step; where the likelihood grows without a maximum this keeps steps finite.
LARGEST_STEP = 3.0
MOST_ITERATIONS = 100
RIDGE = 1e-10


def maximise(weights: Floats, events: Ints, design: Floats, coefficients: Floats) -> tuple[Floats, Floats]:
    """Return the greatest log partial likelihoods, (models,), and their coefficients, (models, covariates).

    Many models are fitted at once, by Newton steps halved where a likelihood falls. The covariates are constant within
    a cell: `weights` (models, cells, events) as from `efron_weights`, zero beyond the events of a model; `events`
    (models, cells); `design` (cells, covariates), of all of them; the steps begin at `coefficients` (models,
    covariates). Where a likelihood has no maximum its limit is returned.
    """
    ridge = RIDGE * np.eye(design.shape[1])
    beyond = (~weights.any(axis=1)).astype(float)
    best, score, information = _derivatives(weights, beyond, events, coefficients @ design.T)
    for _ in range(MOST_ITERATIONS):
        # a covariate that no longer changes anything has no information: the small ridge leaves it where it is
        projected = score @ design
        step = np.linalg.solve(design.T @ information @ design + ridge, projected[..., np.newaxis])[..., 0]
        growth = (projected * step).sum(axis=1) / 2
        if (growth < SMALLEST_GROWTH).all():
            return best + growth, coefficients + step
        step *= LARGEST_STEP / np.maximum(np.abs(step).max(axis=1, keepdims=True), LARGEST_STEP)
        derivatives = _derivatives(weights, beyond, events, (coefficients + step) @ design.T)
        while (falls := derivatives[0] < best - SMALLEST_GROWTH).any():
            step[falls] /= 2
            derivatives = _derivatives(weights, beyond, events, (coefficients + step) @ design.T)
        coefficients = coefficients + step
        best, score, information = derivatives
    return best, coefficients


def _derivatives(weights: Floats, beyond: Floats, events: Ints, log_hazard: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood, score and information in the log hazard of each cell, `log_hazard` (models, cells).

    `beyond` (models, events) is 1 where a model has no event any more, so that nothing is added there.
    """
    hazard = np.exp(log_hazard)
    total = (hazard[:, np.newaxis] @ weights)[:, 0] + beyond
    share = weights / total[:, np.newaxis]
    expected = hazard * share.sum(axis=2)
    information = (share @ share.transpose(0, 2, 1)) * -(hazard[:, :, np.newaxis] * hazard[:, np.newaxis])
    cells = np.arange(hazard.shape[1])
    information[:, cells, cells] += expected
    return (events * log_hazard).sum(axis=1) - np.log(total).sum(axis=1), events - expected, information
