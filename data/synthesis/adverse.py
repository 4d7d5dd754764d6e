"""Adverse events, first half: which treated patient had which term, how bad at worst, and how bad if serious.

Serious events come first, as their table is published by worst grade; the fatal ones go to the patients who died
of them. Then each term gets its patients of grade 3 or more and of any grade, hepatic terms among the published
number of patients with hepatotoxicity. The numbers that are not published stand in `adverse_terms.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analysis.estimate import Ints
from data.synthesis.deaths import soon_after_treatment
from data.synthesis.draft import ARMS, Draft

VOD = "Venoocclusive liver disease"
PROGRESSION = "Disease progression"
#: Names of the serious terms in the fact file.
SERIOUS = {
    "febrile_neutropenia": "Febrile neutropenia",
    "sepsis": "Sepsis",
    "disease_progression": PROGRESSION,
    "pneumonia": "Pneumonia",
    "respiratory_failure": "Respiratory failure",
    "pyrexia": "Pyrexia",
    "neutropenic_sepsis": "Neutropenic sepsis",
    "septic_shock": "Septic shock",
    "fungal_pneumonia": "Fungal pneumonia",
    "hyperbilirubinaemia": "Hyperbilirubinaemia",
    "subdural_haematoma": "Subdural haematoma",
    "hypotension": "Hypotension",
}
#: The event that killed, by cause of death; deaths from infection take the published terms in turn.
FATAL_TERM = {
    "MULTIORGAN FAILURE WITH VOD/SOS": "Multiple organ dysfunction syndrome",
    "MULTIORGAN FAILURE": "Multiple organ dysfunction syndrome",
    "ACUTE RESPIRATORY DISTRESS": "Acute respiratory distress syndrome",
    "PNEUMONIA": "Pneumonia",
    "PULMONARY INFECTION": "Lung infection",
    "CEREBRAL HAEMORRHAGE": "Cerebral haemorrhage",
    "CARDIAC ARREST": "Cardiac arrest",
    "VOD/SOS": VOD,
}
RARE_FATAL_INFECTIONS = ("Lung infection", "Septic embolus")
#: Terms that may be serious in a few patients, fewer than the table's 2% in each arm.
RARE_SERIOUS = (
    "Bacteraemia",
    "Abdominal pain",
    "Hypoxia",
    "Dyspnoea",
    "Epistaxis",
    "Tumour lysis syndrome",
    "Urinary tract infection",
    "Fatigue",
    "Thrombocytopenia",
    "Back pain",
)
RARE_LIMIT = {"ino": 3, "soc": 2}


@dataclass(frozen=True)
class TermCounts:
    """A preferred term: class, when it tends to occur, and its patients by arm, of any grade and of grade 3 or more."""

    name: str
    soc: str
    pattern: str
    hepatic: bool
    any_grade: Mapping[str, int]
    severe: Mapping[str, int]


@dataclass
class Course:
    """One patient's worst grade of a term, and the worst grade among its serious events (0 if none was serious)."""

    worst: int = 0
    serious: int = 0


@dataclass
class Plan:
    """The terms of every patient of an arm: `courses[patient, term]`."""

    courses: dict[tuple[int, str], Course] = field(default_factory=dict)

    def add(self, patient: int, term: str, grade: int, serious: bool = False) -> None:
        course = self.courses.setdefault((patient, term), Course())
        course.worst = max(course.worst, grade)
        if serious:
            course.serious = max(course.serious, grade)

    def patients(self, term: str, grade: int = 1) -> set[int]:
        return {p for (p, t), course in self.courses.items() if t == term and course.worst >= grade}

    def worst_serious(self, patient: int) -> int:
        return max((c.serious for (p, _), c in self.courses.items() if p == patient), default=0)


def load_terms() -> tuple[TermCounts, ...]:
    """The terms of `adverse_terms.csv`."""
    with Path(__file__).with_name("adverse_terms.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            TermCounts(
                row["term"],
                row["soc"],
                row["pattern"],
                row["hepatic"] == "Y",
                {arm: int(row[f"{arm}_any"]) for arm in ARMS},
                {arm: int(row[f"{arm}_severe"]) for arm in ARMS},
            )
            for row in csv.DictReader(lines)
        )


def plan_events(
    draft: Draft, arm: str, count: Mapping[str, int], terms: tuple[TermCounts, ...], rng: np.random.Generator
) -> Plan:
    """Decide the terms and worst grades of the treated patients of `arm`."""
    plan = Plan()
    treated = np.flatnonzero((draft["ARM"] == ARMS[arm]) & (draft["SAFFL"] == "Y"))
    _fatal(plan, draft, treated, arm, count)
    for patient in treated[(draft["VODFL"][treated] == "Y")]:
        plan.add(int(patient), VOD, int(draft["VODGR"][patient]), serious=True)
    _serious(plan, treated, arm, count, rng)
    hepatic = _hepatic_patients(plan, treated, arm, count, terms, rng)
    stay = draft["TRTDURD"][treated] ** 0.35
    for term in terms:
        pool = hepatic if term.hepatic else treated
        _fill(plan, pool, term, arm, dict(zip(treated.tolist(), stay.tolist(), strict=True)), rng)
    return plan


