"""Standardized differences against R, its call beside each number."""

import numpy as np
import pytest

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.standardized import of_categories, of_means


def test_means_against_r():
    # x <- c(2,4,4,5,7,9); y <- c(1,3,3,4,6); abs(mean(x)-mean(y))/sqrt((var(x)+var(y))/2)
    found = of_means(np.array([2.0, 4, 4, 5, 7, 9]), np.array([1.0, 3, 3, 4, 6]))
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.812028122272562, abs=1e-9)


def test_two_categories_are_the_difference_over_the_mean_binomial_deviation():
    # p <- 104/164; q <- 80/162; abs(p-q)/sqrt((p*(1-p)+q*(1-q))/2)
    for counts, reference in (([104, 60], [80, 82]), ([60, 104], [82, 80])):
        found = of_categories(np.array(counts), np.array(reference))
        assert found.value == pytest.approx(0.285840355035813, abs=1e-9)


def test_several_categories_against_r():
    # t <- c(30,18,5)/53; c <- c(20,25,12)/57; T <- t[-3]; C <- c[-3]
    # S <- (diag(T)-T%*%t(T) + diag(C)-C%*%t(C))/2; sqrt(t(T-C) %*% solve(S) %*% (T-C))
    found = of_categories(np.array([30, 18, 5]), np.array([20, 25, 12]))
    assert found.value == pytest.approx(0.476330926757995, abs=1e-9)
    # whichever category is left out, and with a category that nobody is in
    for order in ([2, 0, 1], [1, 2, 0]):
        same = of_categories(np.array([30, 18, 5])[order], np.array([20, 25, 12])[order])
        assert same.value == pytest.approx(found.value)
    assert of_categories(np.array([30, 0, 18, 5]), np.array([20, 0, 25, 12])).value == pytest.approx(found.value)


def test_what_has_no_spread_has_a_reason():
    assert isinstance(of_means(np.array([1.0, 1]), np.array([1.0, 1])), NotEstimable)
    assert isinstance(of_means(np.array([1.0]), np.array([1.0, 2])), NotEstimable)
    assert isinstance(of_categories(np.array([5, 0]), np.array([0, 4])), NotEstimable)
    assert isinstance(of_categories(np.array([0, 0]), np.array([3, 4])), NotEstimable)
    assert of_categories(np.array([5]), np.array([4])).value == 0
