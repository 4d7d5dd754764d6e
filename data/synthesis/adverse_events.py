"""Adverse events, second half: from a plan of terms and grades to dated events, as many as published.

Every term of a patient happens once at its worst grade (once more, serious, where the worst was not); the rest
of the published number of events are recurrences at lower or equal grades, most of them cytopenias of later
cycles. Days follow the pattern of the term: cytopenias in the second and third week of a cycle, infusion
reactions on its first days, fatal events up to the day of death.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.synthesis.adverse import VOD, Plan, TermCounts
from data.synthesis.deaths import EMERGENT_DAYS, last_dose
from data.synthesis.draft import Draft
from data.synthesis.exposure import CYCLE_DAYS

#: First and last day within a cycle on which an event of each pattern may begin; None: any day of treatment.
PATTERN_DAYS = {
    "cytopenia": (4, 20),
    "fever": (6, 20),
    "infusion": (1, 3),
    "early": (1, 12),
    "liver": (5, 22),
    "infection": (6, 24),
    "first": (1, 6),
}
#: How much likelier than once each pattern is to come back.
RECURS = {"cytopenia": 6.0, "fever": 1.0, "infusion": 1.5, "liver": 1.5, "early": 1.0, "any": 0.6}
RELATED = {
    "cytopenia": 0.8,
    "infusion": 0.9,
    "liver": 0.75,
    "vod": 1.0,
    "early": 0.5,
    "fever": 0.4,
    "infection": 0.25,
    "any": 0.2,
}
MEAN_DURATION = {"cytopenia": 11.0, "infusion": 2.0, "fever": 5.0, "liver": 12.0, "infection": 12.0, "vod": 24.0}


@dataclass(frozen=True)
class Event:
    """One adverse event of one patient (its row in the draft), in study days."""

    patient: int
    term: TermCounts
    grade: int
    serious: bool
    related: bool
    start: int
    end: int
    cycle: int
    action: str = "DOSE NOT CHANGED"


def make_events(
    draft: Draft,
    arm: str,
    plan: Plan,
    count: Mapping[str, int],
    terms: tuple[TermCounts, ...],
    rng: np.random.Generator,
) -> list[Event]:
    """The events of one arm, sorted by patient and day."""
    by_name = {term.name: term for term in terms}
    wanted: list[tuple[int, str, int, bool]] = []
    for (patient, name), course in sorted(plan.courses.items()):
        if course.serious < course.worst:
            wanted.append((patient, name, course.worst, False))
        if course.serious:
            wanted.append((patient, name, course.serious, True))
    pairs = [key for key in sorted(plan.courses) if by_name[key[1]].pattern in RECURS]
    cycles = np.array([draft["NCYC"][patient] for patient, _ in pairs])
    weight = np.array([RECURS[by_name[name].pattern] for _, name in pairs]) * (0.6 + cycles)
    again = rng.choice(len(pairs), size=count[f"teae_events_{arm}"] - len(wanted), p=weight / weight.sum())
    for i in np.sort(again):
        patient, name = pairs[int(i)]
        worst = min(plan.courses[pairs[int(i)]].worst, 4)
        wanted.append((patient, name, int(rng.integers(max(1, worst - 1), worst + 1)), False))
    events = [_dated(draft, patient, by_name[name], grade, serious, rng) for patient, name, grade, serious in wanted]
    events = _with_actions(draft, events, arm, count, rng)
    return sorted(events, key=lambda e: (e.patient, e.start, e.term.name, e.end, -e.grade))


def _dated(draft: Draft, patient: int, term: TermCounts, grade: int, serious: bool, rng: np.random.Generator) -> Event:
    first, last = int(draft["DOSEDY"][patient]), int(last_dose(draft)[patient])
    death = int(draft["OSDY"][patient])
    close = min(death, last + EMERGENT_DAYS)
    cycles = int(draft["NCYC"][patient])
    length = max(CYCLE_DAYS, (last - first) / cycles)
    cycle = int(rng.integers(1, cycles + 1))
    if term.name == VOD:
        after = draft["VODHSCT"][patient] == "Y"
        start = int((draft["HSCTDY"][patient] if after else last) + draft["VODLAG"][patient])
        close = death
    elif grade == 5:
        start, close = death - int(rng.integers(0, 9)), death
    elif term.pattern in PATTERN_DAYS:
        low, high = PATTERN_DAYS[term.pattern]
        cycle = 1 if term.pattern == "first" else cycle
        start = int(first + (cycle - 1) * length + rng.integers(low, high + 1) - 1)
        if start > close:
            start = int(rng.integers(first, close + 1))
    else:
        start = int(rng.integers(first, close + 1))
    start = max(first, min(start, close))
    end = (
        death
        if grade == 5
        else min(start + int(np.ceil(rng.gamma(1.6, MEAN_DURATION.get(term.pattern, 8.0) / 1.6))), death)
    )
    cycle = min(cycles, 1 + int((start - first) // length))
    related = (
        grade == 5 and term.pattern == "death" and term.name.startswith(("Multiple", "Acute"))
    ) or rng.random() < RELATED.get(term.pattern, 0.1)
    return Event(patient, term, grade, serious, bool(related), start, end, cycle)


def _with_actions(
    draft: Draft, events: list[Event], arm: str, count: Mapping[str, int], rng: np.random.Generator
) -> list[Event]:
    """Give the published numbers of patients a dose reduced, interrupted, or withdrawn for one of their events."""
    acted = list(events)
    for name, action, least in (
        ("permdisc", "DRUG WITHDRAWN", 2),
        ("tempdisc", "DRUG INTERRUPTED", 2),
        ("dosered", "DOSE REDUCED", 2),
    ):
        suitable: dict[int, list[int]] = {}
        for i, event in enumerate(acted):
            on_treatment = event.start <= last_dose(draft)[event.patient] + 14
            if (
                on_treatment
                and least <= event.grade < 5
                and event.term.name != VOD
                and event.action == "DOSE NOT CHANGED"
            ):
                suitable.setdefault(event.patient, []).append(i)
        # Withdrawal is the last thing to happen; interruption and reduction need a second cycle more often than not.
        patients = sorted(
            suitable, key=lambda p: -float(draft["NCYC"][p] > 1) - rng.random() * (1.5 if name == "permdisc" else 0.8)
        )
        for patient in patients[: count[f"ae_{name}_{arm}"]]:
            positions = suitable[patient]
            chosen = (
                max(positions, key=lambda i: acted[i].start)
                if name == "permdisc"
                else positions[int(rng.integers(len(positions)))]
            )
            acted[chosen] = Event(**{**vars(acted[chosen]), "action": action})
    return acted
