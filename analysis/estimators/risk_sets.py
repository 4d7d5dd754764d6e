"""Risk sets: who is at risk and who has the event at each event time, by group and within strata.

The log-rank tests, the two-arm Cox model and the interaction tests all read these counts, and nothing else of
the patients. The patients are sorted once; a subgroup is then counted without sorting again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from analysis.estimate import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Order:
    """The patients of one endpoint in order: a row for each distinct time of each stratum.

    `place` (n,) is twice a patient's row, plus one for an event; `time` (rows,) is the row's; `stratum_end` (rows,)
    is the first row of the next stratum.
    """

    place: Ints
    time: Floats
    stratum_end: Ints


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Counts at each event time of each stratum, (times, groups), and the patients of each group, (groups,).

    `time` (times,) rises within a stratum; `stratum` (times,) is equal for the event times of one stratum.
    """

    time: Floats
    at_risk: Ints
    events: Ints
    stratum: Ints
    n: Ints


def order(time: Floats, event: Bools, strata: Ints | None = None) -> Order:
    """Sort patients by time within strata. `time` and `event` (n,), `strata` (n,) any integer codes."""
    by = np.argsort(time) if strata is None else np.lexsort((time, strata))
    new = np.ones(len(by), dtype=bool)
    new[1:] = _changes(time[by]) if strata is None else _changes(time[by]) | _changes(strata[by])
    row = np.empty(len(by), dtype=np.int64)
    row[by] = new.cumsum() - 1
    first = by[new]
    if strata is None:
        return Order(2 * row + event, time[first], np.full(len(first), len(first)))
    return Order(2 * row + event, time[first], strata[first].searchsorted(strata[first], side="right"))


def _changes(values: Floats | Ints) -> Bools:
    """Where a value differs from the one before it, (n - 1,)."""
    changes: Bools = values[1:] != values[:-1]
    return changes


def tally(ordered: Order, group: Ints, groups: int, mask: Bools | None = None) -> RiskSets:
    """Count risk sets by `group` (n,), codes 0 to `groups` - 1, among the patients of `mask` (n,)."""
    place, group = (ordered.place, group) if mask is None else (ordered.place[mask], group[mask])
    rows = len(ordered.stratum_end)
    counts = np.bincount(place * groups + group, minlength=2 * rows * groups).reshape(rows, 2, groups)
    remaining = np.zeros((rows + 1, groups), dtype=np.int64)
    remaining[:-1] = (counts[:, 0] + counts[:, 1])[::-1].cumsum(axis=0)[::-1]
    events = counts[:, 1]
    at = np.flatnonzero(events.any(axis=1))
    stratum_end = ordered.stratum_end[at]
    return RiskSets(ordered.time[at], remaining[at] - remaining[stratum_end], events[at], stratum_end, remaining[0])


def efron_weights(at_risk: Ints, events: Ints) -> Floats:
    """Return one column an event, (groups, events): those at risk, less the share of tied events already counted.

    `at_risk` and `events` (times, groups) as in `RiskSets`. The l-th of d tied events (l from 0) sees n - (l / d) d_g
    at risk in group g, of which d_g have the event. Source: Efron, JASA 1977;72:557-65.
    """
    tied = events.sum(axis=1)
    row = np.repeat(np.arange(len(tied)), tied)
    share = (np.arange(len(row)) - (np.cumsum(tied) - tied)[row]) / tied[row]
    weights: Floats = np.take(at_risk.T, row, axis=1) - share * np.take(events.T, row, axis=1)
    return weights


def comparable(sets: RiskSets) -> Ints:
    """Label the groups so that two with one label have a finite hazard ratio.

    Draw an arrow from each group that has an event to each group at risk at it: the likelihood has its maximum at
    finite coefficients among groups that can be reached from each other. Source: Ford, Amer Math Monthly 1957;
    64:28-33, for the same likelihood in paired comparisons.
    """
    arrows = (sets.events > 0).T.astype(int) @ (sets.at_risk > 0)
    return connected_components(arrows, directed=True, connection="strong")[1].astype(np.int64)
