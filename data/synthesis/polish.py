"""The last digits: after the search of whole patients, one variable at a time until fewer published facts are missed.

Each block of moves is annealed against the facts that read its columns, where a fact that is missed costs more than how
far it is away. First come the counts, which a few exact choices decide. Then the blocks
in turn, and the days of death and last contact, so finely that ranks stay as they are while means and rates find their
places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Ints
from data.contract import DAYS_PER_MONTH
from data.published import Fact
from data.synthesis import exposure, pathway, remission, search
from data.synthesis.annealing import Move, Rule, Schedule, Shift, Trade, anneal
from data.synthesis.deaths import soon_after_treatment
from data.synthesis.draft import ARMS, Draft
from data.synthesis.objective import Term
from data.synthesis.survival import free, in_reach

#: What a missed fact costs on top of its distance.
MISSED = 0.25
#: Facts that weigh more than their tier: the interval of the headline and its P value are read first.
HEADLINE = {"os_hr": 3.0, "os_hr_ci": 5.0, "os_p": 3.0}
#: How much the P values of models weigh beside their ratios, until the end.
P_VALUES = 0.3
#: How much the hazard of death may change from one quarter of a year to the next, in logarithms, up to two years.
JUMP = 1.15


@dataclass(frozen=True)
class Block:
    """Moves that are searched together, how long and from which temperature; at the end it is a twentieth of it."""

    moves: Mapping[Move, float]
    steps: int
    start: float

    @property
    def columns(self) -> frozenset[str]:
        """What the moves change."""
        return frozenset(name for move in self.moves for name in move.columns)


def _of(*columns: str) -> dict[Move, float]:
    """The moves of the search that change one of `columns`, without those of whole courses."""
    return {
        move: weight
        for move, weight in search.ALL_MOVES.items()
        if set(move.columns) & set(columns) and move.columns != pathway.COURSE
    }


#: Every variable in turn, but for those of the strata, on which the headline rests; the steps are those after which
#: little more is found.
BLOCKS = (
    Block(_of("MRDEOT"), 5000, 0.3),
    Block(_of("MRDBEST"), 8000, 0.3),
    Block(_of("RACE"), 6000, 0.3),
    Block(_of("CYTO"), 10_000, 0.3),
    Block(_of("PLT"), 5000, 0.2),
    Block(_of("HGB"), 4000, 0.2),
    Block(_of("PRHSCTFL"), 5000, 0.2),
    Block(_of("BMBLAST"), 6000, 0.3),
    Block({**remission.MOVES, Trade("PFSDY", 8, remission.moved_by_search): 1.0}, 12_000, 0.06),
    Block({Shift(("HSCTDY",), 12, pathway.transplanted): 1.0}, 6000, 0.1),
    Block(_of("SALVDY"), 5000, 0.1),
    Block(_of("NCYC"), 6000, 0.3),
    Block(_of("DUALALK", "BILICOND", "BILIHSCT"), 6000, 0.5),
)
#: At the end, cooler: what is a hair outside its digits.
FINE = (
    Block(
        {
            **remission.MOVES,
            Trade("PFSDY", 8, remission.moved_by_search): 1.0,
            Shift(("PFSDY",), 2, remission.moved_by_search): 1.0,
        },
        6000,
        0.02,
    ),
    *(Block(_of(name), 4000, 0.05) for name in ("HGB", "PLT", "MRDBEST", "CYTO", "BMBLAST", "NCYC")),
)


def polish(
    draft: Draft,
    facts: Sequence[Fact],
    by_id: Mapping[str, Fact],
    rounds: int,
    share: float,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Search `draft` block by block in place, all blocks `rounds` times; return what is left of each fact.

    A `share` of the steps of each block is taken.
    """
    weights = _weights(facts)
    terms = search.terms(facts, draft, weights)

    def run(
        block: Block,
        against: Sequence[Term],
        possible: Rule = search.possible,
        missed: float = MISSED,
        weights: Mapping[str, float] = weights,
    ) -> None:
        read = [term for term in against if term.columns & block.columns]
        if any(term.distance(draft) > 0 for term in read):
            schedule = Schedule(int(share * block.steps), block.start, block.start / 20)
            anneal(draft, read, block.moves, schedule, rng, possible, weights, missed)

    kept = [kind(draft, arm) for kind in (_deaths_soon_after_treatment, _jumps_of_the_hazard) for arm in ARMS.values()]
    terms += kept
    last_days = _last_days(free(by_id))
    near = _both(search.possible, in_reach(draft, by_id))
    for _ in range(rounds):
        for block in BLOCKS:
            run(block, terms)
        run(Block(last_days, 9000, 0.008), terms, near, missed=0.0)
        run(Block(last_days, 4000, 0.006), terms, near, missed=0.1)
    run(Block(exposure.MOVES, 6000, 0.05), terms)
    full = {**weights, **{fact.id: search.WEIGHT[fact.tier] for fact in facts if fact.statistic in search.RATIOS_FIRST}}
    run(Block(last_days, 6000, 0.01), terms, near, weights=full)
    for block in FINE:
        run(block, terms, weights=full)
    run(Block(last_days, 6000, 0.005), terms, near, weights=full)
    return {term.id: term.distance(draft) for term in terms if term not in kept}


