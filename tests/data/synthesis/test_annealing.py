import numpy as np

from data.synthesis.annealing import Redraw, Schedule, Shift, Swap, anneal
from data.synthesis.objective import Term


def draft():
    return {"ARM": np.repeat([0, 1], 30), "LEVEL": np.tile(["A", "B", "C"], 20), "DAY": np.arange(60, dtype=float)}


def mean_day(level, target):
    return Term(
        f"mean of {level}", frozenset({"LEVEL", "DAY"}), frozenset({0, 1}),
        lambda d: abs(float(d["DAY"][d["LEVEL"] == level].mean()) - target),
    )  # fmt: skip


def test_swaps_meet_the_terms_and_keep_the_margins_of_each_arm():
    start = draft()
    left = anneal(
        start,
        [mean_day("A", 22.0), mean_day("B", 33.0)],
        {Swap(("LEVEL",)): 1},
        Schedule(4000, 1.0, 0.01),
        np.random.default_rng(1),
    )
    assert max(left.values()) < 0.05
    for arm in (0, 1):
        assert sorted(start["LEVEL"][start["ARM"] == arm]) == sorted(draft()["LEVEL"][:30])


def test_the_same_seed_gives_the_same_draft():
    found = []
    for _ in range(2):
        start = draft()
        anneal(
            start,
            [mean_day("C", 12.0)],
            {Swap(("LEVEL",)): 1, Shift("DAY", 2): 1},
            Schedule(500),
            np.random.default_rng(7),
        )
        found.append(start)
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


def test_impossible_patients_are_refused():
    start = draft()
    anneal(
        start, [mean_day("A", 90.0)], {Shift("DAY", 9): 1}, Schedule(3000, 0.01, 0.001), np.random.default_rng(2),
        possible=lambda d, rows: bool((d["DAY"][rows] <= 62).all()),
    )  # fmt: skip
    assert start["DAY"].max() <= 62
    assert start["DAY"][start["LEVEL"] == "A"].mean() > 45


def test_a_redraw_changes_only_those_it_may():
    start = draft()
    only = Redraw("LEVEL", ("A",), lambda d: d["ARM"] == 1)
    anneal(
        start,
        [Term("few B", frozenset({"LEVEL"}), frozenset({1}), lambda d: float((d["LEVEL"] == "B").sum()))],
        {only: 1},
        Schedule(400),
        np.random.default_rng(3),
    )
    assert (start["LEVEL"][start["ARM"] == 0] == draft()["LEVEL"][:30]).all()
    assert (start["LEVEL"] == "B").sum() == 10
