"""The deaths card in numbers: how many of the treated patients died and of what, and of those after an event."""

from __future__ import annotations

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.columns import flagged, texts
from analysis.estimate import Bools, NotEstimable
from analysis.selection import Selection
from analysis.summary import Block, Group, Row, Summary, group, summary
from data.adverse_events import sentence_case
from data.contract import Deaths, Trial

#: Terms counted alone; the rarer ones of a trial without declared causes stand together.
MOST_TERMS = 12


@options(config=ConfigDict(extra="forbid"), frozen=True)
class DeathsOptions:
    """The table of deaths has no options of its own."""


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the table, as a sentence; None when it has it."""
    if trial.design.deaths is not None:
        return None
    return "Deaths need a flag of ADSL (DTHFL), or [deaths] in trial.toml."


def analyse(trial: Trial, selection: Selection, options: DeathsOptions) -> Summary | NotEstimable:
    """Deaths and causes in the safety population of the cohort, and among those who had the declared event."""
    declared = trial.design.deaths
    if declared is None:
        return NotEstimable(missing(trial) or "")
    patients = group(trial, selection, as_treated=True)
    if isinstance(patients, NotEstimable):
        return patients
    everyone = np.ones(patients.members.n, dtype=np.bool_)
    blocks = [Block(patients.population, _rows(trial, declared, patients, everyone, of_deaths=False))]
    chosen = group(trial, selection)
    if declared.after and isinstance(chosen, Group):
        after = flagged(trial, declared.after)[chosen.rows]
        label = f"{declared.after_label}, {chosen.population[:1].lower()}{chosen.population[1:]}"
        blocks.append(Block(label, _rows(trial, declared, chosen, after, of_deaths=True)))
    method = f"{patients.words}. Deaths at any time until the data cut-off; causes in percent of all patients"
    method += f", {declared.after_label.lower()} of those who died, terms of the cause." if declared.after else "."
    if declared.causes:
        method += " A patient with two causes of death is counted in each."
    return summary(patients, blocks, method)


def _rows(trial: Trial, declared: Deaths, patients: Group, among: Bools, of_deaths: bool) -> tuple[Row, ...]:
    """Deaths among some, and their causes in percent of them all.

    If `of_deaths`, causes are in percent of those who died, and the terms of a cause in percent of the cause.
    """
    died = flagged(trial, declared.flag)[patients.rows]
    base = among & died if of_deaths else among
    rows = [Row("Died", patients.counted(died, among), headline=not of_deaths)]
    terms = texts(trial, declared.term)[patients.rows] if declared.term else None
    for cause in declared.causes:
        of = died & flagged(trial, cause.flag)[patients.rows]
        rows.append(
            Row(cause.label, patients.counted(of, base), headline=not of_deaths and cause is declared.causes[0])
        )
        if cause.terms and terms is not None:
            rows += _terms(patients, terms, of & among, base & of if of_deaths else base, indented=True)
    if not declared.causes and terms is not None:
        rows += _terms(patients, terms, died & among, base, indented=False)
    return tuple(rows)


def _terms(patients: Group, terms: np.ndarray, which: Bools, base: Bools, indented: bool) -> list[Row]:
    """The terms of the patients `which`, the most frequent first."""
    found, counts = np.unique(terms[which].astype(str), return_counts=True)
    order = sorted(zip(-counts, found, strict=True))[:MOST_TERMS]
    return [Row(_spoken(term), patients.counted(which & (terms == term), base), indented=indented) for _, term in order]


def _spoken(term: str) -> str:
    """A term in sentence case where it is shouted."""
    return sentence_case((term,))[0] if term else "Not recorded"
