"""The path to transplant against the numbers that the INO-VATE report prints, and flows that lose nobody."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.kaplan_meier import at, kaplan_meier
from analysis.selection import Filter, whole_trial
from analysis.transplant import TransplantOptions, analyse, missing, tidy
from data.contract import DAYS_PER_MONTH

OPTIONS = TransplantOptions()


def result_of(trial, options=OPTIONS, **chosen):
    return analyse(trial, replace(whole_trial(trial.design), **chosen), options)


def share_of(result, label, any_of=False):
    return next(s for s in result.shares if s.label == label and s.any_of == any_of)


def test_the_shares_their_intervals_and_p_are_those_of_the_report(transplants):
    # Kantarjian et al., Cancer 2019;125:2474-87, Table 2 and text: Clopper-Pearson intervals, one-sided P
    result = result_of(transplants)
    for share, expected in (
        (share_of(result, "CR/CRi"), [(121, 73.8, 66.4, 80.3), (50, 30.9, 23.9, 38.6)]),
        (share_of(result, "Transplant", any_of=True), [(79, 48.2, 40.3, 56.1), (36, 22.2, 16.1, 29.4)]),
        (share_of(result, "Direct to HSCT"), [(70, 42.7, 35.0, 50.6), (18, 11.1, 6.7, 17.0)]),
    ):
        found = [
            (k, round(100 * v.value, 1), round(100 * v.low, 1), round(100 * v.high, 1))
            for k, v in zip(share.counts, share.shares, strict=True)
        ]
        assert found == expected
        test = share.comparisons[0].test
        assert test.p_value < 0.0001
        assert test.sided == 1
        assert test.method == "chi-square test without continuity correction"


def test_transplants_after_response_count_from_everybody_and_from_the_responders(transplants):
    """Table 2: 65/164, 39.6% (32.1-47.6), against 17/162; of the responders 65/121, 53.7% (44.4-62.8), P = 0.0094."""
    result = result_of(transplants)
    for label, of, expected, p in (
        ("Direct to HSCT after CR/CRi", (164, 162), (39.6, 32.1, 47.6), None),
        ("Direct to HSCT, of those with CR/CRi", (121, 50), (53.7, 44.4, 62.8), 0.0094),
    ):
        share = share_of(result, label)
        assert (share.counts, share.of) == ((65, 17), of)
        first = share.shares[0]
        assert tuple(round(100 * x, 1) for x in (first.value, first.low, first.high)) == expected
        assert p is None or round(share.comparisons[0].test.p_value, 4) == p
        assert share.link == ""  # the ribbon has the button of these patients


def test_where_everybody_responded_the_way_from_response_is_not_told_apart(transplants):
    result = result_of(transplants, filters=(Filter("PATH.RESPFL", ("Y",)),))
    assert not [share for share in result.shares if " after CR" in share.label or "of those with" in share.label]


def test_a_level_nobody_can_have_reached_is_not_tested(transplants):
    assert share_of(result_of(transplants), "No HSCT").comparisons == ()


def test_the_flow_is_counted_arm_by_arm(transplants):
    transplant = next(step for step in result_of(transplants).steps if step.id == "HSCTPATH")
    # rows: from CR/CRi, from no CR/CRi; columns: direct, later, none
    assert transplant.arrivals[0, :2].tolist() == [[65, 6, 50], [5, 3, 35]]
    assert transplant.arrivals[1, :2].tolist() == [[17, 8, 25], [1, 10, 101]]
    assert transplant.choice(0) == "where.PATH.HSCTPATH=DIRECT"
    assert transplant.choice(0, next(s for s in result_of(transplants).steps if s.id == "RESPFL").levels[0]) == (
        "where.PATH.HSCTPATH=Y~DIRECT"
    )


def conserved(result):
    sizes = [a.n for a in result.arms]
    for before, step in zip((None, *result.steps), result.steps, strict=False):
        assert step.counts.sum(axis=1).tolist() == sizes
        leaving = step.arrivals.sum(axis=2)
        assert leaving.tolist() == ([[n] for n in sizes] if before is None else before.counts.tolist())
        assert (step.arrivals.sum(axis=1) == step.counts).all()


@pytest.mark.parametrize("month", [1, 3, 24, 60])
def test_nobody_is_lost_on_the_way_at_any_month(transplants, month):
    result = result_of(transplants, TransplantOptions(month=month))
    assert sum(a.n for a in result.arms) == 326
    conserved(result)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(data=st.data())
def test_nobody_is_lost_whatever_the_data(transplants, data):
    random = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    n = len(transplants.planned)
    never = random.random((n, 5)) < 0.4
    entered = np.where(never, np.inf, random.integers(0, 1000, (n, 5)).astype(float))
    entered[:, 0] = 0
    time = np.where(random.random(n) < 0.1, np.nan, random.integers(0, 1000, n))
    trial = replace(
        transplants,
        planned=random.integers(0, 2, n),
        stages={name: random.integers(0, 3, n) for name in transplants.stages},
        entered=entered,
        times={"OS": replace(transplants.times["OS"], time=time)},
    )
    month = data.draw(st.integers(1, 40))
    chosen = data.draw(st.sampled_from([(), (Filter("PATH.RESPFL", ("Y",)),), (Filter("PATH.month7", ("dead",)),)]))
    result = result_of(trial, TransplantOptions(month=month), filters=chosen)
    if not isinstance(result, NotEstimable):
        conserved(result)


def test_those_alive_at_the_month_are_the_kaplan_meier_rate(transplants):
    result = result_of(transplants)
    assert result.month == 24
    times = transplants.times["OS"]
    for position, over_time in enumerate(result.over_time):
        mine = transplants.planned == position
        expected = at(kaplan_meier(times.time[mine] / DAYS_PER_MONTH, times.event[mine]), 24)
        assert isinstance(expected, Estimate)
        assert over_time.not_final.value == pytest.approx(expected.value, abs=1e-12)
        assert over_time.not_final.low == pytest.approx(expected.low, abs=1e-12)
        assert sum(p.value for p in over_time.at_month) == pytest.approx(1)
    # by hand: 3 of 164 censored on day 100, and of the 161 others 25 live on
    assert result.over_time[0].not_final.value == pytest.approx(25 / 161)


def test_an_exploratory_cohort_withholds_its_p_values(transplants):
    result = result_of(transplants, filters=(Filter("PATH.RESPFL", ("Y",)),))
    assert (result.n, result.of) == (171, 326)
    assert result.exploratory
    assert result.withheld
    assert not result_of(transplants).withheld


def test_one_arm_has_a_flow_and_nothing_to_compare(transplants):
    result = result_of(transplants, arms=("soc",))
    assert [a.position for a in result.arms] == [1]
    assert all(share.comparisons == () for share in result.shares)
    conserved(result)


def test_the_month_is_the_milestone_then_two_years_then_half_way(transplants, trial):
    plain = replace(transplants.design.endpoints[0], milestone=None)
    of = replace(transplants, design=replace(transplants.design, endpoints=(plain,)))
    assert result_of(of).month == 24
    short = replace(
        of, times={"OS": replace(of.times["OS"], time=np.minimum(of.times["OS"].time, 10 * DAYS_PER_MONTH))}
    )
    assert result_of(short).month == 5
    assert result_of(of, TransplantOptions(month=9)).month == 9


def test_without_stages_and_states_it_says_what_is_missing(trial):
    assert "trial.toml" in (missing(trial) or "")
    assert isinstance(result_of(trial), NotEstimable)


def test_an_empty_cohort_says_what_to_do(transplants):
    chosen = (Filter("PATH.RESPFL", ("Y",)), Filter("PATH.SAFFL", ("N",)))
    result = result_of(transplants, filters=chosen)
    assert isinstance(result, NotEstimable)
    assert "remove a filter" in result.reason


def test_the_tidy_rows_carry_every_number_of_the_view(transplants):
    rows = tidy(result_of(transplants))
    flows = [row for row in rows if row["quantity"] == "flow"]
    for step in ("Treatment", "Response", "Transplant", "At 24 mo"):
        assert sum(row["n"] for row in flows if row["step"] == step) == 326
    any_transplant = [row for row in rows if row["quantity"] == "share" and row["group"] == "any of Transplant"]
    assert [(row["events"], row["n"]) for row in any_transplant] == [(79, 164), (36, 162)]
    assert {row["quantity"] for row in rows} == {
        "flow", "share", "difference", "test", "state_probability", "state_curve",
    }  # fmt: skip
