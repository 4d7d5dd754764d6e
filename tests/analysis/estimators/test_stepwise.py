"""Selection, score, Wald and Schoenfeld tests of several covariates against R's survival 3.5-3."""

import numpy as np
import pytest
from lifelines.datasets import load_gbsg2, load_rossi

from analysis.estimate import NotEstimable
from analysis.estimators import cox, efron
from analysis.estimators.ph_covariates import GLOBAL, proportional_hazards_tests
from analysis.estimators.stepwise import stepwise

GBSG2, ROSSI = load_gbsg2(), load_rossi()
TIME, EVENT = GBSG2["time"].to_numpy(float), GBSG2["cens"].to_numpy(bool)
TERMS = {
    "horTh": (GBSG2["horTh"] == "yes").to_numpy(float)[:, None],
    "age": GBSG2[["age"]].to_numpy(float),
    "menostat": (GBSG2["menostat"] == "Pre").to_numpy(float)[:, None],
    "tgrade": np.column_stack([GBSG2["tgrade"] == "II", GBSG2["tgrade"] == "III"]).astype(float),
    **{name: GBSG2[[name]].to_numpy(float) for name in ("tsize", "pnodes", "progrec", "estrec")},
}
ROSSI_TIME, ROSSI_EVENT = ROSSI["week"].to_numpy(float), ROSSI["arrest"].to_numpy(bool)
ROSSI_TERMS = {name: ROSSI[[name]].to_numpy(float) for name in ("fin", "age", "race", "wexp", "mar", "paro", "prio")}


def test_model_of_several_covariates():
    # R: coxph(Surv(time, cens) ~ horTh + age + menostat + tgrade + tsize + pnodes + progrec + estrec, GBSG2)
    #    with tgrade an unordered factor; coef(m), sqrt(diag(vcov(m)))
    coefficients = [-0.346278427623, -0.00945923891335, -0.258444840866, 0.636111704552, 0.779654242856,
                    0.00779608385205, 0.0487886003548, -0.00221723568065, 0.000197310710855]  # fmt: skip
    errors = [0.129074735223, 0.00930059479708, 0.183476451698, 0.249202492015, 0.268480147339,
              0.00393901773536, 0.00744708951959, 0.000573528557034, 0.000450367926762]  # fmt: skip
    x = np.column_stack(list(TERMS.values()))
    standard, scale = efron.standardise(x)
    fitted = efron.fit(efron.risk_rows(TIME, EVENT, standard))
    assert fitted.coefficients / scale == pytest.approx(coefficients, abs=1e-7)
    assert np.sqrt(np.diag(fitted.covariance)) / scale == pytest.approx(errors, abs=1e-7)
    printed = cox.multivariable(TIME, EVENT, {str(k): x[:, k] for k in range(x.shape[1])})
    assert [np.log(t.hazard_ratio.value) for t in printed.terms] == pytest.approx(coefficients, abs=1e-5)
    assert [t.hazard_ratio.standard_error for t in printed.terms] == pytest.approx(errors, abs=1e-5)


# R: the column chisq of cox.zph(m)$table, m the models with all terms
@pytest.mark.parametrize(
    ("time", "event", "terms", "printed"),
    [
        (TIME, EVENT, TERMS, [0.238521435648, 10.437859628757, 5.406030450755, 10.712108696539, 0.191142399238,
                              0.807716788578, 4.385546256360, 5.892555103527, 24.421092833776]),
        (ROSSI_TIME, ROSSI_EVENT, ROSSI_TERMS, [0.0624297513581, 5.9739816534184, 2.0682653874805, 4.2245956334216,
                                                1.0110215644358, 0.0183833991690, 0.5205842503030, 17.6944152544550]),
    ],
)  # fmt: skip
def test_proportional_hazards_of_each_term_and_of_all(time, event, terms, printed):
    found = proportional_hazards_tests(time, event, terms)
    assert [*found] == [*terms, GLOBAL]
    assert [test.statistic for test in found.values()] == pytest.approx(printed, abs=1e-5)
    degrees = [x.shape[1] for x in terms.values()]
    assert [test.degrees_of_freedom for test in found.values()] == [*degrees, sum(degrees)]


# A stepwise selection written out in R: to enter, coxph(f, init = c(coef(smaller), 0, ...), iter = 0)$score of each
# candidate; to stay, coef' solve(vcov) coef of each term's coefficients.
@pytest.mark.parametrize(
    ("time", "event", "terms", "levels", "steps", "model"),
    [
        (
            TIME, EVENT, TERMS, (0.25, 0.01),
            [("enters", "pnodes", 78.4593752345), ("enters", "progrec", 19.6340699109),
             ("enters", "tgrade", 10.318467557), ("enters", "horTh", 6.54481174742),
             ("leaves", "horTh", 6.49189124797)],
            ("pnodes", "progrec", "tgrade"),
        ),
        (
            ROSSI_TIME, ROSSI_EVENT, ROSSI_TERMS, (0.30, 0.15),
            [("enters", "prio", 14.6405932418), ("enters", "age", 11.4591797441), ("enters", "fin", 3.35883054002),
             ("enters", "mar", 2.09272366804), ("leaves", "mar", 2.04542020781)],
            ("prio", "age", "fin"),
        ),
    ],
)  # fmt: skip
def test_selection_step_by_step(time, event, terms, levels, steps, model):
    found = stepwise(time, event, terms, *levels)
    assert [(step.kind, step.term) for step in found.steps] == [step[:2] for step in steps]
    assert [step.test.statistic for step in found.steps] == pytest.approx([step[2] for step in steps], abs=1e-5)
    assert found.terms == model
    assert set(found.waiting) == set(terms) - set(model)


def test_what_cannot_be_selected():
    constant = {"same": np.ones((len(TIME), 1)), "pnodes": TERMS["pnodes"]}
    found = stepwise(TIME, EVENT, constant, 0.05, 0.05)
    assert (found.terms, found.unusable) == (("pnodes",), ("same",))
    assert stepwise(TIME, np.zeros_like(EVENT), TERMS, 0.05, 0.05) == NotEstimable("No events.")
    assert stepwise(TIME, EVENT, {"age": TERMS["age"]}, 0.0, 0.05).steps == ()


def test_no_finite_estimate_is_a_sentence():
    time, event = np.arange(1.0, 21.0), np.arange(20) < 10
    separated = {"x": event.astype(float)[:, None]}
    assert proportional_hazards_tests(time, event, separated) == efron.SEPARATED
    twice = {"age": TERMS["age"], "again": 2 * TERMS["age"]}
    assert proportional_hazards_tests(TIME, EVENT, twice) == efron.DEPENDENT
