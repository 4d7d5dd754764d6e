"""Relapse and death after transplant against R, by hand, and in trials that say less."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.after_transplant import AfterTransplantOptions, analyse, missing, tidy
from analysis.estimate import NotEstimable
from analysis.selection import whole_trial
from data.catalog import Catalog
from data.contract import DAYS_PER_MONTH, Transplant, TransplantDays

SHARED = Path(__file__).resolve().parents[3] / "shared" / "trials"
OPTIONS = AfterTransplantOptions()
INF = np.inf


def result_of(trial, options=OPTIONS, **chosen):
    return analyse(trial, replace(whole_trial(trial.design), **chosen), options)


@pytest.fixture
def transplanted(trial):
    """Eight patients in days. New: relapse 30 days after, death 60 after, alive, not transplanted. Old: a relapse from
    before the transplant and then death, a death from the disease, alive, alive."""
    day = np.array([100, 100, 100, INF, 50, 50, 50, 50], dtype=float)
    relapsed = np.array([130, INF, INF, 20, 40, 110, INF, INF], dtype=float)
    end = np.array([300, 160, 400, 90, 80, 110, 400, 400], dtype=float)
    died = np.array([1, 1, 0, 1, 1, 1, 0, 0], dtype=bool)
    dated = np.array([0, 0, 0, 0, 0, 1, 0, 0], dtype=bool)
    return replace(
        trial,
        design=replace(trial.design, transplant=Transplant(event="HSCTDT", relapse="PFS")),
        transplant=TransplantDays(end, died, day, day, relapsed, dated),
    )


def test_by_hand(transplanted):
    new, old = result_of(transplanted, AfterTransplantOptions(aftermonth=3)).arms
    assert (new.n, new.events, new.by_death) == (3, (1, 1), 0)
    assert [e.value for e in new.at_month] == pytest.approx([1 / 3, 1 / 3])
    # relapsed before the transplant, died 30 days after it: a death; the other death was from the disease
    assert (old.n, old.events, old.by_death) == (4, (1, 1), 1)
    first = old.curves[1]
    assert first.time[first.events > 0] * DAYS_PER_MONTH == pytest.approx([30])


def test_the_shares_add_up(transplanted):
    for a in result_of(transplanted).arms:
        relapse, death = a.curves
        alive = np.cumprod(1 - (relapse.events + death.events) / relapse.at_risk)
        np.testing.assert_allclose(relapse.incidence + death.incidence + alive, 1)


def test_what_is_missing(trial, transplanted):
    assert "[transplant]" in missing(trial)
    assert "relapse" in missing(replace(transplanted, transplant=replace(transplanted.transplant, relapsed=None)))
    nobody = replace(transplanted.transplant, transplanted=np.full(8, INF))
    assert isinstance(result_of(replace(transplanted, transplant=nobody)), NotEstimable)


def test_the_transplanted_of_inovate():
    # Kantarjian et al., Cancer 2019;125:2474-87, Results: 79 and 36 transplanted, 53 and 25 of them died
    inovate = next(entry for entry in Catalog([]).entries if entry.id == "inovate")
    result = result_of(inovate)
    assert [a.n for a in result.arms] == [79, 36]
    assert {row["quantity"] for row in tidy(result)} == {"gray_test", "incidence", "curve"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not here")
def test_bone_marrow_transplants_as_r():
    # R: b <- KMsurv::bmt; b$cause <- ifelse(b$d2 == 1, 1, ifelse(b$d1 == 1, 2, 0))
    #    summary(survfit(Surv(t2, factor(cause, 0:2)) ~ group, b), times = 24 * 30.4375)$pstate
    trial = next(entry for entry in Catalog([SHARED]).entries if entry.id == "bmt137")
    found = {a.arm.label: [e.value for e in a.at_month] for a in result_of(trial).arms}
    assert found["ALL"] == pytest.approx([0.324288983328, 0.322654462243], abs=1e-10)
    assert found["AML low risk"] == pytest.approx([0.148148148148, 0.240740740741], abs=1e-10)
    assert found["AML high risk"] == pytest.approx([0.466666666667, 0.288888888889], abs=1e-10)
    assert [a.events for a in result_of(trial).arms if a.arm.label == "ALL"] == [(12, 12)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not here")
def test_a_trial_without_relapses_says_so():
    trial = next(entry for entry in Catalog([SHARED]).entries if entry.id == "ebmt3")
    assert "endpoint of relapse" in missing(trial)
