import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from scipy.stats import chi2


def derivatives(time, event, x, beta):
    """Score and information of a Cox model, Efron ties; and of each event its time, mean and spread of x at risk."""
    hazard, at, means, spreads = np.exp(x @ beta), [], [], []
    for t in np.unique(time[event]):
        dying = event & (time == t)
        for tied in range(int(dying.sum())):
            weight = hazard * ((time >= t) - tied / dying.sum() * dying)
            weight /= weight.sum()
            mean = weight @ x
            at.append(t)
            means.append(mean)
            spreads.append((x * weight[:, np.newaxis]).T @ x - np.outer(mean, mean))
    means, spreads = np.array(means), np.array(spreads)
    return x[event].sum(axis=0) - means.sum(axis=0), spreads.sum(axis=0), (np.array(at), means, spreads)


def fitted(time, event, x):
    """The coefficients by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        score, information, _ = derivatives(time, event, x, beta)
        step = np.linalg.solve(information, score) if len(beta) else score
        beta = beta + step
        if np.abs(step).max(initial=0) < 1e-10:
            break
    return beta


def tested(vector, matrix, places):
    statistic = float(vector @ np.linalg.solve(matrix, vector))
    return {"statistic": statistic, "degrees_of_freedom": places, "p_value": float(chi2.sf(statistic, places))}


def entry_tests(time, event, columns, inside):
    """The score test of each covariate outside the model, given those inside."""
    held = np.column_stack([np.empty((len(time), 0)), *(columns[name] for name in inside)])
    beta, tests = fitted(time, event, held), {}
    for name, x in columns.items():
        if name in inside:
            continue
        both = np.column_stack([held, x])
        score, information, _ = derivatives(time, event, both, np.append(beta, np.zeros(x.shape[1])))
        if np.linalg.matrix_rank(information, hermitian=True) == len(score):
            tests[name] = tested(score, information, x.shape[1])
    return tests


def wald_tests(time, event, columns, inside):
    x = np.column_stack([columns[name] for name in inside])
    beta = fitted(time, event, x)
    covariance = np.linalg.inv(derivatives(time, event, x, beta)[1])
    tests, start = {}, 0
    for name in inside:
        k = columns[name].shape[1]
        place = slice(start, start + k)
        tests[name], start = tested(beta[place], covariance[place, place], k), start + k
    return tests


def stepwise(time, event, columns):
    """The best score test enters, then what fails Wald's test leaves: the rule of SAS PROC PHREG."""
    inside, steps = [], []
    while len(steps) < 100:
        waiting = entry_tests(time, event, columns, inside)
        first = min(waiting, key=lambda name: (waiting[name]["p_value"], -waiting[name]["statistic"]), default=None)
        if first is None or waiting[first]["p_value"] >= ENTRY:
            break
        inside.append(first)
        steps.append((first, "enters", waiting[first]))
        while inside:
            tests = wald_tests(time, event, columns, inside)
            last = max(tests, key=lambda name: (tests[name]["p_value"], -tests[name]["statistic"]))
            if tests[last]["p_value"] < STAY:
                break
            inside.remove(last)
            steps.append((last, "leaves", tests[last]))
        if steps[-1][:2] == (first, "leaves"):
            break
    return inside, steps, entry_tests(time, event, columns, inside)


def proportional_hazards(time, event, columns):
    """R's cox.zph on the Kaplan-Meier scale of time: of each covariate, and of all under None."""
    x = np.column_stack(list(columns.values()))
    _, information, (at, means, spreads) = derivatives(time, event, x, fitted(time, event, x))
    curve = KaplanMeierFitter().fit(time, event).survival_function_
    known, height = curve.index.to_numpy(), curve.to_numpy()[:, 0]
    clock = 1 - np.append(1.0, height)[np.searchsorted(known, at)]
    clock = clock - clock.mean()
    ordered = x[event][np.argsort(time[event], kind="stable")]
    score = clock @ (ordered - means)
    crossed, squared = np.tensordot(clock, spreads, axes=1), np.tensordot(clock**2, spreads, axes=1)
    places, start = {None: np.arange(x.shape[1])}, 0
    for name, own in columns.items():
        places[name], start = np.arange(start, start + own.shape[1]), start + own.shape[1]
    tests = {}
    for name, p in places.items():
        matrix = np.block([[information, crossed[:, p]], [crossed[p], squared[np.ix_(p, p)]]])
        if np.linalg.matrix_rank(matrix, hermitian=True) < len(matrix):
            return {}
        tests[name] = tested(np.append(np.zeros(x.shape[1]), score[p]), matrix, len(p))
    return tests