def _fatal(plan: Plan, draft: Draft, treated: Ints, arm: str, count: Mapping[str, int]) -> None:
    """Grade 5 events: toxic deaths whenever they came, the others within the window of treatment."""
    soon = soon_after_treatment(draft)
    infections = [
        name
        for key, name in SERIOUS.items()
        for _ in range(count[f"t4_{key}_g5_{arm}"])
        if name not in (PROGRESSION, "Respiratory failure")
    ]
    toxic = [int(p) for p in treated if draft["DTHTOXFL"][p] == "Y"]
    for patient in toxic:
        term = FATAL_TERM[str(draft["DTHTERM"][patient])]
        plan.add(patient, term, 5, serious=True)
        if term in infections:
            infections.remove(term)
    infections += RARE_FATAL_INFECTIONS
    early = [int(p) for p in treated if soon[p] and draft["DTHTOXFL"][p] == "N" and draft["HSCTFL"][p] == "N"]
    for patient, term in zip([p for p in early if draft["DTHTERM"][p] == "INFECTION"], infections, strict=False):
        plan.add(patient, term, 5, serious=True)
    failing = [p for p in early if draft["DTHTERM"][p] == "RESPIRATORY FAILURE"]
    for patient in failing[: count[f"t4_respiratory_failure_g5_{arm}"]]:
        plan.add(patient, "Respiratory failure", 5, serious=True)
    for patient in early:
        if draft["DTHTERM"][patient] in ("CEREBRAL HAEMORRHAGE", "CARDIAC ARREST"):
            plan.add(patient, FATAL_TERM[str(draft["DTHTERM"][patient])], 5, serious=True)
    progressing = [p for p in early if draft["DTHDISFL"][p] == "Y"]
    for patient in progressing[: count[f"t4_disease_progression_g5_{arm}"]]:
        plan.add(patient, PROGRESSION, 5, serious=True)
    fatal = sum(course.worst == 5 for course in plan.courses.values())
    if fatal != count[f"t4_any_g5_{arm}"]:
        raise ValueError(f"{fatal} fatal events in {arm}, published {count[f't4_any_g5_{arm}']}")


def _serious(plan: Plan, treated: Ints, arm: str, count: Mapping[str, int], rng: np.random.Generator) -> None:
    """Serious events by term and worst grade, so that each patient's worst serious grade is as published as well."""
    wanted = {grade: count[f"t4_any_g{grade}_{arm}"] for grade in (4, 3)}
    wanted[2] = count[f"t4_any_any_{arm}"] - count[f"t4_any_ge3_{arm}"]
    members: dict[int, list[int]] = {5: [int(p) for p in treated if plan.worst_serious(int(p)) == 5]}
    free = [int(p) for p in rng.permutation(treated) if int(p) not in members[5]]
    for grade in (4, 3, 2):
        now = [p for p in free if plan.worst_serious(p) == grade]
        new = [p for p in free if plan.worst_serious(p) == 0][: wanted[grade] - len(now)]
        members[grade] = now + new
        free = [p for p in free if p not in members[grade]]
    for grade in (4, 3, 2):
        slots = [
            name
            for key, name in SERIOUS.items()
            for _ in range(
                count[f"t4_{key}_g{grade}_{arm}"]
                if grade > 2
                else count[f"t4_{key}_any_{arm}"] - count[f"t4_{key}_ge3_{arm}"]
            )
        ]
        higher = [p for g in range(grade, 6) for p in members[g]]
        for term in slots:
            having = plan.patients(term)
            waiting = [p for p in members[grade] if plan.worst_serious(p) < grade and p not in having]
            pool = waiting or [p for p in higher if p not in having]
            plan.add(pool[0] if waiting else int(rng.choice(pool)), term, grade, serious=True)
        rare = [term for term in RARE_SERIOUS for _ in range(RARE_LIMIT[arm])]
        for patient in [p for p in members[grade] if plan.worst_serious(p) < grade]:
            term = next(
                t for t in rare if patient not in plan.patients(t) and _serious_patients(plan, t) < RARE_LIMIT[arm]
            )
            plan.add(patient, term, grade, serious=True)


def _serious_patients(plan: Plan, term: str) -> int:
    return sum(t == term and course.serious > 0 for (_, t), course in plan.courses.items())


def _hepatic_patients(
    plan: Plan,
    treated: Ints,
    arm: str,
    count: Mapping[str, int],
    terms: tuple[TermCounts, ...],
    rng: np.random.Generator,
) -> Ints:
    """Patients with hepatotoxicity, as many as published; each has one hepatic term at least."""
    names = [term for term in terms if term.hepatic]
    having = {p for term in names for p in plan.patients(term.name)}
    others = [int(p) for p in rng.permutation(treated) if int(p) not in having][
        : count[f"hepatotox_{arm}"] - len(having)
    ]
    for i, patient in enumerate(others):
        open_ = [term for term in names if len(plan.patients(term.name)) < term.any_grade[arm]]
        plan.add(patient, open_[i % len(open_)].name, 1)
    return np.array(sorted(having | set(others)))


def _fill(
    plan: Plan, pool: Ints, term: TermCounts, arm: str, stay: Mapping[int, float], rng: np.random.Generator
) -> None:
    """Add patients until the term has its number of grade 3 or more, then of any grade."""
    for target, grades in (
        (term.severe[arm], (3, 4) if term.pattern == "cytopenia" else (3,)),
        (term.any_grade[arm], (1, 2)),
    ):
        having = plan.patients(term.name, 3 if grades[0] == 3 else 1)
        able = [int(p) for p in pool if int(p) not in having and (int(p), term.name) not in plan.courses]
        if grades[0] == 3:
            able += sorted(
                p for p in plan.patients(term.name) - having if plan.courses[p, term.name].worst < 3 and p in stay
            )
        weight = np.array([stay[p] for p in able])
        missing = target - len(having)
        if missing > 0:
            chosen = rng.choice(able, size=missing, replace=False, p=weight / weight.sum())
            for patient in chosen:
                plan.add(int(patient), term.name, int(rng.choice(grades)))
