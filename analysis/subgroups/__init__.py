"""The subgroups view in numbers: the effect of one arm over the reference in every level of every baseline factor.

Each factor is shown within the reader's filters, but for a filter on the factor itself, so that its other levels
stay there to be compared and chosen; and the cohort as a whole is shown against everybody it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.estimate import Bools, Estimate, Ints, NotEstimable, Test
from analysis.groups import find_group
from analysis.selection import (
    FILTER_PREFIX,
    Filter,
    Selection,
    filter_in_words,
    in_words,
    selected_arms,
    selected_endpoint,
)
from analysis.subgroups.outcome import Pair, TimeToEvent, time_to_event
from data.contract import DAYS_PER_UNIT, Arm, Endpoint, Factor, Trial, Unit

#: Under this many patients in an arm an estimate is printed in grey.
FEW = 10


@options(config=ConfigDict(extra="forbid"), frozen=True)
class SubgroupsOptions:
    """What a link may say of the subgroups view.

    `contrast` is the id of the arm compared with the reference; "" is the first arm that is switched on.
    """

    contrast: str = ""


@dataclass(frozen=True)
class Row:
    """The patients of one line of the forest, the arm before its reference, and the effect among them.

    `link` is what a link says to make them the cohort ("" where it cannot), `chosen` that it says so. `medians` are
    in the unit shown, None where not reached.
    """

    label: str
    n: tuple[int, int]
    events: tuple[int, int]
    medians: Pair
    effect: Estimate | NotEstimable
    link: str = ""
    chosen: bool = False

    @property
    def few(self) -> bool:
        """Whether an arm is too small for its estimate to be printed in black."""
        return min(self.n) < FEW


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

    `cohort` sets the patients of the reader's filters against all others; None without filters. `positions` are the
    places of the two arms in the trial, which give them their colours. `stratified` is said of the overall row alone.
    `withheld` says that the P values within the cohort are not to be shown.
    """

    endpoint: Endpoint
    unit: Unit
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


def missing(trial: Trial) -> str | None:
    """What the trial lacks for subgroup effects, as a sentence; None when it has it all."""
    if len(trial.design.arms) < 2:
        return "Subgroup effects compare two arms; this trial has one."
    if not baseline_factors(trial):
        return "Subgroups need baseline factors: variables of ADSL with a few levels."
    return None if trial.design.endpoints else "Subgroup effects need a table of times to events (ADTTE)."


def baseline_factors(trial: Trial) -> tuple[Factor, ...]:
    """The factors that make subgroups: what is known only after randomisation would bias the comparison."""
    return tuple(factor for factor in trial.design.factors if not factor.post_baseline)


def analyse(trial: Trial, selection: Selection, options: SubgroupsOptions) -> SubgroupsResult | NotEstimable:
    """Compare two arms overall, in the cohort and outside it, and in every level of every baseline factor."""
    endpoint = selected_endpoint(selection, trial.design)
    reason = missing(trial)
    if reason or endpoint is None:
        return NotEstimable(reason or "")
    arms = contrasted(trial, selection, options)
    if isinstance(arms, NotEstimable):
        return arms
    chosen = cohort(trial, selection)
    if chosen.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    forest = _Forest.of(trial, selection, endpoint, arms)
    if len(forest.patients) == 0:
        return NotEstimable(f"No patient of these arms has a time for {endpoint.label}.")
    stratified = bool(trial.design.strata) and endpoint.stratified
    return SubgroupsResult(
        endpoint=endpoint,
        unit=endpoint.unit,
        arms=arms,
        positions=_positions(trial, arms),
        level=endpoint.hazard_ratio_level,
        overall=forest.overall(stratified),
        stratified=stratified,
        cohort=forest.cohort() if selection.filters else None,
        factors=tuple(forest.section(factor) for factor in baseline_factors(trial)),
        withheld=chosen.withheld,
        exploratory=chosen.exploratory,
        words=in_words(selection, trial),
        method=_method(trial, endpoint, stratified),
    )


def contrasted(trial: Trial, selection: Selection, options: SubgroupsOptions) -> tuple[Arm, Arm] | NotEstimable:
    """The arm compared and its reference: the trial's reference where it is switched on, else the last arm."""
    shown = selected_arms(selection, trial.design)
    reference = next((arm for arm in shown if arm.reference), shown[-1])
    others = [arm for arm in shown if arm is not reference]
    if not others:
        return NotEstimable("Subgroup effects compare two arms: switch another arm on.")
    return next((arm for arm in others if arm.id == options.contrast), others[0]), reference


def _positions(trial: Trial, arms: tuple[Arm, Arm]) -> tuple[int, int]:
    return trial.design.arms.index(arms[0]), trial.design.arms.index(arms[1])


