"""The figure of the curves: where its texts stand."""

from dataclasses import replace

import pytest

from analysis.selection import whole_trial
from analysis.survival import SurvivalOptions, SurvivalResult, analyse
from components.curves import PLOT_HEIGHT, figure
from data.catalog import Catalog


@pytest.fixture(scope="module")
def result() -> SurvivalResult:
    trial = Catalog(()).trial("gbsg2")
    shown = analyse(trial, whole_trial(trial.design), SurvivalOptions(milestone=730))
    assert isinstance(shown, SurvivalResult)
    return shown


@pytest.mark.parametrize("rates", [(0.999, 1.0), (0.0, 0.003), (0.5, 0.5)])
def test_rates_that_are_close_stay_a_line_apart_and_inside(result, rates):
    groups = tuple(replace(g, rate=replace(g.rate, value=v)) for g, v in zip(result.groups, rates, strict=True))
    drawn = figure(replace(result, groups=groups), SurvivalOptions(milestone=730), "card", "desktop")
    texts = [a for a in drawn["layout"]["annotations"] if a["text"].endswith("%") and a.get("x") == 730]
    assert [a["text"] for a in texts] == [f"{100 * v:.1f}%" for v in rates]
    low, high = (a["y"] * PLOT_HEIGHT["card", "desktop"] for a in texts)
    assert high - low >= 17 - 1e-9
    assert low >= 10 - 1e-9
    assert high <= PLOT_HEIGHT["card", "desktop"] - 10 + 1e-9
