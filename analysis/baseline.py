"""The baseline card in numbers: the characteristics of the patients by arm, and how far apart the arms are in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.columns import numbers, texts
from analysis.estimate import Estimate, Floats, Ints, NotEstimable
from analysis.estimators import standardized
from analysis.selection import Selection
from analysis.summary import Block, Group, Row, Summary, group, summary
from data.contract import Trial

CONTRAST = "standardized difference"
METHOD = (
    "Counts with percentages of all patients of the arm, those without a value among them; numbers as median (range) "
    "and mean (SD). Standardized differences of the known values: of means over the pooled SD, of categories after "
    "Yang and Dalton (2012). No P values: where arms were randomized, a difference is chance by design."
)


@options(config=ConfigDict(extra="forbid"), frozen=True)
class BaselineOptions:
    """The baseline table has no options of its own."""


@dataclass(frozen=True, eq=False)
class _Traits:
    """One characteristic of all patients of the trial: its levels and each one's place, its number, or both."""

    label: str
    levels: tuple[str, ...] = ()
    place: Ints | None = None
    number: Floats | None = None
    number_label: str = ""


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the table, as a sentence; None when it has it."""
    if trial.design.characteristics or any(not factor.post_baseline for factor in trial.design.factors):
        return None
    return "Baseline characteristics need variables of ADSL: factors, or a [[characteristic]] in trial.toml."


def analyse(trial: Trial, selection: Selection, options: BaselineOptions) -> Summary | NotEstimable:
    """The characteristics of the cohort by arm."""
    if reason := missing(trial):
        return NotEstimable(reason)
    patients = group(trial, selection)
    if isinstance(patients, NotEstimable):
        return patients
    return summary(patients, blocks(trial, patients), METHOD, CONTRAST)


def blocks(trial: Trial, patients: Group, later: bool = False) -> list[Block]:
    """The characteristics of some patients, a block each; those known only `later` than randomization as well if so."""
    return [_block(patients, traits) for traits in _all(trial, later)]


def _all(trial: Trial, later: bool) -> list[_Traits]:
    """The factors in their order, each with its number where one is declared; then what is no factor."""
    declared = {c.variable: c for c in trial.design.characteristics}
    found = []
    for factor in trial.design.factors:
        if factor.post_baseline and not later:
            continue
        named = declared.pop(factor.variable, None)
        number = numbers(trial, factor.variable) if factor.cuts or (named and not named.levels) else None
        found.append(
            _Traits(
                factor.label,
                tuple(level.label for level in factor.levels),
                trial.factors[factor.variable],
                number,
                named.label if named else factor.label,
            )
        )
    for named in declared.values():
        if named.levels:
            places = {level.value: i for i, level in enumerate(named.levels)}
            place = np.array([places.get(value, -1) for value in texts(trial, named.variable)], dtype=np.int64)
            found.append(_Traits(named.label, tuple(level.label for level in named.levels), place))
        else:
            found.append(_Traits(named.label, number=numbers(trial, named.variable), number_label=named.label))
    return found


def _block(patients: Group, traits: _Traits) -> Block:
    rows: list[Row] = []
    compared: tuple[Estimate | NotEstimable, ...] = ()
    unknown = np.zeros(patients.members.n, dtype=np.bool_)
    if traits.number is not None:
        values = traits.number[patients.rows]
        spreads = patients.spread(values)
        named = f"{traits.number_label}: median (range)" if traits.number_label != traits.label else "Median (range)"
        rows += [Row(named, spreads, "median"), Row("Mean (SD)", spreads, "mean")]
        unknown = np.isnan(values)
        by_arm = [values[~unknown & (patients.arm == i)] for i in range(len(patients.arms))]
        compared = tuple(standardized.of_means(by_arm[i], by_arm[patients.reference or 0]) for i in patients.others)
    if traits.place is not None:
        place = traits.place[patients.rows]
        rows += [Row(label, patients.counted(place == i)) for i, label in enumerate(traits.levels)]
        unknown = place < 0
        if traits.number is None:
            counts = [
                np.bincount(place[(patients.arm == i) & ~unknown], minlength=len(traits.levels))
                for i in range(len(patients.arms))
            ]
            compared = tuple(
                standardized.of_categories(counts[i], counts[patients.reference or 0]) for i in patients.others
            )
    if unknown.any():
        rows.append(Row("Not recorded", patients.counted(unknown)))
    return Block(traits.label, tuple(rows), compared)
