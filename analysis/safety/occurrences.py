"""Counting: one entry for each patient and what the patient had, however often; coded arrays in, coded arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimate import Bools, Floats, Ints
from data.contract import AdverseEvents


@dataclass(frozen=True, eq=False)
class Occurrences:
    """Who had what, an entry for each pair of a row of the table and a patient.

    Rows are: 0 any event, then the organ classes, then the terms. `patient` is a seat; `worst` the highest grade,
    `first` the first known day of onset (infinite if none is known), `events` how many there were.
    """

    row: Ints
    patient: Ints
    worst: Ints
    serious: Bools
    related: Bools
    fatal: Bools
    first: Floats
    events: Ints
    rows: int

    def patients(self, arm: Ints, arms: int, having: Bools | None = None) -> Ints:
        """Patients by row and arm, (rows, arms), of the entries `having` something."""
        code = self.row * arms + arm[self.patient]
        kept = code if having is None else code[having]
        return np.bincount(kept, minlength=self.rows * arms).reshape(self.rows, arms)

    def total(self, values: Floats, arm: Ints, arms: int) -> Floats:
        """Sums of `values` by row and arm, (rows, arms)."""
        code = self.row * arms + arm[self.patient]
        sums = np.bincount(code, weights=values, minlength=self.rows * arms).reshape(self.rows, arms)
        return sums.astype(np.float64, copy=False)


def occurrences(events: AdverseEvents, which: Bools, seat: Ints) -> Occurrences:
    """Group the events `which` by row and patient. Sorting the pairs is the only step that grows faster than n."""
    classes, rows = len(events.organ_classes), 1 + len(events.organ_classes) + len(events.terms)
    term = events.term[which]
    kept = np.flatnonzero(which)
    patients = int(seat.max()) + 1
    row = np.concatenate((np.zeros(len(term), dtype=np.int64), 1 + events.class_of[term], 1 + classes + term))
    pair = row * patients + np.tile(seat[events.patient[which]], 3)
    pairs, place = np.unique(pair, return_inverse=True)
    thrice = np.tile(kept, 3)

    def some(flag: Bools | None) -> Bools:
        if flag is None:
            return np.zeros(len(pairs), dtype=np.bool_)
        return np.bincount(place[flag[thrice]], minlength=len(pairs)) > 0

    worst = np.zeros(len(pairs), dtype=np.int64)
    np.maximum.at(worst, place, events.grade[thrice])
    first = np.full(len(pairs), np.inf)
    onset = events.onset[thrice]
    np.minimum.at(first, place, np.where(np.isnan(onset), np.inf, onset))
    return Occurrences(
        row=pairs // max(patients, 1),
        patient=pairs % max(patients, 1),
        worst=worst,
        serious=some(events.serious),
        related=some(events.related),
        fatal=some(events.fatal),
        first=first,
        events=np.bincount(place, minlength=len(pairs)),
        rows=rows,
    )
