"""What is compared between two arms in every subgroup: times to an event, by the fast kernel of the Cox model."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable, Test
from analysis.estimators.interaction import interaction
from analysis.estimators.kaplan_meier import medians
from analysis.estimators.risk_sets import Order, order, tally
from analysis.estimators.two_arm import compare

#: A number for the arm compared and one for its reference.
Pair = tuple[float | None, float | None]


@dataclass(frozen=True)
class Contrast:
    """Two arms of one subgroup, the reference last: patients, events, and the effect or the reason there is none."""

    n: tuple[int, int]
    events: tuple[int, int]
    effect: Estimate | NotEstimable


@dataclass(frozen=True, eq=False)
class TimeToEvent:
    """Times to an event, sorted once for all subgroups; `arm` (n,) is 1 and 0 for the reference."""

    ordered: Order
    arm: Ints
    level: float

    def compare(self, mask: Bools) -> Contrast:
        """Return the hazard ratio among the patients of `mask` (n,)."""
        found = compare(self.ordered, self.arm, mask)
        effect = found.fit if isinstance(found.fit, NotEstimable) else found.fit.hazard_ratio(self.level)
        return Contrast(found.n[::-1], found.events[::-1], effect)

    def medians(self, group: Ints, groups: int, mask: Bools) -> list[Pair]:
        """Return the medians of each `group` (n,), codes from 0 and -1 for none; None where not reached."""
        by_arm = medians(tally(self.ordered, 2 * group + self.arm, 2 * groups, mask & (group >= 0)))
        return list(zip(by_arm[1::2], by_arm[::2], strict=True))

    def interaction(self, group: Ints, groups: int, mask: Bools) -> Test | NotEstimable:
        """Test that the hazard ratio is the same in every group."""
        return interaction(self.ordered, self.arm, 2, group, groups, mask)


def time_to_event(time: Floats, event: Bools, arm: Ints, level: float, strata: Ints | None = None) -> TimeToEvent:
    """Sort times (n,) that are all known; with `strata` the hazard ratio is stratified."""
    return TimeToEvent(order(time, event, strata), arm, level)
