"""The shapes that leave `data/`: the design of a trial (what `trial.toml` says) and the `Trial` read with it.

Everything here is frozen. The design classes are pydantic dataclasses, so that one definition both
validates a `trial.toml` and types the rest of the program; unknown keys are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as design

#: Days in a month and a year, as printed beside every converted time.
DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25

Unit = Literal["days", "weeks", "months", "years"]
DAYS_PER_UNIT: Mapping[Unit, float] = {
    "days": 1.0,
    "weeks": 7.0,
    "months": DAYS_PER_MONTH,
    "years": DAYS_PER_YEAR,
}

#: What a link may carry as the name of an arm, a population or a trial.
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
Level = Annotated[float, Field(gt=0.5, lt=1)]
Text = Annotated[str, Field(min_length=1, max_length=400)]

#: Values of AEREL, in capitals, that say an event is related to the treatment. "REMOTE" and "UNLIKELY" do not.
RELATED_VALUES = (
    "Y",
    "YES",
    "RELATED",
    "POSSIBLE",
    "POSSIBLY RELATED",
    "PROBABLE",
    "PROBABLY RELATED",
    "DEFINITE",
    "DEFINITELY RELATED",
    "CERTAIN",
)

_STRICT = ConfigDict(extra="forbid")


@design(config=_STRICT, frozen=True)
class Arm:
    """A treatment arm: `value` as it stands in the data, `id` in links, `label` and `short` on screen."""

    id: Slug
    value: Text
    label: Text
    short: Text
    reference: bool = False


@design(config=_STRICT, frozen=True)
class Population:
    """An analysis set: patients whose `flag` is Y (everyone in an arm if None), by planned or actual treatment."""

    id: Slug
    label: Text
    short: Text
    flag: str | None = None
    treatment: Literal["planned", "actual"] = "planned"


@design(config=_STRICT, frozen=True)
class Endpoint:
    """A time-to-event endpoint. `id` is its PARAMCD; `recorded` is the unit of AVAL, `unit` the unit shown first.

    `event` and `origin` are words for the reader ("death", "randomization"). `stratified` says whether the
    primary comparison uses the trial's strata. Levels are those of the hazard ratio and of everything else.
    `population` names the set the endpoint is analysed in unless the reader chooses another. `wanted` says that the
    event is one to hope for (a remission, a transplant), so that a hazard ratio above 1 favours an arm.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,32}$")]
    label: Text
    recorded: Unit
    unit: Unit
    short: str = ""
    event: str = "event"
    origin: str = "start"
    stratified: bool = True
    sided: Literal[1, 2] = 2
    level: Level = 0.95
    hazard_ratio_level: Level = 0.95
    milestone: Annotated[float, Field(gt=0)] | None = None
    tau: Annotated[float, Field(gt=0)] | None = None
    tick: Annotated[float, Field(gt=0)] | None = None
    estimand: str = ""
    wanted: bool = False


@design(config=_STRICT, frozen=True)
class Response:
    """The response to treatment: patients whose `variable` of ADSL has one of `values`; all others have none."""

    variable: str
    values: Annotated[tuple[Text, ...], Field(min_length=1)]
    label: Text = "Response"
    level: Level = 0.95


@design(config=_STRICT, frozen=True)
class FactorLevel:
    """One level of a factor: the `value` in the data (or the name of a cut) and its label on screen."""

    value: Text
    label: Text


@design(config=_STRICT, frozen=True)
class Factor:
    """A variable of ADSL that makes subgroups and filters.

    With `cuts` the variable is a number, cut into [.., c1), [c1, c2), ...; its levels are named by the cut
    ("<55", ">=55"). Without `cuts` the levels are the values in the data, in the given order.
    `post_baseline` marks a factor known only after randomisation (response, transplant).
    """

    variable: str
    label: Text
    levels: tuple[FactorLevel, ...]
    cuts: tuple[float, ...] = ()
    post_baseline: bool = False


@design(config=_STRICT, frozen=True)
class AdverseEventSettings:
    """How the table of adverse events is read, and the words printed with its numbers.

    A column that is None is taken from the standard ADaM names; "" says that the data have none. `scale` is what
    `grade` holds: toxicity grades 1 to 5, or mild, moderate, severe. `related_values` are the values of `related`
    that count as related. `window_days` is how long after the last dose an event is still treatment-emergent, which
    makes the time at risk longer than the treatment. `dictionary`, `criteria` and `window` are words: "MedDRA 19.1",
    "CTCAE 3.0", "first dose to 42 days after the last".
    """

    table: str = "adae"
    term: str | None = None
    organ_class: str | None = None
    grade: str | None = None
    scale: Literal["grade", "severity"] | None = None
    serious: str | None = None
    related: str | None = None
    related_values: tuple[str, ...] = RELATED_VALUES
    emergent: str | None = None
    onset: str | None = None
    cycle: str | None = None
    window_days: Annotated[float, Field(ge=0, le=3650)] = 0
    dictionary: str = ""
    criteria: str = ""
    window: str = ""


