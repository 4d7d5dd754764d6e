from dataclasses import replace

import numpy as np

from data.published import condition
from data.synthesis.annealing import Deal, Price, Redraw, Rule, Schedule, Shift, Swap, Together, Trade, anneal
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
            {Swap(("LEVEL",)): 1, Shift(("DAY",), 2): 1},
            Schedule(500),
            np.random.default_rng(7),
        )
        found.append(start)
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


def test_impossible_patients_are_refused():
    start = draft()
    anneal(
        start, [mean_day("A", 90.0)], {Shift(("DAY",), 9): 1}, Schedule(3000, 0.01, 0.001), np.random.default_rng(2),
        [Rule(frozenset({"DAY"}), lambda d, rows: d["DAY"][rows] > 62)],
    )  # fmt: skip
    assert start["DAY"].max() <= 62
    assert start["DAY"][start["LEVEL"] == "A"].mean() > 45


def test_a_term_is_asked_only_when_what_it_reads_of_a_patient_changes():
    found, asked = [], []
    for reads in (frozenset({condition("DAY<=29"), "LEVEL"}), frozenset({"DAY", "LEVEL"})):
        start, days = draft(), []

        def early_in_a(d, days=days):
            days.append(d["DAY"].copy())
            return abs(float(((d["DAY"] <= 29) & (d["LEVEL"] == "A")).sum()) - 14)

        anneal(
            start, [Term("early A", reads, frozenset({0, 1}), early_in_a), mean_day("B", 20.0)],
            {Shift(("DAY",), 3): 1.0, Swap(("LEVEL",)): 0.2}, Schedule(1500, 0.3, 0.01), np.random.default_rng(5),
        )  # fmt: skip
        found.append(start)
        asked.append(len(days))
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])
    assert 0 < asked[0] < asked[1] / 3


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


def test_a_trade_keeps_the_mean_and_changes_the_spread():
    start = draft()
    narrow = Term("spread", frozenset({"DAY"}), frozenset({0}), lambda d: max(float(d["DAY"][:30].std()) - 3.0, 0.0))
    left = anneal(
        start,
        [narrow],
        {Trade("DAY", 3, lambda d: d["ARM"] == 0): 1},
        Schedule(2000, 0.01, 0.001),
        np.random.default_rng(4),
    )
    assert left["spread"] == 0
    assert start["DAY"][:30].mean() == draft()["DAY"][:30].mean()
    assert np.array_equal(start["DAY"][30:], draft()["DAY"][30:])


def test_a_shift_moves_its_columns_together():
    start = {**draft(), "SEEN": np.arange(60, dtype=float) + 5}
    anneal(
        start,
        [mean_day("A", 31.0)],
        {Shift(("DAY", "SEEN"), 3): 1},
        Schedule(1000, 0.01, 0.001),
        np.random.default_rng(5),
    )
    assert not np.array_equal(start["DAY"], draft()["DAY"])
    assert np.array_equal(start["SEEN"] - start["DAY"], np.full(60, 5.0))


def test_what_is_missed_costs_more_than_its_distance():
    # a day between two wishes is nearest to both and meets neither: only the cost of missing sends it to one of them
    wishes = [
        Term(f"day {wish:g}", frozenset({"DAY"}), frozenset({0}), lambda d, wish=wish: (d["DAY"][0] - wish) ** 2 / 100)
        for wish in (10.0, 20.0)
    ]
    found = {}
    for missed in (0.0, 5.0):
        start = draft()
        start["DAY"][0] = 15.0
        moves = {Shift(("DAY",), 5, lambda d: np.arange(60) == 0): 1}
        prices = {wish.id: Price(missed=missed) for wish in wishes}
        anneal(start, wishes, moves, Schedule(600, 0.3, 0.01), np.random.default_rng(6), prices=prices)
        found[missed] = float(start["DAY"][0])
    assert found[0.0] == 15.0
    assert found[5.0] in (10.0, 20.0)


def test_a_distance_costs_no_more_than_its_most():
    price = Price(weight=2.0, missed=0.5, most=4.0)
    assert [price.of(distance) for distance in (0.0, 1.0, 4.0, 90.0)] == [0.0, 3.0, 9.0, 9.0]


def test_two_days_that_hold_a_median_move_together():
    # the median of five rests on equal days of two: either alone, moved later, leaves it where it is
    start = {"ARM": np.zeros(5, dtype=int), "FROM": np.zeros(5), "DAY": np.array([10.0, 20.0, 30.0, 30.0, 60.0])}
    middle = Term("median", frozenset({"DAY"}), frozenset({0}), lambda d: abs(float(np.median(d["DAY"])) - 33.0))
    far = Term(
        "others", frozenset({"DAY"}), frozenset({0}), lambda d: float(np.abs(d["DAY"][[0, 1, 4]] - [10, 20, 60]).sum())
    )
    together = Together("DAY", "FROM", 4, lambda d: d["DAY"] > 0)
    left = anneal(start, [middle, far], {together: 1}, Schedule(500, 0.01, 0.001), np.random.default_rng(9))
    assert max(left.values()) == 0
    assert start["DAY"][[2, 3]].min() == 33


def test_a_deal_keeps_the_margins_and_those_apart():
    start = draft()
    day = Term(
        "late B",
        frozenset({"LEVEL", "DAY"}),
        frozenset({0, 1}),
        lambda d: float((d["DAY"][d["LEVEL"] == "B"] < 20).sum()),
    )
    left = anneal(
        start, [day], {Deal(("LEVEL",), "B", 4, apart="C"): 1}, Schedule(800, 0.5, 0.01), np.random.default_rng(10)
    )
    assert left["late B"] == 4  # of the ten of arm 0 who are not C, six are late enough
    assert ((start["LEVEL"] == "C") == (draft()["LEVEL"] == "C")).all()
    for arm in (0, 1):
        assert (start["LEVEL"][start["ARM"] == arm] == "B").sum() == 10


def test_several_moves_at_once_go_where_one_does_not():
    # one exchange alone makes the balance worse, two in different columns at once meet the wish
    start = {
        "ARM": np.zeros(4, dtype=int),
        "LEFT": np.array(["a", "b", "a", "b"]),
        "RIGHT": np.array(["a", "b", "a", "b"]),
    }
    columns = frozenset({"LEFT", "RIGHT"})
    same = Term("rows alike", columns, frozenset({0}), lambda d: float((d["LEFT"] != d["RIGHT"]).sum()))
    turned = Term("first is b", columns, frozenset({0}), lambda d: 1.0 * (d["LEFT"][0] == "a"))
    found = {}
    for at_once in (1, 3):
        tried = {name: values.copy() for name, values in start.items()}
        moves = {Swap(("LEFT",)): 1.0, Swap(("RIGHT",)): 1.0}
        prices = {"rows alike": Price(100.0)}
        left = anneal(
            tried,
            [same, turned],
            moves,
            Schedule(900, 0.01, 0.001),
            np.random.default_rng(11),
            prices=prices,
            at_once=at_once,
        )
        found[at_once] = sum(left.values())
    assert found == {1: 1.0, 3: 0.0}


def test_giving_up_early_changes_nothing():
    # terms that take longer come later: their order among themselves must not matter
    results = []
    for effort in ((1, 2), (2, 1)):
        start = draft()
        pair = [replace(mean_day("A", 22.0), effort=effort[0]), replace(mean_day("B", 33.0), effort=effort[1])]
        anneal(start, pair, {Swap(("LEVEL",)): 1}, Schedule(800, 1.0, 0.05), np.random.default_rng(8))
        results.append(start["LEVEL"])
    assert np.array_equal(*results)
