import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.datasets import load_gbsg2

from analysis.estimate import NotEstimable
from analysis.estimators.kaplan_meier import kaplan_meier
from analysis.estimators.normal import difference_test
from analysis.estimators.rmst import default_tau, rmst, rmst_difference, rmst_ratio

GBSG2 = load_gbsg2()


def curve(hormone):
    patients = GBSG2[GBSG2["horTh"] == hormone]
    return kaplan_meier(patients["time"].to_numpy(float), patients["cens"].to_numpy(bool))


def test_restricted_means_of_gbsg2():
    # R: summary(survfit(Surv(time, cens) ~ horTh, data = TH.data::GBSG2), rmean = 1826)$table
    no, yes = rmst(curve("no"), 1826), rmst(curve("yes"), 1826)
    assert (no.value, no.standard_error) == pytest.approx((1264.55490556688, 30.6958547556075), abs=1e-8)
    assert (yes.value, yes.standard_error) == pytest.approx((1414.00329554034, 37.9363705846826), abs=1e-8)
    assert (no.low, no.high) == pytest.approx((1204.39213577121, 1324.71767536254), abs=1e-8)


def test_difference_and_ratio():
    # R: survRM2::rmst2 by its formulas, from the table above
    found = rmst_difference(curve("yes"), curve("no"), 1826)
    assert (found.value, found.low, found.high) == pytest.approx(
        (149.448389973464, 53.8028762453811, 245.093903701548), abs=1e-8
    )
    assert difference_test(found).p_value == pytest.approx(0.00219503559865375, abs=1e-10)
    ratio = rmst_ratio(curve("yes"), curve("no"), 1826)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (1.118182602681431, 1.041635688093651, 1.200354737487646), abs=1e-10
    )
    inverse = rmst_ratio(curve("no"), curve("yes"), 1826)
    assert (1 / inverse.value, 1 / inverse.high, 1 / inverse.low) == pytest.approx(
        (ratio.value, ratio.low, ratio.high), abs=1e-12
    )


def test_tau_by_default_is_the_shorter_of_the_longest_follow_up():
    arms = [GBSG2.loc[GBSG2["horTh"] == hormone, "time"].to_numpy(float) for hormone in ("no", "yes")]
    assert default_tau(arms) == 2563
    assert default_tau([np.array([3.0, 1]), np.array([])]) is None
    assert default_tau([]) is None


def test_horizon_after_the_follow_up():
    alive = kaplan_meier(np.array([3.0, 4]), np.array([True, False]))
    dead = kaplan_meier(np.array([3.0, 4]), np.ones(2, bool))
    assert rmst(alive, 4).value == 3.5
    assert rmst(alive, 4.5) == NotEstimable("Follow-up of an arm ends before the horizon.")
    assert rmst(dead, 10).value == 3.5
    assert rmst_difference(dead, alive, 4.5) == rmst(alive, 4.5)
    assert rmst_ratio(alive, dead, 4.5) == rmst(alive, 4.5)


def test_nothing_to_compare():
    alive = kaplan_meier(np.array([3.0, 4]), np.zeros(2, bool))
    at_once = kaplan_meier(np.zeros(2), np.ones(2, bool))
    assert rmst_difference(alive, alive, 3) == NotEstimable("No event in either arm before the horizon.")
    half = kaplan_meier(np.array([1.0, 4]), np.array([True, False]))
    assert rmst_ratio(half, at_once, 3) == NotEstimable("The restricted mean of an arm is 0.")


def test_restricted_means_equal_r(reference):
    block = reference.answers["rmst"]
    curves = {label: kaplan_meier(reference.time[m], reference.event[m]) for label, m in reference.arms()}
    for row in block["by_arm"]:
        found = rmst(curves[row["arm"]], block["tau"])
        if isinstance(found, NotEstimable):
            assert block["tau"] > curves[row["arm"]].time[-1]
            continue
        for value, name in ((found.value, "rmst"), (found.standard_error, "se"), (found.low, "lcl")):
            assert value == pytest.approx(row[name], rel=1e-9), (row, name)
    for row in block.get("difference_vs_reference", []):
        experimental, control = row["comparison"].split(" - ")
        found = rmst_difference(curves[experimental], curves[control], block["tau"])
        if isinstance(found, NotEstimable):
            assert block["tau"] > min(curves[label].time[-1] for label in (experimental, control)) or row["se"] == 0
            continue
        assert (found.value, found.standard_error) == pytest.approx((row["diff"], row["se"]), rel=1e-9)
        assert difference_test(found).p_value == pytest.approx(row["p"], abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30))
def test_a_mean_lies_within_its_horizon_and_grows_with_it(patients):
    time, event = np.array([t for t, _ in patients], float), np.array([e for _, e in patients], bool)
    found = [rmst(kaplan_meier(time, event), tau) for tau in (0.5, time.max() / 2, time.max())]
    means = [mean.value for mean in found if not isinstance(mean, NotEstimable)]
    assert means[-1] <= time.max() + 1e-9
    # without censoring the mean to the last time is the arithmetic mean
    if event.all():
        assert means[-1] == pytest.approx(time.mean())
