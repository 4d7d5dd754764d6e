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


def test_the_dates_and_the_totals_are_those_of_the_report(trial):
    """Cancer 2019;125:2474-87: 27 Aug 2012 to 4 Jan 2015, cut-off 4 Jan 2017; 307 of 326 treated, 18 lost."""
    result = shown(trial, "profile")
    found = result.enrolment
    assert (found.first, found.last, found.cut_off) == ("2012-08-27", "2015-01-04", "2017-01-04")
    assert round(found.least, 1) == 2.0
    # followed, not known to have died: 29.6 (1.7-49.7) months
    assert [round(x, 1) for x in (found.alive.median, found.alive.low, found.alive.high)] == [29.6, 1.7, 49.7]
    rows = {(r["block"], r["row"]): r.get("n") for r in VIEWS["profile"].tidy(result) if r["arm"] == ""}
    assert rows[TREATMENT, "Treated as allocated"] == 307
    assert rows[FOLLOW_UP, "Lost to follow-up"] == 18


def test_one_arm_has_no_total_and_a_trial_without_dates_no_sentence(trial):
    alone = shown(trial, "profile", arms=("ino",))
    assert not [r for r in VIEWS["profile"].tidy(alone) if r["arm"] == "" and "n" in r and r["block"] != "Enrolment"]
    bare = replace(trial, patients=trial.patients.drop(columns=["RANDDT", "DCUTDT"]))
    found = shown(bare, "profile").enrolment
    assert (found.first, found.cut_off, found.least) == (None, None, None)
    assert found.alive.n > 0
