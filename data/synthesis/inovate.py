"""INO-VATE from its fact file: survival, courses, progression, exposure, baseline, search, and then the details.

The order is that of the constraints: the overall survival curves first, then the censored analyses and the
progression-free times, then who was who at baseline. The last search moves all of them together until the
published digits come out; causes of death, care and adverse events follow, each exact by construction.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.published import Fact, load_facts
from data.synthesis import (
    adverse,
    adverse_events,
    baseline,
    care,
    deaths,
    enrolment,
    event_tables,
    exposure,
    liver,
    pathway,
    polish,
    remission,
    search,
    tables,
)
from data.synthesis.annealing import Schedule
from data.synthesis.draft import STRATA, Draft
from data.synthesis.objective import term
from data.synthesis.survival import fit_survival

SEED, POLISH_SEED = 20170104, 3


@dataclass(frozen=True)
class Budget:
    """How long each search goes on: fits of survival that are begun, their steps, then courses, patients, last digits.

    All are numbers of steps, and at the end rounds and the share of their steps that is taken: a run depends on nothing
    but the seed.
    """

    starts: int
    starting_steps: int
    survival: Schedule
    courses: Schedule
    whole: Schedule
    last: Schedule
    rounds: int
    share: float


FULL = Budget(
    starts=14,
    starting_steps=2500,
    survival=Schedule(40_000, 0.05, 0.0005),
    courses=Schedule(30_000, 0.6, 0.01),
    whole=Schedule(130_000, 0.4, 0.006),
    last=Schedule(110_000, 0.03, 0.0003),
    rounds=2,
    share=1.0,
)


def make(folder: Path, seed: int = SEED, budget: Budget = FULL) -> None:
    """Write the tables of the trial into `folder`, which holds `published.csv` and `choices.csv`."""
    published = load_facts(folder)
    aims = (*published, *load_facts(folder, "choices.csv"))
    facts = {fact.id: fact for fact in aims}
    count = counts(published)
    rng = np.random.default_rng(seed)
    draft = _survival(published, facts, count, budget, rng)
    pathway.assign_courses(draft, count, rng)
    _all_possible("courses", pathway.repair(draft, rng))
    search.search(
        draft, [fact for fact in aims if "VOD" not in fact.counts + fact.where], pathway.MOVES, budget.courses, rng
    )
    liver.assign_vod(draft, facts, rng)
    remission.assign_progression(draft, rng)
    _all_possible("progression", pathway.repair(draft, rng))
    exposure.assign_exposure(draft, facts, rng)
    baseline.assign_baseline(draft, facts, rng)
    _all_possible("baseline", search.make_coherent(draft, rng, baseline.MOVES))
    search.search(draft, aims, search.ALL_MOVES, budget.whole, rng, search.RATIOS_FIRST)
    search.search(draft, aims, search.ALL_MOVES, budget.last, rng)
    # a stream of its own: what follows is drawn alike however long is polished
    left = polish.polish(draft, aims, facts, budget.rounds, budget.share, np.random.default_rng(POLISH_SEED))
    _say({name: distance for name, distance in left.items() if distance > 0})
    finish(draft, folder, facts, count, rng)


def _survival(
    published: tuple[Fact, ...],
    facts: Mapping[str, Fact],
    count: Mapping[str, int],
    budget: Budget,
    rng: np.random.Generator,
) -> Draft:
    found = [term(fact) for fact in published if fact.tier in search.WEIGHT]
    curves = [t for t in found if t and t.columns and t.columns <= {"OSDY", "DTHFL"} and not t.columns & set(STRATA)]
    draft, left = fit_survival(count, facts, curves, rng, budget.survival, budget.starts, budget.starting_steps)
    _say({name: distance for name, distance in left.items() if distance > 0})
    return draft


def finish(
    draft: Draft, folder: Path, facts: Mapping[str, Fact], count: Mapping[str, int], rng: np.random.Generator
) -> None:
    """Add what follows from the search and write the tables."""
    enrolment.assign_dates(draft, facts, rng)
    deaths.assign_causes(draft, count, rng)
    care.assign_care(draft, facts, count, rng)
    terms = adverse.load_terms()
    events = []
    for arm in ("ino", "soc"):
        plan = adverse.plan_events(draft, arm, count, terms, rng)
        events += adverse_events.make_events(draft, arm, plan, count, terms, rng)
    cutoff = facts["date_final_cutoff"].printed
    tables.write(
        {
            "adsl": tables.adsl(draft, cutoff),
            "adtte": tables.adtte(draft),
            "adrs": event_tables.adrs(draft, exposure.CYCLE_DAYS),
            "adcm": event_tables.adcm(draft, rng),
            "adae": event_tables.adae(draft, events),
        },
        folder,
    )


def counts(published: tuple[Fact, ...]) -> dict[str, int]:
    """The published number of patients (or events) behind each count and each percentage of a whole population."""
    found = {
        fact.id: int(fact.numbers[0].value)
        for fact in published
        if fact.statistic in ("count", "count_percent", "event_count")
    }
    size = {
        (population, arm): found[f"n_{population}_{arm}"]
        for population in ("itt", "mitt", "safety")
        for arm in ("ino", "soc")
    }
    for fact in published:
        if fact.statistic == "percent" and (fact.population, fact.arm) in size and fact.tier in search.WEIGHT:
            of = found["t2_any_" + fact.arm] if fact.where == "HSCTFL=Y" else size[fact.population, fact.arm]
            found[fact.id] = int(np.floor(fact.numbers[0].value * of / 100 + 0.5))
    return found


def _all_possible(stage: str, broken: int) -> None:
    if broken:
        raise RuntimeError(f"{broken} rules of order are broken after the {stage}")


def _say(left: Mapping[str, float]) -> None:
    """Say what the search could not meet, largest first."""
    lines = [f"  {name}: {distance:.3f}" for name, distance in sorted(left.items(), key=lambda item: -item[1])]
    sys.stdout.write("\n".join([f"{len(left)} facts not met, distance left:", *lines]) + "\n")
