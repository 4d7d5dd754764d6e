"""Baseline: Table 1 exactly, strata as randomised beside the case report form, and the values behind the categories.

Every variable is dealt to the patients of an arm at random with the published margin; the search then exchanges
values between patients of the arm, so that subgroups respond, survive and are transplanted as published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.estimate import Bools, Floats
from data.published import Fact
from data.synthesis.annealing import Move, Swap
from data.synthesis.draft import ARMS, Draft

Facts = Mapping[str, Fact]

#: Numbers that were not published, chosen in the proportion of the patients in whom they are known (InO, SoC).
LOW_PLATELETS, LOW_HAEMOGLOBIN = {"ino": 113, "soc": 95}, {"ino": 71, "soc": 75}
MRD_NEGATIVE_SOC, MRD_NEGATIVE_AT_END_SOC = 16, 12
#: First salvage (or first remission under 12 months) on the form but not as randomised, and the other way round.
SALVAGE_DIFFERS = {"ino": (6, 2), "soc": (3, 7)}
REMISSION_DIFFERS = {"ino": (3, 5), "soc": (4, 6)}
#: Largest number of metaphases, marrow percentages and other bounds of the values behind the categories.
MARROW_RANGE, CD22_RANGE = (5.0, 99.0), (8.0, 100.0)


def spread(n: int, low: float, high: float, rng: np.random.Generator, decimals: int = 0, ends: bool = False) -> Floats:
    """Draw `n` sorted values evenly at random from `low` to `high`, the two ends among them if asked."""
    values = np.sort(np.round(rng.uniform(low, high, n), decimals))
    if ends and n:
        values[0], values[-1] = low, high
    return values


def assign_baseline(draft: Draft, facts: Facts, rng: np.random.Generator) -> None:
    """Fill the baseline columns of both arms with the published margins, patients in random order."""
    for arm, code in ARMS.items():
        rows = np.flatnonzero(draft["ARM"] == code)
        for columns in _arm(arm, len(rows), facts, rng):
            order = rng.permutation(len(rows))
            for name, values in columns.items():
                if name not in draft:
                    draft[name] = np.zeros(
                        len(draft["ARM"]), dtype=values.dtype if values.dtype.kind == "f" else "<U28"
                    )
                draft[name][rows] = values[order]
        _minimal_residual_disease(draft, rows, arm, facts, rng)


def _arm(arm: str, n: int, facts: Facts, rng: np.random.Generator) -> list[dict[str, npt.NDArray[Any]]]:
    def count(name: str) -> int:
        return int(facts[f"{name}_{arm}"].numbers[0].value)

    def levels(counts: Sequence[tuple[str, int]], rest: str = "") -> npt.NDArray[np.str_]:
        values = np.repeat([level for level, _ in counts], [number for _, number in counts])
        return np.concatenate([values, np.repeat([rest], n - len(values))]).astype("<U28")

    young = count("t1_age_lt55")
    oldest = [number.value for number in facts["vod_nohsct_old_ages"].numbers] if arm == "ino" else []
    age = _ages(n, young, facts[f"t1_age_{arm}"], oldest, rng)
    dfr = np.concatenate(
        [
            _first_remissions(count("t1_dfr_lt12"), 0.5, 11.9, rng),
            _first_remissions(n - count("t1_dfr_lt12"), 12.0, 96.0, rng),
        ]
    )
    first = levels([("1", count("t1_salvage1")), ("2", count("t1_salvage2"))])
    marrow = np.concatenate(
        [
            spread(count("t1_bm_lt50"), MARROW_RANGE[0], 49, rng),
            spread(count("t1_bm_ge50") - _over_90(facts, arm), 50, 90, rng),
            spread(_over_90(facts, arm), 91, MARROW_RANGE[1], rng),
            np.full(count("t1_bm_missing"), np.nan),
        ]
    )
    cd22 = np.concatenate(
        [
            spread(count("t1_cd22_ge90"), 90, CD22_RANGE[1], rng),
            spread(count("t1_cd22_70_90"), 70, 89, rng),
            spread(count("t1_cd22_lt70"), CD22_RANGE[0], 69, rng),
            np.full(count("t1_cd22_missing"), np.nan),
        ]
    )
    normal, full = count("t1_cyto_normal"), count("t1_cyto_normal_20meta")
    karyotype = levels([(label, count(f"t1_cyto_{name}")) for name, label in KARYOTYPES], "UNKNOWN")
    twenty = np.where(np.arange(n) < full, "Y", np.where(np.arange(n) < normal, "N", ""))
    return [
        {"AGE": age, "STRAT3R": np.where(age < 55, "<55", ">=55")},
        {"DFRMO": dfr, "STRAT1R": _as_randomised(dfr < 12, "<12 months", ">=12 months", REMISSION_DIFFERS[arm], rng)},
        {
            "SALVAGE": first,
            "STRAT2R": _as_randomised(first != "2", "Salvage 1", "Salvage 2", _salvage_changes(arm), rng),
        },
        {"SEX": levels([("M", count("t1_male"))], "F")},
        {
            "RACE": levels(
                [
                    ("WHITE", count("t1_race_white")),
                    ("BLACK OR AFRICAN AMERICAN", count("t1_race_black")),
                    ("ASIAN", count("t1_race_asian")),
                ]
            )
        },
        {"ECOGBL": levels([(str(i), count(f"t1_ecog{i}")) for i in range(3)])},
        {"PRRESP": levels([("CR", count("t1_prev_cr")), ("PR", count("t1_prev_pr"))], "OTHER")},
        {"PRHSCTFL": levels([("Y", count("t1_prior_hsct"))], "N")},
        {"WBC": _skewed(n, 0, facts[f"t1_wbc_{arm}"], rng)},
        {"PBLAST": _skewed(n, count("t1_no_circ_blasts"), facts[f"t1_pblast_{arm}"], rng)},
        {"BMBLAST": marrow},
        {"CD22": cd22},
        {"CYTO": karyotype, "CYTO20FL": twenty},
        {
            "PLT": np.concatenate(
                [
                    np.round(np.clip(rng.lognormal(3.4, 0.8, LOW_PLATELETS[arm]), 4, 99)),
                    np.round(np.clip(100 + rng.gamma(1.6, 50, n - LOW_PLATELETS[arm]), 100, 480)),
                ]
            )
        },
        {
            "HGB": np.concatenate(
                [
                    spread(LOW_HAEMOGLOBIN[arm], 6.4, 9.9, rng, 1),
                    np.round(np.clip(10 + rng.gamma(2, 0.9, n - LOW_HAEMOGLOBIN[arm]), 10, 16.5), 1),
                ]
            )
        },
        _genomics(arm, n, facts),
    ]


#: Names in the fact file and values in the data, normal first (its patients have the metaphases).
KARYOTYPES = (
    ("normal", "NORMAL"),
    ("ph", "PH+"),
    ("t411", "T(4;11)"),
    ("complex", "COMPLEX"),
    ("del9p", "DEL(9P)"),
    ("hyperdip", "HYPERDIPLOID"),
    ("other", "OTHER"),
)


def _over_90(facts: Facts, arm: str) -> int:
    return int(facts[f"x_bm_gt90_n_{arm}"].numbers[0].value)


def _ages(n: int, young: int, fact: Fact, oldest: list[float], rng: np.random.Generator) -> Floats:
    """Whole years, sorted, with the printed median and range, `young` under 55, and the known ages of the oldest."""
    middle, low, high = (number.value for number in fact.numbers)
    half = n // 2
    below, above = np.floor(middle), np.ceil(middle)
    return np.concatenate(
        [
            [low],
            spread(half - 2, low, below, rng),
            [below],
            [above],
            spread(young - half - 1, above, 54, rng),
            spread(n - young - 1 - len(oldest), 55, 73, rng),
            oldest,
            [high],
        ]
    )


def _first_remissions(n: int, low: float, high: float, rng: np.random.Generator) -> Floats:
    months: Floats = low + (high - low) * rng.beta(1.6, 1.4 if high < 12 else 5.0, n)
    return np.round(months, 1)


def _as_randomised(
    first: Bools, yes: str, no: str, changes: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.str_]:
    """The stratum of each patient: as on the form except `changes` of those in it and of those not in it."""
    stratum = first.copy()
    for changed, of in zip(changes, (first, ~first), strict=True):
        stratum[rng.choice(np.flatnonzero(of), changed, replace=False)] ^= True
    return np.where(stratum, yes, no)


def _salvage_changes(arm: str) -> tuple[int, int]:
    return SALVAGE_DIFFERS[arm]


def _skewed(n: int, zeros: int, fact: Fact, rng: np.random.Generator) -> Floats:
    """Values of a long right tail with the printed median and range, `zeros` of them exactly zero and none below 1."""
    middle, low, high = (number.value for number in fact.numbers)
    decimals = max(number.decimals for number in fact.numbers)
    half = n // 2
    floor = 1.0 if zeros else max(low, 10.0**-decimals)
    step = 10.0**-decimals * (3 if decimals else 2)
    lower = np.exp(rng.uniform(np.log(floor), np.log(middle), half - zeros - 1))
    upper = np.minimum((middle + step) * np.exp(rng.gamma(1.0, np.log(high / middle) / 4.2, half - 1)), 0.94 * high)
    values = np.concatenate([np.zeros(zeros), np.minimum(lower, middle - step), [middle - step, middle + step], upper])
    values = np.sort(np.round(values, decimals))
    values[0], values[-1] = low, high
    return values


def _genomics(arm: str, n: int, facts: Facts) -> dict[str, npt.NDArray[Any]]:
    """Flags of the genomic set; in the InO arm one patient is both BCR::ABL1-like and TP53 altered."""
    size, of = (
        int(facts[f"x_gen_n_{arm}"].numbers[0].value),
        {name: int(facts[f"x_gen_{name}_{arm}"].numbers[1].value) for name in ("phlike", "tp53", "highrisk")},
    )
    both = 1 if arm == "ino" else 0
    position = np.arange(n)
    like = position < of["phlike"]
    altered = (position >= of["phlike"] - both) & (position < of["phlike"] - both + of["tp53"])
    flags = {"GENFL": position < size, "PHLIKEFL": like, "TP53FL": altered, "GENHRFL": position < of["highrisk"]}
    return {name: np.where(flag, "Y", np.where(position < size, "N", "")) for name, flag in flags.items()}


def _minimal_residual_disease(
    draft: Draft, rows: npt.NDArray[np.int64], arm: str, facts: Facts, rng: np.random.Generator
) -> None:
    """Best MRD status where the model needs it known, and the status of responders at the end of treatment."""
    for name in ("MRDBEST", "MRDEOT"):
        if name not in draft:
            draft[name] = np.full(len(draft["ARM"]), "", dtype="<U28")
    known = int(facts[f"t3_n_{arm}"].numbers[0].value)
    negative = int(facts["t3_mrd_negative_n_ino"].numbers[0].value) if arm == "ino" else MRD_NEGATIVE_SOC
    at_end = int(facts["x_mrdneg_eot_ino"].numbers[0].value) if arm == "ino" else MRD_NEGATIVE_AT_END_SOC
    responders, others = (rows[draft["RESPFL"][rows] == flag] for flag in "YN")
    among = int(facts["t3_cr_yes_n_ino"].numbers[0].value) if arm == "ino" else 44
    evaluated = rng.permutation(responders)
    treated = rng.permutation(others[draft["SAFFL"][others] == "Y"])
    draft["MRDBEST"][evaluated[:negative]] = "NEGATIVE"
    draft["MRDBEST"][evaluated[negative:among]] = "POSITIVE"
    draft["MRDBEST"][treated[: known - among]] = "POSITIVE"
    draft["MRDEOT"][responders] = "POSITIVE"
    draft["MRDEOT"][evaluated[:at_end]] = "NEGATIVE"


#: What the search may exchange: one variable at a time, together with what belongs to it.
COLUMNS = (
    ("AGE", "STRAT3R"),
    ("DFRMO", "STRAT1R"),
    ("SALVAGE", "STRAT2R"),
    ("RACE",),
    ("ECOGBL",),
    ("PRHSCTFL",),
    ("PBLAST",),
    ("BMBLAST",),
    ("CD22",),
    ("CYTO", "CYTO20FL"),
    ("PLT",),
    ("HGB",),
    ("GENFL", "PHLIKEFL", "TP53FL", "GENHRFL"),
)
MOVES: dict[Move, float] = {
    **{Swap(columns): 1.0 for columns in COLUMNS},
    Swap(("MRDBEST",)): 1.0,
    Swap(("MRDEOT",), within=("RESPFL",)): 1.0,
}
