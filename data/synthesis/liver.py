"""Venoocclusive disease (VOD/SOS): who had it, when, how bad; the search finds the risk factors around it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.estimate import Floats
from data.published import Fact
from data.synthesis.draft import ARMS, Draft
from data.synthesis.pathway import VOD_DEATH_WITHIN

#: Days that pass before a survivor of VOD/SOS after transplant may leave the study, and before one without.
SURVIVES, SURVIVES_WITHOUT = 40, 150


def assign_vod(draft: Draft, facts: Mapping[str, Fact], rng: np.random.Generator) -> None:
    """Mark the cases of both arms with grade and onset in days after the transplant (or the last dose without one)."""
    for arm, code in ARMS.items():
        grades = _grades(facts, arm)
        after = int(facts[f"vod_posthsct_{arm}"].numbers[0].value)
        without = len(grades) - after
        rows = np.flatnonzero((draft["ARM"] == code) & (draft["SAFFL"] == "Y"))
        lived = draft["OSDY"][rows] - draft["HSCTDY"][rows]
        dead = draft["DTHFL"][rows] == "Y"
        # The fatal cases, and one who died of organ failure with severe VOD/SOS, died in remission soon after a first
        # transplant.
        fatal = int((grades == 5).sum())
        failing = int(fatal > 0)
        in_remission = (draft["HSCTPATH"][rows] == "DIRECT") & (draft["RESPFL"][rows] == "Y")
        candidates = rows[dead & np.isfinite(lived) & (draft["SALVFL"][rows] == "N") & in_remission]
        soonest = candidates[np.argsort(draft["OSDY"][candidates] - draft["HSCTDY"][candidates], kind="stable")]
        died = soonest[: fatal + failing]
        latest = draft["OSDY"][died] - np.round(rng.uniform(30, VOD_DEATH_WITHIN - 15, len(died)))
        draft["HSCTDY"][died] = np.maximum(draft["HSCTDY"][died], latest)
        chosen, failure = died[:fatal], died[fatal:]
        survivors = np.setdiff1d(rows[(lived > SURVIVES) & np.isfinite(lived)], died)
        others = rng.permutation(survivors)[: after - fatal - len(failure)]
        _mark(
            draft,
            np.r_[chosen, failure, others],
            "Y",
            np.r_[grades[grades == 5], [4.0] * len(failure), _milder(grades, len(others), len(failure))],
        )
        draft["VODLAG"][np.r_[chosen, failure, others]] = _onsets(
            after, facts, draft, np.r_[chosen, failure, others], rng
        )
        left = rows[(draft["HSCTFL"][rows] == "N") & (draft["OSDY"][rows] > SURVIVES_WITHOUT)]
        _mark(draft, rng.permutation(left)[:without], "N", np.array([2.0, 3.0, 3.0, 4.0, 2.0])[:without])
        draft["VODLAG"][draft["VODHSCT"] != "Y"] = np.nan
    latest = facts["x_vod_latest_day_noHSCT"].numbers[0].value
    alone = np.flatnonzero((draft["VODFL"] == "Y") & (draft["VODHSCT"] == "N"))
    draft["VODLAG"][alone] = np.round(latest * np.array([0.14, 0.3, 0.41, 0.68, 1.0])[: len(alone)])


def _grades(facts: Mapping[str, Fact], arm: str) -> Floats:
    """Grades of all cases, mildest (2) first."""
    severe = [int(facts[f"t4_vod_g{grade}_{arm}"].numbers[0].value) for grade in (3, 4, 5)]
    total = int(facts[f"vod_{arm}"].numbers[0].value)
    return np.repeat([2.0, 3.0, 4.0, 5.0], [total - sum(severe), *severe])


def _milder(grades: Floats, n: int, failures: int) -> Floats:
    """Grades of the survivors after transplant: what the fatal, the failing and those without transplant leave."""
    pool = list(grades[grades < 5])
    for grade in [4.0] * failures + ([2.0, 3.0, 3.0, 4.0, 2.0] if len(pool) - failures > n else []):
        pool.remove(grade)
    return np.array(pool[:n])


def _mark(draft: Draft, rows: Floats, after: str, grades: Floats) -> None:
    draft["VODFL"][rows] = "Y"
    draft["VODHSCT"][rows] = after
    draft["VODGR"][rows] = grades


def _onsets(n: int, facts: Mapping[str, Fact], draft: Draft, rows: Floats, rng: np.random.Generator) -> Floats:
    """Days from transplant to onset with the published median and range, the shortest to those who died soonest."""
    middle, low, high = (number.value for number in facts["x_vod_hsct_onset"].numbers)
    half = n // 2
    days = np.sort(
        np.concatenate(
            [
                np.linspace(low, middle - 1, half) if half else [],
                [middle] * (n % 2),
                np.linspace(middle + 1, high, half) if half else [],
            ]
        )
    )
    lived = np.where(draft["DTHFL"][rows] == "Y", draft["OSDY"][rows] - draft["HSCTDY"][rows], 1e6)
    onset = np.empty(n)
    onset[np.argsort(lived + rng.uniform(0, 1, n))] = np.round(days)
    return onset
