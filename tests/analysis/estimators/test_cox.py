import warnings

import numpy as np
import pytest
from lifelines.datasets import load_gbsg2, load_stanford_heart_transplants

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.cox import hazard_ratio, hazard_ratios, multivariable, time_varying, wald_test
from analysis.estimators.risk_sets import order
from analysis.estimators.two_arm import compare

GBSG2 = load_gbsg2()
TIME, EVENT = GBSG2["time"].to_numpy(float), GBSG2["cens"].to_numpy(bool)
ARM = (GBSG2["horTh"] == "yes").to_numpy(np.int64)
STRATA = GBSG2.groupby(["menostat", "tgrade"]).ngroup().to_numpy()
COVARIATES = {"hormone": ARM.astype(float), "age": GBSG2["age"].to_numpy(), "nodes": GBSG2["pnodes"].to_numpy()}


@pytest.fixture(autouse=True)
def no_warning_reaches_the_console():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize(
    ("strata", "ratio", "error", "p_value"),
    # R: coxph(Surv(time, cens) ~ horTh, data = TH.data::GBSG2); the same + strata(menostat, tgrade)
    [
        (None, (0.694884326984139, 0.543844054561092, 0.887872587442174), 0.125044570360391, 0.00360226633223137),
        (STRATA, (0.687609989185224, 0.533799299620625, 0.88574019779219), 0.129187004508736, 0.00374166842288193),
    ],
)
def test_headline(strata, ratio, error, p_value):
    found = hazard_ratio(TIME, EVENT, ARM, strata)
    assert (found.value, found.low, found.high) == pytest.approx(ratio, abs=1e-9)
    assert found.standard_error == pytest.approx(error, abs=1e-9)
    assert wald_test(found).p_value == pytest.approx(p_value, abs=1e-9)
    assert wald_test(found, sided=1).p_value == pytest.approx(p_value / 2, abs=1e-9)
    assert found.method == "Cox model, Efron ties" + ("" if strata is None else ", stratified")
    swapped = hazard_ratio(TIME, EVENT, 1 - ARM, strata)
    assert (1 / swapped.value, 1 / swapped.high, 1 / swapped.low) == pytest.approx(ratio, abs=1e-9)
    assert wald_test(swapped, sided=1).p_value == pytest.approx(1 - p_value / 2, abs=1e-9)


def test_level_of_the_interval():
    # R: exp(confint(coxph(...), level = 0.975))
    found = hazard_ratio(TIME, EVENT, ARM, level=0.975)
    assert (found.low, found.high) == pytest.approx((0.525037744683, 0.919675266738), abs=1e-9)


def test_arms_against_a_reference():
    grade = GBSG2["tgrade"].map({"I": 0, "II": 1, "III": 2}).to_numpy(np.int64)
    found = hazard_ratios(TIME, EVENT, grade, reference=0)
    # R: coxph(Surv(time, cens) ~ factor(tgrade, ordered = FALSE), data = TH.data::GBSG2)
    assert list(found) == [1, 2]
    assert [found[1].value, found[2].value] == pytest.approx([2.39120191978724, 3.17005158820131], abs=1e-6)
    errors = [found[1].standard_error, found[2].standard_error]
    assert errors == pytest.approx([0.24604990040558, 0.26153978846968], abs=1e-8)


def test_an_arm_without_events_is_left_out_and_the_others_stay():
    grade = GBSG2["tgrade"].map({"I": 0, "II": 1, "III": 2}).to_numpy(np.int64)
    nobody = EVENT & (grade != 2)
    found = hazard_ratios(TIME, nobody, grade, reference=0)
    assert found[2] == NotEstimable("No events in the experimental arm.")
    alone = hazard_ratio(TIME[grade < 2], nobody[grade < 2], grade[grade < 2])
    assert found[1].value == pytest.approx(alone.value, abs=1e-7)
    assert hazard_ratios(TIME, EVENT & (grade != 0), grade, 0)[1] == NotEstimable("No events in the reference arm.")
    assert hazard_ratios(TIME, EVENT & False, grade, 0)[1] == NotEstimable("No events.")
    assert hazard_ratios(TIME, EVENT, np.maximum(grade, 1), 0)[2] == NotEstimable("The reference arm has no patients.")
    early = np.where(grade == 2, 1.0, 2.0)
    assert hazard_ratios(early, EVENT, grade, 0)[2].reason.startswith("The arms have events only where nobody")


@pytest.mark.parametrize(
    ("strata", "coefficients", "errors"),
    # R: coxph(Surv(time, cens) ~ horTh + age + pnodes, data = TH.data::GBSG2); the same + strata(menostat, tgrade)
    [
        (
            None,
            [-0.352980142527839, -0.000862636726537161, 0.057709153230022],
            [0.128320823118054, 0.00599343282882408, 0.00666183018883197],
        ),
        (
            STRATA,
            [-0.356108419192789, -0.0113028044665201, 0.0546746873148934],
            [0.129634508757847, 0.00902569461854408, 0.00696816239422024],
        ),
    ],
)
def test_multivariable(strata, coefficients, errors):
    found = multivariable(TIME, EVENT, COVARIATES, strata)
    assert [term.name for term in found.terms] == ["hormone", "age", "nodes"]
    assert [np.log(term.hazard_ratio.value) for term in found.terms] == pytest.approx(coefficients, abs=1e-6)
    assert [term.hazard_ratio.standard_error for term in found.terms] == pytest.approx(errors, abs=1e-6)
    assert (found.n, found.events) == (686, 299)
    if strata is None:
        assert found.likelihood_ratio.statistic == pytest.approx(58.5094629950258, abs=1e-6)
        assert found.likelihood_ratio.degrees_of_freedom == 3


