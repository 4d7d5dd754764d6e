"""Odds of VOD/SOS against R's glm, the numbers of the INO-VATE report, and what cannot be estimated."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import NotEstimable
from analysis.selection import Filter, whole_trial
from analysis.vod import VodOptions, analyse, ignored, missing, tidy
from data.catalog import Catalog
from data.contract import RiskFactor, Transplant, TransplantDays

VOD = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
BILIRUBIN = [1.2, 0.8, 1.1, 0.4, 0.9, 0.5, 1.3, 0.3, 0.6, 0.7, 1.5, 0.2, 0.4, 0.8, 1.0, 0.6, 0.3, 0.9, 0.5, 0.7]
PRIOR = [1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]


@pytest.fixture
def liver(trial):
    """Twenty transplanted patients of the first arm, written out, with one more who was not transplanted."""
    yes = np.array(["N", "Y"])
    n = len(VOD) + 1
    patients = pd.DataFrame(
        {
            "VODFL": [*yes[VOD], "Y"],
            "BILI": [*BILIRUBIN, 0.5],
            "PRIOR": [*yes[PRIOR], "Y"],
            "NEVER": "N",
        },
        index=[f"P{i}" for i in range(n)],
    )
    day = np.append(np.full(n - 1, 90.0), np.inf)
    settings = Transplant(
        event="HSCTDT",
        vod="VODFL",
        models=(("BILI", "PRIOR"), ("NEVER",)),
        risks=(
            RiskFactor("BILI", "Bilirubin", at_least=1),
            RiskFactor("PRIOR", "Prior", values=("Y",)),
            RiskFactor("NEVER", "Never", values=("Y",)),
        ),
    )
    return replace(
        trial,
        design=replace(trial.design, transplant=settings, factors=(), populations=trial.design.populations[:1]),
        patients=patients,
        planned=np.zeros(n, dtype=int),
        populations={"itt": np.ones(n, dtype=bool)},
        transplant=TransplantDays(np.full(n, 400.0), np.zeros(n, bool), day, day, None, np.zeros(n, bool)),
    )


def result_of(trial, options=None, **chosen):
    return analyse(trial, replace(whole_trial(trial.design), **chosen), options or VodOptions())


def test_odds_ratios_as_r(liver):
    # R: d <- data.frame(vod, bili, prior); glm(vod ~ I(bili >= 1), binomial, d); glm(vod ~ prior, binomial, d)
    #    glm(vod ~ I(bili >= 1) + prior, binomial, d)
    bilirubin, prior, _ = result_of(liver).rows
    for odds, coefficient, error, p in (
        (bilirubin.alone, 1.79175946923, 1.118033892475, 0.1090233191779),
        (prior.alone, 1.29928298413, 1.044465735417, 0.2135109767693),
        (bilirubin.together, 1.506482768375, 1.185119471590, 0.2036698425130),
        (prior.together, 0.832590411458, 1.151552385186, 0.4696702612512),
    ):
        assert np.log(odds.ratio.value) == pytest.approx(coefficient, abs=1e-6)
        assert odds.ratio.standard_error == pytest.approx(error, abs=1e-5)
        assert odds.test.p_value == pytest.approx(p, abs=1e-6)


def test_only_the_transplanted_are_counted(liver):
    result = result_of(liver)
    assert (result.n, result.events) == (20, 6)
    assert result.rows[0].with_it == (3, 5)
    assert result.rows[0].without == (3, 15)


def test_unknown_values_leave_the_model_and_are_counted(liver):
    patients = liver.patients.copy()
    patients.loc["P0", "BILI"] = np.nan
    result = result_of(replace(liver, patients=patients))
    assert (result.rows[0].unknown, result.complete, result.complete_events) == (1, 19, 5)
    assert result.rows[0].with_it == (2, 4)
    assert result.rows[1].unknown == 0


def test_a_factor_nobody_has_is_a_sentence(liver):
    row = result_of(liver, VodOptions(vodmodel=2)).rows[2]
    assert isinstance(row.alone.ratio, NotEstimable)
    assert "same in all patients" in row.together.ratio.reason


def test_what_is_missing_and_what_is_ignored(trial, liver):
    assert "`vod`" in missing(trial)
    assert missing(liver) is None
    assert "no model 3" in ignored(liver, VodOptions(vodmodel=3))
    assert isinstance(result_of(liver, arms=("old",)), NotEstimable)


def test_the_report_of_inovate():
    # Kantarjian et al., Cancer 2019;125:2474-87, Results, Hepatotoxicity: 18/79 (22.8%) and 3/35 (8.6%);
    # odds ratios of one factor each, as the label and the paper print them: age 3.25, each cycle 1.56
    inovate = next(entry for entry in Catalog([]).entries if entry.id == "inovate")
    result = result_of(inovate)
    assert (result.events, result.n, round(100 * result.share.value, 1)) == (18, 79, 22.8)
    other = result_of(inovate, VodOptions(hsctarm="soc"))
    assert (other.events, other.n, round(100 * other.share.value, 1)) == (3, 35, 8.6)
    prior = next(row for row in result.rows if row.label == "Prior HSCT")
    assert prior.with_it[0] == 5
    assert result_of(inovate, filters=(Filter("SALVAGE", ("1",)),)).withheld
    assert {row["quantity"] for row in tidy(result)} == {"share", "count", "odds_ratio", "test"}
