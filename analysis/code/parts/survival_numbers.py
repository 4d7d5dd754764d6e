import warnings

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError
from scipy.optimize import minimize
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
    try:
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
    except ConvergenceError:  # events of a group only where nobody of the other is left at risk
        return nothing
    beta, error = float(model.params_["group"]), float(model.standard_errors_["group"])
    if error > 50:  # separated: the estimate runs to infinity
        return nothing
    z = z_of(level)
    return {"estimate": np.exp(beta), "low": np.exp(beta - z * error), "high": np.exp(beta + z * error)}


def crossing(rows, column, target=0.5):
    """When a column of the curve falls to the target: in the middle of a stretch that is flat there (R and SAS)."""
    time, height = rows["time"].to_numpy(), rows[column].to_numpy()
    reached = np.flatnonzero(height < target + 1.5e-8)
    if len(reached) == 0:
        return np.nan
    first = reached[0]
    below = np.flatnonzero(height < height[first])
    if abs(height[first] - target) < 1.5e-8 and len(below):
        return (time[first] + time[below[0]]) / 2
    return time[first]


def likelihood(weights, events, design):
    """The maximum of the Cox likelihood (Efron ties) of cells of patients, their log hazards linear in the design."""

    def loss(coefficients):
        hazards = weights * np.exp(design @ coefficients)
        total = hazards.sum(axis=1)
        fitted = (hazards / total[:, np.newaxis]).sum(axis=0)
        return np.log(total).sum() - events @ design @ coefficients, (fitted - events) @ design

    return -minimize(loss, np.zeros(design.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9}).fun


def interaction(time, event, arm, level):
    """Likelihood-ratio test of arm by level: arm + level against a hazard of its own for each pair of them."""
    filled, cell = np.unique(arm * (level.max() + 1) + level, return_inverse=True)
    dummies = pd.DataFrame({"arm": filled // (level.max() + 1), "level": filled % (level.max() + 1)}).astype(str)
    additive = pd.get_dummies(dummies, drop_first=True).to_numpy(float)
    freedom = len(filled) - np.linalg.matrix_rank(np.column_stack([np.ones(len(filled)), additive]))
    if freedom == 0 or not event.any():
        return {"statistic": np.nan, "p_value": np.nan}
    of_cell = np.eye(len(filled))[cell]
    weights = []
    for t in np.unique(time[event]):
        at_risk, dying = of_cell[time >= t].sum(axis=0), of_cell[event & (time == t)].sum(axis=0)
        weights += [at_risk - tied / dying.sum() * dying for tied in range(int(dying.sum()))]
    weights, events = np.array(weights), of_cell[event].sum(axis=0)
    both = [likelihood(weights, events, design) for design in (additive, np.eye(len(filled))[:, 1:])]
    statistic = max(2 * (both[1] - both[0]), 0)
    return {"statistic": statistic, "degrees_of_freedom": freedom, "p_value": chi2.sf(statistic, freedom)}