def test_multivariable_with_a_separating_covariate_keeps_the_others():
    rare = (np.arange(len(TIME)) % 20 == 0).astype(float)
    found = multivariable(TIME, EVENT & (rare == 0), {"rare": rare, "hormone": ARM.astype(float)})
    assert isinstance(found.terms[0].hazard_ratio, NotEstimable)
    # at the limit the patients without events count no longer
    kept = rare == 0
    alone = hazard_ratio(TIME[kept], EVENT[kept], ARM[kept])
    assert found.terms[1].hazard_ratio.value == pytest.approx(alone.value, abs=1e-5)


def test_multivariable_with_a_rare_covariate_is_the_kernel_of_two_arms():
    # full Newton steps overshoot here: one patient of arm 1, and one event after hers
    time, event = np.arange(22.0), np.arange(22) >= 20
    arm = (np.arange(22) == 20).astype(np.int64)
    arm[21] = 0
    time[20] = time[21] = 21
    (term,) = multivariable(time, event, {"arm": arm.astype(float)}).terms
    assert term.hazard_ratio.value == pytest.approx(compare(order(time, event), arm).fit.hazard_ratio(0.95).value)


@pytest.mark.parametrize(
    ("event", "covariates", "reason"),
    [
        (EVENT & False, COVARIATES, "No events."),
        (EVENT, {"x": np.ones(len(TIME))}, "x is the same in all patients."),
        (EVENT, {**COVARIATES, "sum": COVARIATES["age"] + COVARIATES["nodes"]}, "The covariates determine each other."),
    ],
)
def test_multivariable_that_cannot_be_estimated(event, covariates, reason):
    assert multivariable(TIME, event, covariates) == NotEstimable(reason)


def test_time_varying():
    # R: coxph(Surv(start, stop, event) ~ transplant + age + surgery, data = survival::heart)
    spells = load_stanford_heart_transplants()
    columns = (spells[name].to_numpy() for name in ("id", "start", "stop"))
    covariates = {name: spells[name].to_numpy(float) for name in ("transplant", "age", "surgery")}
    found = time_varying(*columns, spells["event"].to_numpy(bool), covariates)
    coefficients = [np.log(term.hazard_ratio.value) for term in found.terms]
    assert coefficients == pytest.approx([0.0160956052965231, 0.030536314914172, -0.773327645300477], abs=1e-6)
    errors = [term.hazard_ratio.standard_error for term in found.terms]
    assert errors == pytest.approx([0.308585804228520, 0.0138927866308723, 0.359667988110692], abs=1e-6)
    assert found.likelihood_ratio.statistic == pytest.approx(10.7186602811614, abs=1e-6)
    assert (found.n, found.events) == (103, 75)


def test_time_varying_that_cannot_be_estimated():
    one = np.ones(3)
    found = time_varying(np.arange(3), 0 * one, one, np.array([True, False, False]), {"x": one})
    assert found == NotEstimable("x is the same in all patients.")
    assert time_varying(np.arange(3), one, one, one > 0, {"x": np.arange(3.0)}) == NotEstimable("No events.")


@pytest.mark.parametrize(
    ("time", "event", "arm", "reason"),
    [
        ([], [], [], "No patients."),
        ([3], [1], [1], "Only one arm has patients."),
        ([3, 4], [0, 0], [0, 1], "No events."),
        ([3, 4], [1, 0], [0, 1], "No events in the experimental arm."),
        ([1, 2, 3], [1, 1, 1], [1, 1, 0], "The reference arm has events only where nobody of the experimental"),
    ],
)
def test_headline_that_cannot_be_estimated(time, event, arm, reason):
    found = hazard_ratio(np.array(time, float), np.array(event, bool), np.array(arm, np.int64))
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith(reason)
    assert wald_test(Estimate(1, 1, 1, 0.95, "", None)) == NotEstimable("The hazard ratio has no standard error.")


@pytest.mark.parametrize("name", ["unstratified_efron", "stratified_efron"])
def test_models_equal_r(reference, name):
    printed = reference.answers.get("cox", {}).get(name)
    if printed is None:
        return
    strata = reference.strata(printed["call"]) if "strata(" in printed["call"] else np.zeros(len(reference.time), int)
    known = strata >= 0
    labels = reference.answers["arm_levels"]
    found = hazard_ratios(
        reference.time[known],
        reference.event[known],
        reference.arm[known],
        reference=0,
        strata=strata[known] if name == "stratified_efron" else None,
    )
    for term in printed["terms"]:
        ratio = found[labels.index(term["comparison"].split(" vs ")[0])]
        if isinstance(ratio, NotEstimable):
            assert term["se"] > 100
            continue
        assert np.log(ratio.value) == pytest.approx(term["coef"], abs=1e-5)
        assert ratio.standard_error == pytest.approx(term["se"], abs=1e-5)
        assert wald_test(ratio).p_value == pytest.approx(term["p_wald"], abs=1e-5)
