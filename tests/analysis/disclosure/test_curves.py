"""Curves in whole steps: counted by hand, and held to the rule whatever the times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.curves import in_steps, stepped
from analysis.estimate import NotEstimable
from analysis.estimators.kaplan_meier import Curve, Rate, kaplan_meier
from analysis.selection import whole_trial
from analysis.survival import DifferenceCurve, SurvivalOptions, SurvivalResult, analyse
from data.catalog import Catalog

FLOOR = 5


def curve_of(time: list[float], event: list[bool]) -> Curve:
    curve = kaplan_meier(np.array(time, dtype=float), np.array(event, dtype=bool))
    assert isinstance(curve, Curve)
    return curve


def test_twenty_who_die_one_a_day_are_three_steps() -> None:
    curve = in_steps(curve_of(list(range(1, 21)), [True] * 20), FLOOR)
    # the last five are never told of: fewer than five are at risk before the fifth of them
    assert curve.time.tolist() == [0, 5, 10, 15]
    assert curve.survival.tolist() == pytest.approx([1, 0.75, 0.5, 0.25])
    assert curve.events.tolist() == [0, 5, 5, 5]
    assert curve.at_risk.tolist() == [20, 20, 15, 10]


def test_censored_patients_wait_for_each_other_and_do_not_move_the_curve() -> None:
    time = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    event = [t % 2 == 0 for t in time]
    curve = in_steps(curve_of(time, event), FLOOR)
    # the fifth who is censored leaves on day 9, the fifth death is on day 10
    assert curve.time.tolist() == [0, 9, 10]
    assert curve.censored.tolist() == [0, 5, 0]
    assert curve.events.tolist() == [0, 0, 5]
    assert curve.survival[1] == 1
    # R: summary(survfit(Surv(1:16, rep(0:1, 8)) ~ 1), times = 10)$surv
    assert curve.survival[2] == pytest.approx(0.5967366, abs=1e-7)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=FLOOR, max_size=120))
def test_no_count_and_no_difference_of_two_is_small(patients: list[tuple[int, bool]]) -> None:
    time, event = [float(t) for t, _ in patients], [e for _, e in patients]
    full = curve_of(time, event)
    curve = in_steps(full, FLOOR)
    left = curve.n - np.cumsum(curve.events + curve.censored)
    differences = -np.diff(np.append(curve.at_risk, left[-1]))
    for counts in (curve.events, curve.censored, left, differences):
        assert not any(0 < k < FLOOR for k in counts.tolist())
    told = curve.events > 0
    at = np.searchsorted(full.time, curve.time[told])
    assert curve.survival[told].tolist() == full.survival[at].tolist()
    assert np.diff(curve.survival).max(initial=0) <= 0


@pytest.fixture(scope="module")
def breast() -> SurvivalResult:
    trial = Catalog(()).trial("gbsg2")
    result = analyse(trial, whole_trial(trial.design), SurvivalOptions(lower="difference"))
    assert isinstance(result, SurvivalResult)
    return result


def test_numbers_at_risk_and_the_panel_below_tell_no_more_than_the_curves(breast: SurvivalResult) -> None:
    result = stepped(breast, FLOOR)
    told = set()
    for g, full in zip(result.groups, breast.groups, strict=True):
        assert isinstance(g.curve, Curve)
        assert isinstance(full.curve, Curve)
        assert 10 < len(g.curve.time) < len(full.curve.time) / 4
        told |= set(g.curve.time.tolist())
        table = g.at_risk
        for counts in (-np.diff(table.at_risk[table.at_risk >= FLOOR]), np.diff(table.events), np.diff(table.censored)):
            assert not any(0 < k < FLOOR for k in counts.tolist())
        assert isinstance(g.rate, Rate)
        assert isinstance(full.rate, Rate)
        assert (g.rate.value, g.rate.low) == (full.rate.value, full.rate.low)
        assert g.rate.at_risk >= full.rate.at_risk
    (comparison,) = result.comparisons
    assert isinstance(comparison.lower, DifferenceCurve)
    assert set(comparison.lower.time.tolist()) <= told
    assert comparison.hazard_ratio == breast.comparisons[0].hazard_ratio
    assert "steps of 5 patients or more" in result.method


def test_residuals_are_not_drawn() -> None:
    trial = Catalog(()).trial("gbsg2")
    result = analyse(trial, whole_trial(trial.design), SurvivalOptions(lower="hazard"))
    assert isinstance(result, SurvivalResult)
    assert isinstance(stepped(result, FLOOR).comparisons[0].lower, NotEstimable)
