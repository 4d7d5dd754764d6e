"""The models of an arm against R on patients written out, and against Table 3 as the recipes recompute it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import NotEstimable
from analysis.predictors import PredictorsOptions, analyse, ignored, missing, tidy
from analysis.reproduction.recipes import compute
from analysis.selection import Filter, whole_trial
from data.catalog import BUILT_IN, Catalog
from data.contract import EndpointTimes, Factor, FactorLevel, Predictor
from data.published import load_facts, model

#: d <- data.frame(time = TIME, event = EVENT, age = AGE, bad = BAD, late = LATE)
TIME = [5, 8, 12, 3, 9, 15, 22, 7, 11, 30, 18, 2, 26, 14, 6, 19, 28, 4, 10, 24, 13, 17, 21, 1]
EVENT = [1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1]
AGE = [61, 58, 47, 66, 52, 39, 44, 63, 50, 33, 41, 70, 48, 36, 59, 45, 31, 68, 55, 40, 53, 62, 37, 64]
BAD = [1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1]
LATE = [0, 1, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2]
#: Of age, bad, late 1 and late 2: exp(coef) with its limits, P of Wald's test; of each covariate and of all, cox.zph.
R_RATIOS = [
    (1.2038873180, 1.10395284977, 1.3128682759),
    (2.1194708239, 0.71499718639, 6.2827611894),
    (0.1170367131, 0.01799019073, 0.7613922732),
    (1.6627460270, 0.41103667142, 6.7262230903),
]
R_WALD = [2.707936103e-05, 0.1754592666, 0.02475020070, 0.4757857966]
R_ZPH = [0.19431225901, 0.24713164923, 0.06220069009, 0.08340111831]


@pytest.fixture(scope="module")
def inovate():
    return Catalog().trial("inovate")


@pytest.fixture(scope="module")
def facts():
    return {fact.id: fact for fact in load_facts(BUILT_IN / "inovate")}


@pytest.fixture
def arm(trial):
    """Twenty-four patients of one arm, and one in whom a covariate is unknown."""
    n = len(TIME) + 1
    bad = np.array(["N", "Y"])
    patients = pd.DataFrame(
        {"AGE": [*map(float, AGE), 50.0], "BAD": [*bad[BAD], None], "LATE": [*map(str, LATE), "0"]},
        index=[f"P{i}" for i in range(n)],
    )
    levels = (FactorLevel("N", "No"), FactorLevel("Y", "Yes"))
    factors = (
        Factor("BAD", "Bad risk", levels),
        Factor("LATE", "Later status", tuple(FactorLevel(v, f"Status {v}") for v in "012"), post_baseline=True),
    )
    design = replace(
        trial.design,
        populations=trial.design.populations[:1],
        factors=factors,
        predictors=(Predictor("AGE", label="Age"), Predictor("BAD", "N"), Predictor("LATE", "0")),
        strata=(),
    )
    endpoint = design.endpoints[0].id
    codes = {"BAD": np.array([*BAD, -1]), "LATE": np.array([*LATE, 0])}
    return replace(
        trial,
        design=design,
        patients=patients,
        planned=np.zeros(n, dtype=np.int64),
        actual=np.zeros(n, dtype=np.int64),
        populations={design.populations[0].id: np.ones(n, dtype=bool)},
        factors=codes,
        times={endpoint: EndpointTimes(np.array([*TIME, 5], dtype=float), np.array([*EVENT, 1], dtype=bool))},
    )


def one(trial, **chosen):
    selection = replace(whole_trial(trial.design), arms=(trial.design.arms[0].id,))
    result = analyse(trial, selection, PredictorsOptions(**chosen))
    return result, result.models[0]


def test_all_covariates_together_are_those_of_r(arm):
    """coxph(Surv(time, event) ~ age + bad + factor(late), d); cox.zph(fit, transform = "km")."""
    _, found = one(arm, model="chosen")
    ratios = [(row.ratio.value, row.ratio.low, row.ratio.high) for row in found.rows]
    assert ratios == [pytest.approx(row, rel=1e-6) for row in R_RATIOS]
    assert [row.test.p_value for row in found.rows] == pytest.approx(R_WALD, rel=1e-5)
    assert [row.proportional.p_value for row in found.rows] == pytest.approx([R_ZPH[i] for i in (0, 1, 2, 2)], rel=1e-5)
    assert found.proportional.p_value == pytest.approx(R_ZPH[3], rel=1e-5)
    assert (found.n, found.of, found.events) == (24, 25, sum(EVENT))
    assert found.lost == (("Bad risk", 1),)
    assert [(row.with_it, row.without) for row in found.rows] == [(None, None), (11, 13), (8, 8), (8, 8)]


def test_stepwise_takes_what_r_takes_step_by_step(arm):
    """a <- coxph(Surv(time, event) ~ age, d); summary(a)$sctest, and of what enters next, at the coefficient of age,

    summary(coxph(Surv(time, event) ~ age + factor(late), d, init = c(coef(a), 0, 0),
    control = coxph.control(iter.max = 0)))$sctest (11.25398523, on 2 degrees of freedom); of bad it is 1.2309679 on 1.
    """
    result, found = one(arm, entry=0.05, stay=0.05)
    assert [(step.kind, step.term) for step in found.steps] == [("enters", "Age"), ("enters", "Later status")]
    assert found.steps[0].test.p_value == pytest.approx(2.151481944e-06, rel=1e-6)
    assert found.steps[1].test.statistic == pytest.approx(11.25398523, rel=1e-6)
    assert found.steps[1].test.degrees_of_freedom == 2
    assert [label for label, _ in found.waiting] == ["Bad risk"]
    assert [row.variable for row in found.rows] == ["AGE", "LATE", "LATE"]
    assert result.selected
    _, strict = one(arm, covariates="AGE,BAD", entry=0.05, stay=0.05)
    assert [step.term for step in strict.steps] == ["Age"]
    assert strict.waiting[0][1].statistic == pytest.approx(1.2309679, rel=1e-6)


def test_the_same_patients_whatever_is_chosen(arm):
    result, found = one(arm, model="chosen", covariates="AGE")
    assert (found.n, found.of) == (24, 25)
    assert result.candidates == ("Age",)
    assert result.later == ()


def test_an_empty_model_and_no_events_are_said(arm):
    _, found = one(arm, covariates="LATE", entry=0.001, stay=0.001)
    assert "entry level" in found.reason.reason
    assert not found.rows
    endpoint = arm.design.endpoints[0].id
    calm = replace(arm, times={endpoint: replace(arm.times[endpoint], event=np.zeros(25, dtype=bool))})
    for way in ("stepwise", "chosen"):
        assert one(calm, model=way)[1].reason == NotEstimable("No events.")
    nobody = replace(arm, factors={**arm.factors, "BAD": np.full(25, -1)})
    assert "every covariate" in one(nobody)[1].reason.reason


@pytest.mark.parametrize("name", ["ino", "soc"])
def test_table_3_is_the_page_with_its_covariates(inovate, facts, name):
    """Every number of the paper's Table 3 that the recipes recompute stands on the page in that state."""
    table = [fact for fact in facts.values() if fact.id.startswith("t3_") and fact.arm == name and "~" in fact.measure]
    covariates = ",".join(dict.fromkeys(c.split("=")[0].split("<")[0] for c in model(table[0].measure).covariates))
    result = analyse(inovate, whole_trial(inovate.design), PredictorsOptions(model="chosen", covariates=covariates))
    shown = next(m for m in result.models if m.arm.id == name)
    rows = {row.variable: row for row in shown.rows}
    assert (shown.n,) == compute(inovate, facts[f"t3_n_{name}"])[:1]
    assert len(rows) == len(model(table[0].measure).covariates)
    for fact in table:
        row = rows[fact.counts.split("=")[0].split("<")[0]]
        expected = {
            "hazard_ratio_model": (row.ratio.value,),
            "hazard_ratio_model_interval_95": (row.ratio.low, row.ratio.high),
            "p_model": (row.test.p_value,),
        }[fact.statistic]
        assert compute(inovate, fact) == pytest.approx(expected, rel=1e-9), fact.id