@dataclass(frozen=True, eq=False)
class _Forest:
    """The patients of two arms with a known time, whatever the filters: `patients` (n,) in `Trial.patients`.

    `filters` holds, by variable, a filter in words and the patients who pass it.
    """

    trial: Trial
    patients: Ints
    outcome: TimeToEvent
    primary: TimeToEvent
    filters: Mapping[str, tuple[Filter, str, Bools]]
    scale: float

    @classmethod
    def of(cls, trial: Trial, selection: Selection, endpoint: Endpoint, arms: tuple[Arm, Arm]) -> _Forest:
        everyone = cohort(trial, replace(selection, filters=(), arms=tuple(arm.id for arm in arms)))
        recorded = trial.times[endpoint.id]
        known = ~np.isnan(recorded.time[everyone.rows])
        patients = everyone.rows[known]
        time, event = recorded.time[patients], recorded.event[patients]
        arm = (everyone.arm[known] == _positions(trial, arms)[0]).astype(np.int64)
        level = endpoint.hazard_ratio_level
        return cls(
            trial=trial,
            patients=patients,
            outcome=time_to_event(time, event, arm, level),
            primary=time_to_event(time, event, arm, level, trial.strata[patients]),
            filters={
                chosen.variable: (chosen, filter_in_words(chosen, trial), _passing(trial, chosen)[patients])
                for chosen in selection.filters
            },
            scale=DAYS_PER_UNIT[endpoint.recorded] / DAYS_PER_UNIT[endpoint.unit],
        )

    def passing(self, without: str = "") -> Bools:
        """The patients who pass every filter but that on the variable `without`."""
        mask = np.ones(len(self.patients), dtype=bool)
        for variable, (_, _, members) in self.filters.items():
            if variable != without:
                mask &= members
        return mask

    def rows(self, group: Ints, mask: Bools, named: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
        """A row for each group of the patients of `mask`, called as in `named`."""
        medians = self.outcome.medians(group, len(named), mask)
        return tuple(
            self.row(self.outcome, mask & (group == code), medians[code], **names) for code, names in enumerate(named)
        )

    def row(self, outcome: TimeToEvent, mask: Bools, medians: Pair, **names: Any) -> Row:
        """The row of the patients of `mask`."""
        found = outcome.compare(mask)
        shown = tuple(None if value is None else value * self.scale for value in medians)
        return Row(n=found.n, events=found.events, effect=found.effect, medians=(shown[0], shown[1]), **names)

    def overall(self, stratified: bool) -> Row:
        """All patients, whatever the filters; stratified, those without a stratum are left out, as in R."""
        everyone = np.ones(len(self.patients), dtype=bool)
        if stratified:
            everyone &= self.trial.strata[self.patients] >= 0
        medians = self.outcome.medians(np.zeros(len(self.patients), dtype=np.int64), 1, everyone)
        outcome = self.primary if stratified else self.outcome
        return self.row(outcome, everyone, medians[0], label="All patients")

    def cohort(self) -> Section:
        """The patients of the filters against all others."""
        group = 1 - self.passing().astype(np.int64)
        everyone = np.ones(len(self.patients), dtype=bool)
        named = ({"label": "This cohort", "chosen": True}, {"label": "All other patients"})
        return Section(
            label=" and ".join(words for _, words, _ in self.filters.values()),
            rows=self.rows(group, everyone, named),
            interaction=self.outcome.interaction(group, 2, everyone),
        )

    def section(self, factor: Factor) -> Section:
        """The levels of a factor, within the filters on anything else."""
        codes, mask = self.trial.factors[factor.variable][self.patients], self.passing(without=factor.variable)
        chosen = self.filters[factor.variable][0].levels if factor.variable in self.filters else ()
        named = [
            {
                "label": level.label,
                "link": f"{FILTER_PREFIX}{factor.variable}={level.value}",
                "chosen": level.value in chosen,
            }
            for level in factor.levels
        ]
        return Section(
            label=factor.label,
            rows=self.rows(codes, mask, named),
            interaction=self.outcome.interaction(codes, len(factor.levels), mask),
            within=tuple(words for variable, (_, words, _) in self.filters.items() if variable != factor.variable),
            unknown=int((mask & (codes < 0)).sum()),
        )


def _passing(trial: Trial, chosen: Filter) -> Bools:
    """The patients of the trial who pass a filter."""
    group = find_group(trial, chosen.variable)
    if group is None:
        raise KeyError(chosen.variable)
    passing: Bools = np.logical_or.reduce([group.members(value) for value in chosen.levels])
    return passing


def _method(trial: Trial, endpoint: Endpoint, stratified: bool) -> str:
    labels = {factor.variable: factor.label for factor in trial.design.factors}
    strata = ", ".join(labels.get(variable, variable) for variable in trial.design.strata)
    overall = f" (all patients: stratified by {strata})" if stratified else ""
    return (
        f"Unstratified Cox models, Efron ties, {100 * endpoint.hazard_ratio_level:g}% intervals{overall}; "
        "interaction: likelihood-ratio test of arm by subgroup, not adjusted for multiplicity."
    )


def tidy(result: SubgroupsResult) -> list[dict[str, Any]]:
    """The result as one table: a row for each line of the forest, with its factor's interaction test."""
    overall = {"factor": "", "level": result.overall.label, **_numbers(result, result.overall)}
    return [overall] + [
        {"factor": section.label, "level": row.label, **_numbers(result, row), **_interaction(section)}
        for section in result.sections
        for row in section.rows
    ]


def _numbers(result: SubgroupsResult, row: Row) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for role, arm, n, events, median in zip(
        ("arm", "reference"), result.arms, row.n, row.events, row.medians, strict=True
    ):
        numbers |= {role: arm.label, f"n_{role}": n, f"events_{role}": events, f"median_{role}": median}
    if isinstance(row.effect, NotEstimable):
        return {**numbers, "note": row.effect.reason}
    effect = asdict(row.effect)
    return {**numbers, "hazard_ratio": effect.pop("value"), **effect}


def _interaction(section: Section) -> dict[str, Any]:
    if isinstance(section.interaction, NotEstimable):
        return {"interaction_note": section.interaction.reason}
    return {
        "within": "; ".join(section.within),
        "interaction_p": section.interaction.p_value,
        "interaction_df": section.interaction.degrees_of_freedom,
    }
