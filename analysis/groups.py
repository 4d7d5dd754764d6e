"""Groups of patients that a reader can filter by: the factors of the trial, and what happened to patients later.

A group has a name for links (`variable`), levels, and the patients of each. A view that lets the reader pick
patients (an adverse event, a step on the path to transplant) adds its kind of group to `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools
from analysis.stages import choices
from data.contract import Trial

#: The name in links of the groups of patients who had an adverse event: `where.AE=NAUSEA`.
ADVERSE_EVENT = "AE"


@dataclass(frozen=True, eq=False)
class Group:
    """Patients told apart by `variable`: `levels` maps values in links to labels, in the order shown.

    `members(value)` is a mask aligned with `Trial.patients`. `post_baseline` marks what is known only after
    randomisation: comparing the arms in such a cohort carries immortal-time bias.
    """

    variable: str
    label: str
    levels: Mapping[str, str]
    members: Callable[[str], Bools]
    post_baseline: bool


def factor_group(trial: Trial, variable: str) -> Group | None:
    """The factor of the trial with that name."""
    factor = next((f for f in trial.design.factors if f.variable == variable), None)
    if factor is None:
        return None
    values = [level.value for level in factor.levels]
    codes = trial.factors[variable]
    return Group(
        variable=variable,
        label=factor.label,
        levels={level.value: level.label for level in factor.levels},
        members=lambda value: codes == values.index(value),
        post_baseline=factor.post_baseline,
    )


def path_group(trial: Trial, variable: str) -> Group | None:
    """The step of the path of patients with that name: those at a level, or those who came to it from another."""
    found = choices(trial, variable)
    if found is None:
        return None
    label, members = found
    return Group(
        variable=variable,
        label=label,
        levels={value: choice.label for value, choice in members.items()},
        members=lambda value: members[value].members,
        post_baseline=True,
    )


def adverse_event_group(trial: Trial, variable: str) -> Group | None:
    """The patients who had an adverse event, by its term: treatment-emergent, of any grade."""
    events = trial.adverse_events
    if variable != ADVERSE_EVENT or events is None:
        return None

    def members(value: str) -> Bools:
        had = np.zeros(len(trial.patients), dtype=np.bool_)
        had[events.patient[events.emergent & (events.term == events.terms.index(value))]] = True
        return had

    return Group(
        variable=ADVERSE_EVENT,
        label="Adverse event",
        levels=dict(zip(events.terms, events.labels, strict=True)),
        members=members,
        post_baseline=True,
    )


KINDS: tuple[Callable[[Trial, str], Group | None], ...] = (factor_group, path_group, adverse_event_group)


def find_group(trial: Trial, variable: str) -> Group | None:
    """The group that links call `variable`, of whatever kind; None when the trial has none."""
    return next((group for kind in KINDS if (group := kind(trial, variable)) is not None), None)
