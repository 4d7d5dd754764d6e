"""The therapies card in numbers: what patients were given later, and survival censored at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis import survival
from analysis.estimate import Bools, NotEstimable
from analysis.selection import Selection
from analysis.summary import Block, Row, Summary, group, numbers_of, summary
from analysis.summary import tidy as tidy_summary
from analysis.survival import SurvivalOptions, SurvivalResult
from data.contract import Therapies, Trial
from data.levels import named


@options(config=ConfigDict(extra="forbid"), frozen=True)
class TherapiesOptions:
    """The table of later therapies has no options of its own."""


@dataclass(frozen=True, eq=False)
class TherapiesResult:
    """Later therapies by arm, and the survival censored at them as the survival page computes it."""

    summary: Summary
    censored: SurvivalResult | NotEstimable | None

    @property
    def method(self) -> str:
        return self.summary.method


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the table, as a sentence; None when it has it."""
    if trial.design.therapies is not None:
        return None
    return "Later therapies need a table of them, named by [therapies] in trial.toml."


def analyse(trial: Trial, selection: Selection, options: TherapiesOptions) -> TherapiesResult | NotEstimable:
    """Patients of the cohort by later therapy; responders and the others apart where the trial knows them."""
    declared = trial.design.therapies
    if declared is None:
        return NotEstimable(missing(trial) or "")
    patients = group(trial, selection)
    if isinstance(patients, NotEstimable):
        return patients
    given = {label: mask[patients.rows] for label, mask in _given(trial, declared).items()}
    any_of = np.logical_or.reduce([np.zeros(patients.members.n, dtype=np.bool_), *given.values()])
    blocks = [
        Block(
            patients.population,
            (
                Row("Any later therapy", patients.counted(any_of), headline=True),
                *(Row(label, patients.counted(mask), indented=True) for label, mask in given.items()),
            ),
        )
    ]
    if trial.response is not None and trial.design.response is not None:
        responded = trial.response[patients.rows]
        label = trial.design.response.label
        blocks += [
            Block(words, (Row("Any later therapy", patients.counted(any_of, who)),))
            for words, who in ((f"With {label}", responded), (f"Without {label}", ~responded))
        ]
    method = (
        "Patients with at least one record of the therapy, with percentages of all patients of the block; one patient "
        "may have had several. Later therapies are chosen after randomization and with its result in sight: the "
        "comparison of the arms without them is a hypothetical."
    )
    censored = None
    if declared.endpoint:
        censored = survival.analyse(trial, replace(selection, endpoint=declared.endpoint), SurvivalOptions())
    return TherapiesResult(summary(patients, blocks, method), censored)


def terms_of(trial: Trial, declared: Therapies) -> dict[str, list[str]]:
    """The terms of each therapy by its label: the declared ones in their order, then the others of the table."""
    table = trial.tables.get(declared.table)
    if table is None:
        return {}
    labels = {level.value: level.label for level in declared.labels}
    others = sorted({str(term) for term in named(table[declared.term]).dropna()} - set(labels))
    terms: dict[str, list[str]] = {}
    for term in (*labels, *others):
        terms.setdefault(labels.get(term, term), []).append(term)
    return terms


def _given(trial: Trial, declared: Therapies) -> dict[str, Bools]:
    """Who of the trial was given each therapy."""
    given = {}
    for label, terms in terms_of(trial, declared).items():
        table = trial.tables[declared.table]
        subjects = table.loc[named(table[declared.term]).isin(terms), "USUBJID"]
        given[label] = np.asarray(trial.patients.index.isin(subjects), dtype=np.bool_)
    return given


def tidy(result: TherapiesResult) -> list[dict[str, Any]]:
    """The counts, then the medians and the hazard ratio of the survival censored at the therapies."""
    rows = tidy_summary(result.summary)
    found = result.censored
    if isinstance(found, SurvivalResult):
        label = found.endpoint.label
        rows += [
            {"block": label, "row": "median", "kind": found.unit, "arm": g.group.label, **numbers_of(g.median)}
            for g in found.groups
        ]
        rows += [
            {"block": label, "row": "hazard ratio", "kind": "hazard ratio", "arm": c.group.label,
             "reference": c.reference.label, **numbers_of(c.hazard_ratio)}
            for c in found.comparisons
        ]  # fmt: skip
    return rows
