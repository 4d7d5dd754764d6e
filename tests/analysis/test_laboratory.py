"""The four ways against R's on the Stanford heart data, the paper's Figures 7 and 8, and links that ask too much."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines.datasets import load_stanford_heart_transplants

from analysis import survival
from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.kaplan_meier import at, delayed_entry, kaplan_meier, median
from analysis.laboratory import LaboratoryOptions, analyse, ignored, missing, tidy
from analysis.options import read_options
from analysis.selection import Filter, whole_trial
from data.catalog import Catalog
from data.contract import DAYS_PER_MONTH, Arm, Transplant, TransplantDays

OPTIONS = LaboratoryOptions()
SPELLS = load_stanford_heart_transplants()


@pytest.fixture(scope="module")
def heart():
    """Days of follow-up, deaths and days of transplant of the 103 patients."""
    by = SPELLS.groupby("id")
    transplanted = SPELLS[SPELLS["transplant"] == 1].set_index("id")["start"]
    day = transplanted.reindex(by.groups).fillna(np.inf).to_numpy(float)
    return by["stop"].max().to_numpy(float), by["event"].max().to_numpy(bool), day


@pytest.fixture
def stanford(trial, heart):
    """The heart data as a trial of one arm."""
    time, died, day = heart
    n = len(time)
    os = next(e for e in trial.design.endpoints if e.id == "OS")
    return replace(
        trial,
        design=replace(
            trial.design,
            arms=(Arm(id="all", value="New", label="All", short="All"),),
            endpoints=(replace(os, recorded="days", unit="months"),),
            populations=trial.design.populations[:1],
            factors=(),
            transplant=Transplant(label="Transplant", event="TTR"),
        ),
        patients=pd.DataFrame(index=[f"P{i}" for i in range(n)]),
        planned=np.zeros(n, dtype=int),
        populations={"itt": np.ones(n, dtype=bool)},
        transplant=TransplantDays(time, died, day, day, None, np.zeros(n, dtype=bool)),
    )


def result_of(trial, options=OPTIONS, **chosen):
    return analyse(trial, replace(whole_trial(trial.design), **chosen), options)


def numbers(way):
    ratio = way.hazard_ratio
    return ratio.value, ratio.low, ratio.high, ratio.standard_error


def test_naive_as_r(stanford):
    # R: w <- one row a patient of survival::heart, ever <- any(transplant == 1)
    #    coxph(Surv(time, event) ~ ever, data = w); survdiff(Surv(time, event) ~ ever, data = w)
    naive = result_of(stanford).naive
    expected = (0.266216644631931, 0.165085917996502, 0.429299498946879, 0.243802631610213)
    assert numbers(naive) == pytest.approx(expected, rel=1e-6)
    assert naive.test.statistic == pytest.approx(33.2419928181372, rel=1e-9)
    assert [(g.n, g.events) for g in naive.groups] == [(69, 45), (34, 30)]


def test_landmark_as_r(stanford):
    # R: L <- 30.4375; l <- w[w$time > L, ]; l$by <- l$day <= L; coxph(Surv(time - L, event) ~ by, data = l)
    #    survdiff(Surv(time - L, event) ~ by, data = l)
    landmark = result_of(stanford, LaboratoryOptions(landmark=1)).landmark
    expected = (1.05423556859939, 0.607411253270403, 1.8297531172102, 0.281313906126016)
    assert numbers(landmark) == pytest.approx(expected, rel=1e-6)
    assert landmark.test.statistic == pytest.approx(0.0361240337078468, rel=1e-9)
    assert landmark.left_out == (23, 1)
    assert [g.n for g in landmark.groups] == [33, 46]


def test_time_dependent_as_r(stanford):
    # R: tm <- tmerge(w, w, id = id, death = event(time, event)); tm <- tmerge(tm, w, id = id, tr = tdc(day))
    #    coxph(Surv(tstart, tstop, death) ~ tr, data = tm)
    # Neither takes a transplant on the day of death for one that came before it.
    expected = (1.13557726664981, 0.62933939318833, 2.04903068596877, 0.301141104252631)
    assert numbers(result_of(stanford).time_dependent) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("transplanted", "days", "at_risk", "survival", "low", "high", "half"),
    # R: f <- survfit(Surv(start, stop, event) ~ transplant, data = heart, conf.type = "log-log")
    #    summary(f, times = c(100, 365, 730)); quantile(f, 0.5)
    [
        (0, (100, 365, 730), (10, 2, 1), (0.562714010979086, 0.236339884611216, 0.236339884611216),
         (0.3908868081747178, 0.0545592795601195, 0.0545592795601195),
         (0.703310367694095, 0.488989179332182, 0.488989179332182), (149, 69, 340)),
        (1, (100, 365, 730), (40, 26, 15), (0.467875421481527, 0.321095219194386, 0.285975429595000),
         (0.3067099515449313, 0.1992643412794468, 0.1712295320081776),
         (0.613760980487453, 0.449318512612698, 0.411471221621927), (90, 28, 285)),
    ],
)  # fmt: skip
def test_curves_with_delayed_entry_as_r(transplanted, days, at_risk, survival, low, high, half):
    mine = SPELLS[SPELLS["transplant"] == transplanted]
    columns = (mine[name].to_numpy(float) for name in ("start", "stop"))
    curve = delayed_entry(*columns, mine["event"].to_numpy(bool))
    found = [at(curve, day) for day in days]
    assert [rate.at_risk for rate in found] == list(at_risk)
    assert [rate.value for rate in found] == pytest.approx(survival, abs=1e-12)
    assert [rate.low for rate in found] == pytest.approx(low, abs=1e-9)
    assert [rate.high for rate in found] == pytest.approx(high, abs=1e-9)
    middle = median(curve)
    assert (middle.value, middle.low, middle.high) == half


def test_without_late_entries_it_is_kaplan_meier(heart):
    time, died, _ = heart
    late, usual = delayed_entry(np.zeros(len(time)), time, died), kaplan_meier(time, died)
    kept = np.isin(usual.time, late.time)
    np.testing.assert_allclose(late.survival, usual.survival[kept], atol=1e-12)
    np.testing.assert_allclose(late.low, usual.low[kept], atol=1e-12)


def test_a_curve_that_reaches_0_before_others_enter_is_refused():
    found = delayed_entry(np.array([0.0, 5.0]), np.array([2.0, 9.0]), np.array([True, True]))
    assert isinstance(found, NotEstimable)
    assert "before others came" in found.reason


def test_the_landmark_is_chosen_where_half_have_been_transplanted(stanford, heart):
    time, _, day = heart
    result = result_of(stanford)
    assert result.month == round(np.median(day[day < time]) / DAYS_PER_MONTH)
    assert result_of(stanford, LaboratoryOptions(landmark=2.5)).month == 2.5


def test_a_landmark_after_everybody_left_is_a_sentence(stanford):
    landmark = result_of(stanford, LaboratoryOptions(landmark=1000)).landmark
    assert landmark.n == 0
    assert isinstance(landmark.hazard_ratio, NotEstimable)
    assert landmark.left_out == (75, 28)


def test_nobody_is_counted_twice_or_lost(stanford):
    result = result_of(stanford)
    for way in (result.naive, result.time_dependent):
        assert sum(g.events for g in way.groups) == way.events == 75
    landmark = result.landmark
    assert sum(g.n for g in landmark.groups) + sum(landmark.left_out) == 103


def test_one_arm_has_no_fourth_way(stanford):
    result = result_of(stanford)
    assert result.censored is None
    assert [way.name for way in result.ways] == ["naive", "landmark", "timedependent"]
    assert {row["way"] for row in tidy(result)} == {"naive", "landmark", "timedependent"}


def test_what_is_missing_and_what_is_ignored(trial, stanford):
    assert "[transplant]" in missing(trial)
    assert missing(stanford) is None
    assert "no arm" in ignored(stanford, LaboratoryOptions(hsctarm="<b>"))
    options, notices = read_options(LaboratoryOptions, [("landmark", "-1"), ("way", "all"), ("predict", "on")])
    assert (options.landmark, options.way, options.predict, len(notices)) == (None, "naive", True, 2)


@pytest.fixture(scope="module")
def inovate():
    return next(entry for entry in Catalog([]).entries if entry.id == "inovate")


def test_figure_7_and_figure_8_are_those_of_the_report(inovate):
    # Kantarjian et al., Cancer 2019;125:2474-87: Figure 7 and Figure 8, in ITT
    result = result_of(inovate)
    assert sum(g.n for g in result.naive.groups) == 121
    censored = result.censored
    assert (round(censored.hazard_ratio.value, 2), censored.hazard_ratio.level) == (0.70, 0.975)
    assert round(censored.test.p_value, 4) == 0.0095
    assert [round(g.median.value, 1) for g in censored.groups] == [6.7, 5.5]


def test_the_cohort_and_its_withheld_p_are_followed(inovate):
    result = result_of(inovate, filters=(Filter("SALVAGE", ("1",)),))
    assert result.withheld
    assert result.naive.n < 121
    assert isinstance(result.naive.hazard_ratio, Estimate)


def test_a_median_that_is_not_reached_keeps_its_lower_limit_in_the_table(stanford):
    # R: l <- w[w$time > L & w$day > L, ] with L <- 6 * 30.4375
    #    quantile(survfit(Surv(rep(L, nrow(l)), time, event) ~ 1, l, conf.type = "log-log"), 0.5)$lower
    rows = tidy(result_of(stanford, LaboratoryOptions(landmark=6)))
    row = next(r for r in rows if (r["quantity"], r.get("group")) == ("median", "No transplant by then"))
    assert row["low"] == pytest.approx(263 / DAYS_PER_MONTH, abs=1e-12)
    assert row["note"].startswith("Not reached")


def test_an_exploratory_cohort_is_compared_without_strata_as_its_curves_are():
    inovate = Catalog(()).trial("inovate")
    filters = (Filter("SALVAGE", ("1",)),)
    cohort = replace(whole_trial(inovate.design), filters=filters, endpoint="OSHSCT")
    laboratory = analyse(inovate, cohort, LaboratoryOptions())
    curves = survival.analyse(inovate, cohort, survival.SurvivalOptions())
    assert numbers(laboratory.censored) == pytest.approx(numbers_of(curves), rel=1e-9)
    assert "strata" not in laboratory.method
    everyone = analyse(inovate, replace(cohort, filters=()), LaboratoryOptions())
    assert "within the strata" in everyone.method


def numbers_of(curves):
    ratio = curves.comparisons[0].hazard_ratio
    return ratio.value, ratio.low, ratio.high, ratio.standard_error
