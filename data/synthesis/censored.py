"""Survival censored at transplant and at later salvage: who was, when, and in which strata the ratios are taken.

The two printed intervals pull against each other. The one leaves a standard error of 0.1544 at most, the other of
0.1402 at least, and how evenly the strata are filled moves both. So the limits of both intervals are the dearest here,
the digits of everything that reads the same patients come next, and models and other sources, which the last search can
mend, cost little. The search begins hot and forgets who was who; what it keeps is the survival curves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.published import Fact
from data.synthesis import pathway, remission, search
from data.synthesis.annealing import Move, Price, Schedule, Shift, Swap, Trade, anneal
from data.synthesis.draft import Draft

INTERVALS = frozenset({"os_censhsct_hr_ci", "os_censsalv_hr_ci"})
#: How much the two intervals weigh beside their tier; the other facts of the two curves and medians; models and
#: other sources.
INTERVAL, CURVE, MODEL = 20.0, 3.0, 0.3
KEPT = Price(12.0)

MOVES: dict[Move, float] = {
    Swap(("STRAT1R",)): 1.0,
    Swap(("STRAT2R",)): 1.0,
    Swap(("AGE", "STRAT3R")): 0.7,
    Swap(("DFRMO", "STRAT1R")): 0.5,
    Swap(("SALVAGE", "STRAT2R")): 0.5,
    Shift(("HSCTDY",), 12, pathway.transplanted): 0.7,
    Shift(("HSCTDY",), 40, pathway.transplanted): 0.4,
    Trade("HSCTDY", 30, pathway.transplanted): 0.5,
    Shift(("SALVDY",), 25, pathway.specially_salvaged): 0.7,
    Swap(pathway.COURSE): 0.7,
    pathway.SALVAGE: 1.5,
    **{move: 0.3 * weight for move, weight in remission.MOVES.items()},
}


def fit_censored(
    draft: Draft, facts: Sequence[Fact], count: Mapping[str, int], schedule: Schedule, rng: np.random.Generator
) -> dict[str, float]:
    """Search `draft` in place; return what is left of each fact that the moves can change."""
    kept = search.kept(count)
    terms = [*search.terms(facts, draft), *kept]
    prices = {fact.id: _price(fact) for fact in facts if fact.tier in search.WEIGHT} | {term.id: KEPT for term in kept}
    return anneal(draft, search.reading(terms, MOVES), MOVES, schedule, rng, search.rules(draft), prices)


def _price(fact: Fact) -> Price:
    weight = search.weight(fact)
    if fact.tier in ("conditional", "extra", "choice") and fact.id not in search.FIGURE_7:
        return Price(MODEL * weight)
    if fact.id in INTERVALS:
        return Price(INTERVAL * weight)
    if fact.measure.startswith(("OSHSCT", "OSSALV")):
        return Price(CURVE * weight, 0.02)
    return Price(CURVE * weight, 0.05) if "median" in fact.statistic else Price(weight)
