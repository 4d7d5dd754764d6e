"""The curves and their numbers: where texts stand, what is shaded, what is withheld."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure import stepped
from analysis.estimators.kaplan_meier import at
from analysis.selection import Filter, whole_trial
from analysis.survival import SurvivalOptions, SurvivalResult, analyse
from components.curves import PLOT_HEIGHT, figure
from components.survival import numbers
from data.catalog import Catalog


@pytest.fixture(scope="module")
def result() -> SurvivalResult:
    trial = Catalog(()).trial("gbsg2")
    shown = analyse(trial, whole_trial(trial.design), SurvivalOptions(milestone=730))
    assert isinstance(shown, SurvivalResult)
    return shown


@pytest.mark.parametrize("rates", [(0.999, 1.0), (0.0, 0.003), (0.5, 0.5)])
def test_rates_that_are_close_stay_a_line_apart_and_inside(result, rates):
    groups = tuple(
        replace(g, rate=replace(g.rate, value=v), curve=replace(g.curve, survival=np.full(len(g.curve.time), v)))
        for g, v in zip(result.groups, rates, strict=True)
    )
    drawn = figure(replace(result, groups=groups), SurvivalOptions(milestone=730), "card", "desktop")
    texts = [a for a in drawn["layout"]["annotations"] if a["text"].endswith("%") and a.get("x") == 730]
    assert [a["text"] for a in texts] == [f"{100 * v:.1f}%" for v in rates]
    low, high = (a["y"] * PLOT_HEIGHT["card", "desktop"] for a in texts)
    assert high - low >= 17 - 1e-9
    assert low >= 10 - 1e-9
    assert high <= PLOT_HEIGHT["card", "desktop"] - 10 + 1e-9


def test_a_rate_is_written_clear_of_a_curve_that_moves_in_whole_steps(result):
    drawn = figure(stepped(result, 40), SurvivalOptions(milestone=730), "card", "desktop")
    texts = [a for a in drawn["layout"]["annotations"] if a["text"].endswith("%") and a.get("x") == 730]
    per_y = 1 / PLOT_HEIGHT["card", "desktop"]
    low, high = sorted(stepped(result, 40).groups, key=lambda g: g.rate.value)
    assert [a["text"] for a in texts] == [f"{100 * g.rate.value:.1f}%" for g in (low, high)]
    drawn_at = [at(g.curve, 730).value for g in (low, high)]
    assert drawn_at[1] > high.rate.value
    assert all(abs(text["y"] - height) >= 12 * per_y for text in texts for height in drawn_at)


@pytest.mark.parametrize("scale", ["survival", "incidence"])
@pytest.mark.parametrize("milestone", [8, 12, 16, 22])
def test_a_rate_is_written_clear_of_curves_that_step_beside_it(scale, milestone):
    trial = Catalog(()).trial("freireich6mp")
    options = SurvivalOptions(milestone=milestone, scale=scale)
    shown = analyse(trial, whole_trial(trial.design), options)
    assert isinstance(shown, SurvivalResult)
    drawn = figure(shown, options, "card", "phone")
    texts = [a["y"] for a in drawn["layout"]["annotations"] if a["text"].endswith("%") and a.get("x") == milestone]
    assert len(texts) == 2
    beside = milestone + np.linspace(0, 5, 11)
    for group in shown.groups:
        heights = group.curve.survival[np.searchsorted(group.curve.time, beside, side="right") - 1]
        heights = 1 - heights if scale == "incidence" else heights
        assert all(np.abs(heights - y).min() * PLOT_HEIGHT["card", "phone"] >= 10 for y in texts)


def test_the_area_to_tau_is_the_restricted_mean_on_either_axis(result):
    means = sorted(g.restricted_mean.value for g in result.groups)
    for scale, edge in (("survival", 0.0), ("incidence", 1.0)):
        drawn = figure(result, SurvivalOptions(scale=scale, area=True), "page", "desktop")
        filled = [t for t in drawn["data"] if t.get("fillcolor", "").endswith("0.22)")]
        areas = [float((abs(t["y"][:-1] - edge) * (t["x"][1:] - t["x"][:-1])).sum()) for t in filled]
        assert areas == pytest.approx(means, rel=1e-4)
        assert len(drawn["layout"]["shapes"]) == 2


def test_a_cohort_withholds_the_p_of_proportional_hazards_too():
    trial = Catalog(()).trial("gbsg2")
    cohort = replace(whole_trial(trial.design), filters=(Filter("MENOSTAT", ("Post",)),))
    for selection, shown in ((cohort, False), (replace(cohort, reveal=True), True)):
        table = repr(numbers(analyse(trial, selection, SurvivalOptions())))
        assert ("p = " in table) is shown
        assert ("p withheld" in table) is not shown
