import numpy as np
import pandas as pd


def box(rows):
    """A row of the profile: its counts by arm, and their sum over all arms."""
    numbers.extend(rows)
    if len(rows) > 1:
        total = {name: sum(row[name] for row in rows) for name in ("n", "of")}
        numbers.append({"block": rows[0]["block"], "row": rows[0]["row"], "kind": "count", "arm": "", **total})


def dates(name):
    """The known dates of the patients in a column of ADSL; none without the column."""
    values = patients.loc[keep, name].str[:10] if name in patients else []
    return pd.DatetimeIndex(pd.to_datetime(values, errors="coerce", format="ISO8601")).dropna()


numbers = []
everyone = patients["arm"].notna()
box(counted("Allocation", POPULATION, everyone))
if TREATED is not None:
    as_allocated = text(patients[PLANNED]) == text(patients[ACTUAL])
    box(counted("Treatment", "Treated as allocated", TREATED & as_allocated))
    if (keep & TREATED & ~as_allocated).any():
        box(counted("Treatment", "Given another treatment", TREATED & ~as_allocated))
    box(counted("Treatment", "Never treated", everyone & ~TREATED))
if "EOSSTT" in patients:
    status = text(patients["EOSSTT"]).fillna("")
    reason = next((text(patients[name]).fillna("") for name in ("DCSREAS", "DCREASCD") if name in patients), None)
    for value in sorted(status[keep].unique(), key=lambda value: (not value, value)):
        box(counted("Follow-up", spoken(value), status == value))
        if value == "DISCONTINUED" and reason is not None:
            why = reason[keep & (status == value)].value_counts()
            for given in sorted(why.index, key=lambda given: (-why[given], given)):
                box(counted("Follow-up", spoken(given), (status == value) & (reason == given)))
sizes = [row["n"] for row in counted("Analysis", "", everyone)]
for label, treatment, mask in SETS:
    arm = text(patients[treatment]).map(ARMS)
    who = {"block": "Analysis", "row": label, "kind": "count"}
    members = [int((PASSING & mask & (arm == name)).sum()) for name in ARMS.values()]
    box([{**who, "arm": a, "n": n, "of": of} for a, n, of in zip(ARMS.values(), members, sizes, strict=True)])
for label, endpoint in ENDPOINTS:
    box(counted("Analysis", label, ~np.isnan(days_of(*endpoint)[0])))
if RESPONSE_LABEL:
    box(counted("Analysis", RESPONSE_LABEL, everyone))

randomized, cut_off, alive = dates("RANDDT"), dates("DCUTDT"), pd.Series(dtype=float)
if SURVIVAL:
    time, died = days_of(*SURVIVAL)
    alive = pd.Series(time / DAYS_PER_MONTH)[keep.to_numpy() & ~np.isnan(time) & ~died]
known = {}
if len(randomized):
    known["first randomized"] = {"date": randomized.min().date()}
    known["last randomized"] = {"date": randomized.max().date()}
if len(cut_off) and (len(randomized) or len(alive)):
    known["data cut-off"] = {"date": cut_off.max().date()}
if len(randomized) and len(cut_off):
    known["least follow-up, years"] = {"estimate": (cut_off.max() - randomized.max()).days / DAYS_PER_YEAR}
if len(alive):
    known["follow-up of those alive, months"] = spread_of(alive)
numbers += [{"block": "Enrolment", "row": row, "arm": "", **value} for row, value in known.items()]