def test_a_cohort_withholds_and_says_so(inovate):
    chosen = replace(whole_trial(inovate.design), filters=(Filter("SEX", ("F",)),))
    result = analyse(inovate, chosen, PredictorsOptions())
    assert result.exploratory
    assert result.withheld


def test_what_the_trial_lacks_and_does_not_know(arm, inovate):
    assert "endpoint" in missing(replace(arm, design=replace(arm.design, endpoints=())))
    assert "covariates" in missing(replace(arm, design=replace(arm.design, predictors=(), factors=())))
    assert missing(inovate) is None
    assert "SHOE" in ignored(inovate, PredictorsOptions(covariates="PLT,SHOE"))
    assert ignored(inovate, PredictorsOptions(covariates="PLT")) is None
    bare = replace(inovate, design=replace(inovate.design, predictors=()))
    assert analyse(bare, whole_trial(bare.design), PredictorsOptions()).candidates[0] == "Age"


def test_the_table_has_the_steps_the_model_and_the_lost(arm):
    result, found = one(arm)
    rows = tidy(result)
    kinds = {row["quantity"] for row in rows}
    assert {"patients", "unknown", "step", "left out", "hazard_ratio", "test", "proportional_hazards"} == kinds
    assert sum(row["quantity"] == "hazard_ratio" for row in rows) == len(found.rows)


def test_the_table_tells_the_levels_of_a_factor_apart(arm):
    result, _ = one(arm, model="chosen")
    rows = [row for row in tidy(result) if row["quantity"] == "hazard_ratio"]
    assert [(row["covariate"], row["category"], row["level"]) for row in rows] == [
        ("Age", "per unit", 0.95), ("Bad risk", "Yes", 0.95), ("Later status", "Status 1", 0.95),
        ("Later status", "Status 2", 0.95),
    ]  # fmt: skip
