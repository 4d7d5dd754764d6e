"""The fast statistics of the search against the dashboard's estimators."""

import numpy as np
import pytest

from analysis.estimators import cox, kaplan_meier, logistic, rmst
from analysis.estimators.logrank import logrank
from data.synthesis import measures


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(4)
    n = 140
    group = rng.integers(0, 2, n)
    time = np.ceil(rng.exponential(200, n) * (1 + 0.5 * group))
    return (
        time,
        rng.random(n) < 0.8,
        group,
        rng.integers(0, 4, n),
        np.column_stack([rng.random(n), rng.integers(0, 2, n)]),
    )


def test_curve(sample):
    time, event, *_ = sample
    steps, curve = measures.steps(time, event), kaplan_meier.kaplan_meier(time, event)
    median = kaplan_meier.median(curve)
    assert measures.median(steps) == median.value
    assert measures.median_interval(steps) == (median.low, median.high)
    assert measures.survival_at(steps, 300) == pytest.approx(kaplan_meier.at(curve, 300).value, abs=1e-12)
    mean = rmst.rmst(curve, 400)
    assert measures.restricted_mean(time, event, 400.0) == pytest.approx((mean.value, mean.standard_error), rel=1e-12)


def test_comparison(sample):
    time, event, group, strata, covariates = sample
    mask = covariates[:, 0] > 0.3
    found = measures.compare(measures.order(time, event, strata), group, mask)
    time, event, group, strata = time[mask], event[mask], group[mask], strata[mask]
    ratio = cox.hazard_ratio(time, event, group, strata)
    assert np.exp(found.coefficient) == pytest.approx(ratio.value, abs=1e-6)
    assert found.standard_error == pytest.approx(ratio.standard_error, abs=1e-6)
    assert found.p_value == pytest.approx(logrank(time, event, group, strata, sided=1).p_value, abs=1e-12)


def test_multivariable_cox(sample):
    time, event, _, _, covariates = sample
    beta, error = measures.cox(time, event, covariates)
    model = cox.multivariable(time, event, {"a": covariates[:, 0], "b": covariates[:, 1]})
    assert np.exp(beta) == pytest.approx([term.hazard_ratio.value for term in model.terms], abs=1e-5)
    assert error == pytest.approx([term.hazard_ratio.standard_error for term in model.terms], abs=1e-5)


def test_logistic(sample):
    _, event, _, _, covariates = sample
    beta, _ = measures.logistic(event, covariates)
    model = logistic.logistic_regression(event, {"a": covariates[:, 0], "b": covariates[:, 1]})
    assert np.exp(beta) == pytest.approx([term.odds_ratio.value for term in model.terms], rel=1e-6)


def test_answers_are_remembered_by_the_values_not_the_array():
    asked = []
    remembered = measures.remembered(lambda values: asked.append(1) or float(values.sum()))
    values = np.array([1.0, 2.0])
    assert [remembered(values), remembered(values.copy())] == [3.0, 3.0]
    values[0] = 5.0
    assert remembered(values) == 7.0
    assert len(asked) == 2
