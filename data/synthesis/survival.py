"""Overall survival: death and censoring days of each arm, from a smooth hazard fitted to the published curve.

Deaths stand where a curve with a piecewise log-linear hazard has fallen by one patient's share, with a little
scatter; the heights of the hazard at a few months are fitted to medians, rates, restricted means and their intervals.
Then last days are moved and traded until every digit is as printed, while the hazard stays smooth. Nobody is given a
covariate here, and nobody's last day is moved afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.estimate import Bools, Floats, Ints
from data.contract import DAYS_PER_MONTH
from data.published import Fact
from data.synthesis.annealing import Move, Rule, Schedule, Shift, Trade, anneal
from data.synthesis.draft import ARMS, Draft, Still
from data.synthesis.objective import Term
from data.synthesis.structure import deaths_at_medians, gaps_between_deaths, jumps_of_the_hazard

#: Months at which the log hazard is free; straight lines between.
KNOTS = np.array([0.0, 1.5, 3.5, 6.0, 8.0, 11.0, 14.0, 18.0, 23.0, 29.0, 50.0])
#: How far a death may lie from the middle of its step of the curve, as a share of the step.
SCATTER = 0.35
FINE = 0.25 / DAYS_PER_MONTH
HORIZON = 50.0
#: Change of the log hazard's slope, per month, that costs nothing.
MOST_BEND = 0.5
#: Two years in days: whoever is alive and followed for longer completed the study.
COMPLETION = 731
#: Months at which patients were lost, not published; the never treated of the standard arm leave first.
LOST = {"ino": (2.5, 7.6, 12.0), "soc": (1.7, 1.8, 1.9, 2.0, 2.1, 2.5, 2.8, 3.1, 3.5, 2.3, 3.3, 4.6, 5.4, 6.2, 7.6)}


@dataclass(frozen=True, eq=False)
class Followed:
    """Follow-up of one arm before any death is placed: days of those censored, and how many die."""

    censored: Floats
    deaths: int

    @property
    def size(self) -> int:
        return len(self.censored) + self.deaths


def follow_up(count: Mapping[str, int], facts: Mapping[str, Fact], rng: np.random.Generator) -> dict[str, Followed]:
    """Days of the censored of each arm: two years and more for those who completed the study, early for those lost.

    The median of all survivors, their range and the arm each extreme belongs to are as published. Patients lost
    early are spread so that the rates at 24 months can be met with the published numbers still at risk.
    """
    middle, least, most = (number.value for number in facts["followup_completed_or_censored"].numbers)
    completed = {arm: count[f"completed_{arm}"] for arm in ARMS}
    lost = {arm: count[f"os_lost_{arm}"] for arm in ARMS}
    before = (sum(completed.values()) + sum(lost.values())) // 2 - sum(lost.values())
    early = rng.uniform(COMPLETION / DAYS_PER_MONTH + 0.04, middle - 0.3, before)
    late = middle + 0.3 + (most - middle - 1) * rng.beta(1.0, 1.7, sum(completed.values()) - before - 3)
    rest = rng.permutation(np.concatenate([early, late]))
    longest = {"ino": facts["rmst_tau"].numbers[0].value, "soc": most}
    days = {}
    for arm, code in ARMS.items():
        own, rest = rest[: completed[arm] - 1 - code], rest[completed[arm] - 1 - code :]
        months = np.concatenate([own, [longest[arm]], [middle] if code else [], LOST[arm]])
        days[arm] = np.ceil(months * DAYS_PER_MONTH)
    days["soc"][completed["soc"]] = np.ceil(least * DAYS_PER_MONTH)
    return {
        arm: Followed(days[arm], count[f"t1_age_lt55_{arm}"] + count[f"t1_age_ge55_{arm}"] - len(days[arm]))
        for arm in ("ino", "soc")
    }


def place_deaths(log_hazard: Floats, followed: Followed, scatter: Floats) -> Floats:
    """Days of the deaths, (deaths,), so that the Kaplan-Meier curve follows exp(-integral of the hazard).

    A death stands where the curve has fallen by its share of a step, and how long a step is depends on how many were
    censored before: the more, the later. So the deaths are placed as if nobody was, and again until they stay.
    """
    grid = np.arange(0, HORIZON, FINE)
    hazard = np.exp(np.interp(grid, KNOTS, log_hazard))
    fallen = -np.exp(-np.concatenate(([0.0], np.cumsum((hazard[1:] + hazard[:-1]) / 2 * FINE))))
    leaving = np.sort(followed.censored) / DAYS_PER_MONTH
    alone = followed.size - np.arange(followed.deaths)
    left = np.zeros(followed.deaths, dtype=np.int64)
    while True:
        at_risk = alone - left
        height = np.concatenate(([1.0], np.cumprod(1 - 1 / at_risk[:-1])))
        months = np.interp(-height * (1 - scatter / at_risk), fallen, grid)
        before, left = left, np.minimum(np.searchsorted(leaving, months), alone - 1)
        if np.array_equal(left, before):
            return np.maximum.accumulate(np.maximum(np.ceil(months * DAYS_PER_MONTH), 2.0))


def fit_survival(
    count: Mapping[str, int],
    facts: Mapping[str, Fact],
    terms: Sequence[Term],
    rng: np.random.Generator,
    days: np.random.Generator,
    starts: int,
    starting_steps: int,
    climbing_steps: int,
    schedule: Schedule,
) -> tuple[Draft, dict[str, float]]:
    """Fit the hazards of both arms to `terms`; return the draft of all patients and what distance is left.

    `starts` fits are begun, as many at once as there are processors, each with follow-up drawn anew, and the best goes
    on; `days` is the stream of the moves of last days. The draft holds ARM, OSDY and DTHFL, each arm sorted by survival
    time.
    """
    terms = sorted(terms, key=lambda term: term.effort)
    begun = [(_begun(follow_up(count, facts, rng), rng), _drawn(starting_steps, rng)) for _ in range(starts)]
    with ProcessPoolExecutor() as processes:
        climbed = list(processes.map(partial(_climb, terms=terms, width=0.4), *zip(*begun, strict=True)))
    fit = _climb(min(climbed, key=lambda one: _loss(one, terms)), _drawn(climbing_steps, rng), terms, 0.1)
    draft = _joined(fit)
    smooth = [kind(arm) for kind in (jumps_of_the_hazard, gaps_between_deaths) for arm in ARMS]
    medians = [deaths_at_medians(tuple(facts.values()), arm) for arm in ARMS]
    left = anneal(
        draft, [*terms, *smooth, *medians], _last_days(_free(facts)), schedule, days, [_in_reach(draft, facts)]
    )
    return _sorted(draft), left


def _last_days(movable: Callable[[Draft], Bools]) -> dict[Move, float]:
    """Moves of the last day. Trades keep the mean: what a P value of restricted means needs is less spread."""

    def alive(draft: Draft) -> Bools:
        return np.asarray((draft["DTHFL"] == "N") & movable(draft))

    return {
        Shift(("OSDY",), 4, movable): 1.0,
        Trade("OSDY", 4, movable): 1.0,
        Trade("OSDY", 25, movable): 1.0,
        Shift(("OSDY",), 25, alive): 0.5,
    }


@dataclass(frozen=True, eq=False)
class Fit:
    """The hazards tried for each arm, and the patients they give."""

    followed: Mapping[str, Followed]
    scatter: Mapping[str, Floats]
    heights: Mapping[str, Floats]
    days: Mapping[str, Floats]


def _begun(followed: Mapping[str, Followed], rng: np.random.Generator) -> Fit:
    first = np.interp(KNOTS, [0, 6, 24, 50], np.log([0.08, 0.12, 0.06, 0.012]))
    scatter = {arm: 0.5 + SCATTER * rng.uniform(-1, 1, f.deaths) for arm, f in followed.items()}
    heights = {arm: first + rng.normal(0, 0.2, len(KNOTS)) for arm in followed}
    days = {arm: place_deaths(heights[arm], followed[arm], scatter[arm]) for arm in followed}
    return Fit(followed, scatter, heights, days)


def _drawn(steps: int, rng: np.random.Generator) -> list[Floats]:
    """Draw how each of `steps` changes the heights of one arm: some of them, in units of its width, (knots,) each."""
    return [rng.normal(size=len(KNOTS)) * (rng.random(len(KNOTS)) < 0.3) for _ in range(steps)]


def _climb(start: Fit, steps: Sequence[Floats], terms: Sequence[Term], width: float) -> Fit:
    """Change a few heights of one arm at a time, keeping what is no worse; the steps shrink as they fail."""
    fit, best = start, _loss(start, terms)
    for number, step in enumerate(steps):
        arm = list(fit.followed)[number % len(fit.followed)]
        height = fit.heights[arm] + width * step
        days = place_deaths(height, fit.followed[arm], fit.scatter[arm])
        tried = replace(fit, heights={**fit.heights, arm: height}, days={**fit.days, arm: days})
        loss = _loss(tried, terms, best)
        if loss <= best:
            fit, best, width = tried, loss, min(width * 1.3, 0.6)
        else:
            width = max(width * 0.99, 0.01)
    return fit


def _loss(fit: Fit, terms: Sequence[Term], most: float = np.inf) -> float:
    """Distance from the terms, and how much the slope of the log hazard changes beyond what a smooth one needs.

    It only adds up: once it is more than `most`, what it is is not asked for.
    """
    loss = 5 * sum(
        float(np.maximum(np.abs(np.diff(np.diff(h) / np.diff(KNOTS))) - MOST_BEND, 0).sum())
        for h in fit.heights.values()
    )
    draft = Still(_joined(fit))
    for term in terms:
        if loss > most:
            break
        loss += term.distance(draft)
    return loss


def _free(facts: Mapping[str, Fact]) -> Callable[[Draft], Bools]:
    """Everybody whose last day is not itself published: the median and the extremes of the survivors' follow-up."""
    published = [number.value for number in facts["followup_completed_or_censored"].numbers]
    fixed = np.ceil(np.array([*published, facts["rmst_tau"].numbers[0].value]) * DAYS_PER_MONTH)
    return lambda draft: np.asarray((draft["DTHFL"] == "Y") | ~np.isin(draft["OSDY"], fixed))


