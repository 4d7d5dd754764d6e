"""State occupation: the probability to be in each state over time, by Aalen-Johansen, with censoring.

Source: Aalen & Johansen, Scand J Stat 1978;5:141-50: the product over event times of I + dA, where dA holds, for
every two states, the transitions divided by those at risk in the state left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from analysis.estimate import Estimate, Floats, Ints, NotEstimable
from analysis.estimators import normal

METHOD = "Aalen-Johansen, log-log interval"


@dataclass(frozen=True, eq=False)
class Occupation:
    """The probability of each state, (times, states), from each of `time` on.

    The times are 0, those at which somebody moves, and the last follow-up.

    `step` (times, states, states) are the shares that go from a state to another at each time, and `at_risk`
    (times, states) the patients in each state just before it and still followed.
    """

    time: Floats
    probability: Floats
    step: Floats
    at_risk: Ints


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
    patient, time, state = _stays(entered)
    before = np.append(-1, state[:-1])
    moved = np.append(False, patient[1:] == patient[:-1])

    start = np.bincount(state[~moved], minlength=states) / len(followed)
    grid = np.unique(np.concatenate(([0.0, followed.max()], time[moved])))
    at = np.searchsorted(grid, time)
    step = np.zeros((len(grid), states, states))
    np.add.at(step, (at[moved], before[moved], state[moved]), 1)
    # at risk in a state at a time: entered it before, and left it or was censored at that time or later
    left = np.append(np.where(moved[1:], time[1:], np.inf), np.inf)
    change = np.zeros((len(grid) + 1, states), dtype=np.int64)
    np.add.at(change, (np.where(moved, at + 1, 0), state), 1)
    np.add.at(change, (np.searchsorted(grid, np.minimum(left, followed[patient]), side="right"), state), -1)
    at_risk = change.cumsum(axis=0)[:-1]

    step /= np.maximum(at_risk, 1)[:, :, np.newaxis]
    step[:, np.arange(states), np.arange(states)] = 1 - step.sum(axis=2)
    probability = np.empty((len(grid), states))
    for row, matrix in enumerate(step):
        start = start @ matrix
        probability[row] = start
    return Occupation(grid, probability, step, at_risk)


def _stays(entered: Floats) -> tuple[Ints, Floats, Ints]:
    """Every stay of every patient: patient, time of entry and state, in order; stays of no length are left out."""
    patient, state = np.nonzero(np.isfinite(entered))
    time = entered[patient, state]
    order = np.lexsort((state, time, patient))
    patient, time, state = patient[order], time[order], state[order]
    last = np.append((patient[1:] != patient[:-1]) | (time[1:] != time[:-1]), True)
    return patient[last], time[last], state[last]


def probabilities(occupation: Occupation, time: float, level: float = 0.95) -> tuple[Estimate | NotEstimable, ...]:
    """Return the probability of each state at `time`, with its interval on the scale of log(-log p).

    The variance takes the moves out of a state at a time as multinomial; with two states it is Greenwood's. Limits
    are None where the probability is 0 or 1. Not estimable after the last follow-up.
    """
    states = int(occupation.probability.shape[1])
    if time > occupation.time[-1]:
        return (NotEstimable("Follow-up ends before this time."),) * states
    end = int(np.searchsorted(occupation.time, time, side="right"))
    step, at_risk = occupation.step[:end], occupation.at_risk[:end]
    # from each state (rows) just before each time, the probability to be in each state (columns) in the end
    ahead = np.empty((end + 1, states, states))
    ahead[end] = np.eye(states)
    for row in range(end - 1, -1, -1):
        ahead[row] = step[row] @ ahead[row + 1]
    spread = step @ ahead[1:] ** 2 - ahead[:-1] ** 2
    before = np.concatenate([occupation.probability[:1], occupation.probability[: end - 1]])
    weight = before**2 / np.maximum(at_risk, 1)
    variance: Floats = np.maximum((weight[:, :, np.newaxis] * spread).sum(axis=(0, 1)), 0)
    values, errors = occupation.probability[end - 1], np.sqrt(variance)
    return tuple(_with_interval(float(p), float(e), level) for p, e in zip(values, errors, strict=True))


def _with_interval(value: float, error: float, level: float) -> Estimate:
    if not normal.ROUNDING < value < 1 - normal.ROUNDING:
        return Estimate(min(max(value, 0.0), 1.0), None, None, level, METHOD, error)
    factor = exp(normal.quantile(level) * error / (value * log(value)))
    return Estimate(value, value ** (1 / factor), value**factor, level, METHOD, error)
