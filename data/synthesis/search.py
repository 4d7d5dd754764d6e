"""The search over whole patients: which facts, which moves, how long, and what makes a patient impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.estimate import Ints
from data.published import Fact
from data.synthesis import baseline, exposure, pathway, remission
from data.synthesis.annealing import Move, Schedule, Shift, anneal
from data.synthesis.draft import Draft
from data.synthesis.objective import Term, term

#: How much a fact weighs by tier: what can be hit exactly first, what depends on unpublished models last.
WEIGHT = {"exact": 5.0, "rounding": 3.0, "conditional": 1.0, "extra": 0.8, "choice": 0.2}
#: Facts that contradict another and are given up: this P value is too large for its hazard ratio and events.
GIVEN_UP = frozenset({"os_hsct_resp_p"})
NEUTRAL: Mapping[str, float] = {}
#: A P value of a model is two-sided: it is met as well by an effect in the wrong direction. Ratios come first.
RATIOS_FIRST: Mapping[str, float] = {"p_model": 0.05, "p_logistic": 0.05}
#: Deaths may move by a few days at the end, so that the last digits fall into place.
FINE_SHIFT: dict[Move, float] = {
    Shift(("OSDY",), 2, lambda draft: (draft["DTHFL"] == "Y") & (draft["PFSTYPE"] != "DEATH")): 1.0
}


def terms(facts: Sequence[Fact], draft: Draft, weights: Mapping[str, float]) -> list[Term]:
    """The facts with a weight that the columns of `draft` can be held to."""
    found = [term(fact) for fact in facts if fact.id in weights and fact.id not in GIVEN_UP]
    return [t for t in found if t is not None and t.columns <= set(draft)]


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
    weights = {fact.id: WEIGHT[fact.tier] * weight_of.get(fact.statistic, 1.0) for fact in facts if fact.tier in WEIGHT}
    found = terms(facts, draft, weights)
    return anneal(draft, found, moves, schedule, rng, possible, weights)


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
