"""The attrition card in numbers: how many patients of each arm were left at every step to a response."""

from __future__ import annotations

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis import response
from analysis.columns import texts
from analysis.estimate import Bools, NotEstimable
from analysis.selection import Selection
from analysis.summary import Block, Row, Summary, group, summary
from data.contract import Trial

#: The word of a row that says who was lost before the step over it.
LOST = "lost"


@options(config=ConfigDict(extra="forbid"), frozen=True)
class AttritionOptions:
    """The card of attrition has no options of its own."""


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the card, as a sentence; None when it has it."""
    if reason := response.missing(trial):
        return reason
    return None if len(_steps(trial)) > 1 else "The way to a response needs a safety population or best responses."


def analyse(trial: Trial, selection: Selection, options: AttritionOptions) -> Summary | NotEstimable:
    """Patients of the cohort left at each step, out of all of them, and those lost before it."""
    if reason := missing(trial):
        return NotEstimable(reason)
    patients = group(trial, selection)
    if isinstance(patients, NotEstimable):
        return patients
    left = np.ones(patients.members.n, dtype=np.bool_)
    rows = [Row(patients.population, patients.counted(left))]
    for label, without, mask in _steps(trial):
        reached = left & mask[patients.rows]
        rows.append(Row(without, patients.counted(left & ~reached), kind=LOST, indented=True))
        rows.append(Row(label, patients.counted(reached)))
        left = reached
    method = (
        "Each step counts the patients of the step before who reached it, in percent of all patients of the arm. "
        "Treated: of the safety population; evaluated: with a best response that could be judged."
    )
    return summary(patients, [Block("From all patients to response", tuple(rows))], method)


def _steps(trial: Trial) -> list[tuple[str, str, Bools]]:
    """The steps that the trial knows: label, the word for those lost before it, and who of the trial reached it."""
    steps: list[tuple[str, str, Bools]] = []
    treated = next((p for p in trial.design.populations if p.treatment == "actual"), None)
    if treated is not None:
        steps.append(("Treated", "Never treated", trial.populations[treated.id]))
    how = trial.design.assessments
    if how is not None and how.best:
        best = texts(trial, how.best)
        evaluated = np.array([bool(value) and value not in how.unevaluable for value in best], dtype=np.bool_)
        steps.append(("Evaluated", "Not evaluated", evaluated))
    if trial.response is not None and trial.design.response is not None:
        label = trial.design.response.label
        steps.append(
            (label, f"No {label}" if label.isupper() or "/" in label else f"No {label.lower()}", trial.response)
        )
    return steps