def _weights(facts: Sequence[Fact]) -> dict[str, float]:
    found = {
        fact.id: search.WEIGHT[fact.tier] * HEADLINE.get(fact.id, 1.0) for fact in facts if fact.tier in search.WEIGHT
    }
    for fact in facts:
        if fact.tier == "conditional" and fact.statistic in search.RATIOS_FIRST:
            found[fact.id] *= P_VALUES
    return found


def _deaths_soon_after_treatment(draft: Draft, arm: int) -> Term:
    """The deaths that fatal adverse events are made of: no fewer than there were."""

    def number(of: Draft) -> int:
        return int((soon_after_treatment(of) & (of["HSCTFL"] == "N") & (of["ARM"] == arm)).sum())

    least = number(draft)
    columns = frozenset({"OSDY", "DTHFL", "DOSEDY", "TRTDURD", "HSCTFL"})
    return Term(f"deaths soon after treatment, {arm}", columns, frozenset({arm}), lambda of: max(least - number(of), 0))


def _jumps_of_the_hazard(draft: Draft, arm: int) -> Term:
    """Deaths are spread over time: no quarter of a year stands out more than `JUMP`, or than it did."""
    edges = np.arange(0, 25, 3) * DAYS_PER_MONTH

    def largest(of: Draft) -> float:
        mine = of["ARM"] == arm
        days, dead = of["OSDY"][mine], of["DTHFL"][mine] == "Y"
        deaths, _ = np.histogram(days[dead], bins=edges)
        hazard = (deaths + 0.5) / (days[:, np.newaxis] >= edges[:-1]).sum(axis=0)
        return float(np.abs(np.diff(np.log(hazard))).max())

    most = max(JUMP, largest(draft))
    columns = frozenset({"OSDY", "DTHFL"})
    return Term(f"hazard of arm {arm}", columns, frozenset({arm}), lambda of: max(largest(of) - most, 0.0))


def _last_days(movable: Callable[[Draft], Bools]) -> dict[Move, float]:
    """Moves of the last day: of deaths, of deaths that are the progression as well, of those who were lost or lived."""

    def dead(draft: Draft) -> Bools:
        return np.asarray((draft["DTHFL"] == "Y") & (draft["PFSTYPE"] != "DEATH"))

    def died_first(draft: Draft) -> Bools:
        return np.asarray((draft["DTHFL"] == "Y") & (draft["PFSTYPE"] == "DEATH"))

    def alive(draft: Draft) -> Bools:
        return np.asarray((draft["DTHFL"] == "N") & movable(draft))

    def either(draft: Draft) -> Bools:
        return dead(draft) | alive(draft)

    return {
        Trade("OSDY", 4, either): 1.0,
        Trade("OSDY", 25, either): 1.0,
        Shift(("OSDY",), 2, dead): 0.7,
        Shift(("OSDY",), 12, alive): 0.4,
        Shift(("OSDY", "PFSDY"), 4, died_first): 0.5,
    }


def _both(one: Rule, other: Rule) -> Rule:
    def rule(draft: Draft, rows: Ints) -> bool:
        return one(draft, rows) and other(draft, rows)

    return rule