@design(config=_STRICT, frozen=True)
class Stage:
    """One stage of the path that patients take: a variable of ADSL with its levels, drawn in this order.

    Patients without a value are `otherwise`. `reached` names the levels that count as having got there ("HSCT" is
    direct or later): their share is the stage's number, tested between the arms.
    """

    variable: str
    label: Text
    levels: Annotated[tuple[FactorLevel, ...], Field(min_length=1)]
    otherwise: Text = "Not recorded"
    reached: tuple[str, ...] = ()


@design(config=_STRICT, frozen=True)
class State:
    """A state in which patients are over time, from the day they enter it until the day they enter another.

    `entered` is the PARAMCD of an endpoint, whose event is the entry, or a date of ADSL. Everybody starts in the
    first state, which has none; the last is final, and its endpoint says how long each patient was followed. On
    one day the later state of the list counts.
    """

    id: Slug
    label: Text
    entered: str = ""


# What the pages on response and on patients describe, beside the factors. Everything may be left out.


@design(config=_STRICT, frozen=True)
class Characteristic:
    """A column of ADSL for the table of baseline characteristics: a number, or with `levels` a category."""

    variable: str
    label: Text
    levels: tuple[FactorLevel, ...] = ()


@design(config=_STRICT, frozen=True)
class Predictor:
    """A covariate of the models of survival: a factor compared with its level `reference`, or a number of ADSL.

    A number has no `reference`; its `label` is that of the characteristic of the same variable unless it is given.
    """

    variable: str
    reference: str = ""
    label: str = ""


@design(config=_STRICT, frozen=True)
class Assessments:
    """How the response was assessed: columns of ADSL, an endpoint, and the table of every assessment.

    `best` is the best response, `residual` the best status of residual disease, `first` and `since` the dates from
    which the time to response is counted, `duration` the PARAMCD of its duration. In `table` the rows of `parameter`
    hold one assessment each; those of `values` are a response, those of `unevaluable` say nothing.
    """

    best: str = ""
    residual: str = ""
    residual_label: Text = "Residual disease"
    first: str = ""
    since: str = "RANDDT"
    duration: str = ""
    table: str = "adrs"
    parameter: str = ""
    values: tuple[str, ...] = ()
    unevaluable: tuple[str, ...] = ("NOT EVALUABLE", "NE")


@design(config=_STRICT, frozen=True)
class Cause:
    """Deaths of one cause: those whose `flag` of ADSL is Y, told apart by the term if `terms`."""

    flag: str
    label: Text
    terms: bool = False


@design(config=_STRICT, frozen=True)
class Deaths:
    """Who died (`flag` of ADSL), of what (`causes`, `term`), and after which event it is shown again (`after`)."""

    flag: str = "DTHFL"
    term: str = ""
    causes: tuple[Cause, ...] = ()
    after: str = ""
    after_label: Text = "After transplant"


@design(config=_STRICT, frozen=True)
class Therapies:
    """Later therapies: the rows of `table` by their `term`, labels for these, and the endpoint censored at them."""

    table: str
    term: str = "CMDECOD"
    labels: tuple[FactorLevel, ...] = ()
    endpoint: str = ""


@design(config=_STRICT, frozen=True)
class Exposure:
    """One line of treatment and care: patients whose `flag` is Y, the number in `variable` among them, or both.

    `unit` shows a number of days in another unit. With `per`, a column of days observed, the number is summed and
    shown per patient-month.
    """

    label: Text
    variable: str = ""
    flag: str = ""
    unit: Unit | None = None
    per: str = ""


@design(config=_STRICT, frozen=True)
class RiskFactor:
    """A risk factor of VOD/SOS: a variable of ADSL that is one of `values`, or `at_least` a number, or per unit."""

    variable: str
    label: Text
    values: tuple[Text, ...] = ()
    at_least: float | None = None