def _in_reach(start: Draft, facts: Mapping[str, Fact]) -> Rule:
    """Last days stay within eighteen days, or 9%, of the first curve, and on their side of what is published."""
    smooth = start["OSDY"].copy()
    middle, least, most = (number.value * DAYS_PER_MONTH for number in facts["followup_completed_or_censored"].numbers)
    longest = facts["rmst_tau"].numbers[0].value * DAYS_PER_MONTH

    def out_of_reach(draft: Draft, rows: Ints) -> Bools:
        day, first = draft["OSDY"][rows], smooth[rows]
        near = np.abs(day - first) <= np.maximum(18, 0.09 * first)
        alive = draft["DTHFL"][rows] == "N"
        side = (day > least) & ((day >= middle) == (first >= middle)) & ((day > COMPLETION) == (first > COMPLETION))
        kept = near & (day >= 2) & (day <= np.where(draft["ARM"][rows] == 1, longest, most)) & (~alive | side)
        return np.asarray(~kept)

    return Rule(frozenset({"OSDY", "DTHFL", "ARM"}), out_of_reach)


def _joined(fit: Fit) -> Draft:
    columns: dict[str, list[npt.NDArray[Any]]] = {"ARM": [], "OSDY": [], "DTHFL": []}
    for arm, group in fit.followed.items():
        columns["OSDY"].append(np.concatenate([fit.days[arm], group.censored]))
        columns["DTHFL"].append(np.repeat(["Y", "N"], [group.deaths, len(group.censored)]))
        columns["ARM"].append(np.full(group.size, ARMS[arm]))
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _sorted(draft: Draft) -> Draft:
    order = np.lexsort((draft["DTHFL"], draft["OSDY"], -draft["ARM"]))
    return {name: values[order] for name, values in draft.items()}
