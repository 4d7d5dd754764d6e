"""The share of each arm that reached a level of the path, with its exact interval, and the arms compared."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.estimate import Estimate, NotEstimable, Sided, Test
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

    `link` is what a link says to make them the cohort, "" for `any_of` and for a level that nobody reached.
    """

    step: str
    label: str
    any_of: bool
    reached: bool
    counts: tuple[int, ...]
    shares: tuple[Estimate | NotEstimable, ...]
    comparisons: tuple[Comparison, ...]
    link: str


def shares(step: StepCounts, arms: tuple[ArmPath, ...], sided: Sided) -> list[Share]:
    """The share of each level that somebody is in; before them, when several count as reached, of any of these."""
    reached = [i for i, level in enumerate(step.levels) if level.reached]
    rows = [_share(step, step.label, reached, True, arms, sided)] if len(reached) > 1 else []
    rows += [
        _share(step, level.label, [i], False, arms, sided)
        for i, level in enumerate(step.levels)
        if step.counts[:, i].any() or level.reached
    ]
    return rows


def _share(
    step: StepCounts, label: str, levels: list[int], any_of: bool, arms: tuple[ArmPath, ...], sided: Sided
) -> Share:
    counts = step.counts[:, levels].sum(axis=1).tolist()
    sizes = [a.n for a in arms]
    reference = next((i for i, a in enumerate(arms) if a.arm.reference), len(arms) - 1)
    reached = all(step.levels[i].reached for i in levels)
    return Share(
        step=step.label,
        label=label,
        any_of=any_of,
        reached=reached,
        counts=tuple(counts),
        shares=tuple(proportion(k, n, LEVEL) for k, n in zip(counts, sizes, strict=True)),
        comparisons=tuple(
            Comparison(
                a.arm,
                arms[reference].arm,
                difference(counts[i], a.n, counts[reference], sizes[reference], LEVEL),
                association_test(counts[i], a.n, counts[reference], sizes[reference], sided),
            )
            for i, a in enumerate(arms)
            if reached and i != reference
        ),
        link="" if any_of or not sum(counts) else step.choice(levels[0]),
    )