@design(config=_STRICT, frozen=True)
class Transplant:
    """When patients were transplanted, and what befell them afterwards.

    `event` is what the laboratory takes as known only later: a date of ADSL or the PARAMCD of an endpoint whose event
    it is; `label` names it. `at_start` says that everybody was transplanted on day 0 of the endpoints. `survival` is
    the PARAMCD of overall survival, `censored` that of survival censored at the event. `relapse` is the PARAMCD whose
    event is the relapse, where the column `relapse_kind` of ADSL has one of `relapse_values`, if given; `disease_death`
    is a flag of ADSL of deaths from the disease. `vod` is a flag of VOD/SOS after transplant, counted in `population`;
    each of `models` names variables of `risks` that are fitted together.
    """

    label: Text = "HSCT"
    event: str = ""
    at_start: bool = False
    survival: str = "OS"
    censored: str = ""
    relapse: str = ""
    relapse_kind: str = ""
    relapse_values: tuple[Text, ...] = ()
    disease_death: str = ""
    vod: str = ""
    population: str = ""
    models: tuple[tuple[str, ...], ...] = ()
    risks: tuple[RiskFactor, ...] = ()


@design(config=_STRICT, frozen=True)
class Hepatic:
    """The toxicity of the liver: the adverse events whose `group` (a column of ADAE) is `value`, and VOD/SOS.

    Of ADSL are `vod` (a flag), `vod_day` (its date), `first_dose` and `last_dose` (dates), and `fatal`, with the values
    that say a death was from VOD/SOS. The day of transplant is that of [transplant].
    """

    group: str = ""
    value: str = ""
    vod: str = ""
    vod_day: str = ""
    first_dose: str = "TRTSDT"
    last_dose: str = "TRTEDT"
    fatal: str = ""
    fatal_values: tuple[Text, ...] = ()


@design(config=_STRICT, frozen=True)
class Provenance:
    """Where the patients come from: real people, curves read back into rows, or a simulation; with a sentence."""

    kind: Literal["real", "reconstructed", "synthetic"] | None = None
    note: str = ""
    badge: str = ""


