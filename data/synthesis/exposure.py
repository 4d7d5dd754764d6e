"""Treatment given: first dose, duration, cycles, and for the transplanted the conditioning and the last bilirubins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.estimate import Bools, Floats, Ints
from data.published import Fact
from data.synthesis.annealing import Move, Redraw, Swap
from data.synthesis.draft import ARMS, Draft

#: Days per cycle when doses are given in time, and the most cycles a patient may have.
CYCLE_DAYS, MOST_CYCLES = 24, {"ino": 6, "soc": 4}
#: A transplant or a progression comes at least so many days after the last dose, a remission at most so many.
BEFORE_TRANSPLANT, AFTER_LAST_DOSE = 12, 40
#: Numbers of transplanted InO patients, where they were not published.
DUAL_ALKYLATORS, BILIRUBIN_AT_CONDITIONING, BILIRUBIN_AT_TRANSPLANT = 7, 11, 6


def last_possible_dose(draft: Draft) -> Floats:
    """Study day after which nobody is dosed: death, progression, transplant, other treatment."""
    assessed = np.where(draft["SAFFL"] == "Y", np.maximum(draft["PFSDY"], 3), 1)
    other = np.minimum(draft["HSCTDY"] - BEFORE_TRANSPLANT, draft["SALVDY"] - 2)
    latest: Floats = np.minimum(np.minimum(draft["OSDY"] - 1, assessed), other)
    return latest


def assign_exposure(draft: Draft, facts: Mapping[str, Fact], rng: np.random.Generator) -> None:
    """Fill the day of the first dose, days from first to last dose, cycles, and the transplant's risk factors."""
    n = len(draft["ARM"])
    treated = draft["SAFFL"] == "Y"
    last = last_possible_dose(draft)
    draft["DOSEDY"] = np.where(treated, np.minimum(rng.integers(1, 6, n), np.maximum(last - 1, 1)), np.nan)
    draft["TRTDURD"], draft["NCYC"] = np.full(n, np.nan), np.full(n, np.nan)
    for arm, code in ARMS.items():
        rows = np.flatnonzero((draft["ARM"] == code) & treated)
        durations = _durations(len(rows), facts[f"trt_duration_weeks_{arm}"], rng)
        room = last[rows] - draft["DOSEDY"][rows] + 1
        draft["TRTDURD"][rows] = _fit(durations, room, rng)
        draft["NCYC"][rows] = np.minimum(1 + np.floor((draft["TRTDURD"][rows] - 1) / CYCLE_DAYS), MOST_CYCLES[arm])
    _middle_cycles(draft, facts)
    _in_order(draft, rng)
    transplanted = np.flatnonzero(draft["HSCTFL"] == "Y")
    for name in ("BILICOND", "BILIHSCT"):
        draft[name] = np.full(n, np.nan)
        draft[name][transplanted] = np.round(rng.uniform(0.2, 0.95, len(transplanted)), 2)
    draft["DUALALK"] = np.where(draft["HSCTFL"] == "Y", "N", "").astype("<U4")
    ino = transplanted[draft["ARM"][transplanted] == 1]
    draft["DUALALK"][rng.choice(ino, DUAL_ALKYLATORS, replace=False)] = "Y"
    for name, high in (("BILICOND", BILIRUBIN_AT_CONDITIONING), ("BILIHSCT", BILIRUBIN_AT_TRANSPLANT)):
        draft[name][rng.choice(ino, high, replace=False)] = np.round(rng.uniform(1.0, 2.2, high), 2)


def _durations(n: int, fact: Fact, rng: np.random.Generator) -> Floats:
    """Days from first to last dose, sorted, with the printed median and range in weeks."""
    middle, low, high = (float(np.round(number.value * 7)) for number in fact.numbers)
    half = (n - 1) // 2
    below = np.sort(np.round(low + (middle - low) * rng.beta(1.2, 1.0, half)))
    centre = np.full(2 - n % 2, middle)
    above = np.sort(np.round(middle + (high - middle) * 0.9 * rng.beta(1.0, 2.6, n - half - len(centre))))
    values = np.concatenate([below, centre, above])
    values[0], values[-1] = low, high
    return np.sort(values)


