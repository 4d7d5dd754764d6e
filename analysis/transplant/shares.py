"""The share of each arm that reached a level of the path, with its exact interval, and the arms compared."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.estimate import Estimate, Ints, NotEstimable, Sided, Test
from analysis.estimators.proportions import association_test, difference, proportion
from analysis.transplant.flow import ArmPath, StepCounts
from data.contract import Arm

LEVEL = 0.95


@dataclass(frozen=True)
class Comparison:
    """The share in one arm against the reference."""

    arm: Arm
    reference: Arm
    difference: Estimate | NotEstimable
    test: Test | NotEstimable


@dataclass(frozen=True)
class Share:
    """How many of each arm reached a level, or any of those that count as having reached the step (`any_of`).

    `of` are the patients of each arm counted from: all, or those who had reached the step before. `link` is what a
    link says to make them the cohort, "" for `any_of`, for those who came from a step, and where nobody is.
    """

    step: str
    label: str
    any_of: bool
    reached: bool
    counts: tuple[int, ...]
    of: tuple[int, ...]
    shares: tuple[Estimate | NotEstimable, ...]
    comparisons: tuple[Comparison, ...]
    link: str


def shares(step: StepCounts, before: StepCounts | None, arms: tuple[ArmPath, ...], sided: Sided) -> list[Share]:
    """The share of each level that somebody is in; before them, when several count as reached, of any of these.

    Where several do, also those who came to each from what counted as reached in the step `before`: out of all
    patients, and out of those who had reached it.
    """
    everyone = tuple(a.n for a in arms)
    reached = [i for i, level in enumerate(step.levels) if level.reached]
    rows = []
    if len(reached) > 1:
        counts = step.counts[:, reached].sum(axis=1)
        rows.append(_share(step, step.label, counts, everyone, arms, sided, any_of=True))
    for i, level in enumerate(step.levels):
        if step.counts[:, i].any() or level.reached:
            link = step.choice(i) if step.counts[:, i].any() else ""
            rows.append(
                _share(step, level.label, step.counts[:, i], everyone, arms, sided, reached=level.reached, link=link)
            )
    return rows + (_passages(step, before, reached, arms, sided) if before is not None and len(reached) > 1 else [])


def _passages(
    step: StepCounts, before: StepCounts, reached: list[int], arms: tuple[ArmPath, ...], sided: Sided
) -> list[Share]:
    """The shares of those who came to a level from one that counted as reached in the step before."""
    everyone, rows = tuple(a.n for a in arms), []
    for j, source in enumerate(before.levels):
        for i in reached if source.reached else ():
            counts = step.arrivals[:, j, i]
            if not counts.any() or (before.counts[:, j] == everyone).all():
                continue
            label, had = step.levels[i].label, tuple(before.counts[:, j].tolist())
            rows.append(_share(step, f"{label} after {source.label}", counts, everyone, arms, sided))
            rows.append(_share(step, f"{label}, of those with {source.label}", counts, had, arms, sided))
    return rows


def _share(
    step: StepCounts,
    label: str,
    patients: Ints,
    of: tuple[int, ...],
    arms: tuple[ArmPath, ...],
    sided: Sided,
    any_of: bool = False,
    reached: bool = True,
    link: str = "",
) -> Share:
    counts = patients.tolist()
    reference = next((i for i, a in enumerate(arms) if a.arm.reference), len(arms) - 1)
    return Share(
        step=step.label,
        label=label,
        any_of=any_of,
        reached=reached,
        counts=tuple(counts),
        of=of,
        shares=tuple(proportion(k, n, LEVEL) for k, n in zip(counts, of, strict=True)),
        comparisons=tuple(
            Comparison(
                a.arm,
                arms[reference].arm,
                difference(counts[i], of[i], counts[reference], of[reference], LEVEL),
                association_test(counts[i], of[i], counts[reference], of[reference], sided),
            )
            for i, a in enumerate(arms)
            if reached and i != reference
        ),
        link=link,
    )
