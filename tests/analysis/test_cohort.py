from dataclasses import replace

import numpy as np

from analysis.cohort import arm_counts, cohort
from analysis.selection import Filter, whole_trial


def test_the_whole_trial_is_everybody_in_the_planned_arm(trial):
    everyone = cohort(trial, whole_trial(trial.design))
    assert everyone.n == everyone.of == 8
    assert everyone.arm.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert not everyone.exploratory


def test_the_safety_population_goes_by_the_treatment_taken(trial):
    safety = cohort(trial, replace(whole_trial(trial.design), population="safety"))
    assert safety.rows.tolist() == [0, 1, 2, 3, 4, 5, 6]
    trial.populations["safety"][7] = True
    safety = cohort(trial, replace(whole_trial(trial.design), population="safety"))
    assert np.bincount(safety.arm).tolist() == [5, 3]


def test_a_filter_makes_the_cohort_exploratory(trial):
    women = cohort(trial, replace(whole_trial(trial.design), filters=(Filter("SEX", ("F",)),)))
    assert women.rows.tolist() == [0, 2, 4, 6]
    assert women.of == 8
    assert women.exploratory


def test_arms_switched_off_are_still_counted_on_their_button(trial):
    one_arm = replace(whole_trial(trial.design), arms=("old",), filters=(Filter("SEX", ("F",)),))
    assert cohort(trial, one_arm).of == 4
    assert arm_counts(trial, one_arm) == (2, 2)
