"""What the laboratory found: four ways of looking at the same patients, each with its curves and its hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.estimate import Estimate, Floats, Ints, NotEstimable, Test
from analysis.estimators.kaplan_meier import Curve
from data.contract import Arm, Endpoint

WayName = Literal["naive", "landmark", "timedependent", "censored"]


@dataclass(frozen=True, eq=False)
class Group:
    """A curve of a way, in months: its patients, events, median, and the numbers at risk at the ticks of the way.

    `position` is that of an arm in the trial, None where the group is of those without the event.
    """

    label: str
    position: int | None
    n: int
    events: int
    curve: Curve | NotEstimable
    median: Estimate | NotEstimable
    at_risk: Ints


@dataclass(frozen=True, eq=False)
class Way:
    """One way: what is compared with what, in whom; the hazard ratio is of the first group over the second.

    `left_out` counts the patients that the way cannot use: those who died, and those whose follow-up ended, before the
    landmark.
    """

    name: WayName
    compared: str
    groups: tuple[Group, ...]
    hazard_ratio: Estimate | NotEstimable
    test: Test | NotEstimable
    ticks: Floats
    n: int
    events: int
    left_out: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class LaboratoryResult:
    """All four ways for one arm; `uncensored` is the comparison of the arms that censoring at the event changes.

    `naive`, `landmark`, `time_dependent` compare patients with and without the event within `arm`; `censored`, which
    is None without two arms, compares the arms. `waited` counts those without the event who died before `month`, the
    landmark. `who` says whose survival it is.
    """

    event: str
    arm: Arm
    arms: tuple[Arm, ...]
    endpoint: Endpoint
    who: str
    naive: Way
    landmark: Way
    time_dependent: Way
    censored: Way | None
    uncensored: Estimate | NotEstimable | None
    month: float
    latest: float
    waited: int
    exploratory: bool
    withheld: bool
    words: str
    method: str

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that there are, in the order they are taught."""
        return tuple(w for w in (self.naive, self.landmark, self.time_dependent, self.censored) if w is not None)

    def way(self, name: WayName) -> Way:
        """The way called `name`, the naive one where the trial has no such way."""
        return next((w for w in self.ways if w.name == name), self.naive)
