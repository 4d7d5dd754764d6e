"""Cox models with Efron ties whose covariates are constant within cells of patients, such as arm by subgroup.

Their likelihood needs only the numbers at risk and with the event in each cell.
"""

from __future__ import annotations

import numpy as np

from analysis.estimate import Floats, Ints

#: Newton ends when the growth of the log-likelihood foretold for the next step is smaller.
SMALLEST_GROWTH = 1e-8
#: No coefficient moves further in a step; where the likelihood grows without a maximum this keeps steps finite.
LARGEST_STEP = 3.0
MOST_ITERATIONS = 100
RIDGE = 1e-10


def maximise(weights: Floats, events: Ints, design: Floats, coefficients: Floats) -> tuple[float, Floats]:
    """Return the greatest log partial likelihood and its coefficients, by Newton steps halved where it falls.

    The covariates are constant within a cell: `weights` (events, cells) as from `efron_weights`; `events` (cells,);
    `design` (cells, covariates). Where the likelihood has no maximum its limit is returned.
    """
    best, score, information = _derivatives(weights, events, design, coefficients)
    for _ in range(MOST_ITERATIONS):
        # a covariate that no longer changes anything has no information: the small ridge leaves it where it is
        step = np.linalg.solve(information + RIDGE * np.eye(len(score)), score)
        growth = float(score @ step) / 2
        if growth < SMALLEST_GROWTH:
            return best + growth, coefficients + step
        step *= min(1.0, LARGEST_STEP / float(np.abs(step).max()))
        derivatives = _derivatives(weights, events, design, coefficients + step)
        while derivatives[0] < best - SMALLEST_GROWTH:
            step /= 2
            derivatives = _derivatives(weights, events, design, coefficients + step)
        coefficients = coefficients + step
        best, score, information = derivatives
    return best, coefficients


def _derivatives(weights: Floats, events: Ints, design: Floats, coefficients: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood, score and information at `coefficients`."""
    linear = design @ coefficients
    hazard = np.exp(linear)
    total = weights @ hazard
    scaled = weights / total[:, np.newaxis]
    expected = hazard * ((1 / total) @ weights)
    score = (events - expected) @ design
    shares = (scaled.T @ scaled) * np.outer(hazard, hazard)
    information = design.T @ (np.diag(expected) - shares) @ design
    return float(events @ linear - np.log(total).sum()), score, information
