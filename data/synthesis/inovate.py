"""INO-VATE from its fact file: survival, courses, progression, exposure, baseline, search, and then the details.

The order is that of the constraints: the overall survival curves first, to their last digit, then the censored
analyses and the progression-free times, then who was who at baseline. Searches then move all of them but the curves
until the published digits come out; causes of death, care and adverse events follow, each exact by construction.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.published import Fact, load_facts
from data.synthesis import (
    adverse,
    adverse_events,
    baseline,
    care,
    censored,
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


@dataclass(frozen=True)
class Seeds:
    """One stream of random numbers for each stage: a stage is drawn alike however long the ones before it went on.

    The last digits have one for each block.
    """

    curves: int = 20170104
    days: int = 6
    dealing: int = 1
    censored: int = 6
    digits: tuple[int, ...] = (1, 4, 2, 4, 5, 6, 2, 2, 3, 1, 3, 2, 1, 2, 5, 1, 1, 2, 13)
    details: int = 1


@dataclass(frozen=True)
class Budget:
    """How long each search goes on: fits of survival that are begun, their steps, then days, courses, patients, digits.

    All are numbers of steps, and at the end the share of the steps of each block that is taken: a run depends on
    nothing but the seeds.
    """

    starts: int
    starting_steps: int
    climbing_steps: int
    days: Schedule
    courses: Schedule
    whole: Schedule
    censored: Schedule
    digits: float


FULL = Budget(
    starts=14,
    starting_steps=2500,
    climbing_steps=20_000,
    days=Schedule(80_000, 0.1, 0.001),
    courses=Schedule(30_000, 0.6, 0.01),
    whole=Schedule(130_000, 0.4, 0.006),
    censored=Schedule(160_000, 2.0, 0.02),
    digits=1.0,
)


def make(folder: Path, seeds: Seeds = Seeds(), budget: Budget = FULL) -> None:
    """Write the tables of the trial into `folder`, which holds `published.csv` and `choices.csv`."""
    published = load_facts(folder)
    aims = (*published, *load_facts(folder, "choices.csv"))
    facts = {fact.id: fact for fact in aims}
    count = counts(published)
    draft = _survival(published, facts, count, seeds, budget)
    _deal(draft, aims, facts, count, budget, np.random.default_rng(seeds.dealing))
    censored.fit_censored(draft, aims, count, budget.censored, np.random.default_rng(seeds.censored))
    _say(polish.polish(draft, aims, count, budget.digits, seeds.digits))
    finish(draft, folder, facts, count, np.random.default_rng(seeds.details))


def _survival(
    published: tuple[Fact, ...], facts: Mapping[str, Fact], count: Mapping[str, int], seeds: Seeds, budget: Budget
) -> Draft:
    found = [term(fact) for fact in published if fact.tier in search.WEIGHT]
    curves = [t for t in found if t and t.columns and t.columns <= {"OSDY", "DTHFL"} and not t.columns & set(STRATA)]
    rng, days = (np.random.default_rng(seed) for seed in (seeds.curves, seeds.days))
    begun = (budget.starts, budget.starting_steps, budget.climbing_steps)
    draft, left = fit_survival(count, facts, curves, rng, days, *begun, budget.days)
    _say(left)
    return draft


def _deal(
    draft: Draft,
    aims: Sequence[Fact],
    facts: Mapping[str, Fact],
    count: Mapping[str, int],
    budget: Budget,
    rng: np.random.Generator,
) -> None:
    """Give every patient of the curves a course and a baseline, and search over all of them."""
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


def finish(
    draft: Draft, folder: Path, facts: Mapping[str, Fact], count: Mapping[str, int], rng: np.random.Generator
) -> None:
    """Add what follows from the search and write the tables."""
    exposure.complete_conditioning(draft, rng)
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
    left = {name: distance for name, distance in left.items() if distance > 0}
    lines = [f"  {name}: {distance:.3f}" for name, distance in sorted(left.items(), key=lambda item: -item[1])]
    sys.stdout.write("\n".join([f"{len(left)} facts not met, distance left:", *lines]) + "\n")