def model(label, time, event, values):
    """The rows of the model of an arm; `values` are the covariates offered, by label."""
    standard = {}
    for name, levels in values.items():
        x = np.column_stack(list(levels.values()))
        spread = x.std(axis=0)
        x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)
        if np.linalg.matrix_rank(x) == x.shape[1] or not SELECTED:
            standard[name] = x
    out, inside = [], list(standard)
    if SELECTED:
        inside, steps, waiting = stepwise(time, event, standard)
        out += [
            {"quantity": "step", "arm": label, "step": i, "covariate": name, "change": change, **test}
            for i, (name, change, test) in enumerate(steps, 1)
        ]
        out += [{"quantity": "left out", "arm": label, "covariate": name, **test} for name, test in waiting.items()]
    inside = {name: standard[name] for name in standard if name in inside}
    x = np.column_stack([np.empty((len(time), 0)), *inside.values()])
    if not inside or np.linalg.matrix_rank(x) < x.shape[1]:
        return out, {}
    own = {(name, level): column for name in inside for level, column in values[name].items()}
    frame = pd.DataFrame({str(i): column for i, column in enumerate(own.values())})
    fit = CoxPHFitter().fit(
        frame.assign(time=time, event=event),
        "time",
        "event",
        fit_options={"precision": 1e-13, "r_precision": 0.0, "step_size": 0.5},
    )
    proportional = proportional_hazards(time, event, inside)
    for i, (name, level) in enumerate(own):
        beta, error = fit.params_[str(i)], fit.standard_errors_[str(i)]
        ratio = {"estimate": np.exp(beta)}
        ratio |= {"low": np.exp(beta - z_of(LEVEL) * error), "high": np.exp(beta + z_of(LEVEL) * error)}
        of = {"arm": label, "covariate": name, "reference": REFERENCES[name]}
        counts = {}
        if REFERENCES[name]:
            at_reference = np.column_stack(list(values[name].values())).sum(axis=1) == 0
            counts = {"count": int(own[name, level].sum()), "count_reference": int(at_reference.sum())}
        wald = {"statistic": -beta / error, "p_value": 2 * norm.sf(abs(beta / error))}
        out.append({"quantity": "hazard_ratio", **of, **counts, **ratio})
        out.append({"quantity": "test", **of, **wald})
        out.append({"quantity": "proportional_hazards", **of, **proportional.get(name, {})})
    return out, proportional.get(None, {})


time, event = times(ENDPOINT, ENDPOINT_TABLE, 1, 1)
known = {label: ~np.isnan(np.column_stack(list(levels.values()))).any(axis=1) for label, levels in COVARIATES.items()}
REFERENCES = dict.fromkeys(COVARIATES, "") | REFERENCES
numbers = []
for label in ARMS.values():
    mine = (keep & (patients["arm"] == label)).to_numpy() & ~np.isnan(time)
    complete = mine & np.logical_and.reduce(list(known.values()))
    values = {
        name: {level: np.asarray(x, float)[complete] for level, x in COVARIATES[name].items()} for name in OFFERED
    }
    rows, together = model(label, time[complete], event[complete], values) if event[complete].any() else ([], {})
    n = {"n": int(complete.sum()), "of": int(mine.sum()), "events": int(event[complete].sum())}
    numbers.append({"quantity": "patients", "arm": label, **n, **together})
    for name, has in known.items():
        if (mine & ~has).any():
            numbers.append({"quantity": "unknown", "arm": label, "covariate": name, "count": int((mine & ~has).sum())})
    numbers += rows
