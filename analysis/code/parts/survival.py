import numpy as np
import pandas as pd
from scipy.stats import chi2


def rate(rows, time):
    """Survival at a time, unknown after the last follow-up of a curve that ends above 0."""
    row = rows[rows["time"] <= time].iloc[-1]
    if time > rows["time"].iloc[-1] and row["estimate"] > 0:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan, "error": np.nan}
    return row[["estimate", "low", "high", "error"]].to_dict()


def restricted_mean(rows, tau):
    """The area under the curve to tau, with Greenwood's variance."""
    if tau > rows["time"].iloc[-1] and rows["estimate"].iloc[-1] > 0:
        return np.nan, np.nan
    areas = rows["estimate"].to_numpy() * np.diff(np.minimum(np.append(rows["time"], tau), tau))
    left = areas[::-1].cumsum()[::-1]
    staying = (rows["at_risk"] - rows["events"]).to_numpy()
    terms = np.where(staying > 0, rows["events"] / (rows["at_risk"] * np.maximum(staying, 1)), 0)
    return areas.sum(), np.sqrt((left**2 * terms).sum())


def around(value, error, level, log=False):
    if not error > 0:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan}
    ends = {"estimate": value, "low": value - z_of(level) * error, "high": value + z_of(level) * error}
    return {name: float(np.exp(v)) if log else v for name, v in ends.items()}


def difference(one, other):
    """S of one group minus S of the other wherever one of them steps while both are followed."""
    time = np.unique(np.concatenate([one["time"], other["time"]]))
    time = time[time <= min(one["time"].iloc[-1], other["time"].iloc[-1])]
    first, second = (c.iloc[np.searchsorted(c["time"], time, side="right") - 1] for c in (one, other))
    change = first["estimate"].to_numpy() - second["estimate"].to_numpy()
    half = z_of(LEVEL) * np.hypot(first["error"].to_numpy(), second["error"].to_numpy())
    rows = pd.DataFrame({"time": time, "estimate": change, "low": change - half, "high": change + half})
    return [{"quantity": "difference", **row} for row in rows.to_dict("records")]


def schoenfeld(time, event, groups):
    """The coefficient; and for each event its time, 1 - S(t-), whether in group 1, and that group's share."""
    beta = np.log(cox(time, event, groups, 0.95)["estimate"])
    everyone, rows = curve(time, event, INTERVAL, LEVEL), []
    for t in np.unique(time[event]):
        n1, n0 = ((time >= t) & (groups == 1)).sum(), ((time >= t) & (groups == 0)).sum()
        d1, d0 = (event & (time == t) & (groups == 1)).sum(), (event & (time == t) & (groups == 0)).sum()
        before = everyone.loc[everyone["time"] < t, "estimate"]
        for tied in range(d1 + d0):  # Efron
            out = tied / (d1 + d0)
            share = (n1 - out * d1) * np.exp(beta)
            share /= share + n0 - out * d0
            rows.append((t, 1 - (before.iloc[-1] if len(before) else 1), tied < d1, share))
    return beta, pd.DataFrame(rows, columns=["time", "clock", "one", "share"])


def proportional_hazards(time, event, groups):
    """Score test that the hazard ratio does not change with 1 - S(t-): R's cox.zph (Grambsch and Therneau)."""
    if not all(event[groups == g].any() for g in (0, 1)):
        return {"statistic": np.nan, "p_value": np.nan}
    events = schoenfeld(time, event, groups)[1]
    spread, clock = events["share"] * (1 - events["share"]), events["clock"] - events["clock"].mean()
    crossed = (spread * clock).sum()
    information = np.array([[spread.sum(), crossed], [crossed, (spread * clock**2).sum()]])
    if np.linalg.matrix_rank(information) < 2:
        return {"statistic": np.nan, "p_value": np.nan}
    score = np.array([0.0, (clock * (events["one"] - events["share"])).sum()])
    statistic = score @ np.linalg.solve(information, score)
    return {"statistic": statistic, "p_value": chi2.sf(statistic, 1)}


def hazard_ratio_over_time(time, event, groups):
    """Scaled Schoenfeld residuals, smoothed by a natural spline on 4 degrees of freedom: R's plot of cox.zph."""
    if not all(event[groups == g].any() for g in (0, 1)) or len(np.unique(time[event])) < 6:
        return []
    beta, events = schoenfeld(time, event, groups)
    variance = (events["share"] * (1 - events["share"])).mean()
    residual = (events["one"] - events.groupby("time")["share"].transform("mean")) / variance + beta
    clock = events["clock"].to_numpy()
    grid = np.linspace(clock[0], clock[-1], 40)
    knots = np.quantile(np.concatenate([grid, clock]), [0, 1 / 3, 2 / 3, 1])

    def basis(x):
        x, inner = (x - knots[0]) / (knots[-1] - knots[0]), (knots - knots[0]) / (knots[-1] - knots[0])
        cubes = np.maximum(x[:, np.newaxis] - inner, 0) ** 3
        slopes = (cubes[:, :-1] - cubes[:, -1:]) / (1 - inner[:-1])
        return np.column_stack([np.ones(len(x)), x, slopes[:, :-1] - slopes[:, -1:]])

    points, inverse = basis(grid), np.linalg.inv(basis(clock).T @ basis(clock))
    smooth = points @ inverse @ (basis(clock).T @ residual.to_numpy())
    half = z_of(LEVEL) * np.sqrt(((points @ inverse) * points).sum(axis=1) / variance)
    rows = pd.DataFrame({"time": np.interp(grid, clock, events["time"]), "estimate": np.exp(smooth)})
    rows["low"], rows["high"] = np.exp(smooth - half), np.exp(smooth + half)
    return [{"quantity": "hazard_ratio_over_time", **row} for row in rows.to_dict("records")]


