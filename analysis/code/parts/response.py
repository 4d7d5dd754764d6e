import numpy as np

responded = text(patients[RESPONSE]).isin(RESPONDED)
numbers = [{**row, "kind": None} for row in counted(RESPONSE_LABEL, "rate", responded)]
rates = {row["arm"]: (row["n"], row["of"]) for row in numbers}
for label in ARMS.values():
    if REFERENCE and label != REFERENCE:
        pair = {"block": RESPONSE_LABEL, "arm": label, "reference": REFERENCE}
        both = (*rates[label], *rates[REFERENCE])
        numbers.append({**pair, "row": "difference", **newcombe(*both, LEVEL)})
        numbers.append({**pair, "row": "odds ratio", **odds_ratio(*both, LEVEL)})
        numbers.append({**pair, "row": "test", **association(*both, SIDED)})
if BEST:
    best = text(patients[BEST]).fillna("")
    for value, label in BEST_LABELS.items():
        if (keep & (best == value)).any():
            numbers += counted("Best response", label, best == value)
if RESIDUAL:
    status = text(patients[RESIDUAL]).fillna("")
    for value in sorted(status[keep & responded].unique()):
        label = value.capitalize() or "Not assessed"
        numbers += counted(f"{RESIDUAL_LABEL}, responders", label, status == value, responded)
if FIRST:
    months = days_between(SINCE, FIRST) / DAYS_PER_MONTH
    for row, kind in (("Median (range)", "median"), ("Mean (SD)", "mean")):
        numbers += spread("Time to response, months", row, kind, months, responded)
if ASSESSMENTS:
    table, parameter = ASSESSMENTS
    visits = read(table)
    visits = visits[visits["PARAMCD"] == parameter]
    visits = visits[visits["USUBJID"].isin(patients.loc[keep, "USUBJID"])]
    value, cycle = text(visits["AVALC"]), number(visits["AVISITN"])
    ever = pd.Series(False, index=patients.index)
    for c in np.unique(cycle.dropna()):
        here = cycle == c
        assessed, responding = (
            patients["USUBJID"].isin(visits.loc[here & which, "USUBJID"])
            for which in (~value.isin(UNEVALUABLE), value.isin(RESPONSES))
        )
        ever |= responding
        seen = {row["arm"]: row["n"] for row in counted("cycle", "assessed", assessed)}
        for row, which in (("in response", responding), ("first response by then", ever)):
            numbers += [
                {**out, "kind": None, "cycle": int(c), "assessed": seen[out["arm"]]}
                for out in counted("cycle", row, which)
            ]
if ENDPOINT:
    numbers += medians()[0]
