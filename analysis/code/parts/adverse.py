import numpy as np
import pandas as pd

GRADES = {f"{word}{grade}": grade for word in ("", "GRADE ") for grade in range(1, 6)}
SEVERITIES = {"MILD": 1, "MODERATE": 2, "SEVERE": 3}


def flag(rows, column, values=("Y", "YES")):
    return text(rows[column]).str.upper().isin(values)


def days(frame, names):
    """The first of these dates that is known, in days."""
    found = pd.Series(np.nan, index=frame.index)
    for name in names:
        if name in frame:
            date = pd.to_datetime(frame[name].str[:10], format="%Y-%m-%d", errors="coerce")
            found = found.fillna((date - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1))
    return found


def study_day(day, start):
    """The day of the first dose is day 1, the day before it is -1."""
    since = day - start
    return since + (since >= 0)


def treatment():
    """For each patient, in days from the first dose: treated, time at risk, death and last seen."""
    start = days(patients, ["TRTSDT", "TRTSDTM", "RFXSTDTC"])
    lasted = next((name for name in ("TRTDURD", "TRTDUR") if name in patients), None)
    if lasted:
        treated = number(patients[lasted])
        treated = treated.where(treated > 0)
    else:
        treated = study_day(days(patients, ["TRTEDT", "TRTEDTM", "RFXENDTC"]), start)
    death = study_day(days(patients, ["DTHDT", "DTHDTM", "DTHDTC"]), start)
    seen = study_day(days(patients, ["LSTALVDT", "EOSDT", "RFENDT", "RFPENDTC"]), start)
    if SURVIVAL:
        endpoint, table, recorded = SURVIVAL
        rows = read(table)
        rows = rows[rows["PARAMCD"] == endpoint].set_index("USUBJID").reindex(patients["USUBJID"])
        delay = (start - days(patients, ["RANDDT", "TRTSDT", "TRTSDTM"])).fillna(0)
        since = pd.Series(number(rows["AVAL"]).to_numpy() * recorded, index=patients.index) - delay
        died = pd.Series(number(rows["CNSR"]).to_numpy() == 0, index=patients.index)
        death, seen = death.fillna(since.where(died)), seen.fillna(since.where(~died))
    if "EOSDY" in patients:
        seen = seen.fillna(number(patients["EOSDY"]))
    if "DTHFL" in patients:
        death = death.where(~((text(patients["DTHFL"]) == "Y") & death.isna()), seen)
    seen = death.fillna(seen)
    at_risk = np.fmax(treated, np.fmin(treated + EVENTS["window_days"], seen))
    return pd.DataFrame({"treated": treated, "at_risk": at_risk, "death": death, "seen": seen, "start": start})


def adverse_events():
    """The events with a term: class, grade, flags and day of onset; a term stands in its most frequent class."""
    rows = read(EVENTS["table"])
    rows = rows[rows[EVENTS["term"]].notna()].reset_index(drop=True)
    out = pd.DataFrame({"USUBJID": rows["USUBJID"], "term": text(rows[EVENTS["term"]])})
    given = text(rows[EVENTS["organ_class"]]).fillna("Not classified") if EVENTS["organ_class"] else "Not classified"
    counts = out.assign(given=given).groupby(["term", "given"]).size().reset_index(name="n")
    counts = counts.sort_values(["n", "given"], ascending=[False, True]).drop_duplicates("term")
    out["class"] = out["term"].map(counts.set_index("term")["given"])
    ranks = SEVERITIES if EVENTS["scale"] == "severity" else GRADES
    out["grade"] = text(rows[EVENTS["grade"]]).str.upper().map(ranks).fillna(0) if EVENTS["grade"] else 0
    out["serious"] = flag(rows, EVENTS["serious"]) if EVENTS["serious"] else False
    out["related"] = flag(rows, EVENTS["related"], EVENTS["related_values"]) if EVENTS["related"] else False
    out["fatal"] = (out["grade"] == 5) & (EVENTS["scale"] == "grade")
    for column, value in (("AESDTH", "Y"), ("AEOUT", "FATAL")):
        if column in rows:
            out["fatal"] |= flag(rows, column, [value])
    out["emergent"] = flag(rows, EVENTS["emergent"]) if EVENTS["emergent"] else True
    onset = EVENTS["onset"]
    first = out["USUBJID"].map(treatment()["start"].set_axis(patients["USUBJID"]))
    out["onset"] = (
        np.nan if not onset else number(rows[onset]) if onset.endswith("DY") else study_day(days(rows, [onset]), first)
    )
    out["cycle"] = number(rows[EVENTS["cycle"]]).fillna(0).astype(int) if EVENTS["cycle"] else 0
    return out


def counted():
    """The treatment-emergent events of the patients chosen, with the arm of each and whether the view chooses it."""
    events = adverse_events()
    events["arm"] = events["USUBJID"].map(patients[keep].set_index("USUBJID")["arm"])
    events = events[events["emergent"] & events["arm"].notna()].copy()
    events["chosen"] = True
    if GRADE == "severe":
        events["chosen"] &= events["grade"] >= 3
    if KIND == "serious" and EVENTS["serious"]:
        events["chosen"] &= events["serious"]
    return events
