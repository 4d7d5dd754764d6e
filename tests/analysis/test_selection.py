from dataclasses import replace

import pytest

from analysis.selection import (
    Filter,
    Selection,
    in_words,
    population_in_words,
    read_pairs,
    read_selection,
    unknown_names,
    whole_trial,
    write_pairs,
    write_query,
)


def test_a_link_without_a_query_shows_the_whole_trial(trial):
    selection, notices = read_selection(trial, ())
    assert selection == Selection("eight", "itt", "OS", ("new", "old"))
    assert notices == ()


def test_every_state_is_a_link_and_back(trial):
    chosen = Selection("eight", "safety", "PFS", ("old",), (Filter("SEX", ("F",)),))
    query = write_query(write_pairs(chosen, trial.design))
    assert query == "?trial=eight&population=safety&endpoint=PFS&arms=old&where.SEX=F"
    pairs, notices = read_pairs(query)
    assert read_selection(trial, pairs) == (chosen, ())
    assert notices == ()


def test_defaults_are_left_out_of_the_link(trial):
    assert write_query(write_pairs(whole_trial(trial.design), trial.design)) == "?trial=eight"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("population", "nobody"),
        ("endpoint", "<img src=x onerror=alert(1)>"),
        ("arms", "placebo"),
        ("where.SEX", "X"),
        ("where.SHOE", "42"),
    ],
)
def test_what_the_trial_does_not_know_is_ignored_with_a_sentence(trial, name, value):
    selection, notices = read_selection(trial, [(name, value)])
    assert selection == whole_trial(trial.design)
    assert len(notices) == 1
    assert value[:40] in notices[0]


def test_known_arms_are_kept_when_another_is_unknown(trial):
    selection, notices = read_selection(trial, [("arms", "old,placebo")])
    assert selection.arms == ("old",)
    assert len(notices) == 1


def test_levels_of_a_filter_stand_in_the_order_of_the_trial(trial):
    selection, _ = read_selection(trial, [("where.SEX", "M"), ("where.SEX", "F")])
    assert selection.filters == (Filter("SEX", ("F", "M")),)


def test_names_of_no_view_are_mentioned(trial):
    assert unknown_names([("milestone", "3"), ("hack", "1"), ("where.SEX", "F")], {"milestone"}) == (
        "The link’s setting “hack” is not known here and was ignored.",
    )


@pytest.mark.parametrize("query", ["?" + "a" * 5000, "?" + "&".join(f"a{i}=1" for i in range(200))])
def test_an_oversized_query_counts_as_empty(query):
    pairs, notices = read_pairs(query)
    assert pairs == ()
    assert len(notices) == 1


def test_words_name_population_filters_and_missing_arms(trial):
    chosen = Selection("eight", "itt", "OS", ("new",), (Filter("SEX", ("F",)),))
    assert in_words(chosen, trial) == "Intention-to-treat population; Sex: Female; New drug only"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Intention to treat", "Intention to treat population"),
        ("Safety, as treated", "Safety population, as treated"),
        ("All randomized", "All randomized"),
        ("Full analysis set", "Full analysis set"),
    ],
)
def test_a_population_is_named_as_a_sentence_names_it(trial, label, words):
    assert population_in_words(replace(trial.design.populations[0], label=label)) == words