def _fit(durations: Floats, room: Floats, rng: np.random.Generator) -> Floats:
    """Give the longest durations to random patients among those with room for them."""
    given = np.full(len(room), np.nan)
    for days in durations[::-1]:
        open_ = np.flatnonzero(np.isnan(given))
        fits = open_[room[open_] >= days]
        tightest = open_[np.argsort(-room[open_])][:1]
        chosen = rng.choice(fits[np.argsort(room[fits])][: max(len(fits) // 2, 1)]) if len(fits) else tightest[0]
        given[chosen] = days
    return given


def _middle_cycles(draft: Draft, facts: Mapping[str, Fact]) -> None:
    """Keep the published medians of the cycles started; they follow from the durations."""
    for arm, code in ARMS.items():
        cycles = draft["NCYC"][(draft["ARM"] == code) & (draft["SAFFL"] == "Y")]
        if np.median(cycles) != facts[f"cycles_started_median_{arm}"].numbers[0].value:
            raise ValueError(f"median cycles of {arm} are {np.median(cycles)}")


def _in_order(draft: Draft, rng: np.random.Generator, attempts: int = 20_000) -> None:
    """Exchange durations within arms until every remission falls into treatment."""
    everyone = np.arange(len(draft["ARM"]))
    swap = Swap(("TRTDURD", "NCYC"), lambda draft: draft["SAFFL"] == "Y")
    for _ in range(attempts):
        if not out_of_order(draft, everyone).any():
            return
        rows, changed = swap.propose(draft, rng) or (everyone[:0], {})
        before = {name: draft[name][rows] for name in changed}
        worse = out_of_order(draft, rows).sum()
        for name, values in changed.items():
            draft[name][rows] = values
        if out_of_order(draft, rows).sum() > worse:
            for name, values in before.items():
                draft[name][rows] = values


#: What the rules of treatment read of a patient.
READ = frozenset({"SAFFL", "DOSEDY", "TRTDURD", "OSDY", "PFSDY", "HSCTDY", "SALVDY", "RESPFL", "RESPDY"})


def out_of_order(draft: Draft, rows: Ints) -> Ints:
    """How many rules of treatment each patient of `rows` breaks."""
    treated = draft["SAFFL"][rows] == "Y"
    end = draft["DOSEDY"][rows] + draft["TRTDURD"][rows] - 1
    room = last_possible_dose({name: draft[name][rows] for name in READ})
    broken: Ints = (treated & (end > np.maximum(room, draft["DOSEDY"][rows]))).astype(np.int64)
    broken += treated != np.isfinite(end)
    responder = draft["RESPFL"][rows] == "Y"
    broken += responder & (draft["RESPDY"][rows] > end + AFTER_LAST_DOSE)
    return broken


def complete_conditioning(draft: Draft, rng: np.random.Generator) -> None:
    """Give the conditioning's columns to whoever is transplanted, and to nobody else: courses moved, these did not."""
    transplanted = draft["HSCTFL"] == "Y"
    for name in ("BILICOND", "BILIHSCT"):
        draft[name][~transplanted] = np.nan
        new = np.flatnonzero(transplanted & np.isnan(draft[name]))
        draft[name][new] = np.round(rng.uniform(0.2, 0.95, len(new)), 2)
    draft["DUALALK"][~transplanted] = ""
    draft["DUALALK"][transplanted & (draft["DUALALK"] == "")] = "N"


def _transplanted_ino(draft: Draft) -> Bools:
    return np.asarray((draft["HSCTFL"] == "Y") & (draft["ARM"] == 1))


CYCLES: dict[Move, float] = {
    Swap(("TRTDURD", "NCYC"), lambda draft: draft["SAFFL"] == "Y"): 0.5,
    Swap(("TRTDURD", "NCYC"), _transplanted_ino): 0.7,
}
#: What the search may do: exchange durations between the treated, and choose the risk factors of VOD/SOS.
MOVES: dict[Move, float] = {
    **CYCLES,
    Redraw("DUALALK", ("Y", "N"), _transplanted_ino): 0.2,
    Redraw("BILICOND", (0.35, 0.48, 0.62, 0.77, 0.9, 1.08, 1.24, 1.61), _transplanted_ino): 0.25,
    Redraw("BILIHSCT", (0.31, 0.44, 0.58, 0.71, 0.86, 0.95, 1.12, 1.47), _transplanted_ino): 0.25,
}
