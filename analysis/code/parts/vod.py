import numpy as np
from scipy.stats import norm


def logistic(event, x):
    """Odds ratios with Wald's interval and test, by Newton's method; none where the groups are separated."""
    design = np.column_stack([np.ones(len(event)), x])
    beta = np.zeros(design.shape[1])
    nothing = [({}, {})] * (design.shape[1] - 1)
    if event.all() or not event.any() or np.linalg.matrix_rank(design) < len(beta):
        return nothing
    for _ in range(50):
        share = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ (design * (share * (1 - share))[:, np.newaxis])
        if np.linalg.cond(information) > 1e14:
            return nothing
        step = np.linalg.solve(information, design.T @ (event - share))
        beta = beta + step
        if np.abs(design @ step).max() < 1e-9:
            break
    else:
        return nothing
    out, z = [], norm.ppf(0.975)
    for b, error in zip(beta[1:], np.sqrt(np.diag(np.linalg.inv(information)))[1:], strict=True):
        ratio = {"estimate": np.exp(b), "low": np.exp(b - z * error), "high": np.exp(b + z * error)}
        out.append((ratio, {"statistic": b / error, "p_value": 2 * norm.sf(abs(b / error))}))
    return out


mine = keep & (patients["arm"] == ARM)
if TRANSPLANT:  # else everybody was transplanted at the start
    mine &= np.isfinite(day_of(*TRANSPLANT))
had = (text(patients[VOD]) == "Y")[mine].to_numpy()
numbers = [{"quantity": "share", "arm": ARM, "n": len(had), "events": int(had.sum()), **exact(had.sum(), len(had))}]
values = {label: x[mine].to_numpy(float) for label, x in RISKS.items()}
together = {}
if MODEL:
    x = np.column_stack([values[label] for label in MODEL])
    complete = ~np.isnan(x).any(axis=1)
    together = dict(zip(MODEL, logistic(had[complete], x[complete]), strict=True))
for label, x in values.items():
    of = {"arm": ARM, "factor": label}
    if label not in AS_NUMBER:
        for group, level in (("with", 1), ("without", 0)):
            n = {"events": int(had[x == level].sum()), "n": int((x == level).sum())}
            numbers.append({"quantity": "count", **of, "group": group, **n})
    models = [("alone", logistic(had[~np.isnan(x)], x[~np.isnan(x)])[0])]
    models += [(f"model {MODEL_NUMBER}", together[label])] if label in together else []
    for model, (ratio, test) in models:
        numbers.append({"quantity": "odds_ratio", **of, "model": model, **ratio})
        numbers.append({"quantity": "test", **of, "model": model, **test})
