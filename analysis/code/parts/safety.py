import numpy as np


def row(events, kind, organ_class="", term=""):
    """What the table says of these events: patients by measure, events, the rate, and the risk difference."""
    worst = events.groupby(["arm", "USUBJID"])["grade"].max()
    having = {"any": events, "chosen": events[events["chosen"]], "fatal": events[events["fatal"]]}
    if EVENTS["serious"]:
        having["serious"] = events[events["serious"]]
    if EVENTS["related"]:
        having["related"] = events[events["related"]]
    counts = {name: some.groupby("arm")["USUBJID"].nunique() for name, some in having.items()}
    if EVENTS["scale"]:
        counts["severe"] = (worst >= 3).groupby("arm").sum()
        if KIND == "serious" and EVENTS["serious"]:
            worst = having["serious"].groupby(["arm", "USUBJID"])["grade"].max()
            counts["serious_severe"] = (worst >= 3).groupby("arm").sum()
        for grade in range(1, 6 if EVENTS["scale"] == "grade" else 4):
            counts[f"grade_{grade}"] = (worst == grade).groupby("arm").sum()
    chosen, out = having["chosen"], []
    for label in LABELS:
        n, who = int(SIZES[label]), {"kind": kind, "class": organ_class, "term": term, "arm": label}
        who["n"] = n
        for name, by_arm in counts.items():
            patients_ = int(by_arm.get(label, 0))
            out.append({**who, "quantity": f"patients_{name}", "estimate": patients_, "percent": 100 * patients_ / n})
        mine = chosen[chosen["arm"] == label]
        out.append({**who, "quantity": "events", "estimate": len(mine)})
        known = mine[mine["USUBJID"].map(AT_RISK).notna()]
        months = AT_RISK[label == ARM_OF].sum()
        if RATE == "all":
            events_ = len(known)
        else:
            first = known.groupby("USUBJID")["onset"].min().fillna(np.inf)
            events_ = len(first)
            months -= (AT_RISK[first.index] - first.clip(lower=1) / DAYS_PER_MONTH).clip(lower=0).sum()
        out.append({**who, "quantity": "rate_per_100_patient_months", **poisson(events_, months / 100)})
        if REFERENCE and label != REFERENCE:
            a, c = (int(counts["chosen"].get(arm, 0)) for arm in (label, REFERENCE))
            apart = newcombe(a, n, c, int(SIZES[REFERENCE]))
            out.append({**who, "reference": REFERENCE, "quantity": "risk_difference", **apart})
    return out


events = counted()
ARM_OF = patients[keep].set_index("USUBJID")["arm"]
AT_RISK = (treatment()["at_risk"] / DAYS_PER_MONTH).set_axis(patients["USUBJID"])[ARM_OF.index]
SIZES = ARM_OF.value_counts().reindex(list(ARMS.values()), fill_value=0)
LABELS = [label for label in ARMS.values() if SIZES[label]]
numbers = row(events, "any")
shown = []
for term in sorted(set(events["term"])):
    mine = events[events["term"] == term]
    share = mine[mine["chosen"]].groupby("arm")["USUBJID"].nunique().reindex(LABELS, fill_value=0) / SIZES[LABELS]
    organ_class = mine["class"].iloc[0]
    found = FIND.casefold() in term.casefold() or FIND.casefold() in organ_class.casefold()
    if share.max() >= LEAST / 100 - 1e-12 and found:
        shown.append(organ_class)
        numbers += row(mine, "term", organ_class, term)
for organ_class in sorted(set(shown)):
    numbers += row(events[events["class"] == organ_class], "class", organ_class)
