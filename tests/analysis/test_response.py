"""The response against the numbers of the INO-VATE report and R, and its way from randomization to response."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import attrition, response, response_forest
from analysis.attrition import LOST, AttritionOptions
from analysis.estimate import NotEstimable
from analysis.response import ResponseOptions
from analysis.selection import Filter, whole_trial
from analysis.subgroups import SubgroupsOptions
from analysis.subgroups import analyse as analyse_subgroups
from data.catalog import Catalog
from data.contract import Assessments

OPTIONS = ResponseOptions()


@pytest.fixture(scope="module")
def trial():
    return next(entry for entry in Catalog(()).entries if entry.id == "inovate")


def chosen(trial, **changes):
    return replace(whole_trial(trial.design), **changes)


def test_rates_difference_odds_ratio_and_p_are_those_of_the_report_and_r(trial):
    result = response.analyse(trial, chosen(trial), OPTIONS)
    found = [(r.n, r.of, round(100 * r.share.low, 1), round(100 * r.share.high, 1)) for r in result.rates]
    # Kantarjian et al., Cancer 2019;125:2474-87, Table 2
    assert found == [(121, 164, 66.4, 80.3), (50, 162, 23.9, 38.6)]
    (comparison,) = result.comparisons
    # exp(log(121*112/(43*50)) + c(-1,1)*qnorm(.975)*sqrt(1/121+1/43+1/50+1/112))
    odds = comparison.odds_ratio
    assert (odds.value, odds.low, odds.high) == pytest.approx((6.303255814, 3.893010401, 10.205735348), rel=1e-8)
    # prop.test(c(121,50), c(164,162), correct=FALSE, alternative="greater")
    assert comparison.test.sided == 1
    assert comparison.test.p_value == pytest.approx(4.315947e-15, rel=1e-5)
    modified = response.analyse(trial, chosen(trial, population="mitt"), OPTIONS)
    assert [(r.n, r.of) for r in modified.rates] == [(121, 164), (50, 143)]


def test_a_small_cell_makes_it_fisher(small):
    # fisher.test(matrix(c(7,3,1,9),2,byrow=TRUE), alternative="greater")
    (comparison,) = response.analyse(small, chosen(small), OPTIONS).comparisons
    assert comparison.test.method == "Fisher's exact test"
    assert comparison.test.p_value == pytest.approx(0.00988330554894 if comparison.test.sided == 1 else 0.0197666)


@pytest.fixture(scope="module")
def small(trial):
    """Ten patients an arm: seven and one of them respond; two assessments each, the second of one is unevaluable."""
    arms = [[i for i, a in enumerate(trial.planned) if a == arm][:10] for arm in (0, 1)]
    rows = arms[0] + arms[1]
    responds = [i < 7 for i in range(10)] + [i < 1 for i in range(10)]
    ids = trial.patients.index[rows]
    visits = [
        {"USUBJID": who, "PARAMCD": "OVRLRESP", "AVISITN": cycle, "AVALC": value}
        for i, who in enumerate(ids)
        for cycle, value in ((1, "CR" if responds[i] and i % 2 else "RESISTANT DISEASE"),
                             (2, "NOT EVALUABLE" if i == 9 else "CRI" if responds[i] else "RESISTANT DISEASE"))
    ]  # fmt: skip
    everyone = trial.response.copy()
    everyone[rows] = responds
    only = trial.populations["itt"].copy()
    only[:] = False
    only[rows] = True
    return replace(
        trial, response=everyone, populations={**trial.populations, "itt": only}, tables={"adrs": pd.DataFrame(visits)}
    )


def test_each_cycle_counts_assessments_and_first_responses(small):
    first, second = response.analyse(small, chosen(small), OPTIONS).cycles
    assert (first.assessed, second.assessed) == ((10, 10), (9, 10))
    assert [c.n for c in first.responding] == [3, 0]  # patients 1, 3, 5 of the seven; the one of the others is even
    assert [c.n for c in second.ever] == [7, 1]
    assert [c.of for c in second.ever] == [10, 10]


def test_duration_is_that_of_the_survival_page(trial):
    result = response.analyse(trial, chosen(trial), OPTIONS)
    assert result.duration.endpoint.id == "DOR"
    assert [g.n for g in result.duration.groups] == [121, 50]


def test_time_to_response_and_residual_disease_are_of_responders_only(trial):
    blocks = {b.label: b for b in response.analyse(trial, chosen(trial), OPTIONS).details.blocks}
    assert [c.n for c in blocks["Time to response, months"].rows[0].cells] == [121, 50]
    residual = blocks["Best MRD status, responders"].rows
    assert [sum(row.cells[i].n for row in residual) for i in (0, 1)] == [121, 50]
    best = blocks["Best response"].rows
    assert [sum(row.cells[i].n for row in best) for i in (0, 1)] == [164, 162]


@pytest.mark.parametrize("filters", [(), (Filter("SEX", ("F",)),)])
def test_attrition_loses_nobody_without_counting_them(trial, filters):
    result = attrition.analyse(trial, chosen(trial, filters=filters), AttritionOptions())
    rates = response.analyse(trial, chosen(trial, filters=filters), OPTIONS).rates
    rows = result.blocks[0].rows
    for i, size in enumerate(result.arms):
        lost = sum(row.cells[i].n for row in rows if row.kind == LOST)
        assert rows[0].cells[i].n == size.n == lost + rows[-1].cells[i].n
        assert rows[-1].cells[i].n == rates[i].n
    if not filters:
        never = next(row for row in rows if row.label == "Never treated")
        assert [c.n for c in never.cells] == [0, 19]


def test_the_forest_is_that_of_the_subgroups_view(trial):
    for measure in ("difference", "odds-ratio"):
        found = response_forest.analyse(trial, chosen(trial), ResponseOptions(forest=measure))
        assert found == analyse_subgroups(trial, chosen(trial), SubgroupsOptions(measure=measure))
        assert found.overall.contrast.events == (121, 50)


def test_what_a_trial_does_not_have_is_left_out(trial):
    bare = replace(trial, design=replace(trial.design, assessments=None))
    result = response.analyse(bare, chosen(bare), OPTIONS)
    assert (result.cycles, result.duration, result.details.blocks) == ((), None, ())
    assert [r.n for r in result.rates] == [121, 50]
    no_table = replace(trial, design=replace(trial.design, assessments=Assessments(best="BESTRESP")))
    assert [b.label for b in response.analyse(no_table, chosen(no_table), OPTIONS).details.blocks] == ["Best response"]
    without = replace(trial, response=None, design=replace(trial.design, response=None))
    assert isinstance(response.analyse(without, chosen(without), OPTIONS), NotEstimable)
    for view in (response, attrition, response_forest):
        assert "RESPFL" in view.missing(without)


def test_one_arm_alone_is_described_and_not_compared(trial):
    result = response.analyse(trial, chosen(trial, arms=("ino",)), OPTIONS)
    assert result.comparisons == ()
    assert [r.n for r in result.rates] == [121]
