import numpy as np
import pandas as pd
from lifelines import CoxTimeVaryingFitter
from scipy.stats import norm


def late_curve(start, stop, event):
    """Kaplan-Meier of spells (start, stop]: at risk are those who came before and have not left (Simon and Makuch)."""
    time = np.unique(np.append(0.0, stop))
    at_risk = np.array([((start < t) & (stop >= t)).sum() if t else (start == 0).sum() for t in time])
    events = np.array([(event & (stop == t)).sum() for t in time])
    rows = pd.DataFrame({"time": time, "at_risk": at_risk, "events": events})
    rows["estimate"] = np.cumprod(1 - events / np.maximum(at_risk, 1))
    limits(rows, "log-log", LEVEL)
    dead = time[rows["estimate"] < 1.5e-8]
    if len(dead) and (start >= dead[0]).any():  # others come when all have died: the curve would stay at 0
        return None
    return rows


def described(way, arm, group, event, rows):
    """What the view shows of a group: its patients, its median and its curve."""
    who = {"way": way, "arm": arm, "group": group}
    of = {"quantity": "median", **who, "n": len(event), "events": int(event.sum())}
    if rows is None:
        return [of]
    points = rows[["time", "estimate", "low", "high", "at_risk"]].to_dict("records")
    return [{**of, **median(rows)}, *({"quantity": "curve", **who, **point} for point in points)]


def spells(way, group, start, stop, event):
    """A group of patients of the arm, each under observation from one day to another."""
    start, stop, event = (values[stop > start] for values in (start, stop, event))
    rows = late_curve(start / DAYS_PER_MONTH, stop / DAYS_PER_MONTH, event) if len(event) else None
    return described(way, ARM, group, event, rows)


def compared(way, arm, time, event, ratio, test):
    """The hazard ratio and the test of a way, with the patients compared."""
    who = {"way": way, "arm": arm, "n": len(time), "events": int(event.sum())}
    return [{"quantity": "hazard_ratio", **who, **ratio}, {"quantity": "test", **who, **test}]


def time_dependent(patient, start, stop, event, after):
    """The hazard ratio of spells after the event over those before it, and its Wald test."""
    frame = pd.DataFrame({"id": patient, "start": start, "stop": stop, "event": event, "after": after})
    frame = frame[stop > start].astype(float)
    if (frame.groupby("after")["event"].sum() > 0).sum() < 2:
        return {}, {}
    fitter = CoxTimeVaryingFitter()
    fitter.fit(
        frame,
        id_col="id",
        event_col="event",
        start_col="start",
        stop_col="stop",
        fit_options={"precision": 1e-13, "r_precision": 0.0, "step_size": 0.5},
    )
    beta, error, half = fitter.params_["after"], fitter.standard_errors_["after"], z_of(LEVEL)
    if not error * frame["after"].std(ddof=0) < 10:  # separated: the estimate runs to infinity
        return {}, {}
    z = -beta / error
    ratio = {"estimate": np.exp(beta), "low": np.exp(beta - half * error), "high": np.exp(beta + half * error)}
    return ratio, {"statistic": z, "p_value": norm.sf(z) if SIDED == 1 else 2 * norm.sf(abs(z))}


# days to the end of follow-up and to the event; in the responders of one arm, where the trial knows who responded
all_end, all_died = days_of(*SURVIVAL)
all_day = day_of(*EVENT)
mine = (keep & (patients["arm"] == ARM)).to_numpy() & ~np.isnan(all_end)
if RESPONSE:
    mine &= text(patients[RESPONSE]).isin(RESPONDED).to_numpy()
end, died, day = all_end[mine], all_died[mine], all_day[mine]
start, had = np.zeros(len(end)), day < end

# naive: ever against never, both from the start
numbers = compared("naive", ARM, end, died, cox(end, died, had, LEVEL), log_rank(end, died, had, None, SIDED))
for group, of in zip(GROUPS["naive"], (had, ~had), strict=True):
    numbers += spells("naive", group, start[of], end[of], died[of])

# landmark: those still followed on a day, by what had happened until then
landmark = LANDMARK * DAYS_PER_MONTH
followed, by_then = end > landmark, day <= landmark
kept = end[followed], died[followed], by_then[followed]
numbers += compared("landmark", ARM, *kept[:2], cox(*kept, LEVEL), log_rank(*kept, None, SIDED))
for quantity, value in (
    ("landmark", {"time": LANDMARK}),
    ("died_before_landmark", {"estimate": int((~followed & died).sum())}),
    ("follow_up_ended_before_landmark", {"estimate": int((~followed & ~died).sum())}),
):
    numbers.append({"quantity": quantity, "way": "landmark", "arm": ARM, **value})
for group, of in zip(GROUPS["landmark"], (followed & by_then, followed & ~by_then), strict=True):
    numbers += spells("landmark", group, start[of] + landmark, end[of], died[of])

# time-dependent: each patient without the event until the day of it, and with it from then on
spell = pd.DataFrame(
    {
        "patient": np.append(np.arange(len(end)), np.flatnonzero(had)),
        "start": np.append(start, day[had]),
        "stop": np.append(np.minimum(day, end), end[had]),
        "event": np.append(died & ~had, died[had]),
        "after": np.append(np.zeros(len(end), bool), np.ones(had.sum(), bool)),
    }
)
columns = [spell[name].to_numpy() for name in spell]
numbers += compared("timedependent", ARM, end, died, *time_dependent(*columns))
for group, of in zip(GROUPS["timedependent"], (columns[-1], ~columns[-1]), strict=True):
    numbers += spells("timedependent", group, *(values[of] for values in columns[1:4]))

# censored: the arms compared in all patients, with follow-up that ends at the event, and as they are
if CENSORED:
    until, died_by_then = np.minimum(all_end, all_day), all_died & (all_day >= all_end)
    if CENSORED_ENDPOINT:
        until, died_by_then = days_of(*CENSORED_ENDPOINT)
    stratum = np.zeros(len(patients), int)
    if STRATA:
        stratum = patients.groupby([text(patients[name]) for name in STRATA]).ngroup().fillna(-1).to_numpy(int)
    first = (patients["arm"] == CENSORED[0]).to_numpy()

    def between(time, event):
        use = keep.to_numpy() & ~np.isnan(time) & (stratum >= 0)
        pair, strata = (time[use], event[use], first[use]), stratum[use] if STRATA else None
        return cox(*pair, CENSORED_LEVEL, strata), log_rank(*pair, strata, CENSORED_SIDED)

    known = keep.to_numpy() & ~np.isnan(until)
    numbers += compared("censored", None, until[known], died_by_then[known], *between(until, died_by_then))
    for group, arm in zip(GROUPS["censored"], CENSORED, strict=True):
        of = known & (patients["arm"] == arm).to_numpy()
        rows = curve(until[of] / DAYS_PER_MONTH, died_by_then[of], "log-log", CURVE_LEVEL) if of.any() else None
        numbers += described("censored", None, group, died_by_then[of], rows)
    numbers.append({"quantity": "hazard_ratio", "way": "not censored", **between(all_end, all_died)[0]})
