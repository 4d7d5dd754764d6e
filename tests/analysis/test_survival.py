"""The survival view against R; `survival` 3.5, data TH.data::GBSG2 (days) with horTh "yes" over "no"."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate import NotEstimable, Test
from analysis.selection import Filter, whole_trial
from analysis.survival import SurvivalOptions, SurvivalResult, analyse, axis_ticks, ignored, tidy
from analysis.survival.analyse import STEPS
from data.catalog import Catalog


@pytest.fixture(scope="module")
def gbsg2():
    return Catalog(()).trial("gbsg2")


def describe(trial, filters=(), **options) -> SurvivalResult:
    result = analyse(trial, replace(whole_trial(trial.design), filters=filters), SurvivalOptions(**options))
    assert isinstance(result, SurvivalResult)
    return result


def test_restricted_means_equal_r(gbsg2):
    # summary(survfit(Surv(time, cens) ~ horTh), rmean = 1826)$table: 1414.00330 (se 37.93637) and 1264.55491 (30.69585)
    result = describe(gbsg2, tau=1826)
    hormonal, none = (g.restricted_mean for g in result.groups)
    assert hormonal.value == pytest.approx(1414.00329554034, abs=1e-6)
    assert none.value == pytest.approx(1264.55490556688, abs=1e-6)
    difference = result.comparisons[0].restricted_mean_difference
    assert difference.value == pytest.approx(149.448389973464, abs=1e-6)
    assert (difference.low, difference.high) == (pytest.approx(53.8028762453811), pytest.approx(245.093903701548))
    # 2 * pnorm(-149.448389973464 / sqrt(37.93637^2 + 30.69585^2))
    assert result.comparisons[0].restricted_mean_test.p_value == pytest.approx(0.00219503559865375, abs=1e-10)


def test_tau_is_the_shorter_of_the_longest_follow_ups(gbsg2):
    assert describe(gbsg2).tau == 2563.0


def test_a_horizon_of_the_trial_that_the_cohort_does_not_reach_gives_way(gbsg2):
    [endpoint] = gbsg2.design.endpoints
    wanting = replace(gbsg2, design=replace(gbsg2.design, endpoints=(replace(endpoint, tau=2500.0),)))
    assert describe(wanting).tau == 2500.0
    cohort = describe(wanting, filters=(Filter("TGRADE", ("III",)),))
    assert cohort.tau == min(float(g.curve.time[-1]) for g in cohort.groups) < 2500
    assert not isinstance(cohort.comparisons[0].restricted_mean_difference, NotEstimable)


@pytest.mark.parametrize("by", ["ECOG", "AE"])
def test_a_factor_that_is_not_there_leaves_the_curves_by_arm(gbsg2, by):
    assert ignored(gbsg2, SurvivalOptions(by=by)) == f"This trial has no factor “{by}”; the curves are by arm."
    unknown, by_arm = describe(gbsg2, by=by), describe(gbsg2)
    assert unknown.comparisons[0].hazard_ratio == by_arm.comparisons[0].hazard_ratio
    assert (unknown.by, unknown.method) == (by_arm.by, by_arm.method)
    assert ignored(gbsg2, SurvivalOptions(by="TGRADE")) is None


def test_one_arm_alone_has_no_method_of_comparison(gbsg2):
    selection = replace(whole_trial(gbsg2.design), arms=(gbsg2.design.arms[0].id,))
    result = analyse(gbsg2, selection, SurvivalOptions())
    assert isinstance(result, SurvivalResult)
    assert result.method == "Kaplan–Meier with log-log 95% intervals."


def test_the_test_of_proportional_hazards_equals_r(gbsg2):
    # cox.zph(coxph(Surv(time, cens) ~ horTh)): chisq 0.2274764, p 0.6334014
    [comparison] = describe(gbsg2).comparisons
    assert isinstance(comparison.proportional, Test)
    assert comparison.proportional.p_value == pytest.approx(0.633401399904939, abs=1e-5)


def test_a_cohort_is_tested_against_everyone_else_by_r(gbsg2):
    # anova(coxph(Surv(time, cens) ~ horTh + menostat), coxph(Surv(time, cens) ~ horTh * menostat));
    # coxph(..., subset = menostat == "Post") and "Pre"
    result = describe(gbsg2, (Filter("MENOSTAT", ("Post",)),), complement=True)
    assert isinstance(result.complement, SurvivalResult)
    assert (result.n, result.complement.n, result.of) == (396, 290, 686)
    assert result.comparisons[0].hazard_ratio.value == pytest.approx(0.667370765176126, abs=1e-5)
    assert result.complement.comparisons[0].hazard_ratio.value == pytest.approx(0.690868599293101, abs=1e-5)
    assert isinstance(result.interaction, Test)
    assert result.interaction.p_value == pytest.approx(0.891149248072912, abs=1e-6)
    assert result.complement.tau == result.tau


def test_a_cohort_keeps_its_p_values_back(gbsg2):
    assert describe(gbsg2, (Filter("MENOSTAT", ("Post",)),)).withheld
    assert not describe(gbsg2).withheld


def test_curves_by_a_factor_pool_the_arms(gbsg2):
    # survdiff(Surv(time, cens) ~ tgrade, GBSG2): n 81, 444, 161; chisq 21.1 on 2 df
    result = describe(gbsg2, by="TGRADE")
    assert [g.n for g in result.groups] == [81, 444, 161]
    assert isinstance(result.overall, Test)
    assert result.overall.statistic == pytest.approx(21.1, abs=0.05)
    assert "Arms pooled" in result.method


def test_the_difference_curve_is_the_difference_of_the_rates(gbsg2):
    result = describe(gbsg2, lower="difference", milestone=1826)
    [comparison] = result.comparisons
    row = np.searchsorted(comparison.lower.time, 1826, side="right") - 1
    rate = comparison.rate_difference
    assert comparison.lower.difference[row] == pytest.approx(rate.value, abs=1e-12)
    assert (comparison.lower.low[row], comparison.lower.high[row]) == (
        pytest.approx(rate.low),
        pytest.approx(rate.high),
    )


def test_other_units_change_times_and_nothing_else(gbsg2):
    days, months = describe(gbsg2), describe(gbsg2, unit="months")
    assert months.groups[0].median.value == pytest.approx(days.groups[0].median.value / 30.4375)
    assert months.milestone == pytest.approx(days.milestone / 30.4375)
    assert months.comparisons[0].hazard_ratio.value == pytest.approx(days.comparisons[0].hazard_ratio.value, abs=1e-9)


def test_an_arm_without_patients_or_events_is_a_sentence(trial):
    result = analyse(trial, replace(whole_trial(trial.design), arms=("new",)), SurvivalOptions())
    assert result.comparisons == ()
    assert isinstance(result.overall, NotEstimable)
    trial.times["OS"].event[4:] = False
    [comparison] = analyse(trial, whole_trial(trial.design), SurvivalOptions()).comparisons
    assert isinstance(comparison.hazard_ratio, NotEstimable)
    assert "reference" in comparison.hazard_ratio.reason


def test_a_cohort_of_nobody_asks_to_remove_a_filter(trial):
    trial.factors["SEX"][:] = 1
    nobody = replace(whole_trial(trial.design), filters=(Filter("SEX", ("F",)),))
    assert analyse(trial, nobody, SurvivalOptions()) == NotEstimable("No patients match: remove a filter.")


def test_the_tidy_table_names_every_number(gbsg2):
    rows = tidy(describe(gbsg2, (Filter("MENOSTAT", ("Post",)),), complement=True, lower="hazard"))
    quantities = {row["quantity"] for row in rows}
    assert {"curve", "at_risk", "median", "rate", "restricted_mean", "hazard_ratio", "log_rank"} <= quantities
    assert {"complement_hazard_ratio", "interaction_cohort_by_arm", "hazard_ratio_over_time"} <= quantities


@given(st.floats(0.5, 20_000), st.sampled_from(sorted(STEPS)))
def test_ticks_reach_the_last_follow_up_and_stay_few(longest, unit):
    ticks = axis_ticks(longest, unit, None)
    assert ticks[0] == 0
    assert ticks[-1] >= longest
    assert 2 <= len(ticks) <= 11
