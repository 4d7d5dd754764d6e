import numpy as np
import pandas as pd


def of_means(values, other):
    """The difference of means over the root of the mean variance (Austin 2009)."""
    if min(len(values), len(other)) < 2 or values.var() + other.var() == 0:
        return np.nan
    return abs(values.mean() - other.mean()) / np.sqrt((values.var() + other.var()) / 2)


def of_categories(counts, other):
    """The distance of two distributions (Yang and Dalton 2012); the last category is what the others leave."""
    seen = counts + other > 0
    if not counts.sum() or not other.sum():
        return np.nan
    p, q = (c[seen][:-1] / c.sum() for c in (counts, other))
    if not len(p):
        return 0.0
    covariance = (np.diag(p + q) - np.outer(p, p) - np.outer(q, q)) / 2
    if np.linalg.matrix_rank(covariance) < len(covariance):
        return np.nan
    return np.sqrt(max((p - q) @ np.linalg.solve(covariance, p - q), 0))


numbers = []
for block, number_label, values, levels in TRAITS:
    unknown = pd.Series(False, index=patients.index)
    if values is not None:
        heading = f"{number_label}: median (range)" if number_label != block else "Median (range)"
        numbers += spread(block, heading, "median", values) + spread(block, "Mean (SD)", "mean", values)
        unknown = values.isna()
    for label, mask in levels.items():
        numbers += counted(block, label, mask)
    if levels:
        unknown = ~np.logical_or.reduce(list(levels.values()))
    if (keep & unknown).any():
        numbers += counted(block, "Not recorded", unknown)
    for label in ARMS.values():
        if REFERENCE and label != REFERENCE:
            both = [keep & (patients["arm"] == arm) for arm in (label, REFERENCE)]
            if values is not None:
                apart = of_means(*(values[mine].dropna() for mine in both))
            else:
                apart = of_categories(*(np.array([(mine & m).sum() for m in levels.values()]) for mine in both))
            pair = {"block": block, "kind": CONTRAST, "arm": label, "reference": REFERENCE}
            numbers.append({**pair, "estimate": apart})
