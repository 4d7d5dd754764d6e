"""What is compared between two arms in every subgroup: times to an event, or a response that is there or not.

Patients are told apart in many ways at once, a partition for each, so that one pass fits all the subgroups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test
from analysis.estimators import proportions, two_arm
from analysis.estimators.interaction import interactions
from analysis.estimators.kaplan_meier import medians
from analysis.estimators.odds_interaction import odds_interaction
from analysis.estimators.risk_sets import Order, order, tally


@dataclass(frozen=True, eq=False)
class Partition:
    """Patients told apart: `group` (n,) codes from 0 to `groups` - 1, -1 for none; without those not in `mask` (n,)."""

    group: Ints
    groups: int
    mask: Bools


@dataclass(frozen=True)
class Contrast:
    """Two arms of one subgroup, the reference last: patients, events, median times, and the effect.

    A median is None where it is not reached, and where the outcome has no times.
    """

    n: tuple[int, int]
    events: tuple[int, int]
    medians: tuple[float | None, float | None]
    effect: Estimate | NotEstimable


@dataclass(frozen=True)
class Compared:
    """The contrasts of a partition, one a group, and the test that they are equal."""

    contrasts: tuple[Contrast, ...]
    interaction: Test | NotEstimable


class Outcome(Protocol):
    """Anything that compares two arms in all groups of many partitions."""

    def compare(self, partitions: Sequence[Partition]) -> list[Compared]:
        """Compare the arms in each group of each partition."""
        ...


@dataclass(frozen=True, eq=False)
class TimeToEvent:
    """Hazard ratios of patients sorted once; `arm` (n,) is 1, and 0 for the reference."""

    ordered: Order
    arm: Ints
    level: float

    def compare(self, partitions: Sequence[Partition]) -> list[Compared]:
        """Fit the Cox models of all groups at once."""
        sets = [
            tally(self.ordered, 2 * by.group + self.arm, 2 * by.groups, by.mask & (by.group >= 0)) for by in partitions
        ]
        compared = []
        found_by_factor = zip(sets, two_arm.forest(sets), interactions(sets, 2), strict=True)
        for counted, comparisons, interaction in found_by_factor:
            times = medians(counted)
            contrasts = tuple(
                Contrast(found.n[::-1], found.events[::-1], (new, old), self._effect(found))
                for found, old, new in zip(comparisons, times[::2], times[1::2], strict=True)
            )
            compared.append(Compared(contrasts, interaction))
        return compared

    def _effect(self, found: two_arm.Comparison) -> Estimate | NotEstimable:
        return found.fit if isinstance(found.fit, NotEstimable) else found.fit.hazard_ratio(self.level)


def time_to_event(time: Floats, event: Bools, arm: Ints, level: float) -> TimeToEvent:
    """Sort times (n,) that are all known."""
    return TimeToEvent(order(time, event), arm, level)


def stratified_hazard_ratio(
    time: Floats, event: Bools, arm: Ints, strata: Ints, level: float
) -> Estimate | NotEstimable:
    """Return the stratified hazard ratio; patients without a stratum (-1) are left out, as in R."""
    fit = two_arm.compare(order(time, event, strata), arm, strata >= 0).fit
    return fit if isinstance(fit, NotEstimable) else fit.hazard_ratio(level)


@dataclass(frozen=True, eq=False)
class Responses:
    """Differences of response rates, or odds ratios; `response` (n,), `arm` (n,) 1 and 0 for the reference."""

    response: Bools
    arm: Ints
    level: float
    odds: bool

    def compare(self, partitions: Sequence[Partition]) -> list[Compared]:
        """Count patients and responders in each arm of each group."""
        effect = proportions.odds_ratio if self.odds else proportions.difference
        compared = []
        for by in partitions:
            known = by.mask & (by.group >= 0)
            cell = (2 * by.group + 1 - self.arm)[known]
            n = np.bincount(cell, minlength=2 * by.groups).reshape(-1, 2)
            events = np.bincount(cell[self.response[known]], minlength=2 * by.groups).reshape(-1, 2)
            contrasts = tuple(
                Contrast((n1, n0), (e1, e0), (None, None), effect(e1, n1, e0, n0, self.level))
                for (n1, n0), (e1, e0) in zip(n.tolist(), events.tolist(), strict=True)
            )
            compared.append(Compared(contrasts, odds_interaction(events, n)))
        return compared
