"""The draft written down as ADaM, tables of many rows a patient: responses, later therapies, adverse events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.synthesis.adverse_events import Event
from data.synthesis.draft import Draft
from data.synthesis.tables import STUDY, TREATMENT, best_response, dates, either, number_text, subject_ids


def adrs(draft: Draft, cycle_days: int) -> pd.DataFrame:
    """One row a treated patient and cycle: the response at its end, from the first remission to its loss."""
    best, ids = best_response(draft), subject_ids(draft)
    rows = []
    for i in np.flatnonzero(draft["SAFFL"] == "Y"):
        for cycle in range(1, int(draft["NCYC"][i]) + 1):
            day = draft["DOSEDY"][i] + cycle * cycle_days - 2
            reached = day + 14 >= draft["RESPDY"][i]
            day = (
                draft["RESPDY"][i]
                if reached and day < draft["RESPDY"][i] + cycle_days - 1 and day - cycle_days + 14 < draft["RESPDY"][i]
                else day
            )
            day = min(day, draft["OSDY"][i])
            lost = day >= draft["PFSDY"][i] and draft["PFSEVENT"][i] == "Y"
            value = (
                "PROGRESSIVE DISEASE"
                if lost
                else best[i]
                if reached
                else "RESISTANT DISEASE"
                if best[i] != "NOT EVALUABLE"
                else "NOT EVALUABLE"
            )
            rows.append((i, cycle, day, value))
    who = np.array([row[0] for row in rows])
    days = np.array([row[2] for row in rows], dtype=float)
    table = pd.DataFrame(
        {
            "STUDYID": STUDY,
            "USUBJID": ids[who],
            "PARAMCD": "OVRLRESP",
            "PARAM": "Response at the end of the cycle",
            "AVISIT": [f"Cycle {row[1]}" for row in rows],
            "AVISITN": [row[1] for row in rows],
            "AVALC": [row[3] for row in rows],
            "ADT": dates({name: draft[name][who] for name in ("RANDDT",)}, days),
            "ADY": number_text(days, 0),
        }
    )
    return table.sort_values(["USUBJID", "AVISITN"], ignore_index=True)


def adcm(draft: Draft, rng: np.random.Generator) -> pd.DataFrame:
    """One row a later therapy: the named drugs at their day, chemotherapy for everybody else who had salvage."""
    ids, rows = subject_ids(draft), []
    for i in np.flatnonzero(draft["SALVFL"] == "Y"):
        drug, begin = str(draft["SALVDRUG"][i]), draft["PFSDY"][i]
        if drug:
            rows.append((i, draft["SALVDY"][i], drug))
        else:
            room = (
                min(draft["OSDY"][i] - 3, draft["HSCTDY"][i] - 10 if draft["HSCTPATH"][i] == "LATER" else np.inf)
                - begin
            )
            delay = 0 if draft["PFSTYPE"][i] == "NEW THERAPY" else min(rng.integers(4, 26), max(room, 0))
            rows.append((i, begin + delay, "CHEMOTHERAPY"))
    who = np.array([row[0] for row in rows])
    days = np.array([row[1] for row in rows], dtype=float)
    return pd.DataFrame(
        {
            "STUDYID": STUDY,
            "USUBJID": ids[who],
            "CMCAT": "SUBSEQUENT INDUCTION OR SALVAGE",
            "CMDECOD": [row[2] for row in rows],
            "ASTDT": dates({"RANDDT": draft["RANDDT"][who]}, days),
            "ASTDY": number_text(days, 0),
        }
    ).sort_values(["USUBJID", "ASTDT"], ignore_index=True)


def adae(draft: Draft, events: list[Event]) -> pd.DataFrame:
    """One row an adverse event; study days from the first dose, as adverse events are counted."""
    who = np.array([event.patient for event in events])
    part = {"RANDDT": draft["RANDDT"][who]}
    first = draft["DOSEDY"][who]
    start, end = (np.array([getattr(event, name) for event in events], dtype=float) for name in ("start", "end"))
    table = pd.DataFrame(
        {
            "STUDYID": STUDY,
            "USUBJID": subject_ids(draft)[who],
            "TRTA": [TREATMENT[int(draft["ARM"][i])] for i in who],
            "AESEQ": 0,
            "AEBODSYS": [event.term.soc for event in events],
            "AEDECOD": [event.term.name for event in events],
            "AETOXGR": [event.grade for event in events],
            "AESER": either(np.array([event.serious for event in events]), "Y", "N"),
            "AEREL": either(np.array([event.related for event in events]), "RELATED", "NOT RELATED"),
            "AEACN": [event.action for event in events],
            "AEOUT": [
                (
                    "FATAL"
                    if event.grade == 5
                    else "NOT RECOVERED"
                    if event.end >= draft["OSDY"][event.patient]
                    else "RECOVERED"
                )
                for event in events
            ],
            "TRTEMFL": "Y",
            "ACYCLE": [event.cycle for event in events],
            "ASTDT": dates(part, start),
            "AENDT": dates(part, end),
            "ASTDY": number_text(start - first + 1, 0),
            "AENDY": number_text(end - first + 1, 0),
            "HSCTDY": number_text(np.where(start >= draft["HSCTDY"][who], start - draft["HSCTDY"][who], np.nan), 0),
            "CQ01NAM": either(np.array([event.term.hepatic for event in events]), "HEPATOTOXICITY"),
        }
    )
    table = table.sort_values(["USUBJID", "ASTDT", "AEDECOD", "AENDT", "AETOXGR", "AESER", "AEACN"], ignore_index=True)
    table["AESEQ"] = table.groupby("USUBJID").cumcount() + 1
    return table
