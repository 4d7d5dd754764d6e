"""State occupation against R's `survfit` of several states, against Kaplan-Meier, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.kaplan_meier import at, kaplan_meier
from analysis.estimators.state_occupation import probabilities, state_occupation

#: Sixty patients: days of relapse, remission, transplant and death (-1 for never), and of the last contact.
PATIENTS = (
    (14, 4, -1, 22, 22), (8, -1, -1, 20, 20), (11, 6, 18, 2, 2), (17, 13, -1, 38, 38), (-1, 5, -1, -1, 7),
    (-1, 8, -1, -1, 56), (-1, -1, -1, 22, 22), (9, -1, 4, 6, 6), (-1, -1, 12, -1, 30), (-1, 6, -1, 1, 1),
    (16, -1, 13, 13, 13), (-1, 1, -1, 27, 27), (18, -1, 2, -1, 11), (-1, 3, 10, -1, 25), (10, 14, -1, 20, 20),
    (-1, 16, -1, 2, 2), (-1, -1, 6, -1, 11), (25, -1, -1, -1, 54), (-1, 11, -1, 7, 7), (-1, 20, -1, 12, 12),
    (47, 9, -1, -1, 29), (6, 12, 3, 2, 2), (-1, 4, -1, 2, 2), (18, 9, -1, -1, 6), (-1, -1, 20, 7, 7),
    (2, 7, -1, -1, 31), (7, 3, -1, 14, 14), (13, 15, -1, -1, 6), (35, 5, -1, -1, 6), (15, 24, 1, 7, 7),
    (47, 16, 11, -1, 31), (1, -1, -1, 13, 13), (-1, -1, 4, 3, 3), (4, 11, 19, -1, 26), (69, 5, 4, 17, 17),
    (3, -1, 5, 22, 22), (-1, -1, -1, 17, 17), (1, 3, 21, -1, 6), (7, -1, 7, 8, 8), (-1, 2, 1, -1, 32),
    (24, 14, 1, 12, 12), (15, -1, -1, 7, 7), (-1, 1, -1, 33, 33), (1, -1, -1, 1, 1), (3, -1, -1, -1, 9),
    (-1, 6, 16, 24, 24), (-1, 13, 1, -1, 36), (6, 5, -1, 21, 21), (1, 8, 7, -1, 20), (28, 3, -1, -1, 55),
    (-1, 14, -1, 31, 31), (-1, 2, -1, 10, 10), (42, -1, -1, 8, 8), (-1, -1, 2, -1, 9), (36, 5, -1, -1, 47),
    (8, 13, -1, 6, 6), (-1, 1, 21, -1, 18), (-1, -1, 29, 28, 28), (3, -1, -1, 32, 32), (19, -1, -1, 21, 21),
)  # fmt: skip


def patients():
    table = np.array(PATIENTS, dtype=float)
    days = np.where(table[:, :4] < 0, np.inf, table[:, :4])
    return np.column_stack([np.zeros(len(table)), days]), table[:, 4]


# R 4.2, survival 3.5-3: one row a stay (start, stop, ev), later of two states on the same day;
# summary(survfit(Surv(start, stop, ev) ~ 1, id = id), times = c(5, 15, 30))$pstate
R_PROBABILITIES = {
    5: (0.416666667, 0.100000000, 0.25000000, 0.116666667, 0.11666667),
    15: (0.091666667, 0.079987898, 0.34298697, 0.104041709, 0.38131676),
    30: (0.000000000, 0.081929875, 0.21584841, 0.072114928, 0.63010679),
}
# the same call, $std.err, which is the infinitesimal jackknife: equal while nobody is censored, close afterwards
R_ERRORS = {
    5: (0.063646885, 0.038729833, 0.055901699, 0.041443849, 0.041443849),
    15: (0.038759706, 0.037539050, 0.065888087, 0.044823431, 0.066866701),
    30: (0.000000000, 0.039411035, 0.060614443, 0.039743859, 0.069166337),
}


@pytest.mark.parametrize("time", [5, 15, 30])
def test_the_probabilities_are_those_of_r(time):
    occupation = state_occupation(*patients())
    found = probabilities(occupation, time)
    assert [p.value for p in found] == pytest.approx(R_PROBABILITIES[time], abs=1e-8)
    tolerance = 1e-7 if time == 5 else 0.03
    assert [p.standard_error for p in found] == pytest.approx(R_ERRORS[time], rel=tolerance)


def test_with_two_states_it_is_kaplan_meier_with_greenwood_and_log_log():
    entered, followed = patients()
    dead = entered[:, 4]
    occupation = state_occupation(np.column_stack([np.zeros(60), dead]), followed)
    alive = probabilities(occupation, 20, 0.975)[0]
    expected = at(kaplan_meier(followed, dead <= followed, 0.975), 20)
    assert isinstance(alive, Estimate)
    assert isinstance(expected, Estimate)
    assert 0.2 < expected.value < 0.8
    assert alive.value == pytest.approx(expected.value, abs=1e-12)
    assert alive.standard_error == pytest.approx(expected.standard_error, abs=1e-12)
    assert (alive.low, alive.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_case_worked_by_hand():
    # A: remission on day 1, dies on day 3. B: dies on day 2. C: censored on day 2. D: remission on 2, followed to 4.
    inf = np.inf
    entered = np.array([[0, 1, 3], [0, inf, 2], [0, inf, inf], [0, 2, inf]])
    occupation = state_occupation(entered, np.array([3.0, 2, 2, 4]))
    assert occupation.time.tolist() == [0, 1, 2, 3, 4]
    # day 1: 1 of 4 enters remission; day 2: of the 3 still at the start one dies and one enters remission;
    # day 3: 1 of 2 in remission dies
    assert occupation.probability == pytest.approx(
        np.array([[1, 0, 0], [0.75, 0.25, 0], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5], [0.25, 0.25, 0.5]])
    )
    assert occupation.at_risk[2].tolist() == [3, 1, 0]


def test_a_later_state_of_the_same_day_counts_and_nothing_is_seen_after_the_last_contact():
    entered = np.array([[0, 5, 5, np.inf], [0, 9, np.inf, np.inf]])
    occupation = state_occupation(entered, np.array([8.0, 7.0]))
    assert occupation.probability[-1].tolist() == [0.5, 0, 0.5, 0]


def test_after_the_last_follow_up_there_is_no_estimate():
    occupation = state_occupation(*patients())
    late = probabilities(occupation, occupation.time[-1] + 1)
    assert all(isinstance(p, NotEstimable) for p in late)


def test_a_state_nobody_is_in_has_no_interval():
    empty = probabilities(state_occupation(*patients()), 30)[0]
    assert (empty.value, empty.low, empty.high) == (0, None, None)


days = st.one_of(st.just(np.inf), st.integers(0, 30).map(float))


@given(st.lists(st.tuples(days, days, days, st.integers(0, 40).map(float)), min_size=1, max_size=30))
def test_whoever_goes_where_the_probabilities_add_up_to_one(rows):
    table = np.array(rows)
    occupation = state_occupation(np.column_stack([np.zeros(len(table)), table[:, :3]]), table[:, 3])
    assert occupation.probability.sum(axis=1) == pytest.approx(np.ones(len(occupation.time)))
    assert (occupation.probability > -1e-12).all()
    assert (np.diff(occupation.probability[:, 3]) > -1e-12).all()
    assert (occupation.at_risk >= 0).all()
