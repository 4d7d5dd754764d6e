"""The options of the survival view and the frozen shapes of its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.estimate import Estimate, Floats, NotEstimable, Test
from analysis.estimators.kaplan_meier import AtRisk, Curve, Interval
from analysis.estimators.ph import HazardRatioOverTime
from data.contract import Endpoint, Unit

Time = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]

#: The value of the option `by` that draws a curve for each arm.
BY_ARM = "arm"


@options(config=ConfigDict(extra="forbid"), frozen=True)
class SurvivalOptions:
    """What a link may say of the survival view.

    `milestone` and `tau` are in the unit shown, None asks for the default; the unit "trial" is the one the trial
    itself uses. `by` draws a curve for each level of a baseline factor instead of each arm. `lower` is the panel
    under the curves. `complement` sets the patients that the filters leave out beside the cohort.
    """

    unit: Literal["trial"] | Unit = "trial"
    by: Annotated[str, Field(max_length=40)] = BY_ARM
    milestone: Time | None = None
    tau: Time | None = None
    interval: Interval = "log-log"
    stratified: bool = True
    scale: Literal["survival", "incidence"] = "survival"
    rows: Literal["risk", "all", "none"] = "risk"
    lower: Literal["none", "difference", "hazard"] = "none"
    band: bool = True
    censored: bool = True
    medians: bool = True
    area: bool = False
    complement: bool = False


@dataclass(frozen=True)
class CurveGroup:
    """Whom a curve describes: an arm, or a level of a factor. `position` gives it its colour everywhere."""

    id: str
    label: str
    short: str
    position: int


@dataclass(frozen=True, eq=False)
class GroupSurvival:
    """One group: its curve (or the sentence why there is none) and the numbers printed for it, in the unit shown."""

    group: CurveGroup
    n: int
    events: int
    curve: Curve | NotEstimable
    median: Estimate | NotEstimable
    rate: Estimate | NotEstimable
    restricted_mean: Estimate | NotEstimable
    follow_up: Estimate | NotEstimable
    at_risk: AtRisk


@dataclass(frozen=True, eq=False)
class DifferenceCurve:
    """S of one group minus S of the reference over time, with pointwise limits; (m,) each."""

    time: Floats
    difference: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Comparison:
    """One group against the reference. `stratified` says whether the hazard ratio and log-rank use the strata.

    `proportional` tests proportional hazards; `lower` is what the panel under the curves shows.
    """

    group: CurveGroup
    reference: CurveGroup
    hazard_ratio: Estimate | NotEstimable
    log_rank: Test | NotEstimable
    rate_difference: Estimate | NotEstimable
    restricted_mean_difference: Estimate | NotEstimable
    restricted_mean_test: Test | NotEstimable
    restricted_mean_ratio: Estimate | NotEstimable
    proportional: Test | NotEstimable
    lower: DifferenceCurve | HazardRatioOverTime | NotEstimable | None
    stratified: bool


@dataclass(frozen=True, eq=False)
class SurvivalResult:
    """Everything the survival view shows for one selection; times in `unit`.

    `usual_tau` is `tau` where the link does not say; `followed` is the longest follow-up of the group followed least.
    `complement` describes the patients that the filters leave out, when asked for; `interaction` tests whether
    the hazard ratio differs between the two.
    """

    trial: str
    endpoint: Endpoint
    unit: Unit
    by: str
    groups: tuple[GroupSurvival, ...]
    comparisons: tuple[Comparison, ...]
    overall: Test | NotEstimable
    ticks: Floats
    milestone: float
    tau: float
    usual_tau: float
    followed: float
    n: int
    of: int
    withheld: bool
    words: str
    method: str
    complement: SurvivalResult | NotEstimable | None = None
    interaction: Test | NotEstimable | None = None

    @property
    def exploratory(self) -> bool:
        return self.n < self.of
