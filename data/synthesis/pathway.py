"""From response to transplant: who responded, who was transplanted and when, who had later salvage, who relapsed.

Every patient of `survival` is given one course: a row of roles whose numbers are the published counts. The
courses are then moved between survival times by the search, so that the censored analyses come out as printed
and nobody does anything after dying.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def possible(draft: Draft, rows: Ints) -> bool:
    """Whether the patients at `rows` lived to do what their course says, in the right order."""
    return bool(np.all(impossible(draft, rows) == 0))


def impossible(draft: Draft, rows: Ints) -> Ints:
    """How many rules of order each patient of `rows` breaks."""
    survival, dead = draft["OSDY"][rows], draft["DTHFL"][rows] == "Y"
    response, transplant, salvage = draft["RESPDY"][rows], draft["HSCTDY"][rows], draft["SALVDY"][rows]
    path, progression = draft["HSCTPATH"][rows], draft["PFSDY"][rows]
    responder, transplanted, special = np.isfinite(response), np.isfinite(transplant), np.isfinite(salvage)
    direct, later, follows = path == "DIRECT", path == "LATER", np.isfinite(progression)
    broken = (responder & (response + TO_DEATH > survival)).astype(np.int64)
    broken += transplanted & (transplant + TO_DEATH > survival)
    broken += transplanted & (transplant < FIRST_TRANSPLANT)
    broken += direct & responder & (transplant < response + TO_TRANSPLANT)
    broken += later & (transplant < np.where(responder, response, 0) + 75)
    broken += special & (salvage + TO_DEATH > survival)
    broken += special & (salvage < np.where(responder, response + 50, 10 + APART))
    broken += special & direct & (salvage < transplant + 30)
    broken += special & later & (salvage > transplant - APART)
    salvaged = draft["SALVFL"][rows] == "Y"
    since = np.where(direct, transplant, np.where(responder, response, 0))
    broken += salvaged & (survival < since + np.where(responder, 55, 45))
    broken += follows & (progression > survival)
    broken += follows & responder & (progression <= response)
    relapse = np.isin(draft["PFSTYPE"][rows], ("RELAPSE", "PROGRESSION"))
    broken += relapse & dead & (progression >= survival)
    broken += (draft["PFSTYPE"][rows] == "DEATH") & (~dead | (progression != survival))
    broken += (draft["PFSTYPE"][rows] == "TRANSPLANT") & (progression != transplant)
    broken += (
        follows & (progression < np.where(draft["SAFFL"][rows] == "Y", FIRST_PROGRESSION, 1)) & (progression < survival)
    )
    broken += (draft["PFSTYPE"][rows] == "UNASSESSED") & (~dead | (progression > survival - 85))
    broken += follows & direct & responder & (progression <= transplant) & (draft["PFSEVENT"][rows] == "Y")
    broken += follows & special & (salvage < progression)
    broken += follows & later & (transplant < progression + APART)
    broken += follows & salvaged & (survival < progression + APART)
    lag, after = draft["VODLAG"][rows], draft["VODHSCT"][rows] == "Y"
    fatal = draft["VODGR"][rows] == 5
    broken += after & ~transplanted
    broken += after & ((transplant + lag > survival) | (transplant + lag > 700))
    broken += fatal & (~dead | (survival > transplant + VOD_DEATH_WITHIN) | (follows & (progression != survival)))
    broken += (draft["VODFL"][rows] == "Y") & ~after & (transplanted | (survival < 120))
    broken += (draft["SAFFL"][rows] == "N") & ~dead & (survival > 731)
    return broken


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
