"""State occupation: the probability to be in each state over time, by Aalen-Johansen, with censoring.

Source: Aalen & Johansen, Scand J Stat 1978;5:141-50: the product over event times of I + dA, where dA holds, for
every two states, the transitions divided by those at risk in the state left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimate import Floats, Ints

METHOD = "Aalen–Johansen"


@dataclass(frozen=True, eq=False)
class Occupation:
    """The probability of each state, (times, states), from each of `time` on; the last time is the last follow-up.

    `at_risk` (times,) counts the patients not in the final state and followed to the time or longer.
    """

    time: Floats
    probability: Floats
    at_risk: Ints

    def at(self, time: float) -> Floats:
        """The probabilities at `time`; NaN after the last follow-up unless nobody can change state any more."""
        row = int(np.searchsorted(self.time, time, side="right")) - 1
        known = time <= self.time[-1] or self.probability[-1, -1] > 1 - 1e-12
        found: Floats = self.probability[row] if known else np.full(self.probability.shape[1], np.nan)
        return found


def state_occupation(entered: Floats, followed: Floats) -> Occupation:
    """Estimate the occupation of every state.

    `entered` (n, states) are times of entry, infinite for never and 0 for the first state; on equal times the later
    state counts, and the last is final. `followed` (n,) is how long each patient was observed; what is entered
    later is not seen. Patients without a follow-up (NaN) are left out; there must be one with.
    """
    seen = ~np.isnan(followed)
    entered, followed = np.maximum(entered[seen], 0), followed[seen]
    states = entered.shape[1]
    entered = np.where(entered <= np.minimum(followed, entered[:, -1])[:, np.newaxis], entered, np.inf)
    patient, time, state = _moves(entered)
    before = np.append(-1, state[:-1])
    moved = np.append(False, patient[1:] == patient[:-1])

    start = np.bincount(state[~moved], minlength=states) / len(followed)
    grid = np.unique(np.concatenate(([0.0], time[moved], followed)))
    at = np.searchsorted(grid, time)
    counts = np.zeros((len(grid), states, states))
    np.add.at(counts, (at[moved], before[moved], state[moved]), 1)
    # at risk in a state just before a time: entered it earlier, and left it or was censored at that time or later
    left = np.append(np.where(moved[1:], time[1:], np.inf), np.inf)
    end = np.minimum(left, followed[patient])
    change = np.zeros((len(grid) + 1, states), dtype=np.int64)
    np.add.at(change, (np.where(moved, at + 1, 0), state), 1)
    np.add.at(change, (np.searchsorted(grid, end) + 1, state), -1)
    at_risk = change.cumsum(axis=0)[:-1]

    hazard = counts / np.maximum(at_risk, 1)[:, :, np.newaxis]
    hazard[:, np.arange(states), np.arange(states)] = -hazard.sum(axis=2)
    probability = np.empty((len(grid), states))
    now = start
    for row, step in enumerate(hazard):
        now = now + now @ step
        probability[row] = now
    return Occupation(grid, probability, at_risk[:, :-1].sum(axis=1))


def _moves(entered: Floats) -> tuple[Ints, Floats, Ints]:
    """Every stay of every patient: patient, time of entry and state, in order; stays of no length are left out."""
    patient, state = np.nonzero(np.isfinite(entered))
    time = entered[patient, state]
    order = np.lexsort((state, time, patient))
    patient, time, state = patient[order], time[order], state[order]
    last = np.append((patient[1:] != patient[:-1]) | (time[1:] != time[:-1]), True)
    return patient[last], time[last], state[last]
