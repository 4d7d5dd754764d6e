import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.datasets import load_gbsg2

from analysis.estimate import NotEstimable
from analysis.estimators.interaction import interaction
from analysis.estimators.risk_sets import order

GBSG2 = load_gbsg2()
ORDER = order(GBSG2["time"].to_numpy(float), GBSG2["cens"].to_numpy(bool))
ARM = (GBSG2["horTh"] == "yes").to_numpy(np.int64)


@pytest.mark.parametrize(
    ("variable", "chi_square", "degrees_of_freedom", "p_value"),
    # R: anova(coxph(Surv(time, cens) ~ horTh + factor(x), GBSG2), coxph(Surv(time, cens) ~ horTh * factor(x), GBSG2))
    [("menostat", 0.018727961638433, 1, 0.891149248072912), ("tgrade", 0.924776703162024, 2, 0.629777717272997)],
)
def test_interactions_of_gbsg2(variable, chi_square, degrees_of_freedom, p_value):
    level = GBSG2[variable].astype("category").cat.codes.to_numpy(np.int64)
    found = interaction(ORDER, ARM, 2, level, level.max() + 1)
    assert found.statistic == pytest.approx(chi_square, abs=1e-7)
    assert found.degrees_of_freedom == degrees_of_freedom
    assert found.p_value == pytest.approx(p_value, abs=1e-7)


def test_missing_levels_and_a_mask_leave_patients_out():
    level = (GBSG2["menostat"] == "Post").to_numpy(np.int64)
    young = (GBSG2["age"] < 50).to_numpy()
    masked = interaction(ORDER, ARM, 2, level, 2, young)
    missing = interaction(ORDER, ARM, 2, np.where(young, level, -1), 2)
    assert masked == missing
    assert masked != interaction(ORDER, ARM, 2, level, 2)


def test_empty_cells_cost_a_degree_of_freedom():
    # level 2 has no patient of arm 1: as in R, where that coefficient is NA
    level = GBSG2["tgrade"].astype("category").cat.codes.to_numpy(np.int64)
    filled = ~((level == 2) & (ARM == 1))
    found = interaction(ORDER, ARM, 2, level, 3, filled)
    without = interaction(ORDER, ARM, 2, level, 3, level != 2)
    assert found.degrees_of_freedom == without.degrees_of_freedom == 1


@pytest.mark.parametrize(
    ("time", "event", "arm", "level", "reason"),
    [
        ([1, 2], [0, 0], [0, 1], [0, 1], "No events."),
        ([1, 2], [1, 1], [0, 0], [0, 1], "Only one arm has patients."),
        ([1, 2], [1, 1], [0, 1], [0, 0], "Only one level has patients."),
        ([1, 2, 3], [1, 1, 1], [0, 1, 1], [0, 0, 1], "No two levels have patients in both arms."),
        ([1, 2], [1, 1], [0, 1], [0, 1], "No two levels have patients in both arms."),
    ],
)
def test_not_estimable(time, event, arm, level, reason):
    found = interaction(order(np.array(time, float), np.array(event, bool)), np.array(arm), 2, np.array(level), 2)
    assert found == NotEstimable(reason)


def test_interactions_equal_r(reference):
    ordered = order(reference.time, reference.event)
    arms = len(reference.answers["arm_levels"])
    for variable, block in reference.answers.get("subgroups", {}).items():
        printed = block["interaction_lrt"]
        if printed is None or printed.get("chisq") is None:
            continue
        level = reference.codes(variable)
        found = interaction(ordered, reference.arm, arms, level, int(level.max()) + 1)
        assert found.degrees_of_freedom == printed["df"], variable
        # R stops where the likelihood grows by less than 1e-9 of itself; with a coefficient at infinity that is early
        assert found.statistic == pytest.approx(printed["chisq"], abs=1e-5), variable
        assert found.p_value == pytest.approx(printed["p"], abs=1e-5), variable


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.sampled_from([4, 30, 1000]))
@settings(max_examples=60, deadline=None)
def test_relabelling_arms_levels_and_patients_changes_nothing(seed, levels, longest):
    random = np.random.default_rng(seed)
    n = 50
    time, event = random.integers(1, longest, n).astype(float), random.random(n) < 0.7
    arm, level = random.integers(0, 2, n), random.integers(0, levels, n)
    found = interaction(order(time, event), arm, 2, level, levels)
    shuffle = random.permutation(n)
    again = interaction(
        order(time[shuffle], event[shuffle]), 1 - arm[shuffle], 2, random.permutation(levels)[level[shuffle]], levels
    )
    if isinstance(found, NotEstimable):
        assert again == found
        return
    assert again.statistic == pytest.approx(found.statistic, abs=1e-6)
    assert again.degrees_of_freedom == found.degrees_of_freedom
