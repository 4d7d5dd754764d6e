"""The search over whole patients: which facts, which moves, how long, and what makes a patient impossible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analysis.estimate import Ints
from data.published import Fact
from data.synthesis import baseline, exposure, pathway, remission
from data.synthesis.annealing import Move, Price, Rule, Schedule, anneal
from data.synthesis.draft import ARMS, Draft
from data.synthesis.objective import Term, term
from data.synthesis.structure import deaths_soon_after_treatment, salvage_of_the_dying, strata_as_on_the_form

#: How much a fact weighs by tier: what can be hit exactly first, what depends on unpublished models last.
WEIGHT = {"exact": 5.0, "rounding": 4.0, "implied": 4.0, "conditional": 1.0, "extra": 0.8, "choice": 0.2}
#: Facts that weigh more than their tier: the interval of the headline and its P value are read first, and survival by
#: transplant, though conditional, is on a figure of its own.
HEADLINE = {"os_hr": 3.0, "os_hr_ci": 5.0, "os_p": 3.0}
FIGURE_7 = {"os_hsct_resp_hr": 4.0, "os_hsct_resp_median_yes": 4.0, "os_hsct_resp_median_no": 4.0}
#: Facts that contradict another and are given up: this P value is too large for its hazard ratio and events.
GIVEN_UP = frozenset({"os_hsct_resp_p"})
#: Facts that follow from implied counts: only that table has this odds ratio and this P value, and a search for the
#: ratio itself stops at another that is nearly right.
STOOD_FOR = frozenset({"vod_or_age55", "vod_or_age55_p"})
NEUTRAL: Mapping[str, float] = {}
#: A P value of a model is two-sided: it is met as well by an effect in the wrong direction. Ratios come first.
RATIOS_FIRST: Mapping[str, float] = {"p_model": 0.05, "p_logistic": 0.05}


def weight(fact: Fact) -> float:
    """How much a unit of distance from a fact costs."""
    return WEIGHT[fact.tier] * HEADLINE.get(fact.id, 1.0) * FIGURE_7.get(fact.id, 1.0)


def terms(facts: Sequence[Fact], draft: Draft) -> list[Term]:
    """The facts with a weight that the columns of `draft` can be held to."""
    found = [term(fact) for fact in facts if fact.tier in WEIGHT and fact.id not in GIVEN_UP | STOOD_FOR]
    return [t for t in found if t is not None and t.columns <= set(draft)]


def kept(count: Mapping[str, int]) -> list[Term]:
    """What no number says and whole patients keep."""
    each = (deaths_soon_after_treatment(arm, count) for arm in ARMS)
    return [strata_as_on_the_form(), *each, *(salvage_of_the_dying(arm) for arm in ARMS)]


def reading(terms: Sequence[Term], moves: Iterable[Move]) -> list[Term]:
    """The terms that read what one of `moves` changes."""
    changed = frozenset(name for move in moves for name in move.columns)
    return [term for term in terms if term.columns & changed]


def rules(draft: Draft) -> list[Rule]:
    """What every patient keeps, as far as `draft` has the columns: course in order, treated in time, coherent."""
    found = (
        Rule(frozenset(pathway.READ), pathway.impossible),
        Rule(exposure.READ, exposure.out_of_order),
        Rule(COHERENT, incoherent),
    )
    return [rule for rule in found if rule.columns <= set(draft)]


#: What the rules between baseline and course read of a patient.
COHERENT = frozenset({"SALVDRUG", "CYTO", "MRDEOT", "RESPFL", "MRDBEST", "HSCTFL", "AGE"})


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
    prices = {
        fact.id: Price(weight(fact) * weight_of.get(fact.statistic, 1.0)) for fact in facts if fact.tier in WEIGHT
    }
    return anneal(draft, terms(facts, draft), moves, schedule, rng, rules(draft), prices)


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
}
