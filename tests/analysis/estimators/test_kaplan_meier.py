from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.datasets import load_gbsg2

from analysis.estimate import Estimate, NotEstimable, NotReached
from analysis.estimators.kaplan_meier import (
    Rate,
    at,
    at_risk_table,
    follow_up,
    kaplan_meier,
    median,
    product_limit,
    quantile,
    rate_difference,
)
from analysis.estimators.normal import difference_test

INTERVALS = ("log", "log-log", "plain")

# Freireich et al. 1963, 6-MP arm: weeks in remission.
SIX_MP = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
RELAPSE = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)


def gbsg2(hormone):
    patients = load_gbsg2()
    patients = patients[patients["horTh"] == hormone]
    return patients["time"].to_numpy(float), patients["cens"].to_numpy(bool)


def close(value, printed, tolerance=1e-6):
    """Equal within `tolerance` of a printed answer; NA in R is NaN or None here."""
    missing = value is None or isnan(value)
    return missing if printed is None else not missing and abs(value - float(printed)) <= tolerance * max(1, abs(value))


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    # R: summary(survfit(Surv(time, status) ~ 1, conf.type = interval), times = 10)
    [
        ("log-log", 0.5031995108, 0.8893618352),
        ("log", 0.5859189820, 0.9675747546),
        ("plain", 0.5640993267, 0.9417830263),
    ],
)
def test_intervals_of_a_rate(interval, low, high):
    rate = at(kaplan_meier(SIX_MP, RELAPSE, interval=interval), 10)
    assert (rate.value, rate.standard_error) == pytest.approx((0.7529411764706, 0.0963496529943), abs=1e-9)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=1e-9)
    assert rate.at_risk == 15


def test_median_and_a_quantile_that_is_not_reached():
    curve = kaplan_meier(SIX_MP, RELAPSE)
    # R: quantile(survfit(Surv(time, status) ~ 1, conf.type = "log-log"), c(.25, .5, .75))
    assert median(curve) == Estimate(23, 13, None, 0.95, "Kaplan-Meier, log-log interval, inverted")
    assert (quantile(curve, 0.25).value, quantile(curve, 0.25).low, quantile(curve, 0.25).high) == (13, 6, 22)
    missed = quantile(curve, 0.75)
    assert isinstance(missed, NotReached)
    assert missed.low == 23
    assert missed.reason == "Not reached: the curve stays above 25%."


@pytest.mark.parametrize(
    ("hormone", "interval", "expected"),
    # R: survfit(Surv(time, cens) ~ horTh, data = TH.data::GBSG2, conf.type = interval)
    [
        ("no", "log-log", (1528, 1280, 1814)),
        ("no", "log", (1528, 1296, 1814)),
        ("yes", "log-log", (2018, 1918, None)),
    ],
)
def test_median_of_gbsg2(hormone, interval, expected):
    found = median(kaplan_meier(*gbsg2(hormone), interval=interval))
    assert (found.value, found.low, found.high) == expected


def test_median_is_the_midpoint_of_a_stretch_flat_at_one_half():
    # R: survfit(Surv(c(1, 2, 3, 4), c(1, 1, 1, 1)) ~ 1) prints 2.5
    assert median(kaplan_meier(np.array([1.0, 2, 3, 4]), np.ones(4, bool))).value == 2.5
    # 70 rows: S is 0.5 only within rounding, and the next event is at 50
    time = np.r_[np.arange(1.0, 36), np.full(35, 50.0)]
    assert median(kaplan_meier(time, np.ones(70, bool))).value == 42.5


def test_median_of_a_curve_flat_at_one_half_to_the_end_is_the_left_end():
    # R: summary(survfit(Surv(c(1, 2, 3, 4), c(1, 1, 0, 0)) ~ 1))$table["median"] is 2
    assert median(kaplan_meier(np.array([1.0, 2, 3, 4]), np.array([True, True, False, False]))).value == 2


def test_events_at_time_zero_lower_the_curve_at_zero():
    curve = kaplan_meier(np.array([0.0, 0, 5, 7]), np.array([True, False, True, False]))
    assert curve.time.tolist() == [0, 5, 7]
    assert curve.survival.tolist() == pytest.approx([0.75, 0.375, 0.375])
    assert curve.at_risk.tolist() == [4, 2, 1]
    assert (curve.events.tolist(), curve.censored.tolist()) == ([1, 1, 0], [1, 0, 1])


@pytest.mark.parametrize("interval", INTERVALS)
def test_limits_at_the_ends_are_those_of_r(interval):
    # R: survfit(Surv(c(1, 2), c(1, 1)) ~ 1, conf.type = interval) leaves out the limits where S is 0
    curve = kaplan_meier(np.array([1.0, 2]), np.ones(2, bool), interval=interval)
    assert curve.survival.tolist() == pytest.approx([1, 0.5, 0])
    assert np.isnan([curve.low[2], curve.high[2], curve.standard_error[2]]).all()
    assert (curve.low[0], curve.high[0]) == (1, 1)


