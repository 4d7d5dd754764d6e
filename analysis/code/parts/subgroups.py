import numpy as np
from lifelines import KaplanMeierFitter


def median_time(time, event):
    """The median of a group by Kaplan-Meier."""
    if len(time) == 0:
        return np.nan
    table = KaplanMeierFitter().fit(time, event).survival_function_
    return crossing(pd.DataFrame({"time": table.index, "estimate": table.to_numpy()[:, 0]}), "estimate")


def compared(rows, strata=None):
    """The two arms among the rows (a mask): patients, events, medians, and the effect."""
    mine = [(rows & (arm == label)).to_numpy() & ~np.isnan(TIME) for label in (ARM, REFERENCE)]
    out = {"arm": ARM, "reference": REFERENCE}
    for role, mask in zip(("arm", "reference"), mine, strict=True):
        out |= {f"n_{role}": int(mask.sum()), f"events_{role}": int(EVENT[mask].sum())}
        if MEASURE == "hazard-ratio":
            out[f"median_{role}"] = median_time(TIME[mask], EVENT[mask])
    if MEASURE != "hazard-ratio":
        effect = newcombe if MEASURE == "difference" else odds_ratio
        return out | effect(
            *(out[f"{what}_{role}"] for role in ("arm", "reference") for what in ("events", "n")), LEVEL
        )
    use = mine[0] | mine[1]
    codes = None
    if strata:
        known = patients.groupby([text(patients[name]) for name in strata]).ngroup().fillna(-1).to_numpy(int)
        use &= known >= 0
        codes = known[use]
    return out | cox(TIME[use], EVENT[use], mine[0][use].astype(int), LEVEL, codes)


def tested(rows):
    """Whether the effect is the same in all the levels (masks)."""
    if MEASURE != "hazard-ratio":
        counts = [compared(level) for level in rows]
        test = odds_interaction(
            [(c["events_arm"], c["n_arm"], c["events_reference"], c["n_reference"]) for c in counts]
        )
    else:
        level = np.full(len(patients), -1)
        for place, mask in enumerate(rows):
            level[mask.to_numpy()] = place
        use = (level >= 0) & ~np.isnan(TIME)
        if not use.any():
            return {"interaction_p": np.nan}
        test = interaction(TIME[use], EVENT[use], (arm == ARM).to_numpy()[use].astype(int), level[use])
    return {"interaction_p": test["p_value"], "interaction_df": test.get("degrees_of_freedom")}


arm = patients["arm"]
everyone = population & arm.isin([ARM, REFERENCE])
if MEASURE == "hazard-ratio":
    TIME, EVENT = times(ENDPOINT, ENDPOINT_TABLE, DAYS_RECORDED, DAYS_SHOWN)
else:
    EVENT = text(patients[RESPONSE]).isin(RESPONDED).to_numpy()
    TIME = np.zeros(len(patients))
numbers = [{"factor": "", "subgroup": "All patients", **compared(everyone, STRATA)}]
for factor, within, levels in SECTIONS:
    masks = [everyone & within & level for _, level in levels]
    test = tested(masks)
    numbers += [
        {"factor": factor, "subgroup": label, **compared(mask), **test}
        for (label, _), mask in zip(levels, masks, strict=True)
    ]
