"""A trial folder of any size as plain CSV: subjects, two endpoints, and adverse events with the usual columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

TERMS, CLASSES = 800, 26


def write_large(folder: Path, subjects: int, events: int, seed: int = 3) -> None:
    """Write `adsl`, `adtte` and `adae`; the columns that no view needs are there too, as in real tables."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    subject = np.array([f"STUDY-01-{i:06}" for i in range(subjects)])
    arm = np.where(random.random(subjects) < 0.5, "New drug", "Placebo")
    died = np.ceil(random.exponential(np.where(arm == "Placebo", 500, 650))).astype(int)
    end = np.minimum(died, random.integers(200, 1500, subjects))
    first = pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 900, subjects), "D")
    adsl = {
        "STUDYID": "STUDY",
        "USUBJID": subject,
        "TRT01P": arm,
        "TRT01A": arm,
        "ITTFL": "Y",
        "SAFFL": "Y",
        "AGE": random.integers(18, 90, subjects),
        "SEX": np.where(random.random(subjects) < 0.5, "F", "M"),
        "AGEGR1": np.where(random.random(subjects) < 0.4, "<65", ">=65"),
        "REGION1": random.choice(["Asia", "Europe", "North America"], subjects),
        "TRTSDT": first.strftime("%Y-%m-%d"),
        "TRTEDT": (first + pd.to_timedelta(np.minimum(end, 365), "D")).strftime("%Y-%m-%d"),
    }
    pd.DataFrame(adsl).to_csv(folder / "adsl.csv", index=False)
    times = pd.DataFrame(
        {"USUBJID": subject, "PARAMCD": "OS", "PARAM": "Overall survival", "AVAL": end, "AVALU": "DAYS"}
    )
    times["CNSR"] = (end < died).astype(int)
    earlier = times.assign(PARAMCD="PFS", PARAM="Progression-free survival", AVAL=np.maximum(end // 2, 1))
    pd.concat([times, earlier]).to_csv(folder / "adtte.csv", index=False)
    who = np.sort(random.integers(0, subjects, events))
    term = np.floor(TERMS * random.random(events) ** 2).astype(int)
    day = random.integers(1, 366, events)
    grade = random.integers(1, 5, events)
    adae = {
        "STUDYID": "STUDY",
        "USUBJID": subject[who],
        "AESEQ": np.arange(events),
        "AETERM": [f"reported as {t} by {w}" for t, w in zip(term, who, strict=True)],
        "AEDECOD": np.array([f"Preferred term {t:03}" for t in range(TERMS)])[term],
        "AEBODSYS": np.array([f"System organ class {c:02}" for c in range(CLASSES)])[term % CLASSES],
        "ATOXGR": grade,
        "AESER": np.where(random.random(events) < 0.1, "Y", "N"),
        "AEREL": np.where(random.random(events) < 0.4, "RELATED", "NOT RELATED"),
        "TRTEMFL": "Y",
        "ASTDY": day,
        "AENDY": day + 5,
        "AEACN": "DOSE NOT CHANGED",
        "AEOUT": "RECOVERED/RESOLVED",
    }
    pd.DataFrame(adae).to_csv(folder / "adae.csv", index=False)
