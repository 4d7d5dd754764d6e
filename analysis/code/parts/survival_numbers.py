import warnings

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from scipy.stats import chi2, norm


def times(endpoint, table, days_recorded, days_shown):
    """Time and event of each patient; CNSR is 0 for an event and 1 or more for a censored time."""
    rows = read(table)
    rows = rows[rows["PARAMCD"] == endpoint].set_index("USUBJID").reindex(patients["USUBJID"])
    time = number(rows["AVAL"]).to_numpy() * (days_recorded / days_shown)
    return time, number(rows["CNSR"]).to_numpy() == 0


def z_of(level):
    return norm.ppf((1 + level) / 2)


def cox(time, event, groups, level, strata=None):
    """Hazard ratio of group 1 over group 0 with its interval: Cox model, Efron ties."""
    nothing = {"estimate": np.nan, "low": np.nan, "high": np.nan}
    if not all(event[groups == g].any() for g in (0, 1)):
        return nothing
    frame = pd.DataFrame({"time": time, "event": event, "group": groups.astype(float)})
    if strata is not None:
        frame["stratum"] = strata
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CoxPHFitter().fit(
            frame,
            "time",
            "event",
            strata=None if strata is None else "stratum",
            # further than lifelines goes by itself, which stops up to 0.0001 short
            fit_options={"precision": 1e-13, "r_precision": 0.0, "step_size": 0.5},
        )
    beta, error = float(model.params_["group"]), float(model.standard_errors_["group"])
    if error > 50:  # separated: the estimate runs to infinity
        return nothing
    z = z_of(level)
    return {"estimate": np.exp(beta), "low": np.exp(beta - z * error), "high": np.exp(beta + z * error)}


def likelihood(time, event, columns):
    """The maximum of the Cox likelihood with these columns; those that are the same in everybody say nothing."""
    columns = columns.loc[:, columns.nunique() > 1].astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = columns.assign(time=time, event=event)
        options = {"precision": 1e-13, "r_precision": 0.0, "step_size": 0.5}
        return CoxPHFitter().fit(frame, "time", "event", fit_options=options).log_likelihood_


def interaction(time, event, arm, level):
    """Likelihood-ratio test of arm by level: arm + level against a hazard of its own for each pair."""
    cell = arm * (level.max() + 1) + level
    filled = np.unique(cell)
    arms, levels = filled // (level.max() + 1), filled % (level.max() + 1)
    design = np.column_stack([np.ones(len(filled)), pd.get_dummies(arms), pd.get_dummies(levels)]).astype(float)
    freedom = len(filled) - np.linalg.matrix_rank(design)
    if freedom == 0 or not event.any():
        return {"statistic": np.nan, "p_value": np.nan}

    def fitted(groups, columns):
        # where nobody has an event the hazard runs to 0, and at that limit these patients no longer count
        alive = np.isin(groups, groups[event])
        return alive if columns is None else likelihood(time[alive], event[alive], columns[alive])

    both = fitted(arm, None) & fitted(level, None)
    codes = pd.DataFrame({"arm": arm, "level": level})[both]
    additive = likelihood(time[both], event[both], pd.get_dummies(codes.astype(str), drop_first=True))
    crossed = fitted(cell, pd.get_dummies(pd.Series(cell).astype(str)).iloc[:, 1:])
    statistic = max(2 * (crossed - additive), 0)
    return {"statistic": statistic, "p_value": chi2.sf(statistic, freedom)}
