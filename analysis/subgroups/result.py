"""What a link may say of the subgroups view, and what its analysis returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.estimate import NotEstimable, Test
from analysis.subgroups.outcome import Contrast
from data.contract import Arm, Unit

#: Under this many patients in an arm an estimate is printed in grey.
FEW = 10
FIRST = "first"

Measure = Literal["hazard-ratio", "difference", "odds-ratio"]


@options(config=ConfigDict(extra="forbid"), frozen=True)
class SubgroupsOptions:
    """What a link may say of the subgroups view.

    `measure` is that of the endpoint, or of the trial's response (difference of rates, odds ratio). `contrast` is the
    id of the arm compared with the reference, or `FIRST`: the first arm that is switched on.
    """

    measure: Measure = "hazard-ratio"
    contrast: str = FIRST


@dataclass(frozen=True)
class Row:
    """One line of the forest: two arms of a group of patients.

    `link` is what a link says to make them the cohort ("" where it cannot), `chosen` that it says so.
    """

    label: str
    contrast: Contrast
    link: str = ""
    chosen: bool = False

    @property
    def few(self) -> bool:
        """Whether an arm is too small for its estimate to be printed in black."""
        return min(self.contrast.n) < FEW


@dataclass(frozen=True)
class Section:
    """The rows of a factor and the test that the effect is the same in all of them.

    `within` are the filters, in words, that its patients have passed; `unknown` counts those in none of the rows.
    """

    label: str
    rows: tuple[Row, ...]
    interaction: Test | NotEstimable
    within: tuple[str, ...] = ()
    unknown: int = 0


@dataclass(frozen=True)
class SubgroupsResult:
    """Everything the subgroups view shows: `overall` for all patients, and a section for each factor.

    `cohort` sets the patients of the reader's filters against all others; None without filters. `outcome` names what
    is compared ("OS", "CR/CRi"), `unit` that of its medians, None without them. `more_is_better` says that a larger
    estimate favours the first of the `arms`. `positions` are their places in the trial, which give them their colours.
    `stratified` is said of the overall row alone. `withheld` says that P values within the cohort are not to be shown.
    """

    measure: Measure
    outcome: str
    unit: Unit | None
    more_is_better: bool
    arms: tuple[Arm, Arm]
    positions: tuple[int, int]
    level: float
    overall: Row
    stratified: bool
    cohort: Section | None
    factors: tuple[Section, ...]
    withheld: bool
    exploratory: bool
    words: str
    method: str

    @property
    def sections(self) -> tuple[Section, ...]:
        """The cohort against its complement, if there is one, then the factors."""
        return (self.cohort, *self.factors) if self.cohort else self.factors
