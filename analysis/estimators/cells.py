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


def maximise(weights: Floats, events: Ints, design: Floats, coefficients: Floats) -> tuple[float, Floats]:
    """Return the greatest log partial likelihood and its coefficients, by Newton steps halved where it falls.

    The covariates are constant within a cell: `weights` (cells, events) as from `efron_weights`; `events` (cells,);
    `design` (cells, covariates). Where the likelihood has no maximum its limit is returned.
    """
    ridge = RIDGE * np.eye(design.shape[1])
    best, score, information = _derivatives(weights, events, design @ coefficients)
    for _ in range(MOST_ITERATIONS):
        # a covariate that no longer changes anything has no information: the small ridge leaves it where it is
        projected = score @ design
        step = np.linalg.solve(design.T @ information @ design + ridge, projected)
        growth = float(projected @ step) / 2
        if growth < SMALLEST_GROWTH:
            return best + growth, coefficients + step
        step *= min(1.0, LARGEST_STEP / float(np.abs(step).max()))
        derivatives = _derivatives(weights, events, design @ (coefficients + step))
        while derivatives[0] < best - SMALLEST_GROWTH:
            step /= 2
            derivatives = _derivatives(weights, events, design @ (coefficients + step))
        coefficients = coefficients + step
        best, score, information = derivatives
    return best, coefficients


def _derivatives(weights: Floats, events: Ints, log_hazard: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood, score and information in the log hazard of each cell."""
    hazard = np.exp(log_hazard)
    total = hazard @ weights
    share = weights / total
    expected = hazard * share.sum(axis=1)
    information = (share @ share.T) * -hazard * hazard[:, np.newaxis]
    information.flat[:: len(hazard) + 1] += expected
    return float(events @ log_hazard - np.log(total).sum()), events - expected, information
