import numpy as np
import pandas as pd
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
    inside = np.where((f > 0) & (f < 1 - 1e-12), f, np.nan)  # shares add up to 1 but for their last digits
    error = np.sqrt(np.maximum(variance, 0))
    factor = np.exp(norm.ppf(0.975) * error / (inside * np.log(inside)))
    low, high = inside ** (1 / factor), inside**factor
    if f[0] == 0:
        low[0] = high[0] = 0
    return pd.DataFrame({"time": times, "estimate": f, "low": low, "high": high, "at_risk": at_risk})
