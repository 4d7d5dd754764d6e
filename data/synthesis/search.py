"""The search over whole patients: which facts, which moves, how long, and what makes a patient impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.estimate import Bools, Ints
from data.contract import DAYS_PER_MONTH
from data.published import Fact
from data.synthesis import annealing, baseline, exposure, pathway, remission
from data.synthesis.annealing import Move, Schedule, Shift, anneal
from data.synthesis.draft import ARMS, Draft
from data.synthesis.objective import Term, term

#: How much a fact weighs by tier: what can be hit exactly first, what depends on unpublished models last.
WEIGHT = {"exact": 5.0, "rounding": 3.0, "conditional": 1.0, "extra": 0.8, "implied": 2.0, "choice": 0.4}
#: Facts of these tiers may contradict others: polishing does not insist on them.
YIELDING = ("conditional", "choice")
#: Facts that contradict another and are given up: this P value is too large for its hazard ratio and events.
GIVEN_UP = frozenset({"os_hsct_resp_p"})
NEUTRAL: Mapping[str, float] = {}
#: A P value of a model is two-sided: it is met as well by an effect in the wrong direction. Ratios come first.
RATIOS_FIRST: Mapping[str, float] = {"p_model": 0.05, "p_logistic": 0.05}


def _dies_later(draft: Draft) -> Bools:
    """Patients whose death is no event of progression-free survival, so that it may move alone."""
    return np.asarray((draft["DTHFL"] == "Y") & (draft["PFSTYPE"] != "DEATH"))


#: Quarters of the first two years in days; the largest change of the log hazard from one to the next, and the longest
#: time without a death.
QUARTERS = np.arange(0, 25, 3) * DAYS_PER_MONTH
LARGEST_JUMP, LONGEST_GAP = float(np.log(3.5)), 80.0
#: Most deaths of one arm on one day.
MOST_ON_A_DAY = 3
#: Deaths may move by days at the end, so that the last digits fall into place.
FINE_SHIFT: dict[Move, float] = {
    Shift("OSDY", reach, _dies_later, patients): 0.4 for reach in (2, 20) for patients in (1, 2, 4)
}


def terms(facts: Sequence[Fact], draft: Draft) -> list[Term]:
    """The facts that the columns of `draft` can be held to."""
    found = [term(fact) for fact in facts if fact.tier in WEIGHT and fact.id not in GIVEN_UP]
    return [t for t in found if t is not None and t.columns <= set(draft)] + smooth()


def smooth() -> list[Term]:
    """One term for each arm that asks for deaths spread over time."""
    return [_smooth(arm) for arm in ARMS.values()]


def _smooth(arm: int) -> Term:
    """The hazard of death of one arm has no jump between quarters, no long gap in two years, and no pile on a day."""

    def distance(draft: Draft) -> float:
        own = draft["ARM"] == arm
        days, deaths = draft["OSDY"][own], np.sort(draft["OSDY"][own & (draft["DTHFL"] == "Y")])
        counts = np.histogram(deaths, QUARTERS)[0]
        at_risk = (days[:, np.newaxis] >= QUARTERS[:-1]).sum(axis=0)
        jumps = np.abs(np.diff(np.log((counts + 0.5) / at_risk))) - LARGEST_JUMP
        gap = np.diff(deaths[deaths < QUARTERS[-1]]).max() - LONGEST_GAP
        piled = np.maximum(np.unique(deaths, return_counts=True)[1] - MOST_ON_A_DAY, 0).sum()
        return float(np.maximum(jumps, 0).sum() * 5 + max(gap, 0) / 10 + piled)

    return Term(f"smooth_{arm}", frozenset({"OSDY", "DTHFL"}), frozenset({arm}), distance)


def possible(draft: Draft, rows: Ints) -> bool:
    """Whether the patients at `rows` can be: their course in order, treated while they could be, and coherent."""
    if not pathway.possible(draft, rows):
        return False
    if "TRTDURD" in draft and exposure.out_of_order(draft, rows).any():
        return False
    return "AGE" not in draft or not incoherent(draft, rows).any()


def incoherent(draft: Draft, rows: Ints) -> Ints:
    """How many rules between baseline and course each patient of `rows` breaks."""
    broken: Ints = ((draft["SALVDRUG"][rows] == "TKI") & (draft["CYTO"][rows] != "PH+")).astype(np.int64)
    broken += (draft["MRDEOT"][rows] == "") == (draft["RESPFL"][rows] == "Y")
    broken += (draft["MRDEOT"][rows] == "NEGATIVE") & (draft["MRDBEST"][rows] == "POSITIVE")
    broken += (draft["HSCTFL"][rows] == "Y") & (draft["AGE"][rows] > 70)
    return broken


def search(
    draft: Draft,
    facts: Sequence[Fact],
    moves: dict[Move, float],
    schedule: Schedule,
    rng: np.random.Generator,
    weight_of: Mapping[str, float] = NEUTRAL,
) -> dict[str, float]:
    """Anneal `draft` in place with `moves` towards `facts`; return what is left of each, unweighted.

    `weight_of` multiplies the weight of the facts of a statistic.
    """
    found = terms(facts, draft)
    weights = {fact.id: WEIGHT[fact.tier] * weight_of.get(fact.statistic, 1.0) for fact in facts if fact.tier in WEIGHT}
    return anneal(draft, found, moves, schedule, rng, possible, weights)


def polish(
    draft: Draft,
    facts: Sequence[Fact],
    moves: dict[Move, float],
    schedule: Schedule,
    rounds: int,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Meet the last digits of `facts` in some rounds of annealing (see `annealing.polish`); return what is left."""
    found = terms(facts, draft)
    tiers = {fact.id: WEIGHT[fact.tier] for fact in facts if fact.tier in WEIGHT}
    worth = {term.id: tiers.get(term.id, WEIGHT["exact"]) for term in found}
    yielding = frozenset(fact.id for fact in facts if fact.tier in YIELDING)
    return annealing.polish(draft, found, moves, schedule, rounds, rng, possible, worth, yielding)


def make_coherent(draft: Draft, rng: np.random.Generator, moves: dict[Move, float], steps: int = 500_000) -> int:
    """Exchange baseline values until nobody is incoherent; return how many rules are still broken."""
    everyone = np.arange(len(draft["ARM"]))
    swaps = list(moves)
    broken = np.flatnonzero(incoherent(draft, everyone))
    for _ in range(steps):
        if not len(broken):
            return 0
        proposal = swaps[int(rng.integers(len(swaps)))].propose(draft, rng)
        if proposal is None or not np.isin(proposal[0], broken).any():
            continue
        rows, changed = proposal
        before = {name: draft[name][rows] for name in changed}
        worse = incoherent(draft, rows).sum()
        for name, values in changed.items():
            draft[name][rows] = values
        if incoherent(draft, rows).sum() > worse:
            for name, values in before.items():
                draft[name][rows] = values
        broken = np.flatnonzero(incoherent(draft, everyone))
    return int(incoherent(draft, everyone).sum())


ALL_MOVES: dict[Move, float] = {
    **{move: 0.25 * weight for move, weight in pathway.MOVES.items()},
    **{move: 3 * weight for move, weight in remission.MOVES.items()},
    **exposure.MOVES,
    **baseline.MOVES,
    **FINE_SHIFT,
}
