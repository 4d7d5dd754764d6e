"""Where patients are: the state on a day, the steps of the path, and what a link may choose of them."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.cohort import cohort, post_baseline_filters
from analysis.groups import find_group
from analysis.selection import Filter, read_pairs, read_selection, whole_trial
from analysis.stages import choices, state_on, steps

INF = np.inf


def test_the_state_is_the_one_entered_last():
    entered = np.array([[0, 200, 40, 120, 400], [0, 90, INF, 90, INF], [0, INF, INF, INF, 10]])
    assert state_on(entered, 0).tolist() == [0, 0, 0]
    assert state_on(entered, 40).tolist() == [2, 0, 4]
    assert state_on(entered, 90).tolist() == [2, 3, 4]  # on the same day the later of the list
    assert state_on(entered, 250).tolist() == [1, 3, 4]
    assert state_on(entered, 500).tolist() == [4, 3, 4]


def test_the_final_state_is_never_left():
    assert state_on(np.array([[0.0, 30, 20]]), 40).tolist() == [2]


def test_every_step_holds_everybody(transplants):
    path = steps(transplants, 24)
    assert [step.label for step in path] == ["Treatment", "Response", "Transplant", "At 24 mo"]
    for step in path:
        assert np.bincount(step.place, minlength=len(step.levels)).sum() == 326
    response = dict(
        zip([level.label for level in path[1].levels], np.bincount(path[1].place, minlength=3), strict=True)
    )
    assert response == {"CR/CRi": 171, "No CR/CRi": 155, "Not recorded": 0}
    at_24 = dict(zip([level.id for level in path[3].levels], np.bincount(path[3].place), strict=True))
    # counted by hand from the courses: 24 months are 730.5 days
    assert at_24 == {"start": 0, "relapse": 0, "remission": 0, "hsct": 35, "dead": 280, "unknown": 11}


@pytest.mark.parametrize(
    ("variable", "level", "n"),
    [
        ("PATH.RESPFL", "Y", 171),
        ("PATH.HSCTPATH", "DIRECT", 88),
        ("PATH.HSCTPATH", "LATER", 27),
        ("PATH.HSCTPATH", "otherwise", 211),
        ("PATH.HSCTPATH", "Y~DIRECT", 82),
        ("PATH.HSCTPATH", "N~DIRECT", 6),
        ("PATH.month24", "dead", 280),
        ("PATH.month24", "DIRECT~hsct", 32),
        ("PATH.month3", "remission", 171),
    ],
)
def test_a_link_names_those_at_a_step_or_between_two(transplants, variable, level, n):
    selection, notices = read_selection(transplants, ((f"where.{variable}", level),))
    assert notices == ()
    members = cohort(transplants, selection)
    assert (members.n, members.of) == (n, 326)
    assert members.exploratory
    assert post_baseline_filters(transplants, selection)


def test_steps_narrow_each_other_and_levels_of_one_step_widen(transplants):
    def n(*filters):
        return cohort(transplants, replace(whole_trial(transplants.design), filters=filters)).n

    assert n(Filter("PATH.RESPFL", ("Y",)), Filter("PATH.HSCTPATH", ("DIRECT",))) == 82
    assert n(Filter("PATH.HSCTPATH", ("DIRECT", "LATER"))) == 115


def test_what_a_link_chooses_says_so_in_words(transplants):
    group = find_group(transplants, "PATH.HSCTPATH")
    assert group
    assert group.label == "Transplant"
    assert group.levels["Y~DIRECT"] == "CR/CRi → Direct to HSCT"
    assert group.levels["otherwise"] == "No HSCT"
    assert find_group(transplants, "PATH.month24").label == "At 24 mo"


@pytest.mark.parametrize("name", ["PATH.", "PATH.AGE", "PATH.month", "PATH.month0", "PATH.month12345", "HSCTPATH"])
def test_other_names_are_no_step(transplants, name):
    assert choices(transplants, name) is None


def test_a_stale_link_is_ignored_with_a_sentence(transplants, trial):
    pairs, _ = read_pairs("?where.PATH.HSCTPATH=AUTO&where.PATH.month24=dead")
    selection, notices = read_selection(transplants, pairs)
    assert [chosen.variable for chosen in selection.filters] == ["PATH.month24"]
    assert len(notices) == 1
    selection, notices = read_selection(trial, pairs)
    assert selection.filters == ()
    assert len(notices) == 2
