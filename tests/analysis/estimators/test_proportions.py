import json
from math import isinf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from analysis.estimate import NotEstimable
from analysis.estimators.proportions import (
    association_test,
    chi_square_test,
    difference,
    fisher_test,
    odds_ratio,
    proportion,
    risk_ratio,
)

from .conftest import SHARED


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    # R: binom.test(events, n)$conf.int
    [
        (7, 20, 0.15390920478454, 0.59218853453283),
        (0, 10, 0, 0.30849710781876),
        (10, 10, 1 - 0.30849710781876, 1),
        (121, 164, 0.66351003985166, 0.80329471441780),
    ],
)
def test_exact_interval(events, n, low, high):
    found = proportion(events, n)
    assert (found.value, found.low, found.high) == pytest.approx((events / n, low, high), abs=1e-12)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    # Newcombe, Stat Med 1998;17:873-90, Table II, method 10, contrasts (a) to (h)
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe(table, low, high):
    found = difference(*table)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    swapped = difference(*table[2:], *table[:2])
    assert (-swapped.value, -swapped.high, -swapped.low) == pytest.approx((found.value, found.low, found.high))


# 65 of 121 against 17 of 50
TABLE = (65, 121, 17, 50)


def test_chi_square():
    # R: chisq.test(matrix(c(65, 56, 17, 33), 2), correct = FALSE)
    found = chi_square_test(*TABLE)
    assert (found.statistic, found.p_value) == pytest.approx((5.51210858177, 0.018885265897), abs=1e-10)
    assert chi_square_test(*TABLE, sided=1).p_value == pytest.approx(0.018885265897 / 2, abs=1e-10)
    assert chi_square_test(17, 50, 65, 121, sided=1).p_value == pytest.approx(1 - 0.018885265897 / 2, abs=1e-10)


def test_fisher():
    # R: fisher.test(matrix(c(65, 56, 17, 33), 2)); the same with alternative = "greater"
    assert fisher_test(*TABLE).p_value == pytest.approx(0.028171701665853, abs=1e-12)
    assert fisher_test(*TABLE, sided=1).p_value == pytest.approx(0.014236485204891, abs=1e-12)
    # R: fisher.test(matrix(c(3, 7, 9, 1), 2)); fisher.test(matrix(c(10, 2, 3, 15), 2))
    assert fisher_test(3, 10, 9, 10).p_value == pytest.approx(0.01976661109788, abs=1e-12)
    assert fisher_test(10, 12, 3, 18).p_value == pytest.approx(0.00053672411914344, abs=1e-12)


def test_fisher_takes_over_where_a_cell_is_under_five():
    assert association_test(5, 20, 12, 20).method == "chi-square test without continuity correction"
    assert association_test(4, 20, 12, 20) == fisher_test(4, 20, 12, 20)
    assert association_test(17, 20, 12, 20, sided=1) == fisher_test(17, 20, 12, 20, sided=1)


def test_ratios():
    # R: exp(log(65 * 33 / (56 * 17)) + c(0, -1, 1) * qnorm(.975) * sqrt(1/65 + 1/56 + 1/17 + 1/33))
    odds = odds_ratio(*TABLE)
    assert (odds.value, odds.low, odds.high) == pytest.approx(
        (2.253151260504, 1.135089161308, 4.472503813588), abs=1e-9
    )
    # R: exp(log((65 / 121) / (17 / 50)) + c(0, -1, 1) * qnorm(.975) * sqrt(1/65 - 1/121 + 1/17 - 1/50))
    risk = risk_ratio(*TABLE)
    assert (risk.value, risk.low, risk.high) == pytest.approx(
        (1.579970831308, 1.038002661767, 2.404914669036), abs=1e-9
    )


def test_not_estimable():
    assert proportion(0, 0) == NotEstimable("No patients.")
    for compare in (difference, odds_ratio, risk_ratio, chi_square_test, fisher_test, association_test):
        assert compare(0, 0, 3, 10) == NotEstimable("An arm has no patients.")
        assert compare(3, 10, 0, 0) == NotEstimable("An arm has no patients.")
    assert odds_ratio(0, 10, 3, 10).reason.startswith("A cell of the table is empty")
    assert risk_ratio(3, 10, 0, 10).reason.startswith("An arm has no events")
    assert risk_ratio(3, 3, 4, 4).reason.startswith("Every patient has the event")
    for test in (chi_square_test, fisher_test, association_test):
        assert test(0, 10, 0, 10).reason.startswith("All patients or none")
        assert test(10, 10, 5, 5).reason.startswith("All patients or none")


@pytest.mark.parametrize("name", ["BESRSPI", "INVET"])
def test_responses_equal_r(name):
    file = SHARED / "reference" / f"reference_adrs_tern_ex_{name}.json"
    if not file.exists():
        pytest.skip("R's printed answers (../shared) are absent")
    printed = json.loads(file.read_text())
    arms = {row["arm"]: row for row in printed["by_arm"]}
    for row in printed["by_arm"]:
        found = proportion(row["responders"], row["N"])
        expected = row["rate"], row["clopper_pearson_lcl"], row["clopper_pearson_ucl"]
        assert (found.value, found.low, found.high) == pytest.approx(expected, abs=1e-10)
    for row in printed["comparisons"]:
        experimental, control = (arms[label] for label in row["comparison"].split(" - "))
        table = experimental["responders"], experimental["N"], control["responders"], control["N"]
        found = difference(*table)
        assert (found.value, found.low, found.high) == pytest.approx(
            (row["diff"], row["newcombe_lcl"], row["newcombe_ucl"]), abs=1e-10
        )
        assert chi_square_test(*table).p_value == pytest.approx(row["chisq_p_no_correction"], abs=1e-10)
        assert fisher_test(*table).p_value == pytest.approx(row["fisher_p"], abs=1e-10)
        odds = odds_ratio(*table)
        if row["odds_ratio"] is None or isinf(float(row["odds_ratio"])):
            assert isinstance(odds, NotEstimable)
            continue
        assert (odds.value, odds.low, odds.high) == pytest.approx(
            (row["odds_ratio"], row["or_lcl"], row["or_ucl"]), rel=1e-10
        )


counts = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))


@given(counts)
def test_fisher_equals_scipy(cells):
    a, b, c, d = cells
    found = fisher_test(a, a + b, c, c + d)
    if isinstance(found, NotEstimable):
        assert 0 in (a + b, c + d, a + c, b + d)
        return
    assert found.p_value == pytest.approx(fisher_exact([[a, b], [c, d]]).pvalue, abs=1e-9)
    one_sided = fisher_test(a, a + b, c, c + d, sided=1)
    assert one_sided.p_value == pytest.approx(fisher_exact([[a, b], [c, d]], "greater").pvalue, abs=1e-9)


@given(st.integers(0, 400), st.integers(1, 400))
def test_an_exact_interval_holds_its_proportion_and_mirrors(events, n):
    events = min(events, n)
    found, mirrored = proportion(events, n), proportion(n - events, n)
    assert found.low <= found.value <= found.high
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((found.low, found.high), abs=1e-12)
