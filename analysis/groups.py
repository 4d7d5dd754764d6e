"""Groups of patients that a reader can filter by: the factors of the trial, and what happened to patients later.

A group has a name for links (`variable`), levels, and the patients of each. A view that lets the reader pick
patients (an adverse event, a step on the path to transplant) adds its kind of group to `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.estimate import Bools
from data.contract import Trial


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


KINDS: tuple[Callable[[Trial, str], Group | None], ...] = (factor_group,)


def find_group(trial: Trial, variable: str) -> Group | None:
    """The group that links call `variable`, of whatever kind; None when the trial has none."""
    return next((group for kind in KINDS if (group := kind(trial, variable)) is not None), None)
