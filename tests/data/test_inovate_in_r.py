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
    ("OS", "ino"): (131, 7.72073922, 6.04517454, 9.19917864, 0.335293286),
    ("OS", "soc"): (136, 6.24229979, 4.73100616, 8.27926078, 0.319676774),
    ("PFS", "ino"): (139, 4.96098563, 3.94250513, 5.81519507, 0.221089677),
    ("PFS", "soc"): (151, 1.70841889, 1.44558522, 2.1026694, 0.0482619596),
    ("DOR", "ino"): (96, 5.35523614, 4.20533881, 7.03080082, 0.271686949),
    ("DOR", "soc"): (44, 4.10677618, 2.72689938, 5.68377823, 0.110705937),
    ("OSSALV", "ino"): (120, 7.72073922, 6.34086242, 9.19917864, 0.344867707),
    ("OSSALV", "soc"): (102, 5.28952772, 4.56673511, 8.14784394, 0.302593292),
    ("OSHSCT", "ino"): (78, 6.70225873, 5.65092402, 9.06776181, 0.254084107),
    ("OSHSCT", "soc"): (111, 5.51950719, 4.56673511, 8.27926078, 0.316497838),
}
#: Stratified: hazard ratio, standard error of its logarithm, one-sided log-rank P.
STRATIFIED = {
    "OS": (0.750142136, 0.125352334, 0.0105169451),
    "PFS": (0.451640545, 0.124305671, 3.56790264e-11),
    "DOR": (0.621899156, 0.192505237, 0.00705761834),
    "OSSALV": (0.705265571, 0.140578751, 0.00618222578),
    "OSHSCT": (0.696205607, 0.156528582, 0.00951693705),
}
#: Restricted mean to 49.3 months and its standard error.
RESTRICTED = {"ino": (15.1717383, 1.33217023), "soc": (10.8470155, 1.03269251)}
SUBGROUPS = {
    "CYTO=PH+": (49, 1.16666813, 0.310245264),
    "CYTO!=PH+": (277, 0.683828595, 0.13407507),
    "CYTO=T(4;11)": (14, 1.42408898, 0.614061214),
    "BMBLAST<50": (101, 0.644275047, 0.227087334),
    "AGE>=55": (119, 0.885426215, 0.203627603),
    "SALVAGE=1": (213, 0.677754927, 0.152733341),
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
