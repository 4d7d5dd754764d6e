"""Another reader's answers: R with survival on the CSV files alone, held against the dashboard's estimators.

t <- read.csv("adtte.csv"); a <- read.csv("adsl.csv"); x <- merge(t[t$PARAMCD == "OS", ], a, by = "USUBJID")
x$time <- x$AVAL / 30.4375; x$ev <- x$CNSR == 0; x$ino <- as.integer(x$TRT01P == "Inotuzumab ozogamicin")
s <- survfit(Surv(time, ev) ~ ino, x, conf.type = "log-log"); quantile(s, .5); summary(s, times = 12)$surv
coxph(Surv(time, ev) ~ ino + strata(STRAT1R, STRAT2R, STRAT3R), x)
survdiff(Surv(time, ev) ~ ino + strata(STRAT1R, STRAT2R, STRAT3R), x)      # one-sided: pnorm(-sqrt(chisq))
summary(s, rmean = 49.3)$table; coxph(Surv(time, ev) ~ ino, x[x$CYTO == "PH+", ])
"""

from pathlib import Path

import numpy as np
import pytest

from analysis.estimators import cox, kaplan_meier, rmst
from analysis.estimators.logrank import logrank
from analysis.reproduction.patients import all_hold, months
from data.load import load
from data.published import conditions

FOLDER = Path(__file__).parents[2] / "data" / "trials" / "inovate"
#: Events, median with its limits, survival at 12 months.
CURVES = {
    ("OS", "ino"): (131, 7.6550308, 6.04517454, 9.19917864, 0.335835068),
    ("OS", "soc"): (136, 6.24229979, 4.69815195, 8.31211499, 0.319928305),
    ("PFS", "ino"): (130, 4.99383984, 3.94250513, 5.78234086, 0.237268458),
    ("PFS", "soc"): (150, 1.70841889, 1.3798768, 2.1026694, 0.0543828892),
    ("DOR", "ino"): (87, 5.42094456, 4.20533881, 6.9650924, 0.312974392),
    ("DOR", "soc"): (45, 4.23819302, 2.72689938, 5.71663244, 0.128676471),
    ("OSSALV", "ino"): (120, 7.72073922, 6.04517454, 9.19917864, 0.355086332),
    ("OSSALV", "soc"): (105, 5.28952772, 4.5338809, 7.39219713, 0.303778655),
    ("OSHSCT", "ino"): (78, 6.73511294, 5.78234086, 9.13347023, 0.273403902),
    ("OSHSCT", "soc"): (111, 5.48665298, 4.59958932, 7.32648871, 0.316634999),
}
#: Stratified: hazard ratio, standard error of its logarithm, one-sided log-rank P.
STRATIFIED = {
    "OS": (0.749605383, 0.125742673, 0.0104563146),
    "PFS": (0.451408232, 0.125417749, 4.76687134e-11),
    "DOR": (0.620032843, 0.192935774, 0.00694159903),
    "OSSALV": (0.705731167, 0.139773629, 0.00615593652),
    "OSHSCT": (0.700343143, 0.156570636, 0.0105582464),
}
#: Restricted mean to 49.3 months and its standard error.
RESTRICTED = {"ino": (15.1636181, 1.32284647), "soc": (10.8456954, 1.04003147)}
#: Unstratified, of subgroups: patients, hazard ratio, standard error of its logarithm.
SUBGROUPS = {
    "CYTO=PH+": (49, 1.16537674, 0.325521808),
    "CYTO!=PH+": (277, 0.681567704, 0.133620435),
    "CYTO=T(4;11)": (14, 1.41031001, 0.615709421),
    "BMBLAST<50": (101, 0.643311058, 0.230101754),
    "AGE>=55": (119, 0.952980695, 0.19940798),
    "SALVAGE=1": (213, 0.750962247, 0.154600634),
}


@pytest.fixture(scope="module")
def trial():
    return load(FOLDER, "inovate", "built in")


def rows(trial, endpoint, arm=None):
    time = months(trial, endpoint)
    position = {a.id: i for i, a in enumerate(trial.design.arms)}
    chosen = ~np.isnan(time) & ((trial.planned == position[arm]) if arm else True)
    return time[chosen], trial.times[endpoint].event[chosen], chosen


@pytest.mark.parametrize(("endpoint", "arm"), CURVES)
def test_curves(trial, endpoint, arm):
    events, middle, low, high, year = CURVES[endpoint, arm]
    time, event, _ = rows(trial, endpoint, arm)
    curve = kaplan_meier.kaplan_meier(time, event)
    median = kaplan_meier.median(curve)
    assert event.sum() == events
    assert (median.value, median.low, median.high) == pytest.approx((middle, low, high), abs=1e-7)
    assert kaplan_meier.at(curve, 12).value == pytest.approx(year, abs=1e-9)


@pytest.mark.parametrize("endpoint", STRATIFIED)
def test_stratified_comparisons(trial, endpoint):
    time, event, chosen = rows(trial, endpoint)
    experimental, strata = (trial.planned[chosen] == 0).astype(int), trial.strata[chosen]
    ratio = cox.hazard_ratio(time, event, experimental, strata)
    test = logrank(time, event, experimental, strata, sided=1)
    assert (ratio.value, ratio.standard_error) == pytest.approx(STRATIFIED[endpoint][:2], abs=1e-6)
    assert test.p_value == pytest.approx(STRATIFIED[endpoint][2], rel=1e-6)


@pytest.mark.parametrize("arm", RESTRICTED)
def test_restricted_means(trial, arm):
    mean = rmst.rmst(kaplan_meier.kaplan_meier(*rows(trial, "OS", arm)[:2]), 49.3)
    assert (mean.value, mean.standard_error) == pytest.approx(RESTRICTED[arm], abs=1e-6)


@pytest.mark.parametrize("subset", SUBGROUPS)
def test_subgroups(trial, subset):
    n, value, error = SUBGROUPS[subset]
    mask = all_hold(trial, conditions(subset))
    ratio = cox.hazard_ratio(
        months(trial, "OS")[mask], trial.times["OS"].event[mask], (trial.planned[mask] == 0).astype(int)
    )
    assert mask.sum() == n
    assert (ratio.value, ratio.standard_error) == pytest.approx((value, error), abs=1e-6)
