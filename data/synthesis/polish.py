"""The last digits: after the search of whole patients, one variable at a time until fewer facts are missed.

First t(4;11) is dealt: its fourteen patients have one order of death, which no exchange happens upon. Then each block
of moves is annealed against the facts that read its columns, where a fact that is missed costs more than how far it is
away. Every other step aims at one of the missed: up to three moves that touch it are tried together, and kept only if
they bring that fact nearer. Each block draws from a seed of its own: what one finds does not hang on how long the ones
before it went on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools
from data.published import Fact
from data.synthesis import exposure, pathway, remission, search
from data.synthesis.annealing import Deal, Move, Price, Schedule, Shift, Swap, Together, Trade, anneal
from data.synthesis.draft import ARMS, STRATA, Draft
from data.synthesis.structure import TRANSLOCATION, low_together, order_of_death

#: What a missed fact costs on top of its distance, by tier, in units of distance.
MISSED = {"exact": 0.5, "rounding": 0.6, "implied": 0.6, "conditional": 0.3, "extra": 0.6, "choice": 0.0}
#: How far away a figure of another source may be before it costs no more.
FARTHEST = 15.0
#: How much more the interval of the duration of remission weighs: the limits leave hardly any room, and its standard
#: error moves by thousandths.
TIGHT = {"dor_hr_ci": 10.0}
KEPT = Price(6.0, 0.5)
#: What the P values of Table 3 cost when their digits are searched, and what the other numbers of models then do.
DIGITS, BESIDE = Price(10.0, 0.1), Price(1.0, 0.15)
#: A P value that its own ratio and interval rule out.
RULED_OUT = frozenset({"t3_plt_p_ino"})


@dataclass(frozen=True)
class Block:
    """Moves that are searched together, how long, from which temperature to what share of it, how many at once.

    `alone` is against the facts alone, without what is kept; `digits` are dear where the P values of models are.
    """

    moves: Mapping[Move, float]
    steps: int
    start: float
    cooled: float = 1 / 30
    at_once: int = 3
    alone: bool = False
    digits: bool = False


#: Who has t(4;11); nobody changes to or from Ph-positive, whose numbers are published.
KARYOTYPE = ("CYTO", "CYTO20FL")
FEW, SEVERAL = (Deal(KARYOTYPE, TRANSLOCATION, most, apart="PH+") for most in (1, 3))
DEALING = Block({FEW: 1.0, SEVERAL: 0.5}, 15_000, 1.5, at_once=1)


def _responded(draft: Draft) -> Bools:
    return np.asarray(draft["RESPFL"] == "Y")


def _relapsed(draft: Draft) -> Bools:
    return remission.moved_by_search(draft) & _responded(draft)


def _modelled(arm: str) -> Callable[[Draft], Bools]:
    """The patients of Table 3: those with a best MRD."""
    return lambda draft: np.asarray((draft["ARM"] == ARMS[arm]) & (draft["MRDBEST"] != ""))


def _standard(draft: Draft) -> Bools:
    return np.asarray(draft["ARM"] == ARMS["soc"])


def _first_remission_free(draft: Draft) -> Bools:
    """Patients of the InO arm's model whose first remission may be some months longer or shorter: on one side of 12."""
    months = draft["DFRMO"]
    return np.asarray(_modelled("ino")(draft) & ((months > 14.5) | ((months > 3.5) & (months < 9.5))))


