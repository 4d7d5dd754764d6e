import numpy as np

events = counted()
events = events[events["chosen"] & (events["term"] == TERM)]
spent = treatment()
first = events.groupby("USUBJID")["onset"].min().reindex(patients["USUBJID"]).to_numpy()
had = patients["USUBJID"].isin(events["USUBJID"]).to_numpy()
followed = np.fmax(spent["seen"], spent["at_risk"]).to_numpy()
death = spent["death"].to_numpy()
time = np.where(had, np.maximum(first - 1, 0), np.where(np.isnan(death), followed, death))
time, cause = np.maximum(time, 0), np.where(had, 1, np.where(np.isnan(death), 0, 2))
if EVENTS["cycle"]:
    period = events["cycle"] - 1
else:
    period = np.floor((events["onset"] - 1) / DAYS_PER_MONTH).where(events["onset"] > 0, -1).astype(int)
events = events.assign(period=np.minimum(period, len(PERIODS) - 1))
worst = events[events["period"] >= 0].groupby(["arm", "USUBJID", "period"])["grade"].max().reset_index()
numbers = []
for label in ARMS.values():
    mine = (keep & (patients["arm"] == label)).to_numpy()
    who = {"term": TERM, "arm": label, "n": int(mine.sum())}
    numbers.append({"quantity": "patients", **who, "estimate": int((mine & had).sum())})
    known = mine & ~np.isnan(time)
    if known.any():
        rows = incidence(time[known], cause[known]).rename(columns={"time": "day"}).to_dict("records")
        numbers += [{"quantity": "cumulative_incidence", **who, **row} for row in rows]
    counts = worst[worst["arm"] == label].groupby(["period", "grade"]).size()
    for (place, grade), count in counts.items():
        numbers.append(
            {
                "quantity": "patients_by_period",
                **who,
                UNIT: PERIODS[int(place)],
                "grade": grade or None,
                "estimate": count,
            }
        )
