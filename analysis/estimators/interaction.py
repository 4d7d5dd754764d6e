"""The interaction of arm and subgroup: the likelihood-ratio test of two Cox models with Efron ties.

Both models see only which arm and which level a patient belongs to, so that both are fitted from the numbers at
risk and with the event in each cell of arm by level; factors with the same cells are fitted together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.estimate import Bools, Floats, Ints, NotEstimable, Test
from analysis.estimators import normal
from analysis.estimators.cells import maximise
from analysis.estimators.risk_sets import Order, RiskSets, efron_weights, tally

METHOD = "likelihood-ratio test of arm by subgroup, Cox models with Efron ties"
#: Factors with more events together are fitted one after the other, to stay within the processor's cache.
LARGEST_BATCH = 50_000


def interaction(
    ordered: Order, arm: Ints, arms: int, level: Ints, levels: int, mask: Bools | None = None
) -> Test | NotEstimable:
    """Test whether the hazard ratios differ between the levels of a factor, as `interactions` their risk sets.

    `arm` and `level` (n,) are codes from 0; -1 leaves the patient out.
    """
    known = (arm >= 0) & (level >= 0)
    sets = tally(ordered, level * arms + arm, levels * arms, known if mask is None else known & mask)
    return interactions([sets], arms)[0]


def interactions(tallies: Sequence[RiskSets], arms: int) -> list[Test | NotEstimable]:
    """Test each factor as R's `anova` of two `coxph` models, arm + level and arm * level.

    The groups of a factor's risk sets are levels by arms. Cells without patients cost a degree of freedom, cells
    without events do not: their coefficient runs to minus infinity, the likelihood to its limit.
    """
    tests: dict[int, Test | NotEstimable] = {}
    alike: dict[tuple[int, ...], list[int]] = {}
    for i, sets in enumerate(tallies):
        if len(sets.events):
            alike.setdefault(tuple(np.flatnonzero(sets.n).tolist()), []).append(i)
        else:
            tests[i] = NotEstimable("No events.")
    for cells, factors in alike.items():
        large = sum(int(tallies[i].events.sum()) for i in factors) > LARGEST_BATCH
        for batch in [[i] for i in factors] if large else [factors]:
            tests |= zip(batch, _test([tallies[i] for i in batch], np.array(cells), arms), strict=True)
    return [tests[i] for i in range(len(tallies))]


def _test(tallies: Sequence[RiskSets], filled: Ints, arms: int) -> Sequence[Test | NotEstimable]:
    """Test factors that all have patients in the cells `filled`, and events."""
    by_level, by_arm = (_indicators(codes) for codes in np.divmod(filled, arms))
    if by_arm.shape[1] == 0:
        return [NotEstimable("Only one arm has patients.")] * len(tallies)
    if by_level.shape[1] == 0:
        return [NotEstimable("Only one level has patients.")] * len(tallies)
    additive = np.hstack((by_arm, by_level))
    crossed = len(filled) == (by_arm.shape[1] + 1) * (by_level.shape[1] + 1)
    # the rank is slow to find, and known where no cell is empty
    rank = additive.shape[1] if crossed else int(np.linalg.matrix_rank(additive - additive.mean(axis=0)))
    degrees_of_freedom = len(filled) - 1 - rank
    if degrees_of_freedom == 0:
        return [NotEstimable("No two levels have patients in both arms.")] * len(tallies)
    chi_squares = _likelihood_ratios(tallies, filled, additive)
    return [normal.chi_square_test(max(each, 0.0), degrees_of_freedom, METHOD) for each in chi_squares.tolist()]


def _likelihood_ratios(tallies: Sequence[RiskSets], filled: Ints, additive: Floats) -> Floats:
    """Return twice the log-likelihood that a hazard for each cell has over the model `additive` of the cells."""
    weighed = [efron_weights(sets.at_risk[:, filled], sets.events[:, filled]) for sets in tallies]
    weights = np.zeros((len(tallies), len(filled), max(of.shape[1] for of in weighed)))
    for row, of in zip(weights, weighed, strict=True):
        row[:, : of.shape[1]] = of
    events = np.array([sets.events.sum(axis=0)[filled] for sets in tallies])
    without, coefficients = maximise(weights, events, additive, np.zeros((len(tallies), additive.shape[1])))
    of_cells = coefficients @ additive.T
    within, _ = maximise(weights, events, np.eye(len(filled))[:, 1:], of_cells[:, 1:] - of_cells[:, :1])
    ratios: Floats = 2 * (within - without)
    return ratios


def _indicators(codes: Ints) -> Floats:
    """One column for each distinct code but the first."""
    columns: Floats = (codes[:, np.newaxis] == np.unique(codes)[1:]).astype(float)
    return columns
