"""The kernel of the forest against lifelines' CoxPHFitter (properties) and R's coxph (printed answers)."""

import warnings
from math import exp, log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from lifelines.datasets import load_gbsg2

from analysis.estimate import NotEstimable
from analysis.estimators.normal import quantile
from analysis.estimators.risk_sets import efron_weights, order, tally
from analysis.estimators.two_arm import Fit, compare, effect, forest

#: lifelines stops early: by default up to 8e-5 short; with any positive `r_precision` once the likelihood no longer
#: changes, about 1e-7 short. Only the Newton decrement, half the squared step over its variance, is left to stop it.
TIGHT = {"precision": 1e-20, "r_precision": 0.0}


def gbsg2():
    patients = load_gbsg2()
    arm = (patients["horTh"] == "yes").to_numpy(np.int64)
    return patients["time"].to_numpy(float), patients["cens"].to_numpy(bool), arm, patients


def by_lifelines(time, event, arm, near, strata=None):
    """Fit by lifelines, which overshoots and fails on a few of these data unless it starts `near` the maximum."""
    columns = {"T": time, "E": event, "arm": arm}
    if strata is not None:
        columns["stratum"] = strata
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CoxPHFitter().fit(
            pd.DataFrame(columns),
            "T",
            "E",
            strata=None if strata is None else "stratum",
            fit_options=TIGHT,
            batch_mode=False,
            initial_point=np.array([(near + 0.1) * arm.std(ddof=1)]),
        )


def test_hormone_therapy_in_gbsg2():
    time, event, arm, _ = gbsg2()
    found = compare(order(time, event), arm)
    # R: coxph(Surv(time, cens) ~ horTh, data = TH.data::GBSG2, ties = "efron")
    assert (found.n, found.events) == ((440, 246), (205, 94))
    assert found.fit.coefficient == pytest.approx(-0.364009883263397, abs=1e-9)
    assert found.fit.standard_error == pytest.approx(0.125044570360391, abs=1e-9)
    assert found.fit.score == pytest.approx(8.56608913043975, abs=1e-7)
    assert 2 * (found.fit.log_likelihood - found.fit.null_log_likelihood) == pytest.approx(8.82159505519076, abs=1e-7)
    ratio = found.fit.hazard_ratio(0.95)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (0.694884326984139, 0.543844054561092, 0.887872587442174), abs=1e-9
    )


def test_hormone_therapy_in_gbsg2_within_strata():
    time, event, arm, patients = gbsg2()
    strata = patients.groupby(["menostat", "tgrade"]).ngroup().to_numpy()
    found = compare(order(time, event, strata), arm).fit
    # R: coxph(Surv(time, cens) ~ horTh + strata(menostat, tgrade), data = TH.data::GBSG2, ties = "efron")
    assert (found.coefficient, found.standard_error) == pytest.approx((-0.374533477968112, 0.129187004508736), abs=1e-9)


def test_a_subgroup_is_the_model_of_its_patients_alone():
    time, event, arm, patients = gbsg2()
    post = (patients["menostat"] == "Post").to_numpy()
    found = compare(order(time, event), arm, post)
    alone = compare(order(time[post], event[post]), arm[post])
    assert found == alone
    # R: coxph(Surv(time, cens) ~ horTh, data = subset(TH.data::GBSG2, menostat == "Post"))
    assert found.fit.hazard_ratio(0.95).value == pytest.approx(0.667370765176126, abs=1e-9)
    assert (found.n, found.events) == ((209, 187), (108, 72))


@pytest.mark.parametrize(
    ("time", "event", "arm", "reason"),
    [
        ([], [], [], "No patients."),
        ([3], [1], [1], "Only one arm has patients."),
        ([3, 4], [1, 1], [0, 0], "Only one arm has patients."),
        ([3, 4], [0, 0], [0, 1], "No events."),
        ([3, 4, 5], [1, 0, 0], [0, 1, 1], "No events in the experimental arm."),
        ([3, 4, 5], [1, 0, 0], [1, 0, 0], "No events in the reference arm."),
        ([1, 2, 3, 4], [1] * 4, [1, 1, 0, 0], "The reference arm has events only where nobody of the experimental"),
        ([1, 2, 3, 4], [1] * 4, [0, 0, 1, 1], "The experimental arm has events only where nobody of the reference"),
    ],
)
def test_not_estimable(time, event, arm, reason):
    found = compare(order(np.array(time, float), np.array(event, bool)), np.array(arm, np.int64)).fit
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith(reason)


def test_separation_within_strata_is_found_though_the_arms_overlap_across_them():
    time, event = np.array([1.0, 2, 1, 2]), np.ones(4, bool)
    arm, strata = np.array([1, 0, 1, 0]), np.array([0, 0, 5, 5])
    assert isinstance(compare(order(time, event, strata), arm).fit, NotEstimable)
    assert isinstance(compare(order(time, event), np.array([1, 0, 0, 1])).fit, Fit)


