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
    ("OS", "ino"): (131, 7.6550308, 6.04517454, 9.19917864, 0.335521623),
    ("OS", "soc"): (136, 6.24229979, 4.69815195, 8.27926078, 0.319970865),
    ("PFS", "ino"): (135, 5.02669405, 3.94250513, 5.81519507, 0.235600525),
    ("PFS", "soc"): (149, 1.7412731, 1.41273101, 2.1026694, 0.0431401405),
    ("DOR", "ino"): (92, 5.35523614, 4.20533881, 6.9650924, 0.320689548),
    ("DOR", "soc"): (47, 4.20533881, 2.66119097, 5.68377823, 0.0903157895),
    ("OSSALV", "ino"): (119, 7.6550308, 6.04517454, 9.19917864, 0.338747838),
    ("OSSALV", "soc"): (104, 5.28952772, 4.30390144, 8.27926078, 0.250951065),
    ("OSHSCT", "ino"): (78, 6.66940452, 5.78234086, 9.3963039, 0.254441206),
    ("OSHSCT", "soc"): (111, 5.48665298, 4.5338809, 10.2833676, 0.369187525),
}
#: Stratified: hazard ratio, standard error of its logarithm, one-sided log-rank P.
STRATIFIED = {
    "OS": (0.749773852, 0.125305433, 0.010452675),
    "PFS": (0.448683962, 0.12703787, 5.27082173e-11),
    "DOR": (0.620364993, 0.193328251, 0.00705371061),
    "OSSALV": (0.705104553, 0.140349464, 0.00619526007),
    "OSHSCT": (0.699442496, 0.153696085, 0.00950160586),
}
#: Restricted mean to 49.3 months and its standard error.
RESTRICTED = {"ino": (15.1679574, 1.32940331), "soc": (10.8433248, 1.03609137)}
SUBGROUPS = {
    "CYTO=PH+": (49, 1.16649375, 0.314015913),
    "CYTO!=PH+": (277, 0.68279764, 0.133849499),
    "CYTO=T(4;11)": (14, 1.41735455, 0.614426292),
    "BMBLAST<50": (101, 0.649246145, 0.223706508),
    "AGE>=55": (119, 1.01321837, 0.202656192),
    "SALVAGE=1": (213, 0.636545041, 0.152939466),
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
