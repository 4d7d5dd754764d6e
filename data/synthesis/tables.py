"""The draft written down as ADaM: subject level, times to events, responses, later therapies, adverse events.

Study days become dates (day 1 is the day of randomisation), codes become words, and rows are sorted so that two
runs give the same bytes and a change shows as a small difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimate import Bools, Floats
from data.synthesis.deaths import last_dose
from data.synthesis.draft import Draft, endpoint
from data.synthesis.survival import COMPLETION

STUDY = "INO-VATE"
TREATMENT = {1: "Inotuzumab ozogamicin", 0: "Standard of care"}
Text = npt.NDArray[np.str_]

#: Columns of the draft that stand in ADSL under their own name: text, and numbers with their decimals.
TEXTS = (
    "SEX",
    "RACE",
    "SALVAGE",
    "PRRESP",
    "PRHSCTFL",
    "CYTO",
    "CYTO20FL",
    "ECOGBL",
    "STRAT1R",
    "STRAT2R",
    "STRAT3R",
    "GENFL",
    "PHLIKEFL",
    "TP53FL",
    "GENHRFL",
    "RESPFL",
    "MRDBEST",
    "MRDEOT",
    "SALVFL",
    "HSCTFL",
    "HSCTPATH",
    "HSCTTYP",
    "DONOR",
    "CONDINT",
    "DUALALK",
    "VODFL",
    "VODHSCT",
    "DTHFL",
    "DTHTERM",
    "DTHDISFL",
    "DTHTOXFL",
    "DTHOTHFL",
    "DTHUNKFL",
    "TRPLTFL",
    "TRRBCFL",
    "HOSPC1FL",
    "HOSPFL",
)
NUMBERS = {
    "AGE": 0,
    "DFRMO": 1,
    "WBC": 1,
    "PBLAST": 1,
    "BMBLAST": 0,
    "CD22": 0,
    "PLT": 0,
    "HGB": 1,
    "NCYC": 0,
    "TRTDURD": 0,
    "VODGR": 0,
    "PLTHSCT": 0,
    "BILICOND": 2,
    "BILIHSCT": 2,
    "TRPLTD": 0,
    "TRRBCD": 0,
    "HOSPC1D": 0,
    "HOSPD": 0,
    "HOSPTRTD": 0,
    "HOSPTOXD": 0,
    "OBSD": 0,
}
LATER_DRUGS = {"BLINAFL": "BLINATUMOMAB", "TKIFL": "TKI", "CARTFL": "CAR-T", "INOLFL": "INOTUZUMAB"}
EVENTS = {"OS": "Death", "PFS": "", "DOR": "", "OSHSCT": "Death", "OSSALV": "Death", "TTHSCT": "Transplant"}
LABELS = {
    "OS": "Overall survival",
    "PFS": "Progression-free survival",
    "DOR": "Duration of remission",
    "OSHSCT": "Overall survival, censored at transplant",
    "OSSALV": "Overall survival, censored at later salvage",
    "TTHSCT": "Time to transplant",
}
PROGRESSIONS = {
    "RELAPSE": "Relapse",
    "PROGRESSION": "Progression",
    "NEW THERAPY": "New induction without CR/CRi",
    "TRANSPLANT": "Transplant without CR/CRi",
    "DEATH": "Death",
}


def subject_ids(draft: Draft) -> Text:
    """USUBJID of each patient, numbered in the order of randomisation."""
    return np.array([f"{STUDY}-{int(number):04d}" for number in draft["SUBJECT"]])


def dates(draft: Draft, day: Floats) -> Text:
    """ISO dates of study days; empty where there is none."""
    start = draft["RANDDT"]
    known = np.isfinite(day)
    return np.array(
        [
            date.fromordinal(int(s + d - 1)).isoformat() if k else ""
            for s, d, k in zip(start, np.where(known, day, 1), known, strict=True)
        ]
    )


def number_text(values: Floats, decimals: int) -> Text:
    """Write numbers with `decimals` digits; missing ones are empty."""
    return np.array(["" if not np.isfinite(v) else f"{v:.{decimals}f}" for v in values])


def either(mask: Bools, yes: str, no: str = "") -> Text:
    """One text where the mask holds, another elsewhere."""
    return np.where(mask, yes, no)


def adsl(draft: Draft, cutoff: str) -> pd.DataFrame:
    """One row a patient."""
    planned = np.array([TREATMENT[int(arm)] for arm in draft["ARM"]])
    treated, dead = draft["SAFFL"] == "Y", draft["DTHFL"] == "Y"
    completed = ~dead & (draft["OSDY"] >= COMPLETION)
    never = np.full(len(planned), np.nan)
    vod = np.where(draft["VODHSCT"] == "Y", draft["HSCTDY"] + draft["VODLAG"], last_dose(draft) + draft["VODLAG"])
    columns: dict[str, npt.NDArray[Any]] = {
        "STUDYID": np.full(len(planned), STUDY),
        "USUBJID": subject_ids(draft),
        "TRT01P": planned,
        "TRT01A": either(treated, "Y"),
        "ITTFL": np.full(len(planned), "Y"),
        "MITTFL": draft["SAFFL"],
        "SAFFL": draft["SAFFL"],
        "RANDDT": dates(draft, np.ones(len(planned))),
        "TRTSDT": dates(draft, draft["DOSEDY"]),
        "TRTEDT": dates(draft, last_dose(draft)),
        "EOSDT": dates(draft, draft["OSDY"]),
        "DCUTDT": np.full(len(planned), cutoff),
        "EOSSTT": either(completed, "COMPLETED", "DISCONTINUED"),
        "DCSREAS": np.where(dead, "DEATH", either(completed, "", "LOST TO FOLLOW-UP")),
        "DTHDT": dates(draft, np.where(dead, draft["OSDY"], never)),
        "RESPDT": dates(draft, draft["RESPDY"]),
        "BESTRESP": best_response(draft),
        "HSCTDT": dates(draft, draft["HSCTDY"]),
        "VODDT": dates(draft, vod),
        "PFSTYPE": draft["PFSTYPE"],
    }
    columns["TRT01A"] = np.where(treated, planned, "")
    columns |= {name: draft[name] for name in TEXTS}
    columns |= {name: number_text(draft[name], decimals) for name, decimals in NUMBERS.items()}
    columns |= {name: either(draft["SALVDRUG"] == drug, "Y", "N") for name, drug in LATER_DRUGS.items()}
    return pd.DataFrame(columns).sort_values("USUBJID", ignore_index=True)


def best_response(draft: Draft) -> Text:
    """CR for the responders with the better counts at baseline, CRi for the others; what the rest are called."""
    responder = draft["RESPFL"] == "Y"
    full = responder & (np.nan_to_num(draft["PLT"]) >= np.where(draft["ARM"] == 1, 78, 60))
    rest = np.where(
        draft["SAFFL"] == "N", "NOT EVALUABLE", np.where(draft["OSDY"] < 35, "NOT EVALUABLE", "RESISTANT DISEASE")
    )
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
        frames.append(
            pd.DataFrame(
                {
                    "STUDYID": STUDY,
                    "USUBJID": subject_ids(draft),
                    "PARAMCD": name,
                    "PARAM": label,
                    "AVAL": number_text(days, 0),
                    "AVALU": "DAYS",
                    "CNSR": censored,
                    "EVNTDESC": text,
                    "STARTDT": dates(draft, start),
                    "ADT": dates(draft, np.where(has, start + days - 1, np.nan)),
                }
            )[has]
        )
    table = pd.concat(frames)
    order = {name: position for position, name in enumerate(LABELS)}
    return table.sort_values(
        ["PARAMCD", "USUBJID"], key=lambda c: c.map(order) if c.name == "PARAMCD" else c, ignore_index=True
    )


def _progression(draft: Draft) -> Text:
    return np.array([PROGRESSIONS.get(str(kind), "") for kind in draft["PFSTYPE"]])


def _end(draft: Draft, name: str) -> Text:
    if name in ("PFS", "DOR"):
        return np.where(draft["SAFFL"] == "N", "No disease assessment", "Last disease assessment")
    stop = {"OSHSCT": ("HSCTDY", "Transplant"), "OSSALV": ("SALVDY", "Later salvage")}.get(name)
    return (
        np.full(len(draft["ARM"]), "Last contact")
        if stop is None
        else either(draft[stop[0]] <= draft["OSDY"], stop[1], "Last contact")
    )


def write(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as `<name>.csv`."""
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
