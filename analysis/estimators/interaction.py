"""The interaction of arm and subgroup: the likelihood-ratio test of two Cox models with Efron ties.

Both models see only which arm and which level a patient belongs to, so that both are fitted from the numbers at
risk and with the event in each cell of arm by level.
"""

from __future__ import annotations

import numpy as np

from analysis.estimate import Bools, Floats, Ints, NotEstimable, Test
from analysis.estimators import normal
from analysis.estimators.cells import maximise
from analysis.estimators.risk_sets import Order, RiskSets, efron_weights, tally

METHOD = "likelihood-ratio test of arm by subgroup, Cox models with Efron ties"


def interaction(
    ordered: Order, arm: Ints, arms: int, level: Ints, levels: int, mask: Bools | None = None
) -> Test | NotEstimable:
    """Test whether the hazard ratios differ between the levels of a factor, as `interaction_of` their risk sets.

    `arm` and `level` (n,) are codes from 0; -1 leaves the patient out.
    """
    known = (arm >= 0) & (level >= 0)
    sets = tally(ordered, level * arms + arm, levels * arms, known if mask is None else known & mask)
    return interaction_of(sets, arms)


def interaction_of(sets: RiskSets, arms: int) -> Test | NotEstimable:
    """Test as R's `anova` of two `coxph` models, arm + level and arm * level; the groups of `sets` are levels by arms.

    Cells without patients cost a degree of freedom, cells without events do not: their coefficient runs to minus
    infinity, the likelihood to its limit.
    """
    if not len(sets.events):
        return NotEstimable("No events.")
    filled = np.flatnonzero(sets.n)
    by_level, by_arm = (_indicators(codes) for codes in np.divmod(filled, arms))
    if by_arm.shape[1] == 0:
        return NotEstimable("Only one arm has patients.")
    if by_level.shape[1] == 0:
        return NotEstimable("Only one level has patients.")
    additive = np.hstack((by_arm, by_level))
    crossed = len(filled) == (by_arm.shape[1] + 1) * (by_level.shape[1] + 1)
    # the rank is slow to find, and known where no cell is empty
    rank = additive.shape[1] if crossed else int(np.linalg.matrix_rank(additive - additive.mean(axis=0)))
    degrees_of_freedom = len(filled) - 1 - rank
    if degrees_of_freedom == 0:
        return NotEstimable("No two levels have patients in both arms.")
    weights, events = efron_weights(sets.at_risk[:, filled], sets.events[:, filled]), sets.events.sum(axis=0)[filled]
    without, coefficients = maximise(weights, events, additive, np.zeros(additive.shape[1]))
    of_cells = additive @ coefficients
    within, _ = maximise(weights, events, np.eye(len(filled))[:, 1:], of_cells[1:] - of_cells[0])
    return normal.chi_square_test(max(2 * (within - without), 0.0), degrees_of_freedom, METHOD)


def _indicators(codes: Ints) -> Floats:
    """One column for each distinct code but the first."""
    columns: Floats = (codes[:, np.newaxis] == np.unique(codes)[1:]).astype(float)
    return columns
