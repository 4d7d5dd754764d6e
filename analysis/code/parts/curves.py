import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from scipy.stats import chi2, norm


def curve(time, event, interval, level):
    """Kaplan-Meier by lifelines: a row at 0 and one at each time, with Greenwood's error and limits."""
    fitter = KaplanMeierFitter().fit(time, event)
    table = fitter.event_table
    rows = pd.DataFrame(
        {
            "time": table.index.to_numpy(float),
            "estimate": fitter.survival_function_.to_numpy()[:, 0],
            "at_risk": table["at_risk"].to_numpy(),
            "events": table["observed"].to_numpy(),
        }
    )
    limits(rows, interval, level)
    rows["censored"] = rows["at_risk"] - rows["events"] - rows["at_risk"].shift(-1, fill_value=0)
    return rows


def limits(rows, interval, level):
    """Add to a curve Greenwood's error of the estimate and its limits."""
    s, staying = rows["estimate"], rows["at_risk"] - rows["events"]
    terms = (rows["events"] / (rows["at_risk"] * staying)).where((s > 0) & (staying > 0), 0)
    log_error = np.sqrt(terms.cumsum()).where(s > 0)
    rows["error"], z = s * log_error, z_of(level)
    if interval == "plain":
        rows["low"], rows["high"] = (s - z * rows["error"]).clip(lower=0), (s + z * rows["error"]).clip(upper=1)
    elif interval == "log":
        rows["low"], rows["high"] = s * np.exp(-z * log_error), (s * np.exp(z * log_error)).clip(upper=1)
    else:
        inside = s.where((s > 0) & (s < 1))
        factor = np.exp(-z * log_error / np.log(inside))
        rows["low"], rows["high"] = inside**factor, inside ** (1 / factor)
    if rows["events"].iloc[0] == 0:
        rows.loc[0, ["low", "high"]] = 1.0


def median(rows):
    value, low, high = (crossing(rows, column) for column in ("estimate", "low", "high"))
    return {"estimate": value, "low": low, "high": np.nan if np.isnan(value) else high}


def log_rank(time, event, groups, strata=None, sided=2):
    """Sums of O - E and of its covariance over strata; one-sided, group 1 is expected to do better than group 0."""
    known = np.unique(groups)
    difference, covariance = np.zeros(len(known)), np.zeros((len(known), len(known)))
    for stratum in [None] if strata is None else np.unique(strata):
        mine = np.ones(len(time), bool) if stratum is None else strata == stratum
        for t in np.unique(time[mine & event]):
            at_risk = np.array([(mine & (groups == g) & (time >= t)).sum() for g in known])
            events = np.array([(mine & event & (groups == g) & (time == t)).sum() for g in known])
            n, d, share = at_risk.sum(), events.sum(), at_risk / at_risk.sum()
            difference += events - d * share
            covariance += d * (n - d) / max(n - 1, 1) * (np.diag(share) - np.outer(share, share))
    if len(known) < 2 or np.linalg.matrix_rank(covariance) < len(known) - 1:
        return {"statistic": np.nan, "p_value": np.nan}
    statistic = difference[1:] @ np.linalg.solve(covariance[1:, 1:], difference[1:])
    p = chi2.sf(statistic, len(known) - 1)
    if sided == 1:
        p = norm.cdf(np.sign(difference[1]) * np.sqrt(statistic))
    return {"statistic": statistic, "p_value": p}
