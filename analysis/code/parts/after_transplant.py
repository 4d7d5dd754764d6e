import numpy as np

end, died = days_of(*SURVIVAL)
transplanted = day_of(*TRANSPLANT) if TRANSPLANT else np.zeros(len(patients))  # else all were at the start
relapsed = day_of(*RELAPSE)
if RELAPSE_KIND:
    relapsed = np.where(text(patients[RELAPSE_KIND]).isin(RELAPSES), relapsed, np.inf)
if DISEASE_DEATH:  # a relapse that nobody recorded is dated by the death from the disease
    recorded = np.isfinite(relapsed) & (relapsed > transplanted)
    relapsed = np.where((text(patients[DISEASE_DEATH]) == "Y") & died & ~recorded, end, relapsed)
# after a relapse from before the transplant only death is waited for
after = (relapsed >= transplanted) & (relapsed <= end) & ((relapsed > transplanted) | (TRANSPLANT is None))
months = (np.where(after, relapsed, end) - transplanted) / DAYS_PER_MONTH
use = keep.to_numpy() & np.isfinite(transplanted) & (end >= transplanted)
arm = patients["arm"].to_numpy()
numbers = []
for cause, had, competing in (("relapse", after, died & ~after), ("death", died & ~after, after)):
    code = np.where(had, 1, np.where(competing, 2, 0))
    numbers.append({"quantity": "gray_test", "cause": cause, **gray(months[use], code[use], arm[use])})
    for label in ARMS.values():
        mine = use & (arm == label)
        if not mine.any():
            continue
        who = {"cause": cause, "arm": label}
        rows = incidence(months[mine], code[mine])
        by_then = rows.loc[rows["time"] <= MONTH, ["estimate", "low", "high"]].iloc[-1].to_dict()
        if rows["time"].iloc[-1] < MONTH:
            by_then = {}
        counts = {"n": int(mine.sum()), "events": int((mine & had).sum())}
        numbers.append({"quantity": "incidence", **who, **counts, **by_then, "time": MONTH})
        numbers += [{"quantity": "curve", **who, **row} for row in rows.to_dict("records")]
