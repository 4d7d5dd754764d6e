"""The interaction on a response: against the logistic regressions it is the test of, and at the edges."""

import numpy as np
import pytest

from analysis.estimate import NotEstimable
from analysis.estimators.logistic import logistic_regression
from analysis.estimators.odds_interaction import odds_interaction


def by_regression(events, n):
    """The difference of two likelihood-ratio statistics, fitted to one row a patient."""
    level, arm = (
        np.repeat(index.ravel(), n.ravel()) for index in np.meshgrid(np.arange(len(n)), [1.0, 0.0], indexing="ij")
    )
    response = np.concatenate([np.arange(of) < seen for of, seen in zip(n.ravel(), events.ravel(), strict=True)])
    additive = {"arm": arm, **{f"level {k}": (level == k).astype(float) for k in range(1, len(n))}}
    crossed = additive | {f"both {k}": arm * (level == k) for k in range(1, len(n))}
    fits = [logistic_regression(response, covariates) for covariates in (additive, crossed)]
    return fits[1].likelihood_ratio.statistic - fits[0].likelihood_ratio.statistic


@pytest.mark.parametrize("levels", [2, 3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_difference_of_two_logistic_models(levels, seed):
    random = np.random.default_rng(seed)
    n = random.integers(8, 90, (levels, 2))
    events = np.clip(random.binomial(n, random.uniform(0.1, 0.9, (levels, 2))), 1, n - 1)
    test = odds_interaction(events, n)
    assert test.statistic == pytest.approx(by_regression(events, n), abs=1e-8)
    assert test.degrees_of_freedom == levels - 1


def test_equal_odds_ratios_have_no_interaction():
    # odds ratios 4 and 4 at different base rates
    test = odds_interaction(np.array([[20, 10], [10, 4]]), np.array([[30, 30], [30, 36]]))
    assert test.statistic == pytest.approx(0, abs=1e-9)
    assert test.p_value == pytest.approx(1, abs=1e-4)


def test_a_level_with_one_arm_alone_says_nothing():
    events, n = np.array([[5, 9], [12, 3], [4, 0]]), np.array([[20, 20], [20, 20], [7, 0]])
    assert odds_interaction(events, n) == odds_interaction(events[:2], n[:2])


def test_an_arm_in_which_all_respond_leaves_the_likelihood_at_its_limit():
    test = odds_interaction(np.array([[5, 0], [7, 0]]), np.array([[5, 4], [7, 6]]))
    assert test.statistic == pytest.approx(0, abs=1e-9)
    opposed = odds_interaction(np.array([[5, 0], [0, 6]]), np.array([[5, 4], [7, 6]]))
    # nothing is left to explain within the arms; without the interaction 9 and 13 patients are split 5/4 and 6/7
    assert opposed.statistic > 25


@pytest.mark.parametrize(
    ("events", "n", "reason"),
    [
        ([[3, 2]], [[10, 10]], "No two levels have patients in both arms."),
        ([[3, 0], [0, 2]], [[10, 0], [0, 10]], "No two levels have patients in both arms."),
        ([[0, 0], [0, 0]], [[10, 9], [8, 10]], "All patients or none have the event."),
        ([[10, 9], [8, 10]], [[10, 9], [8, 10]], "All patients or none have the event."),
    ],
)
def test_what_cannot_be_tested_says_why(events, n, reason):
    assert odds_interaction(np.array(events), np.array(n)) == NotEstimable(reason)
