"""What no single number says, as terms of the search: how the patients hang together.

The hazard of death is smooth, few patients were randomised in another stratum than their form says, enough die soon
after treatment for the fatal adverse events, and where numbers leave one way only to be met, that is what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.contract import DAYS_PER_MONTH
from data.published import Fact
from data.synthesis.deaths import DURING_TREATMENT, FATAL, soon_after_treatment
from data.synthesis.draft import ARMS, ENDPOINT_COLUMNS, Draft, endpoint
from data.synthesis.objective import Term

#: How many patients may have been randomised in another stratum than the form says, of each factor.
MOST_DIFFER = 30
#: To how few deaths survival censored at later salvage is drawn: its ratio's standard error is to be 0.1402 at least.
DEATHS_BEFORE_SALVAGE = {"ino": 119, "soc": 101}
#: How much the hazard of death may change from one quarter of a year to the next, in logarithms, and how many days may
#: pass without a death.
JUMP, GAP = 1.1, 80
#: Share of an arm that has died by a median of survival censored at transplant or salvage.
DIED_BY = 0.438
#: Correlation of platelets under 100 with haemoglobin under 10, in each arm: a marrow full of blasts makes neither.
LOW_TOGETHER = 0.25
TRANSLOCATION = "T(4;11)"
#: Places of the 6 patients of the InO arm among the 14 with t(4;11) in the order of death: of all orders without a
#: censored patient before the last, the only one with a hazard ratio of 1.42 (0.36-5.62).
ORDER_OF_DEATH = np.array([4, 6, 7, 9, 10, 11])


def strata_as_on_the_form() -> Term:
    """Few patients were randomised in another stratum of first remission, or of salvage, than their form says."""

    def others(draft: Draft) -> float:
        remission = (draft["STRAT1R"] == "<12 months") != (draft["DFRMO"] < 12)
        salvage = (draft["STRAT2R"] == "Salvage 2") != (draft["SALVAGE"] == "2")
        return float(sum(max(int(differs.sum()) - MOST_DIFFER, 0) for differs in (remission, salvage)))

    columns = frozenset({"STRAT1R", "DFRMO", "STRAT2R", "SALVAGE"})
    return Term("strata as on the form", columns, frozenset({0, 1}), others)


def order_of_death() -> Term:
    """How many places the patients with t(4;11) are from their order of death."""

    def places(draft: Draft) -> float:
        rows = np.flatnonzero(draft["CYTO"] == TRANSLOCATION)
        rows = rows[np.lexsort((draft["ARM"][rows], draft["OSDY"][rows]))]
        censored = int((draft["DTHFL"][rows[:-1]] == "N").sum())
        ties = int((np.diff(draft["OSDY"][rows]) == 0).sum())
        place = np.flatnonzero(draft["ARM"][rows] == ARMS["ino"]) + 1
        return float(np.abs(place - ORDER_OF_DEATH).sum()) + 3 * censored + ties

    return Term("order of death, t(4;11)", frozenset({"CYTO", "OSDY", "DTHFL"}), frozenset({0, 1}), places)


def deaths_soon_after_treatment(arm: str, count: Mapping[str, int]) -> Term:
    """The deaths without a transplant that fatal adverse events are made of."""
    code = ARMS[arm]
    least = sum(DURING_TREATMENT[arm]) + len(FATAL[arm]) + count[f"t4_disease_progression_g5_{arm}"]

    def missing(draft: Draft) -> float:
        soon = soon_after_treatment(draft) & (draft["HSCTFL"] == "N") & (draft["ARM"] == code)
        return float(max(least - int(soon.sum()), 0))

    columns = frozenset({"OSDY", "DTHFL", "DOSEDY", "TRTDURD", "HSCTFL"})
    return Term(f"deaths soon after treatment, {arm}", columns, frozenset({code}), missing)


def salvage_of_the_dying(arm: str) -> Term:
    """Patients with a later salvage of the four drugs who die, which leaves fewer deaths to survival censored at it.

    The fewer they are, the wider is its interval: with `DEATHS_BEFORE_SALVAGE` as wide as printed, whatever the strata.
    """
    code = ARMS[arm]

    def over(draft: Draft) -> float:
        _, event, _ = endpoint(draft, "OSSALV")
        return float(max(int((event & (draft["ARM"] == code)).sum()) - DEATHS_BEFORE_SALVAGE[arm], 0))

    return Term(f"salvage of the dying, {arm}", frozenset(ENDPOINT_COLUMNS["OSSALV"]), frozenset({code}), over)


def low_together() -> Term:
    """By how much low platelets and low haemoglobin are less correlated than `LOW_TOGETHER`, in twentieths."""

    def missing(draft: Draft) -> float:
        short = 0.0
        for code in ARMS.values():
            arm = draft["ARM"] == code
            platelets, haemoglobin = draft["PLT"][arm] < 100, draft["HGB"][arm] < 10
            n, a, b, both = (int(x.sum()) for x in (arm, platelets, haemoglobin, platelets & haemoglobin))
            short += max(LOW_TOGETHER - (n * both - a * b) / np.sqrt(a * (n - a) * b * (n - b)), 0.0)
        return 20 * float(short)

    return Term("low together", frozenset({"PLT", "HGB"}), frozenset(ARMS.values()), missing)


def jumps_of_the_hazard(arm: str) -> Term:
    """Deaths are spread over time: up to two years the hazard of no quarter is `JUMP` from that of the one before."""
    edges, code = np.arange(0, 25, 3) * DAYS_PER_MONTH, ARMS[arm]

    def largest(draft: Draft) -> float:
        mine = draft["ARM"] == code
        days, dead = draft["OSDY"][mine], draft["DTHFL"][mine] == "Y"
        deaths, _ = np.histogram(days[dead], bins=edges)
        hazard = (deaths + 0.5) / (days[:, np.newaxis] >= edges[:-1]).sum(axis=0)
        return 3 * max(float(np.abs(np.diff(np.log(hazard))).max()) - JUMP, 0.0)

    return Term(f"jumps of the hazard, {arm}", frozenset({"OSDY", "DTHFL"}), frozenset({code}), largest)


def gaps_between_deaths(arm: str) -> Term:
    """Up to two years nobody dies for no more than `GAP` days."""
    code = ARMS[arm]

    def longest(draft: Draft) -> float:
        days = np.sort(draft["OSDY"][(draft["ARM"] == code) & (draft["DTHFL"] == "Y")])
        return max(float(np.diff(days[days < 24 * DAYS_PER_MONTH]).max()) - GAP, 0.0) / DAYS_PER_MONTH

    return Term(f"gaps between deaths, {arm}", frozenset({"OSDY", "DTHFL"}), frozenset({code}), longest)


def deaths_at_medians(facts: Sequence[Fact], arm: str) -> Term:
    """Somebody dies on a day that rounds to each printed median of survival, of whichever patients it is.

    Where survival is censored at transplant or salvage, two do, and `DIED_BY` of the arm have died by then: with fewer
    its curve does not fall to one half.
    """
    printed = [
        fact
        for fact in facts
        if fact.statistic == "survival_median" and fact.arm == arm and fact.measure in ("OS", "OSHSCT", "OSSALV")
    ]
    windows = np.array([fact.numbers[0].window for fact in printed]) * DAYS_PER_MONTH
    censored = np.array([fact.measure != "OS" for fact in printed])
    code = ARMS[arm]

    def off(draft: Draft) -> float:
        mine = draft["ARM"] == code
        dead = draft["OSDY"][mine & (draft["DTHFL"] == "Y")]
        outside = np.sort(np.maximum(windows[:, :1] + 1e-6 - dead, dead - windows[:, 1:] + 1e-6), axis=1).clip(min=0)
        died = (dead <= windows[censored, 1:]).sum(axis=1)
        few = np.maximum(np.ceil(DIED_BY * mine.sum()) - died, 0.0)
        return float(outside[:, 0].sum() + outside[censored, 1].sum()) / 3 + float(few.sum())

    return Term(f"deaths at medians, {arm}", frozenset({"OSDY", "DTHFL"}), frozenset({code}), off)
