import numpy as np

records = read(TABLE)
given = {
    label: patients["USUBJID"].isin(records.loc[text(records[TERM]).isin(terms), "USUBJID"])
    for label, terms in THERAPIES.items()
}
any_of = np.logical_or.reduce([np.zeros(len(patients), bool), *given.values()])
numbers = counted(POPULATION, "Any later therapy", any_of)
for label, mask in given.items():
    numbers += counted(POPULATION, label, mask)
if RESPONSE:
    responded = text(patients[RESPONSE]).isin(RESPONDED)
    numbers += counted(f"With {RESPONSE_LABEL}", "Any later therapy", any_of, responded)
    numbers += counted(f"Without {RESPONSE_LABEL}", "Any later therapy", any_of, ~responded)
if ENDPOINT:
    rows, time, event = medians()
    numbers += rows
    stratum = np.zeros(len(patients), int)
    if STRATA:
        groups = patients.groupby([text(patients[name]) for name in STRATA])
        stratum = groups.ngroup().fillna(-1).to_numpy(int)
    for label in [row["arm"] for row in rows]:
        if REFERENCE and label != REFERENCE:
            pair = (keep & patients["arm"].isin([label, REFERENCE])).to_numpy() & ~np.isnan(time) & (stratum >= 0)
            one = (patients["arm"] == label).to_numpy()[pair].astype(int)
            ratio = cox(time[pair], event[pair], one, HAZARD_RATIO_LEVEL, stratum[pair] if STRATA else None)
            who = {"block": ENDPOINT_LABEL, "row": "hazard ratio", "kind": "hazard ratio", "arm": label}
            numbers.append({**who, "reference": REFERENCE, **ratio})
