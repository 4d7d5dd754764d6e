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
    ("PFS", "ino"): (135, 4.96098563, 3.87679671, 5.81519507, 0.228658728),
    ("PFS", "soc"): (149, 1.724846, 1.44558522, 2.1026694, 0.0353925354),
    ("DOR", "ino"): (92, 5.38809035, 4.20533881, 6.9650924, 0.291701863),
    ("DOR", "soc"): (47, 4.1724846, 2.69404517, 5.68377823, 0.067008547),
    ("OSSALV", "ino"): (119, 7.6550308, 6.04517454, 9.19917864, 0.339349085),
    ("OSSALV", "soc"): (103, 5.28952772, 4.46817248, 8.83778234, 0.266913196),
    ("OSHSCT", "ino"): (78, 6.66940452, 5.68377823, 9.3963039, 0.253148259),
    ("OSHSCT", "soc"): (111, 5.48665298, 4.5338809, 10.2833676, 0.369912733),
}
#: Stratified: hazard ratio, standard error of its logarithm, one-sided log-rank P.
STRATIFIED = {
    "OS": (0.750097933, 0.125283924, 0.010543246),
    "PFS": (0.453607766, 0.125508002, 5.93736204e-11),
    "DOR": (0.620088557, 0.193027635, 0.00705635126),
    "OSSALV": (0.70509477, 0.140492447, 0.00624701724),
    "OSHSCT": (0.699369795, 0.153723249, 0.00950075219),
}
#: Restricted mean to 49.3 months and its standard error.
RESTRICTED = {"ino": (15.1679574, 1.32940331), "soc": (10.8433248, 1.03609137)}
SUBGROUPS = {
    "CYTO=PH+": (49, 1.17261555, 0.314490326),
    "CYTO!=PH+": (277, 0.683944279, 0.133812884),
    "CYTO=T(4;11)": (14, 1.41735455, 0.614426292),
    "BMBLAST<50": (101, 0.643856275, 0.227985682),
    "AGE>=55": (119, 1.00522064, 0.202675065),
    "SALVAGE=1": (213, 0.700323232, 0.154200835),
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
