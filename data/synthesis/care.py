"""Supportive care: transfusions, days in hospital and days observed, and the details of the transplant."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.estimate import Floats, Ints
from data.contract import DAYS_PER_MONTH
from data.published import Fact
from data.synthesis.draft import ARMS, Draft

#: Where the conditioning's intensity is not reported, and who gives the graft (not published).
DONORS = ("MATCHED SIBLING", "MATCHED UNRELATED", "HAPLOIDENTICAL", "CORD BLOOD", "MISMATCHED UNRELATED")
DONOR_SHARES = (0.3, 0.44, 0.1, 0.08, 0.08)


def assign_care(draft: Draft, facts: Mapping[str, Fact], count: Mapping[str, int], rng: np.random.Generator) -> None:
    """Fill the columns of transfusions, hospital and transplant."""
    n = len(draft["ARM"])
    for name in ("TRPLTFL", "TRRBCFL", "HOSPC1FL", "HOSPFL", "CONDINT", "HSCTTYP", "DONOR"):
        draft[name] = np.full(n, "", dtype="<U24")
    for name in ("TRPLTD", "TRRBCD", "HOSPC1D", "HOSPD", "HOSPTRTD", "HOSPTOXD", "OBSD", "PLTHSCT"):
        draft[name] = np.full(n, np.nan)
    totals = hospital_totals(facts)
    for arm, code in ARMS.items():
        treated = np.flatnonzero((draft["ARM"] == code) & (draft["SAFFL"] == "Y"))
        _observed(draft, treated, int(facts[f"x_hosp_obs_total_{arm}"].numbers[0].value), rng)
        for name in ("TRPLT", "TRRBC"):
            key = {"TRPLT": "transf_plt", "TRRBC": "transf_rbc"}[name]
            _stay(draft, treated, f"{name}FL", f"{name}D", count[f"{key}_{arm}"], facts[f"{key}_days_{arm}"], rng)
        _stay(draft, treated, "HOSPC1FL", "HOSPC1D", count[f"hosp_c1_{arm}"], facts[f"hosp_c1_los_{arm}"], rng)
        _hospital(draft, treated, count[f"x_hosp_any_{arm}"], totals[arm], rng)
        _transplants(draft, np.flatnonzero((draft["ARM"] == code) & (draft["HSCTFL"] == "Y")), arm, count, rng)


def hospital_totals(facts: Mapping[str, Fact]) -> dict[str, tuple[int, int, int]]:
    """Days in hospital by arm (all, to give treatment, for toxicity) that meet rates, shares and ratios together."""
    months = {arm: facts[f"x_hosp_obs_total_{arm}"].numbers[0].value / DAYS_PER_MONTH for arm in ARMS}
    found: dict[str, list[int]] = {arm: [] for arm in ARMS}
    for reason in ("all", "trt", "tox"):
        low, high = facts[f"x_hosp_irr_{reason}"].numbers[0].window
        windows = {arm: facts[f"x_hosp_days_{reason}_{arm}"].numbers[0].window for arm in ARMS}
        if reason == "all":
            shares = {arm: facts[f"x_hosp_pcttime_{arm}"].numbers[0].window for arm in ARMS}
            windows = {
                arm: (shares[arm][0] * DAYS_PER_MONTH / 100, shares[arm][1] * DAYS_PER_MONTH / 100) for arm in ARMS
            }
        candidates = {
            arm: np.arange(np.ceil(windows[arm][0] * months[arm]), np.floor(windows[arm][1] * months[arm]) + 1)
            for arm in ARMS
        }
        ratio = (candidates["ino"][:, None] / months["ino"]) / (candidates["soc"][None, :] / months["soc"])
        fits = np.argwhere((ratio >= low) & (ratio < high))
        first, second = fits[len(fits) // 2]
        found["ino"].append(int(candidates["ino"][first]))
        found["soc"].append(int(candidates["soc"][second]))
    return {arm: (days[0], days[1], days[2]) for arm, days in found.items()}


def apportion(total: int, low: Floats, high: Floats, weight: Floats) -> Floats:
    """Whole numbers from `low` to `high` that add to `total`, as near to proportional to `weight` as that allows."""
    if not low.sum() <= total <= high.sum():
        raise ValueError(f"{total} does not lie between {low.sum()} and {high.sum()}")
    inside, outside = 0.0, 1e6
    for _ in range(80):
        factor = (inside + outside) / 2
        inside, outside = (factor, outside) if np.clip(factor * weight, low, high).sum() < total else (inside, factor)
    exact = np.clip(outside * weight, low, high)
    whole = np.floor(exact + 1e-9)
    order = np.argsort(-(exact - whole), kind="stable")
    missing = int(total - whole.sum())
    for i in [i for i in np.r_[order, order] if whole[i] < high[i]][:missing]:
        whole[i] += 1
    return whole


def _observed(draft: Draft, rows: Ints, total: int, rng: np.random.Generator) -> None:
    """Days from the first dose to the end of observation on treatment, a few weeks after the last dose."""
    low = draft["TRTDURD"][rows]
    high = np.maximum(np.minimum(draft["OSDY"][rows] - draft["DOSEDY"][rows] + 1, low + 45), low)
    draft["OBSD"][rows] = apportion(total, low, high, low + rng.uniform(14, 34, len(rows)))


def _stay(draft: Draft, rows: Ints, flag: str, column: str, n: int, fact: Fact, rng: np.random.Generator) -> None:
    """Give `n` of the patients days with the published median and range, longer to those observed longer."""
    middle, low, high = (number.value for number in fact.numbers)
    observed = draft["OBSD"][rows] + 12
    below = (n - 1) // 2
    days = np.sort(
        np.concatenate(
            [
                np.round(low + (middle - low) * rng.beta(1.5, 1.0, below)),
                np.full(2 - n % 2, middle),
                np.round(middle + (high - middle) * 0.8 * rng.beta(0.9, 4.0, n - below - (2 - n % 2))),
            ]
        )
    )
    days[0], days[-1] = low, high
    order = np.argsort(observed + rng.normal(0, 15, len(rows)))
    chosen = np.sort(order[len(rows) - n :])
    ranked = chosen[np.argsort(observed[chosen] + rng.normal(0, 8, n))]
    draft[flag][rows] = "N"
    draft[flag][rows[chosen]] = "Y"
    if flag == "HOSPC1FL":
        ranked = ranked[np.argsort(draft["OBSD"][rows[ranked]], kind="stable")]
    draft[column][rows[ranked]] = days
    room = draft["OSDY"][rows] - draft["DOSEDY"][rows] + 1
    if (draft[column][rows] > np.maximum(room, 1)).any():
        _swap_down(draft, rows, column, room)


def _swap_down(draft: Draft, rows: Ints, column: str, room: Floats) -> None:
    """Exchange days between patients until nobody has more than fit between the first dose and death."""
    days = draft[column][rows].copy()
    for i in np.argsort(-np.where(np.isnan(days), -1, days - room), kind="stable"):
        if np.isnan(days[i]) or days[i] <= room[i]:
            continue
        able = np.flatnonzero((room >= days[i]) & (days <= room[i]))
        j = able[np.argmax(days[able])]
        days[i], days[j] = days[j], days[i]
    draft[column][rows] = days


def _hospital(draft: Draft, rows: Ints, anybody: int, totals: tuple[int, int, int], rng: np.random.Generator) -> None:
    first = np.nan_to_num(draft["HOSPC1D"][rows])
    admitted = first > 0
    later = rng.permutation(np.flatnonzero(~admitted))[: anybody - int(admitted.sum())]
    admitted[later] = True
    draft["HOSPFL"][rows] = np.where(admitted, "Y", "N")
    observed = np.maximum(draft["OBSD"][rows], first)
    high = np.where(admitted, observed, 0)
    days = apportion(
        totals[0],
        np.where(admitted, np.maximum(first, 1), 0),
        high,
        np.where(admitted, first + 2 + rng.uniform(0, 6, len(rows)), 0),
    )
    draft["HOSPD"][rows] = days
    treatment = apportion(totals[1], np.zeros(len(rows)), days, days * rng.uniform(0.5, 1.0, len(rows)))
    draft["HOSPTRTD"][rows] = treatment
    draft["HOSPTOXD"][rows] = apportion(
        totals[2], np.zeros(len(rows)), days - treatment, (days - treatment) * rng.uniform(0.2, 1.0, len(rows))
    )


def _transplants(draft: Draft, rows: Ints, arm: str, count: Mapping[str, int], rng: np.random.Generator) -> None:
    """Conditioning (reduced for the older), donor, type of graft, last platelets."""
    by_age = rows[np.argsort(draft["AGE"][rows] + rng.normal(0, 6, len(rows)) - 200 * (draft["DUALALK"][rows] == "Y"))]
    full, reduced = count[f"cond_mac_{arm}"], count[f"cond_ric_{arm}"]
    draft["CONDINT"][by_age] = "NOT REPORTED"
    draft["CONDINT"][by_age[:full]] = "MYELOABLATIVE"
    draft["CONDINT"][by_age[len(by_age) - reduced :]] = "REDUCED"
    draft["HSCTTYP"][rows] = "ALLOGENEIC"
    draft["DONOR"][rows] = rng.choice(DONORS, len(rows), p=DONOR_SHARES)
    autologous = rows[draft["CONDINT"][rows] == "NOT REPORTED"][: count[f"hsct_auto_{arm}"]]
    draft["HSCTTYP"][autologous], draft["DONOR"][autologous] = "AUTOLOGOUS", "SELF"
    draft["PLTHSCT"][rows] = np.round(np.clip(rng.lognormal(4.5, 0.6, len(rows)), 12, 400))
