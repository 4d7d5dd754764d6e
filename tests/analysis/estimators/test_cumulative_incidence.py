import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.datasets import load_gbsg2

from analysis.estimate import NotEstimable
from analysis.estimators.cumulative_incidence import at, cumulative_incidence, gray_test
from analysis.estimators.kaplan_meier import kaplan_meier

# Two causes made of the one event of GBSG2, by age: R: cause <- cens * (1 + (age >= 55)); half <- ceiling(time / 180)
GBSG2 = load_gbsg2()
TIME = GBSG2["time"].to_numpy(float)
HALF = np.ceil(TIME / 180)
CAUSE = (GBSG2["cens"] * (1 + (GBSG2["age"] >= 55))).to_numpy(np.int64)
HORMONE = (GBSG2["horTh"] == "yes").to_numpy(np.int64)
GRADE = GBSG2["tgrade"].map({"I": 0, "II": 1, "III": 2}).to_numpy(np.int64)


@pytest.mark.parametrize(
    ("time", "when", "cause", "expected"),
    # R: summary(survfit(Surv(time, factor(cause)) ~ 1, subset(d, horTh == "yes"), conf.type = "log-log"), times = when)
    [
        (TIME, 365, 1, (0.02947453905183, 0.01097592409557, 0.01309966030685, 0.05698408817595)),
        (TIME, 1095, 2, (0.1908742423482, 0.026292498615118, 0.142363288044363, 0.24487262681976)),
        (HALF, 2, 1, (0.02897202700841, 0.01079206693819, 0.01287825134378, 0.05604059210551)),
        (HALF, 6, 2, (0.18768976470918, 0.025869288062051, 0.139996161010336, 0.24086817840740)),
    ],
)
def test_incidence(time, when, cause, expected):
    treated = HORMONE == 1
    found = at(cumulative_incidence(time[treated], CAUSE[treated], cause), when)
    assert (found.value, found.standard_error, found.low, found.high) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("time", "arm", "cause", "expected"),
    # R: cmprsk::cuminc(time, cause, arm)$Tests (cmprsk 2.2-11)
    [
        (TIME, HORMONE, 1, (21.149220385888, 4.248740615775e-06, 1)),
        (TIME, HORMONE, 2, (1.815721748258, 0.1778233738538, 1)),
        (HALF, HORMONE, 1, (21.206156751327, 4.124375083459e-06, 1)),
        (HALF, HORMONE, 2, (1.932368165168, 0.1644995884417, 1)),
        (TIME, GRADE, 1, (14.500132724558, 0.0007101272616152, 2)),
        (TIME, GRADE, 2, (2.982236937152, 0.2251207242211778, 2)),
    ],
)
def test_gray(time, arm, cause, expected):
    found = gray_test(time, CAUSE, cause, arm)
    assert (found.statistic, found.p_value, found.degrees_of_freedom) == pytest.approx(expected, abs=1e-9)


def test_limits_at_the_ends():
    curve = cumulative_incidence(np.array([0.0, 1, 2]), np.array([0, 1, 1]), 1)
    assert curve.time.tolist() == [0, 1, 2]
    assert curve.incidence.tolist() == pytest.approx([0, 0.5, 1])
    assert curve.at_risk.tolist() == [3, 2, 1]
    assert (curve.low[0], curve.high[0]) == (0, 0)
    assert np.isnan([curve.low[2], curve.high[2]]).all()
    assert at(curve, 3) == NotEstimable("Follow-up ends before this time.")
    at_once = cumulative_incidence(np.array([0.0, 2]), np.array([1, 0]), 1)
    assert at(at_once, 0).value == 0.5
    assert at(at_once, 0).low > 0


def test_an_incidence_of_one_has_no_limits_however_its_shares_add_up():
    for n in range(2, 40):
        curve = cumulative_incidence(np.arange(1.0, n + 1), np.ones(n, dtype=int), 1)
        assert curve.incidence[-1] == pytest.approx(1)
        assert np.isnan([curve.low[-1], curve.high[-1]]).all(), n


def test_not_estimable():
    nobody = np.array([]), np.array([], np.int64)
    assert cumulative_incidence(*nobody, 1) == NotEstimable("No patients.")
    time, cause = np.array([1.0, 2, 3]), np.array([1, 2, 0])
    assert gray_test(*nobody, 1, np.array([], np.int64)) == NotEstimable("Only one arm has patients.")
    assert gray_test(time, cause, 1, np.zeros(3, int)) == NotEstimable("Only one arm has patients.")
    assert gray_test(time, cause, 3, np.array([0, 1, 1])) == NotEstimable("No events.")
    short = gray_test(np.array([0.0, 0, 3, 1]), np.array([1, 1, 2, 1]), 1, np.array([0, 0, 1, 1]))
    assert short.reason.startswith("The arms are followed for too different times")
    alone = gray_test(np.array([1.0, 2]), np.array([0, 1]), 1, np.array([0, 1]))
    assert alone == NotEstimable("No event at which patients of more than one arm could have had it.")


patients = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 2)), min_size=1, max_size=40)


@given(patients)
def test_causes_and_survival_add_to_one(rows):
    time, cause = np.array([t for t, _ in rows], float), np.array([c for _, c in rows], np.int64)
    one, two = (cumulative_incidence(time, cause, of) for of in (1, 2))
    free = kaplan_meier(time, cause > 0)
    assert one.time.tolist() == free.time.tolist()
    np.testing.assert_allclose(one.incidence + two.incidence + free.survival, 1, atol=1e-12)
    assert (np.diff(one.incidence) >= 0).all()


@given(patients)
def test_a_single_cause_is_one_minus_kaplan_meier(rows):
    time, cause = np.array([t for t, _ in rows], float), np.array([min(c, 1) for _, c in rows], np.int64)
    found, curve = cumulative_incidence(time, cause, 1), kaplan_meier(time, cause > 0)
    np.testing.assert_allclose(found.incidence, 1 - curve.survival, atol=1e-12)
    alive = curve.survival > 0
    np.testing.assert_allclose(found.standard_error[alive], curve.standard_error[alive], atol=1e-7)


@given(st.integers(0, 2**32 - 1), st.sampled_from([4, 30, 1000]))
@settings(max_examples=50)
def test_relabelling_arms_and_patients_leaves_gray_alone(seed, longest):
    random = np.random.default_rng(seed)
    time, cause = random.integers(0, longest, 60).astype(float), random.integers(0, 3, 60)
    arm, shuffle = random.integers(0, 3, 60), random.permutation(60)
    found = gray_test(time, cause, 1, arm)
    again = gray_test(time[shuffle], cause[shuffle], 1, np.array([7, 3, 5])[arm[shuffle]])
    assert again.statistic == pytest.approx(found.statistic, rel=1e-6)
