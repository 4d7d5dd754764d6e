"""Dates of randomisation: from the first to the last published day, and early enough for each patient's follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from analysis.estimate import Ints
from data.published import Fact
from data.synthesis.draft import Draft
from data.synthesis.survival import COMPLETION

#: Whoever completed the study was last seen within so many days before the cut-off.
LAST_SEEN = 45


def published_day(facts: Mapping[str, Fact], name: str) -> int:
    """A published date as the day number of the calendar."""
    return date.fromisoformat(facts[name].printed).toordinal()


def assign_dates(draft: Draft, facts: Mapping[str, Fact], rng: np.random.Generator) -> None:
    """Fill RANDDT, the day number of study day 1, and SUBJECT, the order of randomisation."""
    first, last, cutoff = (
        published_day(facts, f"date_{name}") for name in ("first_randomised", "last_randomised", "final_cutoff")
    )
    survival, n = draft["OSDY"].astype(int), len(draft["OSDY"])
    completed = (draft["DTHFL"] == "N") & (survival >= COMPLETION)
    latest = np.minimum(last, cutoff - survival + 1)
    day = first + np.floor((latest - first + 1) * rng.beta(1.25, 1.0, n)).astype(int)
    seen = cutoff - np.floor(LAST_SEEN * rng.beta(0.6, 2.0, n)).astype(int)
    day = np.where(completed, np.clip(seen - survival + 1, first, latest), np.minimum(day, latest))
    _pin(day, latest, first, last, completed)
    draft["RANDDT"] = day.astype(float)
    order = np.lexsort((rng.random(n), day))
    number = np.empty(n)
    number[order] = np.arange(1, n + 1)
    draft["SUBJECT"] = number


def _pin(day: Ints, latest: Ints, first: int, last: int, completed: Ints) -> None:
    """Somebody is randomised on the first day and somebody on the last."""
    free = np.flatnonzero(~completed)
    day[free[np.argmin(day[free])]] = first
    able = np.flatnonzero((latest >= last) & ~completed)
    day[able[np.argmax(day[able])]] = last
