import numpy as np
from scipy.stats import norm


def incidence(time, cause):
    """Cumulative incidence of cause 1 by Aalen-Johansen, ties as they are; its interval on the scale of log(-log)."""
    times = np.unique(np.append(0.0, time))
    at_risk = np.array([(time >= t).sum() for t in times])
    own = np.array([((time == t) & (cause == 1)).sum() for t in times]) / at_risk
    any_ = np.array([((time == t) & (cause > 0)).sum() for t in times]) / at_risk
    before = np.cumprod(np.append(1.0, 1 - any_[:-1]))
    f = np.cumsum(before * own)
    variance = []
    for i in range(len(times)):  # Betensky and Schoenfeld
        ahead = f[i] - f[: i + 1]
        odds = np.where(any_[: i + 1] < 1, any_[: i + 1] / np.maximum(1 - any_[: i + 1], 1e-300), 0)
        q, s = own[: i + 1], before[: i + 1]
        variance.append(((s**2 * q * (1 - q) - 2 * s * q * ahead + ahead**2 * odds) / at_risk[: i + 1]).sum())
    inside = np.where((f > 0) & (f < 1), f, np.nan)
    error = np.sqrt(np.maximum(variance, 0))
    factor = np.exp(norm.ppf(0.975) * error / (inside * np.log(inside)))
    low, high = inside ** (1 / factor), inside**factor
    if f[0] == 0:
        low[0] = high[0] = 0
    return pd.DataFrame({"day": times, "estimate": f, "low": low, "high": high, "at_risk": at_risk})


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
        rows = incidence(time[known], cause[known]).to_dict("records")
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
