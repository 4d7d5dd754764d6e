"""The page on predictors: what is said beside the models, and what is withheld."""

from dataclasses import replace

import pytest

from analysis.estimate import NotEstimable
from analysis.predictors import PredictorsOptions, analyse
from analysis.selection import Filter, whole_trial
from components import predictors
from data.catalog import Catalog


@pytest.fixture(scope="module")
def inovate():
    return Catalog().trial("inovate")


def words(trial, selection=None, **chosen):
    result = analyse(trial, selection or whole_trial(trial.design), PredictorsOptions(**chosen))
    return result, str(predictors.numbers(result).to_plotly_json())


def test_selection_head_starts_and_few_events_are_warned_of(inovate):
    result, said = words(inovate)
    assert "Selected by their P values" in said
    assert "Known only after randomization" in said
    assert "enters" in said
    assert f"{result.models[1].of - result.models[1].n} patients are not in the model" in said
    _, chosen = words(inovate, model="chosen", covariates="PLT,HGB")
    assert "Selected by their P values" not in chosen
    assert "Known only after" not in chosen
    _, crowded = words(
        inovate, replace(whole_trial(inovate.design), filters=(Filter("CYTO", ("PH+",)),)), model="chosen"
    )
    assert "Fewer than 10 events for each covariate" in crowded


def test_p_values_of_a_cohort_are_withheld(inovate):
    cohort = replace(whole_trial(inovate.design), filters=(Filter("SEX", ("F",)),))
    _, said = words(inovate, cohort, model="chosen", covariates="PLT,HGB")
    assert "p withheld" in said
    assert "p = " not in said
    assert "Hazards are not proportional" not in said


def test_the_forest_has_a_section_an_arm_and_squares_alike(inovate):
    result, _ = words(inovate, model="chosen", covariates="PLT,DFRMO")
    drawn = predictors.figure(result, 1100, False)
    squares = next(t for t in drawn["data"] if (t.get("marker") or {}).get("symbol") == "square")
    assert len(squares["x"]) == 4
    assert len(set(squares["marker"]["size"])) == 1
    texts = str(drawn["data"])
    assert f"{result.models[0].events} events in {result.models[0].n} patients" in texts
    assert "per unit" in texts


def test_why_there_is_no_hazard_ratio_is_said():
    trial = Catalog().trial("freireich6mp")
    result, said = words(trial)
    separated = [row for row in result.models[0].rows if isinstance(row.ratio, NotEstimable)]
    assert separated
    assert said.count("The covariates separate patients") == 1
    assert separated[0].ratio.reason in said