def describe(rows, prefix=""):
    """Everything the view shows of the patients in the rows (a mask)."""
    member = np.full(len(patients), -1)
    for place, (_, mask) in enumerate(GROUPS):
        member[mask.to_numpy()] = place
    all_time, all_event = TIMES
    use = rows.to_numpy() & ~np.isnan(all_time) & (member >= 0)
    time, event, member = all_time[use], all_event[use], member[use]
    stratum = None
    if STRATA and not prefix:
        codes = patients.loc[use].groupby([text(patients.loc[use, name]) for name in STRATA]).ngroup()
        stratum = codes.fillna(-1).to_numpy(int)
    out, curves = [], {}
    for place, (label, _) in enumerate(GROUPS):
        mine = member == place
        who = {GROUPED_BY: label, "n": int(mine.sum()), "events": int(event[mine].sum())}
        if not mine.any():
            continue
        c = curves[place] = curve(time[mine], event[mine], INTERVAL, LEVEL)
        mean, error = restricted_mean(c, TAU)
        with_limits = around(mean, error, LEVEL) if error else {"estimate": mean, "low": mean, "high": mean}
        out += [
            {"quantity": "median", **who, **median(c)},
            # median follow-up by reverse Kaplan-Meier: being censored is the event; its interval is always log-log
            {"quantity": "follow_up_median", **who, **median(curve(time[mine], ~event[mine], "log-log", LEVEL))},
            {"quantity": "rate", **who, "time": MILESTONE, **rate(c, MILESTONE)},
            {"quantity": "restricted_mean", **who, "time": TAU, **with_limits},
        ]
        out += [
            {"quantity": "at_risk", GROUPED_BY: label, "time": t, "at_risk": int((time[mine] >= t).sum())}
            for t in TICKS
        ]
        columns = ["time", "estimate", "low", "high", "at_risk", "events", "censored"]
        out += [{"quantity": "curve", GROUPED_BY: label, **row} for row in c[columns].to_dict("records")]
    present = list(curves)
    if not present:
        return out
    reference = next((p for p in present if GROUPS[p][0] == REFERENCE), present[0 if GROUPED_BY != "arm" else -1])
    for place in present:
        if place == reference:
            continue
        pair = np.isin(member, (place, reference))
        if stratum is not None:
            pair &= stratum >= 0
        t, e, g = time[pair], event[pair], (member[pair] == place).astype(int)
        s = None if stratum is None else stratum[pair]
        who = {GROUPED_BY: GROUPS[place][0], "reference": GROUPS[reference][0]}
        first, second = rate(curves[place], MILESTONE), rate(curves[reference], MILESTONE)
        one, other = restricted_mean(curves[place], TAU), restricted_mean(curves[reference], TAU)
        change = around(first["estimate"] - second["estimate"], np.hypot(first["error"], second["error"]), LEVEL)
        longer = around(one[0] - other[0], np.hypot(one[1], other[1]), LEVEL)
        z = (one[0] - other[0]) / np.hypot(one[1], other[1])
        tail = norm.sf(z if SIDED == 1 else abs(z))
        ratio = around(np.log(one[0] / other[0]), np.hypot(one[1] / one[0], other[1] / other[0]), LEVEL, log=True)
        out += [
            {"quantity": "hazard_ratio", **who, **cox(t, e, g, HAZARD_RATIO_LEVEL, s)},
            {"quantity": "log_rank", **who, **log_rank(t, e, g, s, SIDED)},
            {"quantity": "rate_difference", **who, "time": MILESTONE, **change},
            {"quantity": "restricted_mean_difference", **who, "time": TAU, **longer},
            {"quantity": "restricted_mean_test", **who, "time": TAU, "p_value": tail * SIDED},
            {"quantity": "restricted_mean_ratio", **who, "time": TAU, **ratio},
            {"quantity": "proportional_hazards", **who, **proportional_hazards(t, e, g)},
        ]
        if LOWER == "difference":
            out += [{**row, **who} for row in difference(curves[place], curves[reference])]
        elif LOWER == "hazard":
            out += [{**row, **who} for row in hazard_ratio_over_time(t, e, g)]
    known = np.ones(len(time), bool) if stratum is None else stratum >= 0
    overall = log_rank(time[known], event[known], member[known], None if stratum is None else stratum[known])
    out.append({"quantity": "log_rank_overall", **overall})
    return [{**row, "quantity": prefix + row["quantity"]} for row in out]


def cohort_by_arm():
    """Whether the hazard ratios of the arms differ between the cohort and everyone else."""
    time, event = TIMES
    use = population.to_numpy() & ~np.isnan(time)
    arm = pd.Categorical(patients["arm"], list(ARMS.values())).codes
    test = interaction(time[use], event[use], arm[use], (~keep).to_numpy()[use].astype(int))
    return [{"quantity": "interaction_cohort_by_arm", **test}] if GROUPED_BY == "arm" else []


TIMES = times(ENDPOINT, ENDPOINT_TABLE, DAYS_RECORDED, DAYS_SHOWN)
numbers = describe(keep)
if COMPLEMENT:
    numbers += describe(population & ~keep, "complement_")
    numbers += cohort_by_arm()
