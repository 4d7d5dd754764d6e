import numpy as np
import pandas as pd
import pytest

from data.contract import Factor, FactorLevel
from data.levels import coded, cut_names, labelled, named, ordered


@pytest.mark.parametrize(
    "levels",
    [
        ("<65", "65-80", ">80"),
        ("<=20", "20-40", ">40"),
        ("18-64", ">64"),
        ("1-3", "4-9", ">=10"),
        ("<55", ">=55"),
        ("21-49", "50+"),
        ("<= 30", "> 30"),
        ("Low (<10)", "High (>=10)"),
        ("LOW", "MEDIUM", "HIGH"),
        ("light", "heavy"),
        ("No", "Yes"),
        ("NEG", "POS"),
        ("I", "II", "III"),
        ("asian", "Black", "WHITE"),
        ("Control", "Dose 2", "Dose 10"),
    ],
)
def test_levels_are_in_the_order_a_reader_expects(levels: tuple[str, ...]) -> None:
    shuffled = pd.Series([*levels[::-1], None, *levels], dtype=object)
    assert ordered(shuffled) == levels


def test_the_companion_decides_where_it_is_one_to_one() -> None:
    values = pd.Series(["c", "a", "b", "a"], dtype=object)
    assert ordered(values, pd.Series([1.0, 3.0, 2.0, 3.0])) == ("c", "b", "a")
    assert ordered(values, pd.Series([1.0, 3.0, 2.0, 4.0])) == ("a", "b", "c")
    assert ordered(values, pd.Series([1.0, 2.0, 2.0, 2.0])) == ("a", "b", "c")


def test_numbers_are_named_by_their_shortest_text() -> None:
    assert named(pd.Series([1.0, 0.5, np.nan])).tolist() == ["1", "0.5", None]
    assert ordered(pd.Series([10.0, 9.0, 0.5])) == ("0.5", "9", "10")


def test_cuts() -> None:
    assert cut_names([55]) == ("<55", ">=55")
    assert cut_names([2.31, 3.01]) == ("<2.31", "2.31-<3.01", ">=3.01")
    factor = Factor(
        variable="X",
        label="X",
        levels=tuple(FactorLevel(value=name, label=name) for name in cut_names([0, 10])),
        cuts=(0, 10),
    )
    values = pd.Series([-0.1, 0.0, 9.999, 10.0, np.nan])
    assert coded(values, factor).tolist() == [0, 1, 1, 2, -1]


def test_decodes() -> None:
    assert [level.label for level in labelled("SEX", ("F", "M", "X"))] == ["Female", "Male", "X"]
    assert [level.label for level in labelled("DIABFL", ("N", "Y"))] == ["No", "Yes"]
    assert [level.label for level in labelled("RACE", ("ASIAN", "Martian"))] == ["Asian", "Martian"]
