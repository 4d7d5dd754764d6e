import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.datasets import load_gbsg2
from lifelines.statistics import multivariate_logrank_test

from analysis.estimate import NotEstimable
from analysis.estimators.logrank import logrank

GBSG2 = load_gbsg2()
TIME, EVENT = GBSG2["time"].to_numpy(float), GBSG2["cens"].to_numpy(bool)
ARM = (GBSG2["horTh"] == "yes").to_numpy(np.int64)
STRATA = GBSG2.groupby(["menostat", "tgrade"]).ngroup().to_numpy()


def test_plain():
    # R: survdiff(Surv(time, cens) ~ horTh, data = TH.data::GBSG2)
    found = logrank(TIME, EVENT, ARM)
    assert (found.statistic, found.p_value) == pytest.approx((8.56478085353896, 0.00342728226474594), abs=1e-9)
    assert found.observed == (205, 94)
    assert found.expected == pytest.approx((180.343082958335, 118.656917041665), abs=1e-9)
    assert (found.degrees_of_freedom, found.sided, found.method) == (1, 2, "log-rank test")


def test_stratified():
    # R: survdiff(Surv(time, cens) ~ horTh + strata(menostat, tgrade), data = TH.data::GBSG2)
    found = logrank(TIME, EVENT, ARM, STRATA)
    assert (found.statistic, found.p_value) == pytest.approx((8.48460865118956, 0.00358163616771858), abs=1e-9)
    assert found.expected == pytest.approx((181.443746045663, 117.556253954337), abs=1e-9)
    assert found.method == "stratified log-rank test"


def test_peto_peto():
    # R: survdiff(Surv(time, cens) ~ horTh, data = TH.data::GBSG2, rho = 1)
    found = logrank(TIME, EVENT, ARM, rho=1)
    assert (found.statistic, found.p_value) == pytest.approx((8.71379144171122, 0.00315811710214559), abs=1e-9)
    assert found.observed == pytest.approx((157.764974820841, 69.2818255664169), abs=1e-9)
    assert found.expected == pytest.approx((138.582035107261, 88.4647652799973), abs=1e-9)


@pytest.mark.parametrize(
    ("rho", "gamma", "difference", "statistic"),
    # R: sums over the event times u of w (d1 - d n1 / n), with w = S^rho (1 - S)^gamma, S <- S * (1 - d / n) after u
    [(0, 1, -5.4739773280846, 5.1106603070770), (1, 1, -3.6357033966183, 5.8813097462725)],
)
def test_fleming_harrington(rho, gamma, difference, statistic):
    found = logrank(TIME, EVENT, ARM, rho=rho, gamma=gamma)
    assert found.observed[1] - found.expected[1] == pytest.approx(difference, abs=1e-9)
    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    assert found.method == f"Fleming-Harrington test (rho {rho}, gamma {gamma}; weights of S(t-))"
    by_lifelines = multivariate_logrank_test(TIME, ARM, EVENT, weightings="fleming-harrington", p=rho, q=gamma)
    assert found.statistic == pytest.approx(by_lifelines.test_statistic, abs=1e-6)


def test_weights_are_of_each_stratum():
    # two copies in two strata: sums and variances double
    found = logrank(TIME, EVENT, ARM, rho=0, gamma=1)
    twice = logrank(np.r_[TIME, TIME], np.r_[EVENT, EVENT], np.r_[ARM, ARM], np.r_[0 * ARM, 0 * ARM + 1], gamma=1)
    assert twice.statistic == pytest.approx(2 * found.statistic, abs=1e-9)


def test_one_sided_follows_the_direction():
    # hormone therapy has fewer events than expected: half of the two-sided P; swapped, the rest
    better, worse = logrank(TIME, EVENT, ARM, sided=1), logrank(TIME, EVENT, 1 - ARM, sided=1)
    assert better.p_value == pytest.approx(0.00342728226474594 / 2, abs=1e-9)
    assert worse.p_value == pytest.approx(1 - 0.00342728226474594 / 2, abs=1e-9)
    assert better.sided == 1


def test_one_sided_of_three_arms_is_refused():
    with pytest.raises(ValueError, match="compares two arms"):
        logrank(TIME, EVENT, STRATA, sided=1)


@pytest.mark.parametrize(
    ("time", "event", "arm", "reason"),
    [
        ([], [], [], "No events."),
        ([1, 2], [0, 0], [0, 1], "No events."),
        ([1, 2], [1, 1], [0, 0], "Only one arm is at risk at the events."),
        ([1, 2], [0, 1], [0, 1], "Only one arm is at risk at the events."),
        ([1, 1], [1, 1], [0, 1], "No event at which patients of more than one arm could have had it."),
    ],
)
def test_not_estimable(time, event, arm, reason):
    found = logrank(np.array(time, float), np.array(event, bool), np.array(arm, np.int64))
    assert found == NotEstimable(reason)


def test_tests_equal_r(reference):
    time, event, arm = reference.time, reference.event, reference.arm
    labels = reference.answers["arm_levels"]
    tests = reference.answers.get("logrank", {})
    for name, printed in tests.items():
        if name == "pairwise_vs_reference":
            for pair in printed:
                codes = [labels.index(label) for label in pair["comparison"].split(" vs ")]
                among = np.isin(arm, codes)
                same_as_r(logrank(time[among], event[among], (arm[among] == codes[0]).astype(int)), pair)
            continue
        strata = reference.strata(printed["call"]) if name == "stratified" else None
        known = np.ones(len(time), bool) if strata is None else strata >= 0
        found = logrank(
            time[known],
            event[known],
            arm[known],
            None if strata is None else strata[known],
            rho=1 if name == "peto_peto_rho1" else 0,
        )
        same_as_r(found, printed)
        assert found.observed == pytest.approx([printed["observed"][label] for label in labels], rel=1e-9)
        assert found.expected == pytest.approx([printed["expected"][label] for label in labels], rel=1e-9)


def same_as_r(found, printed):
    assert found.statistic == pytest.approx(printed["chisq"], rel=1e-9, abs=1e-9)
    assert found.degrees_of_freedom == printed["df"]
    assert found.p_value == pytest.approx(printed["p"], rel=1e-7, abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.sampled_from([5, 50, 1000]))
@settings(max_examples=60, deadline=None)
def test_equal_to_lifelines_and_invariant(seed, arms, longest):
    random = np.random.default_rng(seed)
    n = 60
    time, event = random.integers(0, longest, n).astype(float), random.random(n) < 0.6
    arm, strata = random.integers(0, arms, n), random.integers(0, 3, n)
    found = logrank(time, event, arm)
    # a rule of lifelines' own for the last event time, where its variance is 0/0, differs from no patient's data
    expected = multivariate_logrank_test(time, arm, event)
    assert found.statistic == pytest.approx(expected.test_statistic, abs=1e-8)
    within = logrank(time, event, arm, strata)
    assert sum(within.observed) == pytest.approx(sum(within.expected)) == event.sum()
    shuffle = random.permutation(n)
    again = logrank(time[shuffle], event[shuffle], (arm[shuffle] + 1) % arms, strata[shuffle] * 9)
    assert again.statistic == pytest.approx(within.statistic, abs=1e-8)
    last = time[event].max()
    later = logrank(np.where(time > last, last + 7, time), event, arm, strata)
    assert later.statistic == pytest.approx(within.statistic, abs=1e-8)
