import numpy as np
import pytest
from lifelines.datasets import load_gbsg2

from analysis.estimate import NotEstimable
from analysis.estimators.normal import quantile
from analysis.estimators.ph import hazard_ratio_over_time, proportional_hazards_test

GBSG2 = load_gbsg2()
TIME, EVENT = GBSG2["time"].to_numpy(float), GBSG2["cens"].to_numpy(bool)
ARM = (GBSG2["horTh"] == "yes").to_numpy(np.int64)
GRADE = GBSG2["tgrade"].map({"I": 0, "II": 1, "III": 2}).to_numpy(np.int64)


@pytest.mark.parametrize(
    ("transform", "statistic"),
    # R: cox.zph(coxph(Surv(time, cens) ~ horTh, data = TH.data::GBSG2), transform = transform)
    [("km", 0.227476381665), ("rank", 0.235945998891), ("identity", 0.210210143975)],
)
def test_by_transform_of_time(transform, statistic):
    found = proportional_hazards_test(TIME, EVENT, ARM, transform=transform)
    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    assert found.degrees_of_freedom == 1


def test_three_arms_and_strata():
    # R: cox.zph(coxph(Surv(time, cens) ~ factor(tgrade, ordered = FALSE), data = TH.data::GBSG2))
    found = proportional_hazards_test(TIME, EVENT, GRADE)
    assert (found.statistic, found.p_value) == pytest.approx((13.0080760875, 0.00149738048063), abs=1e-6)
    # R: cox.zph(coxph(Surv(time, cens) ~ horTh + strata(menostat, tgrade), data = TH.data::GBSG2))
    strata = GBSG2.groupby(["menostat", "tgrade"]).ngroup().to_numpy()
    assert proportional_hazards_test(TIME, EVENT, ARM, strata).statistic == pytest.approx(0.0435377803831, abs=1e-8)


# R: t <- c(1,1,1,2,2,3,3,3,4,4,5,6,6,7,8,8,9,10); e <- c(1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1)
#    a <- c(0,1,1,0,1,1,0,0,1,1,0,1,0,1,0,0,1,1); z <- cox.zph(coxph(Surv(t, e) ~ a)); z$table; sort(z$y)
TIED = (
    np.array([1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10.0]),
    np.array([1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1], bool),
    np.array([0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1]),
)


def test_ties():
    assert proportional_hazards_test(*TIED).statistic == pytest.approx(0.002287117619511, abs=1e-9)
    printed = [-2.632480569377, -2.5368214233645, -2.5344203829357, -2.5344203829357, -2.4312284423314]
    assert np.sort(hazard_ratio_over_time(*TIED).residual)[:5] == pytest.approx(printed, abs=1e-8)


def test_smoothed_hazard_ratio():
    found = hazard_ratio_over_time(TIME, EVENT, ARM)
    # R: z <- cox.zph(coxph(Surv(time, cens) ~ horTh, data = TH.data::GBSG2)); z$y; and the lines of plot(z)
    assert found.residual[:4] == pytest.approx([-1.67835653502, -1.68055752342, -1.68276589568, -1.68106085718])
    assert found.residual_time[:4].tolist() == [72, 98, 113, 120]
    some = [0, 9, 19, 39]
    smooth = [-0.732196925336, -0.272790918063, -0.351323574791, -0.101048172995]
    assert np.log(found.ratio[some]) == pytest.approx(smooth, abs=1e-8)
    error = np.array([0.411317175167, 0.221247125116, 0.204795807765, 0.738209899957])
    assert np.log(found.high / found.ratio)[some] == pytest.approx(quantile(0.95) * error, abs=1e-8)
    assert np.log(found.low / found.ratio)[some] == pytest.approx(-quantile(0.95) * error, abs=1e-8)
    assert (found.time[0], found.time[-1]) == (72, TIME[EVENT].max())
    mirrored = hazard_ratio_over_time(TIME, EVENT, 1 - ARM)
    assert mirrored.ratio == pytest.approx(1 / found.ratio, rel=1e-8)


@pytest.mark.parametrize(
    ("time", "event", "arm", "reason"),
    [
        ([], [], [], "No events."),
        ([1, 2], [0, 0], [0, 1], "No events."),
        ([1, 2], [1, 1], [1, 1], "Only one arm has patients."),
        ([1, 2, 3], [1, 1, 0], [1, 1, 0], "The hazard ratio of an arm has no finite estimate."),
        ([1, 1, 2, 2], [1, 1, 0, 0], [0, 1, 0, 1], "Too few events to follow the hazard ratio over time."),
    ],
)
def test_not_estimable(time, event, arm, reason):
    patients = np.array(time, float), np.array(event, bool), np.array(arm, np.int64)
    assert proportional_hazards_test(*patients) == NotEstimable(reason)
    assert isinstance(hazard_ratio_over_time(*patients), NotEstimable)


def test_tests_equal_r(reference):
    printed = reference.answers.get("ph_test")
    if printed is None:
        return
    found = proportional_hazards_test(reference.time, reference.event, reference.arm)
    if isinstance(found, NotEstimable):
        assert any(term["se"] > 100 for term in reference.answers["cox"]["unstratified_efron"]["terms"])
        return
    assert found.statistic == pytest.approx(printed["chisq"], abs=1e-5)
    assert found.degrees_of_freedom == printed["df"]
    assert found.p_value == pytest.approx(printed["p"], abs=1e-5)
