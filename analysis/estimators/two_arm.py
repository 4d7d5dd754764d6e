"""The Cox model of one binary covariate, arm, with Efron ties and strata: the kernel of the forest.

For a binary covariate the partial likelihood needs only the numbers at risk and with the event per arm and
event time, so that a subgroup costs microseconds where a general fit costs milliseconds. The test suite holds
it equal to lifelines' `CoxPHFitter` and to R's `coxph`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from analysis.estimate import Bools, Estimate, Ints, NotEstimable
from analysis.estimators import normal
from analysis.estimators.risk_sets import Order, RiskSets, efron_weights, tally

METHOD = "Cox model, Efron ties"
#: Newton ends when a step is smaller; the error is then of the order of its square.
SMALLEST_STEP = 1e-8
LARGEST_STEP = 2.0


@dataclass(frozen=True)
class Fit:
    """A fitted model: the log hazard ratio of arm 1 over arm 0, and the score chi-square at no effect."""

    coefficient: float
    standard_error: float
    log_likelihood: float
    null_log_likelihood: float
    score: float
    iterations: int

    def hazard_ratio(self, level: float) -> Estimate:
        """Return the hazard ratio with its Wald interval; `standard_error` is that of its logarithm."""
        return normal.ratio_interval(self.coefficient, self.standard_error, level, METHOD)


@dataclass(frozen=True)
class Comparison:
    """Two arms of one subgroup, reference first: patients, events, and the model or the reason there is none."""

    n: tuple[int, int]
    events: tuple[int, int]
    fit: Fit | NotEstimable


def compare(ordered: Order, arm: Ints, mask: Bools | None = None) -> Comparison:
    """Compare arm 1 with arm 0 among the patients of `mask`. `arm` (n,) is 0 for the reference."""
    sets = tally(ordered, arm, 2, mask)
    events = sets.events.sum(axis=0)
    return Comparison((int(sets.n[0]), int(sets.n[1])), (int(events[0]), int(events[1])), fit(sets))


def fit(sets: RiskSets) -> Fit | NotEstimable:
    """Maximise Efron's partial likelihood by Newton steps, kept within a bracket of the root of the score.

    With A and B at risk in arms 0 and 1 at an event, p = B e^b / (A + B e^b): the score is the events of arm 1
    less the sum of p, the information the sum of p (1 - p). Source: Efron, JASA 1977;72:557-65.
    """
    weights = efron_weights(sets)
    reference, experimental = np.ascontiguousarray(weights.T)
    events = int(sets.events[:, 1].sum())
    missing = _not_estimable(sets, events, int((experimental > 0).sum()), int((reference == 0).sum()))
    if missing:
        return missing

    coefficient, low, high, iterations = 0.0, -np.inf, np.inf, 0
    null_log_likelihood = -float(np.log(reference + experimental).sum())
    null_chi_square = 0.0
    while True:
        expected = experimental * exp(coefficient)
        share = expected / (reference + expected)
        score = events - float(share.sum())
        information = float(share @ (1 - share))
        if iterations == 0:
            null_chi_square = score**2 / information
        low, high = (coefficient, high) if score > 0 else (low, coefficient)
        step = min(max(score / information, -LARGEST_STEP), LARGEST_STEP)
        target = coefficient + step
        coefficient = target if low <= target <= high else (low + high) / 2
        iterations += 1
        if abs(step) < SMALLEST_STEP:
            break
    log_likelihood = coefficient * events - float(np.log(reference + experimental * exp(coefficient)).sum())
    return Fit(coefficient, sqrt(1 / information), log_likelihood, null_log_likelihood, null_chi_square, iterations)


def _not_estimable(sets: RiskSets, events: int, with_arm_1: int, without_arm_0: int) -> NotEstimable | None:
    """Say why the likelihood has no maximum at a finite coefficient.

    The score falls from `events` - `without_arm_0` to `events` - `with_arm_1`, counts of events at which arm 1
    is at risk, and of events at which arm 0 is not; it has a root if and only if it changes sign.
    """
    if not sets.n.any():
        return NotEstimable("No patients.")
    if not sets.n.all():
        return NotEstimable("Only one arm has patients.")
    by_arm = sets.events.sum(axis=0)
    if not by_arm.any():
        return NotEstimable("No events.")
    if not by_arm.all():
        return NotEstimable(f"No events in the {'experimental' if by_arm[0] else 'reference'} arm.")
    if without_arm_0 < events < with_arm_1:
        return None
    late = "experimental" if events <= without_arm_0 else "reference"
    early = "reference" if late == "experimental" else "experimental"
    return NotEstimable(f"The {late} arm has events only where nobody of the {early} arm is left at risk.")