def test_a_large_hazard_ratio_is_found():
    # 200 early events of arm 1 and one of arm 0 among them
    time = np.arange(1.0, 402)
    arm = np.r_[np.ones(200, int), np.zeros(201, int)]
    arm[100] = 0
    found = compare(order(time, np.ones(401, bool)), arm).fit
    expected = by_lifelines(time, np.ones(401, bool), arm, 3)
    assert found.coefficient == pytest.approx(expected.params_["arm"], abs=1e-7)
    assert found.coefficient > 4


def two_arms(time, event, arm, strata=None):
    sets = tally(order(time, event, strata), arm, 2)
    return sets.at_risk, sets.events


def test_a_forest_is_the_models_of_its_levels():
    time, event, arm, patients = gbsg2()
    ordered = order(time, event)
    grade = patients["tgrade"].map({"I": 0, "II": 1, "III": 2}).to_numpy(np.int64)
    old = (patients["age"] > 75).to_numpy(np.int64)
    post = (patients["menostat"] == "Post").to_numpy()
    tallies = [tally(ordered, 2 * level + arm, 2 * levels, post) for level, levels in ((grade, 3), (old, 2))]
    found = forest(tallies)
    assert [len(factor) for factor in found] == [3, 2]
    for factor, level in zip(found, (grade, old), strict=True):
        for code, comparison in enumerate(factor):
            alone = compare(ordered, arm, post & (level == code))
            assert (comparison.n, comparison.events) == (alone.n, alone.events)
            if isinstance(alone.fit, NotEstimable):
                assert comparison.fit == alone.fit
                continue
            assert comparison.fit.coefficient == pytest.approx(alone.fit.coefficient, abs=1e-12)
            assert comparison.fit.score == pytest.approx(alone.fit.score, abs=1e-12)
    # R: coxph(Surv(time, cens) ~ horTh, data = subset(TH.data::GBSG2, menostat == "Post" & tgrade == "II"))
    assert found[0][1].fit.coefficient == pytest.approx(-0.45895843913495, abs=1e-9)
    assert found[0][1].fit.standard_error == pytest.approx(0.18356010581146, abs=1e-9)


def test_efron_weights_of_a_tie():
    # 4 at risk, three tied events, two of them in arm 1
    time, event, arm = np.array([1.0, 1, 1, 2]), np.array([1, 1, 1, 0], bool), np.array([0, 1, 1, 0])
    weights = efron_weights(*two_arms(time, event, arm))
    np.testing.assert_allclose(weights, [[2, 2 - 1 / 3, 2 - 2 / 3], [2, 2 - 2 / 3, 2 - 4 / 3]])


def test_cox_models_equal_r(reference):
    time, event, arm = reference.time, reference.event, reference.arm
    labels = reference.answers["arm_levels"]
    models = reference.answers.get("cox", {})
    pairs = models.get("pairwise_vs_reference_efron", [])
    if len(labels) == 2:
        pairs = [models["unstratified_efron"]]
        if "stratified_efron" in models:
            pairs = [*pairs, models["stratified_efron"]]
    for printed in pairs:
        (term,) = printed["terms"]
        experimental, control = (labels.index(name) for name in term["comparison"].split(" vs "))
        strata = reference.strata(printed["call"]) if "strata(" in printed["call"] else np.zeros(len(time), int)
        among = np.isin(arm, (experimental, control)) & (strata >= 0)
        found = compare(order(time, event, strata), (arm == experimental).astype(int), among)
        assert (sum(found.n), sum(found.events)) == (printed["n"], printed["events"])
        same_as_r(found.fit, term["coef"], term["se"])
        if isinstance(found.fit, Fit):
            assert found.fit.score == pytest.approx(printed["score"]["chisq"], rel=1e-6)
            growth = 2 * (found.fit.log_likelihood - found.fit.null_log_likelihood)
            assert growth == pytest.approx(printed["lrt"]["chisq"], rel=1e-6, abs=1e-6)


def same_as_r(fit, coefficient, standard_error):
    if isinstance(fit, NotEstimable):
        assert standard_error > 100  # the diverged coefficient of R
        return
    assert fit.coefficient == pytest.approx(coefficient, abs=1e-5)
    assert fit.standard_error == pytest.approx(standard_error, abs=1e-5)


def test_subgroups_equal_r(reference):
    labels = reference.answers["arm_levels"]
    ordered = order(reference.time, reference.event)
    for variable, block in reference.answers.get("subgroups", {}).items():
        for row in block["rows"]:
            experimental, control = (labels.index(name) for name in row["comparison"].split(" vs "))
            among = np.isin(reference.arm, (experimental, control))
            among &= (reference.patients[variable] == str(row["level"])).to_numpy()
            found = compare(ordered, (reference.arm == experimental).astype(int), among)
            assert (*found.n, *found.events) == tuple(
                row[name] for name in ("n_ref", "n_arm", "events_ref", "events_arm")
            )
            if not row["estimable"]:
                assert isinstance(found.fit, NotEstimable)
                continue
            if isinstance(found.fit, NotEstimable):
                assert "left at risk" in found.fit.reason
                assert not 1e-4 < row["hr"] < 1e4
                continue
            z = quantile(0.95)
            printed = log(row["hr"]), (log(float(row["upper"])) - log(row["lower"])) / (2 * z)
            assert (found.fit.coefficient, found.fit.standard_error) == pytest.approx(printed, abs=1e-5)


