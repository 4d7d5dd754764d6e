import pytest

from analysis.estimate import Estimate, NotEstimable, NotReached, Test
from components.format import (
    count,
    difference_in_points,
    duration,
    interval_of,
    p_value,
    percent,
    plain,
    points,
    ratio,
    share,
    value_of,
    with_interval,
)


def estimate(value, low, high):
    return Estimate(value, low, high, 0.95, "")


def test_ratios_have_two_decimals_and_missing_limits_say_ne():
    assert with_interval(estimate(0.7512, 0.5678, None), ratio) == "0.75 (0.57–NE)"


def test_negative_limits_are_joined_by_to_and_carry_a_true_minus():
    assert with_interval(estimate(-0.085, -0.2449, 0.0751), share) == "−8.5 (−24.5 to 7.5)"


@pytest.mark.parametrize(("unit", "text"), [("days", "44.5"), ("months", "44.5")])
def test_halves_are_kept(unit, text):
    assert duration(unit)(44.5) == text


@pytest.mark.parametrize(("unit", "text"), [("days", "2018"), ("weeks", "2018"), ("months", "2018.0")])
def test_whole_days_and_weeks_have_no_decimal(unit, text):
    assert duration(unit)(2018.0) == text


def test_a_median_not_reached_shows_its_lower_limit():
    reached = NotReached("Not reached.", 13.0, 0.95, "")
    assert value_of(reached, duration("weeks")) == "NR"
    assert interval_of(reached, duration("weeks")) == "13–NE"
    assert with_interval(NotEstimable("No events."), ratio) == "NE"


@pytest.mark.parametrize(("p", "text"), [(0.0105, "p = 0.0105"), (0.00009, "p < 0.0001"), (0.0001, "p = 0.0001")])
def test_p_values(p, text):
    assert p_value(Test(0, 1, p, 2, ""), withheld=False) == text
    assert p_value(Test(0, 1, p, 2, ""), withheld=True) == "p withheld"


def test_levels_and_counts():
    assert percent(0.975) == "97.5%"
    assert percent(0.95) == "95%"
    assert count(9999) == "9999"
    assert count(20000) == "20\u202f000"


def test_labels_from_data_are_not_markup_in_a_figure():
    assert plain("<img src=x> & co") == "&lt;img src=x&gt; &amp; co"


def test_differences_carry_their_sign_and_zero_has_none():
    assert [points(value) for value in (0.1234, -0.1, 0.0, -0.0001, None)] == ["+12.3", "−10.0", "0.0", "0.0", "NE"]
    assert difference_in_points(estimate(0.101, -0.008, 0.217)) == "+10.1 (−0.8 to 21.7)"
    assert difference_in_points(NotEstimable("No patients.")) == "NE"
