import numpy as np
from scipy.stats import chi2


def gray(time, cause, arm):
    """Gray's test (1988, rho = 0) that the incidence of cause 1 is the same in all arms, as R's cmprsk::cuminc."""
    arms = [arm == name for name in np.unique(arm)]
    if len(arms) < 2 or not (cause == 1).any():
        return {"statistic": np.nan, "p_value": np.nan}
    times = np.unique(time[cause > 0])
    at_risk = np.array([[(mine & (time >= t)).sum() for mine in arms] for t in times])
    own, other = (
        np.array([[(mine & (time == t) & (cause == of)).sum() for mine in arms] for t in times]) for of in (1, 2)
    )
    some, all_own = at_risk > 0, own.sum(axis=1)
    risk = np.where(some, at_risk, 1)
    with np.errstate(all="ignore"):
        # by time and arm: free of any event, the incidence, and those at risk of the cause, who have it later or never
        alive = np.cumprod(np.where(some, 1 - (own + other) / risk, 1), axis=0)
        before = np.vstack([np.ones(len(arms)), alive[:-1]])
        incidence_ = np.cumsum(np.where(some, before * own / risk, 0), axis=0)
        scaled = np.where(some, at_risk / before, 0)
        free = scaled * (1 - np.vstack([np.zeros(len(arms)), incidence_[:-1]]))
        score = (own - all_own[:, np.newaxis] * free / free.sum(axis=1, keepdims=True)).sum(axis=0)
        # the score as a martingale: what an event weighs at its time, and what of that is still to come
        total = scaled.sum(axis=1)
        step = all_own / total
        pooled = np.cumsum(step)
        share = scaled / total[:, np.newaxis]
        weight = np.eye(len(arms)) * scaled[:, :, np.newaxis] - scaled[:, :, np.newaxis] * share[:, np.newaxis]
        integral = np.cumsum(weight * (step / (1 - pooled + step))[:, np.newaxis, np.newaxis], axis=0)
        to_come = integral[-1] - integral
        ratio = np.where(alive > 0, (1 - pooled)[:, np.newaxis] / alive, 0)[:, np.newaxis]
        factors = weight + (1 - ratio) * to_come, ratio * to_come
        # tied events vary less: d of n at risk by (n - d) / (n - 1) each
        expected = total[:, np.newaxis] * before
        tied_own, tied_other = (
            1 - np.where(d > 1, (d - 1) / (n - 1), 0) for d, n in ((all_own[:, np.newaxis], expected), (other, risk))
        )
        variances = (
            np.where(some, tied_own * step[:, np.newaxis] / scaled, 0),
            np.where(some & (alive > 0), tied_other * before**2 * other / risk**2, 0),
        )
        covariance = sum(
            np.einsum("tik,tjk,tk->ij", factor, factor, variance)
            for factor, variance in zip(factors, variances, strict=True)
        )
    score, covariance = score[1:], covariance[1:, 1:]
    if not np.isfinite(covariance).all() or np.linalg.matrix_rank(covariance) < len(score):
        return {"statistic": np.nan, "p_value": np.nan}
    statistic = score @ np.linalg.solve(covariance, score)
    return {"statistic": statistic, "degrees_of_freedom": len(score), "p_value": chi2.sf(statistic, len(score))}
