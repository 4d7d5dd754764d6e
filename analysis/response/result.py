"""What a link may say of the response card, and what its analysis returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.estimate import Estimate, NotEstimable, Test
from analysis.subgroups import FIRST
from analysis.summary import ArmSize, Counted, Summary
from analysis.survival import SurvivalResult


@options(config=ConfigDict(extra="forbid"), frozen=True)
class ResponseOptions:
    """What a link may say of the response page: the measure of its forest, and the arm compared in it."""

    forest: Literal["difference", "odds-ratio"] = "difference"
    contrast: str = FIRST


@dataclass(frozen=True)
class Comparison:
    """The response in one arm against the reference."""

    arm: ArmSize
    reference: ArmSize
    difference: Estimate | NotEstimable
    odds_ratio: Estimate | NotEstimable
    test: Test | NotEstimable


@dataclass(frozen=True)
class Cycle:
    """One cycle, by arm: patients assessed at its end, in response then, and in a first response by then.

    The last two count out of all patients of the arm, also those no longer treated.
    """

    number: int
    assessed: tuple[int, ...]
    responding: tuple[Counted, ...]
    ever: tuple[Counted, ...]


@dataclass(frozen=True, eq=False)
class ResponseResult:
    """Everything the response card shows for one selection; `details` are best responses, residual disease, time.

    `outside` counts the responders who are in response at the end of none of the `cycles`.

    `duration` is that of the responders as the survival page computes it, None where the trial has none.
    """

    label: str
    level: float
    rates: tuple[Counted, ...]
    comparisons: tuple[Comparison, ...]
    details: Summary
    cycles: tuple[Cycle, ...]
    outside: int
    duration: SurvivalResult | NotEstimable | None
    method: str

    @property
    def arms(self) -> tuple[ArmSize, ...]:
        return self.details.arms

    @property
    def withheld(self) -> bool:
        return self.details.withheld