@design(config=_STRICT, frozen=True)
class TrialDesign:
    """What `trial.toml` says (or what was inferred in its absence). The first endpoint is the one shown first.

    `strata_words` names the strata for the reader. `path` is the title of the flow of patients through `stages` and of
    their `states` over time. Counts of real patients under `minimum_cell` are not shown, with 0 all are.
    """

    id: Slug
    name: Text
    title: Text
    arms: Annotated[tuple[Arm, ...], Field(min_length=1)]
    populations: Annotated[tuple[Population, ...], Field(min_length=1)]
    endpoints: tuple[Endpoint, ...] = ()
    response: Response | None = None
    factors: tuple[Factor, ...] = ()
    stages: tuple[Stage, ...] = ()
    states: tuple[State, ...] = ()
    path: Text = "Patient flow"
    strata: tuple[str, ...] = ()
    strata_words: str = ""
    planned: str = "TRT01P"
    actual: str = "TRT01A"
    subtitle: str = ""
    citation: str = ""
    registration: str = ""
    adverse_events: AdverseEventSettings | None = None
    characteristics: tuple[Characteristic, ...] = ()
    predictors: tuple[Predictor, ...] = ()
    assessments: Assessments | None = None
    deaths: Deaths | None = None
    therapies: Therapies | None = None
    exposures: tuple[Exposure, ...] = ()
    transplant: Transplant | None = None
    hepatic: Hepatic | None = None
    provenance: Provenance = field(default_factory=Provenance)
    minimum_cell: Annotated[int, Field(ge=0, le=100)] = 0

    @property
    def stratified_by(self) -> str:
        """The stratification factors in words: as the design says them, else by their labels among the factors."""
        labels = {factor.variable: factor.label for factor in self.factors}
        return self.strata_words or ", ".join(labels.get(variable, variable) for variable in self.strata)

    @property
    def survival(self) -> Endpoint | None:
        """The first endpoint whose event is death; None in a trial without one."""
        return next((endpoint for endpoint in self.endpoints if endpoint.event == "death"), None)


Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing the checks found: the rule, in which file, row (1 = first line of data) and column, in a sentence."""

    severity: Severity
    rule: str
    message: str
    file: str = ""
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{self.severity}: {place + ': ' if place else ''}{self.message} [{self.rule}]"


@dataclass(frozen=True, eq=False)
class EndpointTimes:
    """Times (in the recorded unit) and events of one endpoint, aligned with `Trial.patients`; NaN where absent."""

    time: npt.NDArray[np.float64]
    event: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AdverseEvents:
    """The adverse events of a trial, coded once: one entry an event, in the order of the table.

    `patient` is a position in `Trial.patients`, `term` in `terms`, which are sorted; `class_of` gives each term's
    position in `organ_classes`. `terms` and `organ_classes` are as in the data, their labels for the reader.
    `grade` is 1 to 5, or 1 to 3 for mild, moderate, severe (`scale`), and 0 where unknown. `onset` is the study day
    (1 is the day of the first dose), NaN where unknown; `cycle` 0 where unknown, None without a column of cycles.
    `serious` and `related` are None without their column.

    Aligned with the patients, in days from the first dose, NaN where there is none or it is unknown: `treated` (first
    to last dose, both counted), `at_risk` (treated and the window after it, but not beyond death or last contact),
    `death` and `last_seen`.
    """

    settings: AdverseEventSettings
    scale: Literal["grade", "severity"] | None
    terms: tuple[str, ...]
    labels: tuple[str, ...]
    organ_classes: tuple[str, ...]
    class_labels: tuple[str, ...]
    class_of: npt.NDArray[np.int64]
    patient: npt.NDArray[np.int64]
    term: npt.NDArray[np.int64]
    grade: npt.NDArray[np.int64]
    serious: npt.NDArray[np.bool_] | None
    related: npt.NDArray[np.bool_] | None
    fatal: npt.NDArray[np.bool_]
    emergent: npt.NDArray[np.bool_]
    onset: npt.NDArray[np.float64]
    cycle: npt.NDArray[np.int64] | None
    treated: npt.NDArray[np.float64]
    at_risk: npt.NDArray[np.float64]
    death: npt.NDArray[np.float64]
    last_seen: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TransplantDays:
    """Days from the start of the survival endpoint, aligned with `Trial.patients`; infinite where it never happened.

    `end` is when follow-up for survival ended, NaN where unknown, and `died` whether in death. `event` is the day of
    the event that is known only later, `transplanted` that of the transplant, `relapsed` that of the relapse; where
    `dated_by_death`, nobody recorded the relapse but the death was from the disease. `event` and `relapsed` are None
    where the design names none.
    """

    end: npt.NDArray[np.float64]
    died: npt.NDArray[np.bool_]
    event: npt.NDArray[np.float64] | None
    transplanted: npt.NDArray[np.float64] | None
    relapsed: npt.NDArray[np.float64] | None
    dated_by_death: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trial:
    """One validated trial.

    `patients` has one row a subject that belongs to a declared arm, indexed by USUBJID: the columns of ADSL as
    read, without the subjects that were never in an arm. The arrays and frames are aligned with it, row by row:

    - `planned`, `actual`: position in `design.arms`; -1 where the subject has no such arm.
    - `populations[id]`: boolean mask.
    - `factors[variable]`: position in the factor's levels; -1 where missing.
    - `strata`: one integer code a subject for the cross of the stratification factors (-1 where one is missing;
      all 0 without strata).
    - `times[endpoint id]`: see `EndpointTimes`.
    - `response`: boolean mask of the responders; None where the design declares no response.
    - `stages[variable]`: position in the stage's levels; as many as there are levels for those who are `otherwise`.
    - `entered`: the day each patient entered each state of the design, a column a state; infinite where never.

    `files` names the file of each table that was read ("adsl": "adsl.csv").

    `tables` holds the other ADaM tables that were read, by file name ("adae", "adtte_onco", ...): the rows of the
    subjects in `patients`, numbered from 0.
    `digest` is a hash of the files' bytes and the design: equal digests are equal data.
    """

    design: TrialDesign
    folder: Path
    patients: pd.DataFrame
    planned: npt.NDArray[np.int64]
    actual: npt.NDArray[np.int64]
    populations: Mapping[str, npt.NDArray[np.bool_]]
    factors: Mapping[str, npt.NDArray[np.int64]]
    strata: npt.NDArray[np.int64]
    times: Mapping[str, EndpointTimes]
    tables: Mapping[str, pd.DataFrame]
    digest: str
    findings: tuple[Finding, ...] = ()
    adverse_events: AdverseEvents | None = None
    response: npt.NDArray[np.bool_] | None = None
    stages: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    entered: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    transplant: TransplantDays | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.design.id


@dataclass(frozen=True)
class BrokenTrial:
    """A folder that could not be read as a trial, with every finding; it is listed with its reason."""

    id: str
    name: str
    folder: Path
    findings: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """The first error, as a sentence."""
        return next((str(f) for f in self.findings if f.severity == "error"), "")


class TrialError(Exception):
    """Raised inside `data/` when a trial cannot be read; carries every finding so far."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(str(f) for f in findings if f.severity == "error"))
        self.findings = findings
