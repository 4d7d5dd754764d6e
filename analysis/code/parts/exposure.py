import numpy as np
from scipy.stats import beta


def rate_ratio(events, days, other, other_days):
    """The ratio of two rates with its exact interval, given the sum of the events (R's poisson.test)."""
    if not days or not other_days or not other:
        return {}
    scale = other_days / days
    low = beta.ppf(0.025, events, other + 1) if events else 0.0
    high = beta.ppf(0.975, events + 1, other)
    ends = {"low": low / (1 - low) * scale, "high": high / (1 - high) * scale}
    return {"estimate": events / other * scale, **ends}


numbers = []
for block, flag, variable, days, per in EXPOSURES:
    if per:
        totals = {}
        for label in ARMS.values():
            mine = keep & (patients["arm"] == label)
            both = pd.DataFrame({"days": number(patients[variable]), "observed": number(patients[per])})[mine].dropna()
            totals[label] = n, observed = int(both["days"].sum()), both["observed"].sum()
            row = {"block": block, "arm": label}
            rate = poisson(n, observed / DAYS_PER_MONTH)
            numbers.append({**row, "row": "Per patient-month", "kind": "rate", **rate})
            share = {"estimate": n / observed if observed else np.nan}
            numbers.append({**row, "row": "Share of the days observed", "kind": "share", **share})
        for label in ARMS.values():
            if REFERENCE and label != REFERENCE:
                pair = {"block": block, "kind": CONTRAST, "arm": label, "reference": REFERENCE}
                numbers.append({**pair, **rate_ratio(*totals[label], *totals[REFERENCE])})
        continue
    among = flagged(flag) if flag else patients["arm"].notna()
    if flag:
        numbers += counted(block, "Patients", among)
    if variable:
        values, words = number(patients[variable]) / days, ", days" if flag else ""
        for row, kind in (("Median (range)", "median"), ("Mean (SD)", "mean")):
            numbers += spread(block, row + words, kind, values, among)
        if (keep & among & values.isna()).any():
            numbers += counted(block, "Not recorded", among & values.isna())