def test_limits_before_the_first_event_are_those_of_r():
    # R: survfit(Surv(c(1, 2, 3), c(0, 1, 0)) ~ 1, conf.type = interval): the row at 1 has S = 1, limits NA with log-log
    for interval in INTERVALS:
        curve = kaplan_meier(np.array([1.0, 2, 3]), np.array([False, True, False]), interval=interval)
        missing = interval == "log-log"
        assert np.isnan([curve.low[1], curve.high[1]]).tolist() == [missing, missing]


def test_curve_reaches_the_last_follow_up_and_no_further():
    curve = kaplan_meier(SIX_MP, RELAPSE)
    assert curve.time[-1] == 35
    assert at(curve, 35).at_risk == 1
    assert at(curve, 35.5) == NotEstimable("Follow-up ends before this time.")
    everyone_died = kaplan_meier(np.array([1.0, 2]), np.ones(2, bool))
    assert at(everyone_died, 3) == Rate(0, None, None, 0.95, everyone_died.method, None, at_risk=0)


def test_at_risk_rows_add_to_n():
    table = at_risk_table(SIX_MP, RELAPSE, np.array([0.0, 6, 10, 23, 35, 36]))
    # R: summary(survfit(Surv(time, status) ~ 1), times = ..., extend = TRUE)$n.risk
    assert table.at_risk.tolist() == [21, 21, 15, 6, 1, 0]
    assert table.events.tolist() == [0, 0, 4, 8, 9, 9]
    assert (table.at_risk + table.events + table.censored).tolist() == [21] * 6


@given(
    patients=st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=60),
    interval=st.sampled_from(INTERVALS),
)
def test_counting_gives_the_curve_of_lifelines(patients, interval):
    time, event = (np.array(values) for values in zip(*patients, strict=True))
    counted = product_limit(time / 4, event, 0.9, interval)
    fitted = kaplan_meier(time / 4, event, 0.9, interval)
    for name in ("time", "survival", "low", "high", "standard_error", "at_risk", "events", "censored"):
        np.testing.assert_allclose(getattr(counted, name), getattr(fitted, name), rtol=1e-9, atol=1e-12, err_msg=name)
    assert (counted.n, counted.level, counted.interval) == (fitted.n, fitted.level, fitted.interval)
    assert median(counted) == median(fitted)


def test_rate_difference_of_gbsg2():
    curves = [kaplan_meier(*gbsg2(hormone)) for hormone in ("yes", "no")]
    difference = rate_difference(*curves, 1095)
    # R: S1 - S0 of summary(survfit(Surv(time, cens) ~ horTh, data = GBSG2), times = 1095), se = sqrt(se1^2 + se0^2)
    assert (difference.value, difference.low, difference.high) == pytest.approx(
        (0.101931971004437, 0.0250004531993308, 0.178863488809544), abs=1e-9
    )
    assert difference_test(difference).p_value == pytest.approx(0.00940709669850815, abs=1e-9)
    assert difference_test(difference, sided=1).p_value == pytest.approx(0.00940709669850815 / 2, abs=1e-9)


def test_rate_difference_that_cannot_be_estimated():
    time = np.array([2.0, 4])
    alive = kaplan_meier(time, np.zeros(2, bool))
    dead = kaplan_meier(time, np.ones(2, bool))
    assert rate_difference(alive, alive, 3).reason == "No event in either arm by this time."
    assert rate_difference(dead, alive, 4).reason.startswith("An arm has no survivors")
    assert rate_difference(alive, dead, 5).reason == "Follow-up ends before this time."


def test_follow_up_is_the_median_of_the_reverse_curve():
    # R: survfit(Surv(time, 1 - cens) ~ horTh, data = TH.data::GBSG2, conf.type = "log")
    found = follow_up(*gbsg2("no"), interval="log")
    assert (found.value, found.low, found.high) == (1582, 1459, 1680)


def test_nobody_and_nothing():
    assert kaplan_meier(np.array([]), np.array([], bool)) == NotEstimable("No patients.")
    assert product_limit(np.array([]), np.array([], bool)) == NotEstimable("No patients.")
    assert follow_up(np.array([]), np.array([], bool)) == NotEstimable("No patients.")
    censored = kaplan_meier(np.array([3.0]), np.array([False]))
    assert censored.survival.tolist() == [1, 1]
    assert isinstance(median(censored), NotReached)
    assert isinstance(follow_up(np.array([3.0]), np.array([True])), NotReached)


