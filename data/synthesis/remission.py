"""Progression: when and how each patient's disease came back, or never left.

Responders relapse or die in remission or stay in remission; the others progress, start another induction, are
transplanted without a remission, or die. Days are drawn from smooth distributions given the course and the
survival time; the search then moves them by days until the published medians and intervals come out.
"""

from __future__ import annotations

import numpy as np

from analysis.estimate import Bools
from data.synthesis.annealing import Move, Shift
from data.synthesis.draft import Draft
from data.synthesis.objective import Term
from data.synthesis.pathway import VOD_DEATH_WITHIN

#: Share of the dying responders who relapsed first, by arm and by transplant; the others died in remission.
RELAPSE_BEFORE_DEATH = {(1, True): 0.42, (1, False): 0.86, (0, True): 0.68, (0, False): 0.86}
#: Share of the surviving responders who relapsed and were rescued; those with later salvage all did.
RELAPSE_OF_SURVIVORS = 0.12
#: Shape of the share of that time which passes before relapse.
RELAPSE_SHAPE = {1: (2.6, 1.3), 0: (3.4, 0.9)}
#: Share of the other dying responders whose disease was last assessed more than this many days before death: such a
#: death is no event, and they are censored at that assessment.
UNASSESSED, UNASSESSED_DAYS = 0.7, 84
#: Study day of the first remission.
EARLIEST = 14


def assign_progression(draft: Draft, rng: np.random.Generator) -> None:
    """Fill PFSDY, PFSEVENT and PFSTYPE of every patient."""
    for row in range(len(draft["ARM"])):
        kind, day = _responder(draft, row, rng) if draft["RESPFL"][row] == "Y" else _other(draft, row, rng)
        draft["PFSTYPE"][row], draft["PFSDY"][row] = kind, day
        draft["PFSEVENT"][row] = "N" if kind in ("", "UNASSESSED") else "Y"


def _responder(draft: Draft, row: int, rng: np.random.Generator) -> tuple[str, float]:
    survival, response = float(draft["OSDY"][row]), float(draft["RESPDY"][row])
    dead, transplant = draft["DTHFL"][row] == "Y", float(draft["HSCTDY"][row])
    salvaged, path = draft["SALVFL"][row] == "Y", draft["HSCTPATH"][row]
    share = (
        RELAPSE_BEFORE_DEATH[int(draft["ARM"][row]), bool(np.isfinite(transplant))] if dead else RELAPSE_OF_SURVIVORS
    )
    earliest = transplant + 15 if path == "DIRECT" else response + 10
    latest = min(survival - 10, float(draft["SALVDY"][row]) - 1, transplant - 30 if path == "LATER" else np.inf)
    if salvaged:
        latest = min(latest, survival - 20)
    if dead and draft["VODGR"][row] >= 4 and not salvaged and survival - transplant < VOD_DEATH_WITHIN:
        return "DEATH", survival
    relapsed = (salvaged or rng.random() < share) and latest > earliest
    if relapsed:
        end = min(latest, response + 700)
        return "RELAPSE", float(
            np.round(earliest + (end - earliest) * rng.beta(*RELAPSE_SHAPE[int(draft["ARM"][row])]))
        )
    if dead:
        latest = survival - UNASSESSED_DAYS - 1
        if path != "LATER" and not salvaged and latest > earliest and rng.random() < UNASSESSED:
            return "UNASSESSED", float(np.round(earliest + (latest - earliest) * rng.beta(3.0, 1.2)))
        return "DEATH", survival
    return "", max(float(np.round(survival - rng.uniform(0, 40))), response + 1)


def _other(draft: Draft, row: int, rng: np.random.Generator) -> tuple[str, float]:
    survival, transplant = float(draft["OSDY"][row]), float(draft["HSCTDY"][row])
    dead, ino = draft["DTHFL"][row] == "Y", draft["ARM"][row] == 1
    treated, salvaged = draft["SAFFL"][row] == "Y", draft["SALVFL"][row] == "Y"
    if draft["HSCTPATH"][row] == "DIRECT":
        return "TRANSPLANT", transplant
    latest = min(survival - 15, float(draft["SALVDY"][row]), transplant - 20)
    day = float(np.round(rng.gamma(5.0, 9.0 if ino else 7.5) + 4)) if treated else float(rng.integers(5, 26))
    if salvaged:
        return "NEW THERAPY", max(min(day, latest), 4.0)
    if not treated:
        return ("DEATH", survival) if dead and survival <= UNASSESSED_DAYS else ("UNASSESSED" if dead else "", 1.0)
    if dead and day > survival - 4:
        return "DEATH", survival
    return "PROGRESSION", max(min(day, survival - 1), 4.0)


def moved_by_search(draft: Draft) -> Bools:
    """Events whose day is our choice: not deaths, not transplants, not the last day of somebody censored."""
    events = np.isin(draft["PFSTYPE"], ("RELAPSE", "PROGRESSION", "NEW THERAPY"))
    return np.asarray(events | ((draft["PFSTYPE"] == "UNASSESSED") & (draft["RESPFL"] == "Y")))


def early_remissions() -> Term:
    """By how many weeks remissions come before `EARLIEST`: no marrow is looked at earlier."""

    def early(draft: Draft) -> float:
        response = draft["RESPDY"][draft["RESPFL"] == "Y"]
        return float(np.maximum(EARLIEST - response, 0).sum()) / 7

    return Term("early remissions", frozenset({"RESPDY", "RESPFL"}), frozenset({0, 1}), early)


#: What the search may do to the days of progression.
MOVES: dict[Move, float] = {Shift(("PFSDY",), 8, moved_by_search): 0.7, Shift(("PFSDY",), 40, moved_by_search): 0.3}