@st.composite
def trials(draw):
    """Patients with few distinct times (many ties) or many, one to three strata, either arm possibly thin."""
    n = draw(st.integers(4, 40))
    longest = draw(st.sampled_from([3, 8, 40, 1000]))
    column = lambda values: np.array(draw(st.lists(values, min_size=n, max_size=n)))  # noqa: E731
    time = column(st.integers(0, longest)).astype(float)
    return time, column(st.booleans()), column(st.integers(0, 1)), column(st.integers(0, draw(st.integers(0, 2))))


@given(trials())
@settings(max_examples=60, deadline=None)
def test_equal_to_lifelines(trial):
    time, event, arm, strata = trial
    found = compare(order(time, event, strata), arm).fit
    assume(isinstance(found, Fit))
    expected = by_lifelines(time, event, arm, found.coefficient, strata)
    assert found.coefficient == pytest.approx(expected.params_["arm"], abs=1e-7)
    assert found.standard_error == pytest.approx(expected.standard_errors_["arm"], abs=1e-7)
    assert found.log_likelihood == pytest.approx(expected.log_likelihood_, abs=1e-7)


@given(trials())
@settings(max_examples=100, deadline=None)
def test_not_estimable_is_where_lifelines_diverges(trial):
    time, event, arm, strata = trial
    found = compare(order(time, event, strata), arm).fit
    if isinstance(found, Fit):
        # a finite maximum: the likelihood falls on both sides of it
        weights = efron_weights(*two_arms(time, event, arm, strata))
        assert found.standard_error < 1e3
        for shift in (-1, 1):
            coefficient = found.coefficient + shift
            likelihood = coefficient * event[arm == 1].sum() - np.log([1, exp(coefficient)] @ weights).sum()
            assert likelihood < found.log_likelihood
        return
    assert event.sum() == 0 or 0 in np.bincount(arm, minlength=2) or is_monotone(time, event, arm, strata)


def is_monotone(time, event, arm, strata):
    """Whether the score keeps its sign as far as coefficients of -15 and 15."""
    weights = efron_weights(*two_arms(time, event, arm, strata))
    score = [event[arm == 1].sum() - (weights[1] / ([exp(-b), 1] @ weights)).sum() for b in (-15, 15)]
    return min(score) >= -1e-4 or max(score) <= 1e-4


@given(trials())
@settings(max_examples=100, deadline=None)
def test_an_effect_alone_is_that_of_the_forest(trial):
    time, event, arm, strata = trial
    sets = tally(order(time, event, strata), arm, 2)
    found, alone = compare(order(time, event, strata), arm).fit, effect(sets)
    if isinstance(found, NotEstimable):
        assert alone is None
    else:
        assert alone == (found.coefficient, found.standard_error)


@given(trials(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_invariances(trial, random):
    time, event, arm, strata = trial
    found = compare(order(time, event, strata), arm).fit
    swapped = compare(order(time, event, strata), 1 - arm).fit
    shuffle = random.sample(range(len(time)), len(time))
    again = compare(order(time[shuffle], event[shuffle], strata[shuffle]), arm[shuffle]).fit
    renamed = compare(order(time, event, 7 - 2 * strata), arm).fit
    last = max(time[event], default=0)
    censored_later = compare(order(np.where(time > last, last + 5, time), event, strata), arm).fit
    if isinstance(found, NotEstimable):
        assert all(isinstance(other, NotEstimable) for other in (swapped, again, renamed, censored_later))
        return
    ratio, mirrored = found.hazard_ratio(0.95), swapped.hazard_ratio(0.95)
    inverted = (1 / mirrored.value, 1 / mirrored.high, 1 / mirrored.low)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(inverted, rel=1e-6)
    for other in (again, renamed, censored_later):
        assert other.coefficient == pytest.approx(found.coefficient, abs=1e-10)
        assert other.standard_error == pytest.approx(found.standard_error, abs=1e-10)


@given(trials())
@settings(max_examples=50, deadline=None)
def test_duplicating_untied_patients_into_a_second_stratum_halves_the_variance(trial):
    time, event, arm, strata = trial
    found = compare(order(time, event, strata), arm).fit
    doubled = compare(order(np.r_[time, time], np.r_[event, event], np.r_[strata, strata + 10]), np.r_[arm, arm]).fit
    if isinstance(found, NotEstimable):
        assert isinstance(doubled, NotEstimable)
        return
    assert doubled.coefficient == pytest.approx(found.coefficient, abs=1e-8)
    assert doubled.standard_error == pytest.approx(found.standard_error / sqrt(2), abs=1e-8)