@pytest.mark.parametrize("interval", INTERVALS)
def test_curves_equal_r(reference, interval):
    landmarks = reference.answers["landmark_survival"][interval]["rows"]
    summaries = {row["arm"]: row for row in reference.answers["km"][interval]["by_arm"]}
    for label, members in reference.arms():
        time, event = reference.time[members], reference.event[members]
        curve = kaplan_meier(time, event, interval=interval)
        printed = summaries[label]
        assert (curve.n, curve.events.sum()) == (printed["n"], printed["events"])
        for name, p in (("q25", 0.25), ("median", 0.5), ("q75", 0.75)):
            found = quantile(curve, p)
            high = None if isinstance(found, NotReached) else found.high
            value = None if isinstance(found, NotReached) else found.value
            assert (value, found.low) == (printed[name], printed[f"{name}_lcl"]), (label, name)
            # where the upper limit rises again, R's quantile() (not its summary()) does not take the first crossing
            if name == "median" or not (np.diff(curve.high) > 0).any():
                assert high == printed[f"{name}_ucl"], (label, name)
        rows = [row for row in landmarks if row["arm"] == label]
        assert rows
        table = at_risk_table(time, event, np.array([row["time"] for row in rows], dtype=float))
        assert table.at_risk.tolist() == [row["n_risk"] for row in rows]
        for row in rows:
            rate = at(curve, row["time"])
            if isinstance(rate, NotEstimable):
                assert row["time"] > time.max()
                continue
            assert rate.at_risk == row["n_risk"]
            for value, name in (
                (rate.value, "surv"),
                (rate.standard_error, "std_err"),
                (rate.low, "lower"),
                (rate.high, "upper"),
            ):
                assert close(value, row[name]), (label, row, name, value)


def test_every_step_equals_r(reference):
    steps = pd.read_csv(reference.steps)
    for label, members in reference.arms():
        printed = steps[steps["arm"].astype(str) == label]
        curve = kaplan_meier(reference.time[members], reference.event[members], interval="log")
        after = slice(0 if printed["time"].iloc[0] == 0 else 1, None)
        np.testing.assert_allclose(curve.time[after], printed["time"], rtol=1e-12)
        for column, values in (("n_risk", curve.at_risk), ("n_event", curve.events), ("n_censor", curve.censored)):
            assert values[after].tolist() == printed[column].tolist()
        np.testing.assert_allclose(curve.survival[after], printed["surv"], atol=1e-9)
        np.testing.assert_allclose(curve.low[after], printed["lower_log"], atol=1e-9)
        np.testing.assert_allclose(curve.high[after], printed["upper_log"], atol=1e-9)


def test_follow_up_equals_r(reference):
    for row, (_, members) in zip(reference.answers["reverse_km_followup"]["by_arm"], reference.arms(), strict=True):
        found = follow_up(reference.time[members], reference.event[members], interval="log")
        values = (None, found.low, None) if isinstance(found, NotReached) else (found.value, found.low, found.high)
        assert values == (row["median"], row["lcl"], row["ucl"])


def test_rate_differences_equal_r(reference):
    curves = {label: kaplan_meier(reference.time[m], reference.event[m]) for label, m in reference.arms()}
    for row in reference.answers.get("landmark_difference_plain", {"rows": []})["rows"]:
        experimental, control = row["comparison"].split(" - ")
        found = rate_difference(curves[experimental], curves[control], row["time"])
        if isinstance(found, NotEstimable):
            assert row["se"] in (0, None) or row["time"] > min(
                curves[label].time[-1] for label in (experimental, control)
            )
            continue
        values = (found.value, found.standard_error, found.low, found.high, difference_test(found).p_value)
        for value, name in zip(values, ("diff", "se", "lcl", "ucl", "p"), strict=True):
            assert close(value, row[name]), (row, name, value)


rows = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def arrays(patients):
    return np.array([t for t, _ in patients], dtype=float), np.array([e for _, e in patients], dtype=bool)


@given(rows, st.sampled_from(INTERVALS))
def test_curves_and_numbers_at_risk_fall(patients, interval):
    curve = kaplan_meier(*arrays(patients), interval=interval)
    assert (np.diff(curve.survival) <= 1e-12).all()
    assert (np.diff(curve.at_risk) <= 0).all()
    inside = ~np.isnan(curve.low)
    assert (curve.low[inside] <= curve.survival[inside] + 1e-12).all()
    assert (curve.high[inside] >= curve.survival[inside] - 1e-12).all()
    table = at_risk_table(*arrays(patients), np.arange(15.0))
    assert (table.at_risk + table.events + table.censored == len(patients)).all()


@given(rows, st.randoms())
def test_relabelling_duplicating_and_later_censoring_change_nothing(patients, random):
    curve = kaplan_meier(*arrays(patients))
    shuffled = random.sample(patients, len(patients))
    again = kaplan_meier(*arrays(shuffled))
    assert again.survival.tolist() == curve.survival.tolist()
    doubled = kaplan_meier(*arrays(patients * 2))
    np.testing.assert_allclose(doubled.survival, curve.survival, atol=1e-12)
    # 99 is after the last event: censoring there instead leaves survival at every earlier time alone
    last = max((t for t, e in patients if e), default=0)
    later = kaplan_meier(*arrays([(99 if t > last else t, e) for t, e in patients]))
    assert later.survival[later.time <= last].tolist() == curve.survival[curve.time <= last].tolist()
