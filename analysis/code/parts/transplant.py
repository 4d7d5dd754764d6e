from itertools import pairwise

import numpy as np
from scipy.stats import norm


def occupation(entered, followed):
    """The probability of each state by Aalen-Johansen: the product over times of the shares that move."""
    entered = np.where(entered <= np.minimum(followed, entered[:, -1])[:, np.newaxis], np.maximum(entered, 0), np.inf)
    n, states = entered.shape
    paths = []
    for row in entered:
        stays = {}
        for state in np.argsort(row, kind="stable"):
            if np.isfinite(row[state]):
                stays[row[state]] = max(state, stays.get(row[state], 0))
        paths.append(sorted(stays.items()))
    moves = [(time, before, after) for path in paths for (_, before), (time, after) in pairwise(path)]
    grid = np.unique([0.0, followed.max(), *(time for time, _, _ in moves)])
    probability = np.bincount([path[0][1] for path in paths], minlength=states) / n
    rows, steps, risks = [], [], []
    for t in grid:
        at_risk, step = np.zeros(states), np.zeros((states, states))
        for path, last in zip(paths, followed, strict=True):
            inside = [state for time, state in path if time < t or time == path[0][0]]
            if last >= t:
                at_risk[inside[-1]] += 1
        for time, before, after in moves:
            if time == t:
                step[before, after] += 1
        step /= np.maximum(at_risk, 1)[:, np.newaxis]
        step[np.diag_indices(states)] = 1 - step.sum(axis=1)
        start, probability = probability, probability @ step
        rows.append(probability)
        steps.append(step)
        risks.append((start, at_risk))
    return grid, np.array(rows), steps, risks


def at_month(grid, rows, steps, risks, month):
    """Each state at the month, its interval on the scale of log(-log); moves out of a state are multinomial."""
    states = rows.shape[1]
    if month > grid[-1]:
        return [{"estimate": np.nan, "low": np.nan, "high": np.nan}] * states
    end = np.searchsorted(grid, month, side="right")
    ahead, variance = np.eye(states), np.zeros(states)
    for step, (start, at_risk) in zip(steps[:end][::-1], risks[:end][::-1], strict=True):
        spread = step @ ahead**2 - (step @ ahead) ** 2
        variance += (start**2 / np.maximum(at_risk, 1)) @ spread
        ahead = step @ ahead
    out = []
    for p, error in zip(rows[end - 1], np.sqrt(np.maximum(variance, 0)), strict=True):
        if not 1e-12 < p < 1 - 1e-12:
            out.append({"estimate": min(max(p, 0), 1), "low": np.nan, "high": np.nan})
            continue
        factor = np.exp(norm.ppf(0.975) * error / (p * np.log(p)))
        out.append({"estimate": p, "low": p ** (1 / factor), "high": p**factor})
    return out


labels = list(ARMS.values())
numbers, before = [], None
for step, levels, reached, places in STEPS:
    for label in labels:
        mine = (keep & (patients["arm"] == label)).to_numpy()
        for k, level in enumerate(levels):
            for j, source in enumerate([label] if before is None else before[0]):
                came = mine & (places == k) & (True if before is None else before[1] == j)
                if came.any():
                    numbers.append(
                        {
                            "quantity": "flow",
                            "arm": label,
                            "step": step,
                            "group": level,
                            "from": source,
                            "n": int(came.sum()),
                        }
                    )
    everyone = np.ones(len(places), dtype=bool)
    asked = [(f"any of {step}", np.isin(places, reached), everyone, True)] if len(reached) > 1 else []
    asked += [
        (level, places == k, everyone, k in reached)
        for k, level in enumerate(levels)
        if k in reached or (keep & (places == k)).any()
    ]
    if before is not None and len(reached) > 1:
        for j in before[2]:
            had = before[1] == j
            for k in reached if not had[keep].all() else []:
                came = had & (places == k)
                if came[keep].any():
                    asked.append((f"{levels[k]} after {before[0][j]}", came, everyone, True))
                    asked.append((f"{levels[k]}, of those with {before[0][j]}", came, had, True))
    before = (levels, places, reached)
    for group, wanted, among, tested in asked:
        mine = {label: (keep & (patients["arm"] == label)).to_numpy() for label in labels}
        of = {label: int((mine[label] & among).sum()) for label in labels}
        counts = {label: int((mine[label] & wanted).sum()) for label in labels}
        base = {"step": step, "group": group}
        for label in labels:
            share = exact(counts[label], of[label])
            numbers.append(
                {"quantity": "share", "arm": label, **base, "n": of[label], "events": counts[label], **share}
            )
        for label in labels:
            if label != REFERENCE and tested:
                pair = {"arm": label, "reference": REFERENCE, **base}
                table = (counts[label], of[label], counts[REFERENCE], of[REFERENCE])
                numbers.append({"quantity": "difference", **pair, **newcombe(*table)})
                numbers.append({"quantity": "test", **pair, **association(*table, SIDED)})
if MONTH:
    entered, followed = entries() / DAYS_PER_MONTH, days_of(*STATES[-1])[0] / DAYS_PER_MONTH
    for label in labels:
        mine = (keep & (patients["arm"] == label)).to_numpy() & ~np.isnan(followed)
        if not mine.any():
            continue
        grid, rows, steps, risks = occupation(entered[mine], followed[mine])
        at = at_month(grid, rows, steps, risks, MONTH)
        for place, state in enumerate(STATE_LABELS):
            who = {"arm": label, "group": state}
            numbers.append({"quantity": "state_probability", **who, "time": MONTH, **at[place]})
            numbers += [
                {"quantity": "state_curve", **who, "time": t, "estimate": p[place], "at_risk": int(r[1][place])}
                for t, p, r in zip(grid, rows, risks, strict=True)
            ]
