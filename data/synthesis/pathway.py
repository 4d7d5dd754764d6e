"""From response to transplant: who responded, who was transplanted and when, who had later salvage, who relapsed.

Every patient of `survival` is given one course: a row of roles whose numbers are the published counts. The
courses are then moved between survival times by the search, so that the censored analyses come out as printed
and nobody does anything after dying.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from analysis.estimate import Bools, Floats, Ints
from data.synthesis.annealing import Move, Shift, Swap
from data.synthesis.draft import ARMS, Draft

NEVER = np.inf
#: Columns that make up a course and stay together when it moves to another survival time.
COURSE = (
    "SAFFL",
    "RESPFL",
    "RESPDY",
    "HSCTFL",
    "HSCTPATH",
    "HSCTDY",
    "SALVFL",
    "SALVDY",
    "SALVDRUG",
    "PFSDY",
    "PFSEVENT",
    "PFSTYPE",
    "VODFL",
    "VODHSCT",
    "VODGR",
    "VODLAG",
)

#: Days that pass: from remission to a direct and to a later transplant, from the last event to death, in between.
TO_TRANSPLANT, TO_LATER, TO_DEATH, APART = 20, 100, 6, 14
FIRST_TRANSPLANT = 45
VOD_DEATH_WITHIN = 110
FIRST_PROGRESSION = 4


@dataclass(frozen=True)
class Course:
    """A kind of course in one arm: how many patients took it, and how many of them had salvage later."""

    n: int
    salvage: int
    response: bool
    path: str = ""
    treated: bool = True


def courses(count: Mapping[str, int]) -> dict[str, tuple[Course, ...]]:
    """The courses of each arm. What is published fixes the sums; how salvage divides within them is our choice.

    Later transplants follow salvage by definition, so all of those patients had some.
    """
    late = {"ino": 6, "soc": 8}  # responders among those transplanted after additional treatment
    direct = {"ino": 12, "soc": 5}  # salvage after a direct transplant, for relapse
    result: dict[str, tuple[Course, ...]] = {}
    for arm in ARMS:
        responders, others = count[f"cr_cri_itt_{arm}"], count[f"n_nonresponders_{arm}"]
        in_remission, without = count[f"t2_direct_cr_{arm}"], count[f"hsct_direct_noncr_{arm}"]
        later, untreated = count[f"hsct_after_other_{arm}"], count["n_soc_untreated"] if arm == "soc" else 0
        untreated_later = count[f"t2_any_{arm}"] - count[f"hsct_safety_{arm}"]
        untreated_salvage = 7 if untreated else 0
        rest = others - without - (later - late[arm]) - (untreated - untreated_later)
        result[arm] = (
            Course(in_remission, direct[arm], True, "DIRECT"),
            Course(late[arm], late[arm], True, "LATER"),
            Course(responders - in_remission - late[arm], count[f"salv_resp_{arm}"] - direct[arm] - late[arm], True),
            Course(without, 0, False, "DIRECT"),
            Course(later - late[arm] - untreated_later, later - late[arm] - untreated_later, False, "LATER"),
            Course(rest, count[f"salv_nonresp_{arm}"] - (later - late[arm]) - untreated_salvage, False),
            Course(untreated_later, untreated_later, False, "LATER", treated=False),
            Course(untreated - untreated_later, untreated_salvage, False, treated=False),
        )
    return result


def assign_courses(draft: Draft, count: Mapping[str, int], rng: np.random.Generator) -> None:
    """Give every patient a course: longer survivors more often a remission and a transplant, at random otherwise."""
    n = len(draft["OSDY"])
    for name in COURSE:
        text = name in (
            "SAFFL",
            "RESPFL",
            "HSCTFL",
            "HSCTPATH",
            "SALVFL",
            "SALVDRUG",
            "PFSEVENT",
            "PFSTYPE",
            "VODFL",
            "VODHSCT",
        )
        draft[name] = np.full(n, "", dtype="<U24") if text else np.full(n, NEVER if name.endswith("DY") else np.nan)
    kinds = courses(count)
    for arm, code in ARMS.items():
        rows = np.flatnonzero(draft["ARM"] == code)
        free = _by_prospects(draft, rows, rng)
        for course in sorted(kinds[arm], key=_prospects):
            taken, free = free[: course.n], free[course.n :]
            _begin(draft, taken, course, arm, rng)
        drugs = np.repeat(
            ["BLINATUMOMAB", "TKI", "CAR-T", "INOTUZUMAB"],
            [count.get(f"salv_{d}_{arm}", 0) for d in ("blina", "tki", "cart", "ino")],
        )
        salvaged = rows[(draft["SALVFL"][rows] == "Y") & (draft["OSDY"][rows] > 60)]
        for row, drug in zip(rng.choice(salvaged, len(drugs), replace=False), drugs, strict=True):
            draft["SALVDRUG"][row] = drug
            draft["SALVDY"][row] = _salvage_day(draft, row, rng)


def _prospects(course: Course) -> int:
    """Order in which courses take the patients, from the shortest survivors to the longest."""
    return 4 * (course.path != "") + 2 * course.response + course.treated


def _by_prospects(draft: Draft, rows: Ints, rng: np.random.Generator) -> Ints:
    noisy = np.argsort(np.argsort(draft["OSDY"][rows])) + rng.normal(0, 38, len(rows))
    noisy += np.where(draft["DTHFL"][rows] == "N", np.where(draft["OSDY"][rows] < 731, -250, 60), 0)
    return rows[np.argsort(noisy)]


def _begin(draft: Draft, rows: Ints, course: Course, arm: str, rng: np.random.Generator) -> None:
    draft["SAFFL"][rows] = "Y" if course.treated else "N"
    draft["RESPFL"][rows] = "Y" if course.response else "N"
    draft["HSCTFL"][rows] = "Y" if course.path else "N"
    draft["HSCTPATH"][rows] = course.path
    draft["SALVFL"][rows] = "N"
    draft["SALVFL"][rng.choice(rows, course.salvage, replace=False)] = "Y"
    draft["VODFL"][rows], draft["VODHSCT"][rows] = "N", "N"
    if course.response:
        draft["RESPDY"][rows] = response_days(len(rows), arm, rng)
    if course.path:
        centre = {"DIRECT": 118.0, "LATER": 225.0}[course.path]
        days = np.round(centre * np.exp(rng.normal(0, 0.28, len(rows))))
        since = draft["RESPDY"][rows] if course.response else np.zeros(len(rows))
        earliest = np.maximum(since + (TO_TRANSPLANT if course.path == "DIRECT" else TO_LATER), FIRST_TRANSPLANT)
        draft["HSCTDY"][rows] = np.maximum(np.minimum(days, draft["OSDY"][rows] - 3 * TO_DEATH), earliest)


def response_days(n: int, arm: str, rng: np.random.Generator) -> Floats:
    """Study days of the first CR/CRi: nearly all at the end of the first two cycles, nobody after the third."""
    cycle = rng.choice(3, n, p=[0.73, 0.24, 0.03] if arm == "ino" else [0.82, 0.16, 0.02])
    first, length = (23, 26) if arm == "ino" else (31, 34)
    return np.round(first + length * cycle + rng.gamma(2.0, 2.0, n))


def _salvage_day(draft: Draft, row: int, rng: np.random.Generator) -> float:
    end = draft["HSCTDY"][row] if draft["HSCTPATH"][row] == "LATER" else draft["OSDY"][row]
    begin = (
        draft["HSCTDY"][row] + 60
        if draft["HSCTPATH"][row] == "DIRECT"
        else max(30.0, _finite(draft["RESPDY"][row]) + 60)
    )
    end = max(end, begin + TO_LATER - 60)
    return float(np.round(begin + (end - begin) * rng.uniform(0.15, 0.6)))


def _finite(day: float) -> float:
    return day if np.isfinite(day) else 0.0


def impossible(draft: Draft, rows: Ints) -> Ints:
    """How many rules of order each patient of `rows` breaks: whether they lived to do what their course says."""
    read = (draft[name][rows].tolist() for name in READ)
    return np.array([_broken(*patient) for patient in zip(*read, strict=True)], dtype=np.int64)


#: What the rules of order read of a patient, in the order in which `_broken` takes it.
READ = (
    "OSDY",
    "DTHFL",
    "SAFFL",
    "RESPDY",
    "HSCTPATH",
    "HSCTDY",
    "SALVFL",
    "SALVDY",
    "PFSDY",
    "PFSEVENT",
    "PFSTYPE",
    "VODFL",
    "VODHSCT",
    "VODGR",
    "VODLAG",
)


def _broken(
    survival: float,
    died: str,
    treated: str,
    response: float,
    path: str,
    transplant: float,
    salvaged: str,
    salvage: float,
    progression: float,
    event: str,
    kind: str,
    vod: str,
    vod_after: str,
    grade: float,
    lag: float,
) -> int:
    """How many rules of order one patient breaks; asked for two patients in every step of the search."""
    dead, direct, later = died == "Y", path == "DIRECT", path == "LATER"
    responder, transplanted, special = isfinite(response), isfinite(transplant), isfinite(salvage)
    follows, any_salvage, after = isfinite(progression), salvaged == "Y", vod_after == "Y"
    since_response = response if responder else 0.0
    begun = transplant if direct else since_response
    return sum(
        (
            responder and response + TO_DEATH > survival,
            transplanted and transplant + TO_DEATH > survival,
            transplanted and transplant < FIRST_TRANSPLANT,
            direct and responder and transplant < response + TO_TRANSPLANT,
            later and transplant < since_response + 75,
            special and salvage + TO_DEATH > survival,
            special and salvage < (response + 50 if responder else 10 + APART),
            special and direct and salvage < transplant + 30,
            special and later and salvage > transplant - APART,
            any_salvage and survival < begun + (55 if responder else 45),
            follows and progression > survival,
            follows and responder and progression <= response,
            kind in ("RELAPSE", "PROGRESSION") and dead and progression >= survival,
            kind == "DEATH" and (not dead or progression != survival),
            kind == "TRANSPLANT" and progression != transplant,
            follows and progression < (FIRST_PROGRESSION if treated == "Y" else 1) and progression < survival,
            kind == "UNASSESSED" and (not dead or progression > survival - 85),
            follows and direct and responder and progression <= transplant and event == "Y",
            follows and special and salvage < progression,
            follows and later and transplant < progression + APART,
            follows and any_salvage and survival < progression + APART,
            after and not transplanted,
            after and (transplant + lag > survival or transplant + lag > 700),
            grade == 5
            and (not dead or survival > transplant + VOD_DEATH_WITHIN or (follows and progression != survival)),
            vod == "Y" and not after and (transplanted or survival < 120),
            treated == "N" and not dead and survival > 731,
        )
    )


def repair(draft: Draft, rng: np.random.Generator, steps: int = 40_000) -> int:
    """Exchange courses within arms until no rule is broken; return how many still are."""
    everyone = np.arange(len(draft["ARM"]))
    broken = impossible(draft, everyone)
    for _ in range(steps):
        if not broken.any():
            break
        first = int(rng.choice(np.flatnonzero(broken)))
        second = int(rng.choice(np.flatnonzero(draft["ARM"] == draft["ARM"][first])))
        rows = np.array([first, second])
        _exchange(draft, rows)
        if impossible(draft, rows).sum() <= broken[rows].sum():
            broken[rows] = impossible(draft, rows)
        else:
            _exchange(draft, rows)
    return int(broken.sum())


def _exchange(draft: Draft, rows: Ints) -> None:
    for name in COURSE:
        draft[name][rows] = draft[name][rows[::-1]]


def transplanted(draft: Draft) -> Bools:
    """Patients with a transplant of any kind."""
    return np.asarray(draft["HSCTFL"] == "Y")


def specially_salvaged(draft: Draft) -> Bools:
    """Patients who were later given one of the four named drugs."""
    return np.isfinite(draft["SALVDY"])


SALVAGE = Swap(("SALVFL", "SALVDY", "SALVDRUG"), within=("RESPFL", "HSCTPATH", "SAFFL"))
#: What the search may do to the courses.
MOVES: dict[Move, float] = {
    Swap(COURSE): 4,
    SALVAGE: 1,
    Shift(("HSCTDY",), 12, transplanted): 2,
    Shift(("SALVDY",), 25, specially_salvaged): 1,
}
