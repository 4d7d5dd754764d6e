import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.datasets import load_gbsg2

from analysis.estimate import NotEstimable
from analysis.estimators.logistic import logistic_regression
from analysis.estimators.proportions import odds_ratio

GBSG2 = load_gbsg2()
EVENT = GBSG2["cens"].to_numpy(bool)
COVARIATES = {
    "hormone": (GBSG2["horTh"] == "yes").to_numpy(float),
    "age": GBSG2["age"].to_numpy(float),
    "nodes": GBSG2["pnodes"].to_numpy(float),
}


def test_three_covariates():
    # R: f <- glm(cens ~ horTh + age + pnodes, binomial, TH.data::GBSG2); f$null.deviance - f$deviance
    found = logistic_regression(EVENT, COVARIATES)
    coefficients = [np.log(term.odds_ratio.value) for term in found.terms]
    assert coefficients == pytest.approx([-0.4082507258031688, 0.0027635889379501, 0.1086956558738500], abs=1e-10)
    errors = [term.odds_ratio.standard_error for term in found.terms]
    assert errors == pytest.approx([0.1745132698499304, 0.0082475380972233, 0.0181798641199051], abs=1e-8)
    p_values = [term.test.p_value for term in found.terms]
    assert p_values == pytest.approx([0.019316406036279, 0.73756438516314, 2.2464437633507e-09], abs=1e-8)
    assert found.intercept == pytest.approx(-0.7939621477703294, abs=1e-9)
    assert found.likelihood_ratio.statistic == pytest.approx(49.39268528548, abs=1e-8)
    assert (found.n, found.events, found.likelihood_ratio.degrees_of_freedom) == (686, 299, 3)


def test_one_indicator_is_the_odds_ratio_of_its_table():
    treated = COVARIATES["hormone"] == 1
    (term,) = logistic_regression(EVENT, {"hormone": COVARIATES["hormone"]}).terms
    table = odds_ratio(EVENT[treated].sum(), treated.sum(), EVENT[~treated].sum(), (~treated).sum())
    found = term.odds_ratio
    assert (found.value, found.low, found.high) == pytest.approx((table.value, table.low, table.high), rel=1e-8)


@pytest.mark.parametrize(
    ("event", "covariates", "reason"),
    [
        ([1, 1, 1], {"x": [1, 2, 3]}, "All patients or none have the event."),
        ([0, 0, 0], {"x": [1, 2, 3]}, "All patients or none have the event."),
        ([0, 0, 1, 1], {"x": [1, 1, 1, 1]}, "A covariate is the same in all patients, or"),
        ([0, 0, 1, 1], {"x": [1, 2, 1, 4], "y": [2, 4, 2, 8]}, "A covariate is the same in all patients, or"),
        ([0, 0, 1, 1], {"x": [1, 2, 3, 4]}, "Patients with and without the event are separated by x."),
        ([0, 0, 1, 1, 1], {"x": [1, 2, 2, 3, 4]}, "Patients with and without the event are separated by x."),
        ([0, 1, 0, 1, 0, 0], {"y": [1, 2, 3, 2, 2, 1], "x": [1, 1, 1, 1, 0, 0]}, "Patients with and without the event"),
    ],
)
def test_not_estimable(event, covariates, reason):
    found = logistic_regression(np.array(event, bool), {k: np.array(v, float) for k, v in covariates.items()})
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith(reason)


@given(st.integers(0, 2**32 - 1), st.integers(4, 30))
@settings(max_examples=60, deadline=None)
def test_a_fit_is_a_maximum_and_separation_is_none(seed, n):
    random = np.random.default_rng(seed)
    event = random.random(n) < 0.5
    x, y = random.integers(0, 3, n).astype(float), random.normal(size=n)
    found = logistic_regression(event, {"x": x, "y": y})
    if isinstance(found, NotEstimable):
        return
    coefficients = [found.intercept, *(np.log(term.odds_ratio.value) for term in found.terms)]
    share = 1 / (1 + np.exp(-np.column_stack((np.ones(n), x, y)) @ coefficients))
    assert np.column_stack((np.ones(n), x, y)).T @ (event - share) == pytest.approx(np.zeros(3), abs=1e-6)
