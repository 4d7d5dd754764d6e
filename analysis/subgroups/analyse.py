"""From a trial and a selection to the forest: who is compared, in which groups, by which measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.cohort import cohort
from analysis.estimate import Bools, Estimate, Ints, NotEstimable
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
from analysis.subgroups.outcome import (
    Compared,
    Outcome,
    Partition,
    Responses,
    stratified_hazard_ratio,
    time_to_event,
)
from analysis.subgroups.result import Measure, Row, Section, SubgroupsOptions, SubgroupsResult
from data.contract import DAYS_PER_UNIT, Arm, Endpoint, Factor, Trial, Unit


def missing(trial: Trial) -> str | None:
    """What the trial lacks for subgroup effects, as a sentence; None when it has it all."""
    if len(trial.design.arms) < 2:
        return "Subgroup effects compare two arms; this trial has one."
    if not baseline_factors(trial):
        return "Subgroups need baseline factors: variables of ADSL with a few levels."
    if not trial.design.endpoints and trial.design.response is None:
        return "Subgroup effects need a table of times to events (ADTTE) or a declared response."
    return None


def baseline_factors(trial: Trial) -> tuple[Factor, ...]:
    """The factors that make subgroups: what is known only after randomisation would bias the comparison."""
    return tuple(factor for factor in trial.design.factors if not factor.post_baseline)


def measures(trial: Trial) -> tuple[Measure, ...]:
    """The measures that the trial has the data for."""
    of_times: tuple[Measure, ...] = ("hazard-ratio",) if trial.design.endpoints else ()
    return of_times if trial.design.response is None else (*of_times, "difference", "odds-ratio")


def analyse(trial: Trial, selection: Selection, options: SubgroupsOptions) -> SubgroupsResult | NotEstimable:
    """Compare two arms overall, in the cohort and outside it, and in every level of every baseline factor."""
    if reason := missing(trial):
        return NotEstimable(reason)
    arms = contrasted(trial, selection, options)
    if isinstance(arms, NotEstimable):
        return arms
    chosen = cohort(trial, selection)
    if chosen.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    compared = _compared(trial, selection, options, arms)
    if len(compared.patients) == 0:
        return NotEstimable(f"No patient of these arms has a time for {compared.name}.")

    asked = _asked(trial, selection, compared.patients)
    answers = compared.outcome.compare([question.partition for question in asked])
    everyone, *sections = (question.section(answer) for question, answer in zip(asked, answers, strict=True))
    overall = everyone.rows[0]
    if compared.primary is not None:
        overall = replace(overall, contrast=replace(overall.contrast, effect=compared.primary))
    return SubgroupsResult(
        measure=compared.measure,
        outcome=compared.name,
        unit=compared.unit,
        more_is_better=compared.more_is_better,
        arms=arms,
        positions=_positions(trial, arms),
        level=compared.level,
        overall=overall,
        stratified=compared.primary is not None,
        cohort=sections.pop(0) if selection.filters else None,
        factors=tuple(sections),
        withheld=chosen.withheld,
        exploratory=chosen.exploratory,
        words=in_words(selection, trial),
        method=_method(compared),
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
class _Compared:
    """What is compared, in `patients` (n,) of `Trial.patients` whatever the filters; `primary` is stratified."""

    measure: Measure
    name: str
    unit: Unit | None
    more_is_better: bool
    level: float
    patients: Ints
    outcome: Outcome
    primary: Estimate | NotEstimable | None = None


def _compared(trial: Trial, selection: Selection, options: SubgroupsOptions, arms: tuple[Arm, Arm]) -> _Compared:
    """The outcome of the measure asked for; the first that the trial has, where it lacks that."""
    everyone = cohort(trial, replace(selection, filters=(), arms=tuple(arm.id for arm in arms)))
    arm = (everyone.arm == _positions(trial, arms)[0]).astype(np.int64)
    known = measures(trial)
    measure = options.measure if options.measure in known else known[0]
    endpoint, response = selected_endpoint(selection, trial.design), trial.design.response
    if measure == "hazard-ratio" and endpoint is not None:
        return _times(trial, endpoint, everyone.rows, arm)
    if response is None or trial.response is None:
        raise KeyError(measure)
    outcome = Responses(trial.response[everyone.rows], arm, response.level, odds=measure == "odds-ratio")
    return _Compared(measure, response.label, None, True, response.level, everyone.rows, outcome)


def _times(trial: Trial, endpoint: Endpoint, rows: Ints, arm: Ints) -> _Compared:
    """Hazard ratios of the patients at `rows` who have a time, in the unit shown."""
    recorded, level = trial.times[endpoint.id], endpoint.hazard_ratio_level
    known = ~np.isnan(recorded.time[rows])
    patients, arm = rows[known], arm[known]
    time = recorded.time[patients] * (DAYS_PER_UNIT[endpoint.recorded] / DAYS_PER_UNIT[endpoint.unit])
    event = recorded.event[patients]
    primary = None
    if trial.design.strata and endpoint.stratified:
        primary = stratified_hazard_ratio(time, event, arm, trial.strata[patients], level)
    return _Compared(
        measure="hazard-ratio",
        name=endpoint.short or endpoint.id,
        unit=endpoint.unit,
        more_is_better=endpoint.wanted,
        level=level,
        patients=patients,
        outcome=time_to_event(time, event, arm, level),
        primary=primary,
    )


@dataclass(frozen=True, eq=False)
class _Question:
    """A section before its numbers: how patients are told apart, and the (label, link, chosen) of each row."""

    label: str
    partition: Partition
    rows: Sequence[tuple[str, str, bool]]
    within: tuple[str, ...] = ()

    def section(self, answer: Compared) -> Section:
        """The section with its numbers."""
        named = zip(self.rows, answer.contrasts, strict=True)
        shown = any(isinstance(contrast.effect, Estimate) for contrast in answer.contrasts)
        return Section(
            label=self.label,
            rows=tuple(Row(label, contrast, link, chosen) for (label, link, chosen), contrast in named),
            interaction=answer.interaction if shown else NotEstimable("no group of it has an estimable effect"),
            within=self.within,
            unknown=int((self.partition.mask & (self.partition.group < 0)).sum()),
        )


def _asked(trial: Trial, selection: Selection, patients: Ints) -> list[_Question]:
    """All patients; with filters, those who pass them against all others; then each factor within the other filters."""
    everyone = np.ones(len(patients), dtype=bool)
    passing = {chosen.variable: _passing(trial, chosen)[patients] for chosen in selection.filters}
    words = {chosen.variable: filter_in_words(chosen, trial) for chosen in selection.filters}
    levels = {chosen.variable: chosen.levels for chosen in selection.filters}

    asked = [
        _Question("", Partition(np.zeros(len(patients), dtype=np.int64), 1, everyone), [("All patients", "", False)])
    ]
    if selection.filters:
        outside = 1 - np.logical_and.reduce(list(passing.values())).astype(np.int64)
        rows = [("This cohort", "", True), ("All other patients", "", False)]
        asked.append(_Question(" and ".join(words.values()), Partition(outside, 2, everyone), rows))
    for factor in baseline_factors(trial):
        others = [variable for variable in passing if variable != factor.variable]
        mask = np.logical_and.reduce([everyone, *(passing[variable] for variable in others)])
        codes = trial.factors[factor.variable][patients]
        rows = [
            (
                level.label,
                f"{FILTER_PREFIX}{factor.variable}={level.value}",
                level.value in levels.get(factor.variable, ()),
            )
            for level in factor.levels
        ]
        within = tuple(words[variable] for variable in others)
        asked.append(_Question(factor.label, Partition(codes, len(rows), mask), rows, within))
    return asked


def _passing(trial: Trial, chosen: Filter) -> Bools:
    """The patients of the trial who pass a filter."""
    group = find_group(trial, chosen.variable)
    if group is None:
        raise KeyError(chosen.variable)
    passing: Bools = np.logical_or.reduce([group.members(value) for value in chosen.levels])
    return passing


def _method(compared: _Compared) -> str:
    level = f"{100 * compared.level:g}% intervals"
    if compared.measure == "hazard-ratio":
        overall = "" if compared.primary is None else " (all patients: stratified, as the primary analysis)"
        estimate, models = f"Unstratified Cox models, Efron ties, {level}{overall}", ""
    elif compared.measure == "difference":
        estimate, models = f"Differences of rates with Newcombe {level}", " in logistic models"
    else:
        estimate, models = f"Odds ratios with Woolf {level}", " in logistic models"
    test = f"likelihood-ratio test of arm by subgroup{models}"
    return f"{estimate}; interaction: {test}, not adjusted for multiplicity."