MODELS: dict[Move, float] = {
    Swap(("MRDBEST",)): 1.0,
    Swap(("PLT",)): 0.6,
    Swap(("HGB",)): 0.6,
    Swap(("DFRMO",), within=STRATA): 0.4,
    Swap(("AGE",), within=STRATA): 0.3,
    Swap(("PRHSCTFL",)): 0.3,
}
REMISSION: dict[Move, float] = {
    **remission.MOVES,
    Together("PFSDY", "RESPDY", 6, _relapsed): 1.0,
    Trade("PFSDY", 8, remission.moved_by_search): 1.0,
    Shift(("PFSDY",), 2, remission.moved_by_search): 1.0,
    Shift(("RESPDY",), 3, _responded): 0.7,
}
LATER_SALVAGE: dict[Move, float] = {
    Shift(("SALVDY",), 25, pathway.specially_salvaged): 1.0,
    Shift(("SALVDY",), 5, pathway.specially_salvaged): 1.0,
    pathway.SALVAGE: 1.0,
}
#: The counts of Table 3, hot: platelets and haemoglobin that are low together leave its intervals as wide as printed.
COUNTS: dict[Move, float] = {
    Swap(("MRDBEST",)): 1.0,
    Swap(("PLT",)): 1.0,
    Swap(("HGB",)): 1.0,
    Swap(("DFRMO",), within=STRATA): 0.5,
    Swap(("PLT", "HGB")): 0.3,
}
#: Then the P values of each arm. Every exchange moves all of a model; what moves them by little is a month of the first
#: remission, the one covariate of the InO arm that is not yes or no.
INO_DIGITS: dict[Move, float] = {
    Swap(("MRDBEST",), _modelled("ino")): 0.3,
    Swap(("PLT",), _modelled("ino")): 1.0,
    Swap(("HGB",), _modelled("ino")): 1.0,
    Swap(("PLT", "HGB"), _modelled("ino")): 0.5,
    Shift(("DFRMO",), 2, _first_remission_free): 2.0,
    Swap(("DFRMO",), _modelled("ino"), within=STRATA): 0.3,
}
SOC_DIGITS: dict[Move, float] = {
    Swap(("PLT",), _modelled("soc")): 1.0,
    Swap(("PLT",), _standard): 0.5,
    Swap(("PRHSCTFL",), _standard): 0.5,
    Swap(("AGE",), _modelled("soc"), within=STRATA): 0.4,
    Swap(("MRDBEST",), _standard): 0.4,
}
RISK_FACTORS = Block({**exposure.MOVES, Swap(("PRHSCTFL",)): 1.0}, 20_000, 1.5, 1 / 100)
LABELS = (
    Block({Swap(("MRDEOT",), within=("RESPFL",)): 1.0}, 8000, 0.4),
    Block({Swap(KARYOTYPE): 1.0, SEVERAL: 0.3}, 15_000, 0.4),
    Block({Swap(("BMBLAST",)): 1.0}, 6000, 0.4),
)
#: Every variable in turn, all of them, and those again that all of them disturb; the cycles hot to the end, as many
#: exchanges have their odds ratio and its P value, but none is near another. At last the models of Table 3. The steps
#: are those after which little more is found.
BLOCKS = (
    DEALING,
    Block(exposure.CYCLES, 12_000, 3.0, at_once=2),
    RISK_FACTORS,
    Block({Swap(("RACE",)): 1.0}, 8000, 0.4),
    *LABELS,
    Block(REMISSION, 8000, 0.3),
    Block(
        {**search.ALL_MOVES, **REMISSION, **MODELS, SEVERAL: 0.5, Swap(("SALVAGE",), within=STRATA): 0.4}, 40_000, 0.15
    ),
    *LABELS,
    RISK_FACTORS,
    Block(exposure.CYCLES, 30_000, 4.0, 1 / 4, at_once=2),
    Block(LATER_SALVAGE, 8000, 1.0, 1 / 50, alone=True),
    Block(REMISSION, 12_000, 0.3),
    Block(COUNTS, 25_000, 2.0, at_once=2),
    Block(INO_DIGITS, 30_000, 1.0, 1 / 100, at_once=2, digits=True),
    Block(SOC_DIGITS, 12_000, 0.5, 1 / 100, digits=True),
)


def polish(
    draft: Draft, facts: Sequence[Fact], count: Mapping[str, int], share: float, seeds: Sequence[int]
) -> dict[str, float]:
    """Search `draft` block by block in place; return what is left of each fact and of what is kept.

    There is a seed for each block; a `share` of the steps of each is taken.
    """
    of_facts = search.terms(facts, draft)
    kept = [*search.kept(count), remission.early_remissions(), low_together(), order_of_death()]
    dealt = [term for term in (*of_facts, *kept) if term is kept[-1] or term.id.startswith("t411_os_median")]
    for block, seed in zip(BLOCKS, seeds, strict=True):
        prices = {fact.id: _price(fact, block.digits) for fact in facts if fact.tier in search.WEIGHT}
        prices |= {term.id: KEPT for term in kept}
        every = of_facts if block.alone else (*of_facts, *kept)
        terms = dealt if block is DEALING else search.reading(every, block.moves)
        if any(term.distance(draft) > 0 for term in terms):
            schedule = Schedule(int(share * block.steps), block.start, block.start * block.cooled)
            rng = np.random.default_rng(seed)
            anneal(draft, terms, block.moves, schedule, rng, search.rules(draft), prices, block.at_once)
    return {term.id: term.distance(draft) for term in (*of_facts, *kept)}


def _price(fact: Fact, digits: bool) -> Price:
    if digits and fact.tier == "conditional":
        return DIGITS if fact.statistic == "p_model" and fact.id not in RULED_OUT else BESIDE
    most = FARTHEST if fact.tier == "extra" else np.inf
    return Price(search.weight(fact) * TIGHT.get(fact.id, 1.0), MISSED[fact.tier], most=most)
