"""What the analysis of the path returns."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.state_occupation import Occupation
from analysis.transplant.flow import ArmPath, StepCounts
from analysis.transplant.shares import Share


@dataclass(frozen=True, eq=False)
class StatesOverTime:
    """The states of an arm over time, in months; at the month shown the probability of each.

    `not_final` is free of the final state by Kaplan-Meier, as the survival view has it. Where censoring depends on
    the state, as it does by chance, the probabilities by Aalen-Johansen add up to a little more or less.
    """

    curve: Occupation
    at_month: tuple[Estimate | NotEstimable, ...]
    not_final: Estimate | NotEstimable


@dataclass(frozen=True, eq=False)
class TransplantResult:
    """Everything the view shows for one selection; `months` is how long any patient of the trial was followed.

    `over_time` has an entry an arm, None where nobody was followed; it is empty without states.
    """

    trial: str
    title: str
    arms: tuple[ArmPath, ...]
    steps: tuple[StepCounts, ...]
    shares: tuple[Share, ...]
    states: tuple[str, ...]
    over_time: tuple[StatesOverTime | None, ...]
    month: int | None
    months: float
    n: int
    of: int
    exploratory: bool
    withheld: bool
    words: str
    method: str
    time_method: str
