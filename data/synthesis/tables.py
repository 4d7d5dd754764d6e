"""The draft written down as ADaM: subject level, times to events, responses, later therapies, adverse events.

Study days become dates (day 1 is the day of randomisation), codes become words, and rows are sorted so that two
runs give the same bytes and a change shows as a small difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimate import Bools, Floats
from data.synthesis.adverse_events import Event
from data.synthesis.deaths import last_dose
from data.synthesis.enrolment import COMPLETION
from data.synthesis.objective import Draft, endpoint

STUDY = "INO-VATE"
TREATMENT = {1: "Inotuzumab ozogamicin", 0: "Standard of care"}
Text = npt.NDArray[np.str_]

#: Columns of the draft that stand in ADSL under their own name: text, and numbers with their decimals.
TEXTS = (
    "SEX", "RACE", "SALVAGE", "PRRESP", "PRHSCTFL", "CYTO", "CYTO20FL", "ECOGBL", "STRAT1R", "STRAT2R", "STRAT3R", "GENFL",
    "PHLIKEFL", "TP53FL", "GENHRFL", "RESPFL", "MRDBEST", "MRDEOT", "SALVFL", "HSCTFL", "HSCTPATH", "HSCTTYP", "DONOR", "CONDINT",
    "DUALALK", "VODFL", "VODHSCT", "DTHFL", "DTHTERM", "DTHDISFL", "DTHTOXFL", "DTHOTHFL", "DTHUNKFL", "TRPLTFL", "TRRBCFL",
    "HOSPC1FL", "HOSPFL",
)  # fmt: skip
NUMBERS = {
    "AGE": 0, "DFRMO": 1, "WBC": 1, "PBLAST": 1, "BMBLAST": 0, "CD22": 0, "PLT": 0, "HGB": 1, "NCYC": 0, "TRTDURD": 0, "VODGR": 0,
    "PLTHSCT": 0, "BILICOND": 2, "BILIHSCT": 2, "TRPLTD": 0, "TRRBCD": 0, "HOSPC1D": 0, "HOSPD": 0, "HOSPTRTD": 0, "HOSPTOXD": 0,
    "OBSD": 0,
}  # fmt: skip
LATER_DRUGS = {"BLINAFL": "BLINATUMOMAB", "TKIFL": "TKI", "CARTFL": "CAR-T", "INOLFL": "INOTUZUMAB"}
EVENTS = {"OS": "Death", "PFS": "", "DOR": "", "OSHSCT": "Death", "OSSALV": "Death", "TTHSCT": "Transplant"}
LABELS = {
    "OS": "Overall survival", "PFS": "Progression-free survival", "DOR": "Duration of remission",
    "OSHSCT": "Overall survival, censored at transplant", "OSSALV": "Overall survival, censored at later salvage",
    "TTHSCT": "Time to transplant",
}  # fmt: skip
PROGRESSIONS = {
    "RELAPSE": "Relapse", "PROGRESSION": "Progression", "NEW THERAPY": "New induction without CR/CRi",
    "TRANSPLANT": "Transplant without CR/CRi", "DEATH": "Death",
}  # fmt: skip


def subject_ids(draft: Draft) -> Text:
    """USUBJID of each patient, numbered in the order of randomisation."""
    return np.array([f"{STUDY}-{int(number):04d}" for number in draft["SUBJECT"]])


def _dates(draft: Draft, day: Floats) -> Text:
    """ISO dates of study days; empty where there is none."""
    start = draft["RANDDT"]
    known = np.isfinite(day)
    return np.array([date.fromordinal(int(s + d - 1)).isoformat() if k else "" for s, d, k in zip(start, np.where(known, day, 1), known, strict=True)])


def _number(values: Floats, decimals: int) -> Text:
    return np.array(["" if not np.isfinite(v) else f"{v:.{decimals}f}" for v in values])


def _where(mask: Bools, yes: str, no: str = "") -> Text:
    return np.where(mask, yes, no)


def adsl(draft: Draft, cutoff: str) -> pd.DataFrame:
    """One row a patient."""
    planned = np.array([TREATMENT[int(arm)] for arm in draft["ARM"]])
    treated, dead = draft["SAFFL"] == "Y", draft["DTHFL"] == "Y"
    completed = ~dead & (draft["OSDY"] >= COMPLETION)
    never = np.full(len(planned), np.nan)
    vod = np.where(draft["VODHSCT"] == "Y", draft["HSCTDY"] + draft["VODLAG"], last_dose(draft) + draft["VODLAG"])
    columns: dict[str, npt.NDArray[np.generic]] = {
        "STUDYID": np.full(len(planned), STUDY), "USUBJID": subject_ids(draft), "TRT01P": planned, "TRT01A": _where(treated, "Y"),
        "ITTFL": np.full(len(planned), "Y"), "MITTFL": draft["SAFFL"], "SAFFL": draft["SAFFL"],
        "RANDDT": _dates(draft, np.ones(len(planned))), "TRTSDT": _dates(draft, draft["DOSEDY"]), "TRTEDT": _dates(draft, last_dose(draft)),
        "EOSDT": _dates(draft, draft["OSDY"]), "DCUTDT": np.full(len(planned), cutoff),
        "EOSSTT": _where(completed, "COMPLETED", "DISCONTINUED"),
        "DCSREAS": np.where(dead, "DEATH", _where(completed, "", "LOST TO FOLLOW-UP")),
        "DTHDT": _dates(draft, np.where(dead, draft["OSDY"], never)), "RESPDT": _dates(draft, draft["RESPDY"]),
        "BESTRESP": best_response(draft), "HSCTDT": _dates(draft, draft["HSCTDY"]), "VODDT": _dates(draft, vod),
        "PFSTYPE": draft["PFSTYPE"],
    }  # fmt: skip
    columns["TRT01A"] = np.where(treated, planned, "")
    columns |= {name: draft[name] for name in TEXTS}
    columns |= {name: _number(draft[name], decimals) for name, decimals in NUMBERS.items()}
    columns |= {name: _where(draft["SALVDRUG"] == drug, "Y", "N") for name, drug in LATER_DRUGS.items()}
    return pd.DataFrame(columns).sort_values("USUBJID", ignore_index=True)


def best_response(draft: Draft) -> Text:
    """CR for the responders with the better counts at baseline, CRi for the others; what the rest are called."""
    responder = draft["RESPFL"] == "Y"
    full = responder & (np.nan_to_num(draft["PLT"]) >= np.where(draft["ARM"] == 1, 78, 60))
    rest = np.where(draft["SAFFL"] == "N", "NOT EVALUABLE", np.where(draft["OSDY"] < 35, "NOT EVALUABLE", "RESISTANT DISEASE"))
    return np.where(full, "CR", np.where(responder, "CRI", rest))


def adtte(draft: Draft) -> pd.DataFrame:
    """One row a patient and endpoint; AVAL in days, the first day counted, so that no time is zero."""
    frames = []
    dead = draft["DTHFL"] == "Y"
    for name, label in LABELS.items():
        if name == "TTHSCT":
            transplanted = np.isfinite(draft["HSCTDY"])
            days, has = np.where(transplanted, draft["HSCTDY"], draft["OSDY"]), np.ones(len(dead), dtype=bool)
            censored = np.where(transplanted, 0, np.where(dead, 2, 1))
            text = np.where(transplanted, "Transplant", np.where(dead, "Death without transplant", "Last contact"))
        else:
            days, event, has = endpoint(draft, name)
            censored = np.where(event, 0, 1)
            text = np.where(event, EVENTS[name] or _progression(draft), _end(draft, name))
        start = draft["RESPDY"] if name == "DOR" else np.ones(len(dead))
        frames.append(pd.DataFrame({
            "STUDYID": STUDY, "USUBJID": subject_ids(draft), "PARAMCD": name, "PARAM": label, "AVAL": _number(days, 0), "AVALU": "DAYS",
            "CNSR": censored, "EVNTDESC": text, "STARTDT": _dates(draft, start), "ADT": _dates(draft, np.where(has, start + days - 1, np.nan)),
        })[has])  # fmt: skip
    table = pd.concat(frames)
    order = {name: position for position, name in enumerate(LABELS)}
    return table.sort_values(["PARAMCD", "USUBJID"], key=lambda c: c.map(order) if c.name == "PARAMCD" else c, ignore_index=True)


def _progression(draft: Draft) -> Text:
    return np.array([PROGRESSIONS.get(str(kind), "") for kind in draft["PFSTYPE"]])


def _end(draft: Draft, name: str) -> Text:
    if name in ("PFS", "DOR"):
        return np.where(draft["SAFFL"] == "N", "No disease assessment", "Last disease assessment")
    stop = {"OSHSCT": ("HSCTDY", "Transplant"), "OSSALV": ("SALVDY", "Later salvage")}.get(name)
    return np.full(len(draft["ARM"]), "Last contact") if stop is None else _where(draft[stop[0]] <= draft["OSDY"], stop[1], "Last contact")


def adrs(draft: Draft, cycle_days: int) -> pd.DataFrame:
    """One row a treated patient and cycle: the response at its end, from the first remission to its loss."""
    best, ids = best_response(draft), subject_ids(draft)
    rows = []
    for i in np.flatnonzero(draft["SAFFL"] == "Y"):
        for cycle in range(1, int(draft["NCYC"][i]) + 1):
            day = draft["DOSEDY"][i] + cycle * cycle_days - 2
            reached = day + 14 >= draft["RESPDY"][i]
            day = draft["RESPDY"][i] if reached and day < draft["RESPDY"][i] + cycle_days - 1 and day - cycle_days + 14 < draft["RESPDY"][i] else day
            day = min(day, draft["OSDY"][i])
            lost = day >= draft["PFSDY"][i] and draft["PFSEVENT"][i] == "Y"
            value = "PROGRESSIVE DISEASE" if lost else best[i] if reached else "RESISTANT DISEASE" if best[i] != "NOT EVALUABLE" else "NOT EVALUABLE"
            rows.append((i, cycle, day, value))
    who = np.array([row[0] for row in rows])
    days = np.array([row[2] for row in rows], dtype=float)
    table = pd.DataFrame({
        "STUDYID": STUDY, "USUBJID": ids[who], "PARAMCD": "OVRLRESP", "PARAM": "Response at the end of the cycle",
        "AVISIT": [f"Cycle {row[1]}" for row in rows], "AVISITN": [row[1] for row in rows], "AVALC": [row[3] for row in rows],
        "ADT": _dates({name: draft[name][who] for name in ("RANDDT",)}, days), "ADY": _number(days, 0),
    })  # fmt: skip
    return table.sort_values(["USUBJID", "AVISITN"], ignore_index=True)


def adcm(draft: Draft, rng: np.random.Generator) -> pd.DataFrame:
    """One row a later therapy: the named drugs at their day, chemotherapy for everybody else who had salvage."""
    ids, rows = subject_ids(draft), []
    for i in np.flatnonzero(draft["SALVFL"] == "Y"):
        drug, begin = str(draft["SALVDRUG"][i]), draft["PFSDY"][i]
        if drug:
            rows.append((i, draft["SALVDY"][i], drug))
        else:
            room = min(draft["OSDY"][i] - 3, draft["HSCTDY"][i] - 10 if draft["HSCTPATH"][i] == "LATER" else np.inf) - begin
            delay = 0 if draft["PFSTYPE"][i] == "NEW THERAPY" else min(rng.integers(4, 26), max(room, 0))
            rows.append((i, begin + delay, "CHEMOTHERAPY"))
    who = np.array([row[0] for row in rows])
    days = np.array([row[1] for row in rows], dtype=float)
    return pd.DataFrame({
        "STUDYID": STUDY, "USUBJID": ids[who], "CMCAT": "SUBSEQUENT INDUCTION OR SALVAGE", "CMDECOD": [row[2] for row in rows],
        "ASTDT": _dates({"RANDDT": draft["RANDDT"][who]}, days), "ASTDY": _number(days, 0),
    }).sort_values(["USUBJID", "ASTDT"], ignore_index=True)  # fmt: skip


def adae(draft: Draft, events: list[Event]) -> pd.DataFrame:
    """One row an adverse event; study days from the first dose, as adverse events are counted."""
    who = np.array([event.patient for event in events])
    part = {"RANDDT": draft["RANDDT"][who]}
    first = draft["DOSEDY"][who]
    start, end = (np.array([getattr(event, name) for event in events], dtype=float) for name in ("start", "end"))
    column: Callable[[str], list[object]] = lambda name: [getattr(event.term, name) for event in events]  # noqa: E731
    table = pd.DataFrame({
        "STUDYID": STUDY, "USUBJID": subject_ids(draft)[who], "TRTA": [TREATMENT[int(draft["ARM"][i])] for i in who], "AESEQ": 0,
        "AEBODSYS": column("soc"), "AEDECOD": column("name"), "AETOXGR": [event.grade for event in events],
        "AESER": _where(np.array([event.serious for event in events]), "Y", "N"),
        "AEREL": _where(np.array([event.related for event in events]), "RELATED", "NOT RELATED"),
        "AEACN": [event.action for event in events],
        "AEOUT": [("FATAL" if event.grade == 5 else "NOT RECOVERED" if event.end >= draft["OSDY"][event.patient] else "RECOVERED") for event in events],
        "TRTEMFL": "Y", "ACYCLE": [event.cycle for event in events], "ASTDT": _dates(part, start), "AENDT": _dates(part, end),
        "ASTDY": _number(start - first + 1, 0), "AENDY": _number(end - first + 1, 0),
        "HSCTDY": _number(np.where(start >= draft["HSCTDY"][who], start - draft["HSCTDY"][who], np.nan), 0),
        "CQ01NAM": _where(np.array([event.term.hepatic for event in events]), "HEPATOTOXICITY"),
    })  # fmt: skip
    table = table.sort_values(["USUBJID", "ASTDT", "AEDECOD", "AENDT", "AETOXGR", "AESER", "AEACN"], ignore_index=True)
    table["AESEQ"] = table.groupby("USUBJID").cumcount() + 1
    return table


def write(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as `<name>.csv`."""
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
