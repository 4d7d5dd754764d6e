"""The trial profile: every box adds up, and the analysed numbers are those under the figures of the other views."""

from dataclasses import replace

import pytest

from analysis.estimate import NotEstimable
from analysis.profile import ANALYSIS, FOLLOW_UP, TREATMENT
from analysis.selection import Filter, whole_trial
from analysis.summary import Counted
from analysis.views import VIEWS
from data.catalog import Catalog

FILTERS = ((), (Filter("SEX", ("F",)),), (Filter("SALVAGE", ("2",)), Filter("AGE", ("<55",))))


@pytest.fixture(scope="module")
def trial():
    return next(entry for entry in Catalog(()).entries if entry.id == "inovate")


def shown(trial, view, **chosen):
    return VIEWS[view].analyse(trial, replace(whole_trial(trial.design), **chosen), VIEWS[view].options())


def block(result, label):
    return {row.label: [c.n for c in row.cells if isinstance(c, Counted)] for row in next(
        b for b in result.blocks if b.label == label).rows}  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS)
def test_the_analysed_numbers_are_those_of_every_figure(trial, filters):
    analysed = block(shown(trial, "profile", filters=filters), ANALYSIS)
    for endpoint in trial.design.endpoints:
        curves = shown(trial, "survival", filters=filters, endpoint=endpoint.id)
        assert analysed[endpoint.label] == [group.n for group in curves.groups]
    if not filters:
        assert analysed["Overall survival"] == list(shown(trial, "subgroups").overall.contrast.n)
    assert analysed["Safety, as treated"] == [arm.n for arm in shown(trial, "safety", filters=filters).arms]
    assert analysed["Intention to treat"] == [arm.n for arm in shown(trial, "transplant", filters=filters).arms]
    rates = shown(trial, "response", filters=filters).rates
    assert analysed["CR/CRi"] == [rate.of for rate in rates]


@pytest.mark.parametrize("filters", FILTERS)
def test_nobody_is_lost_between_the_boxes(trial, filters):
    result = shown(trial, "profile", filters=filters)
    sizes = [arm.n for arm in result.arms]
    for label in (TREATMENT, FOLLOW_UP):
        rows = next(b for b in result.blocks if b.label == label).rows
        assert [sum(r.cells[i].n for r in rows if not r.indented) for i in range(2)] == sizes
    follow_up = next(b for b in result.blocks if b.label == FOLLOW_UP).rows
    left = next(r for r in follow_up if r.label == "Discontinued")
    assert [sum(r.cells[i].n for r in follow_up if r.indented) for i in range(2)] == [c.n for c in left.cells]


def test_a_profile_without_its_data_says_so(trial):
    bare = replace(trial, patients=trial.patients.drop(columns="EOSSTT"), design=replace(
        trial.design, populations=trial.design.populations[:1]))  # fmt: skip
    assert "EOSSTT" in (VIEWS["profile"].missing(bare) or "")
    assert isinstance(VIEWS["profile"].analyse(bare, whole_trial(bare.design), None), NotEstimable)
