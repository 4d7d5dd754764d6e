"""The levels of a categorical variable: how values are named, put in order, labelled, cut and coded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import Factor, FactorLevel
from data.readers.normal_form import number_text
from data.standard import CODED_LABELS, ORDINAL_WORDS

_BOUND = re.compile(r"(<=|>=|≤|≥|<|>)?\s*(\d+(?:\.\d+)?)")
_BELOW = {"<": -2, "<=": -1, "≤": -1, ">=": 0, "≥": 0, ">": 1}


def named(values: pd.Series[Any]) -> pd.Series[Any]:
    """Name every value by its text ("1" for 1.0), None where missing: the names levels and arms go by."""
    if values.dtype == object:
        return values
    texts = {value: number_text(value) for value in values.dropna().unique()}
    return pd.Series([texts.get(value) for value in values], index=values.index, dtype=object)


def ordered(values: pd.Series[Any], companion: pd.Series[Any] | None = None) -> tuple[str, ...]:
    """Order the distinct values of a variable as a reader expects them.

    By the numeric companion (AGEGR1N of AGEGR1) where it gives each value one number; else by the words that
    have an order (low, medium, high); else by the number in each value ("<65", "65-80", ">80"); else by alphabet
    (with numbers in it by size: "Dose 2" before "Dose 10").
    """
    texts = named(values)
    distinct = [str(text) for text in texts.dropna().unique()]
    if companion is not None and companion.dtype == np.float64:
        numbers = companion.groupby(texts).agg(["nunique", "min"])
        if (numbers["nunique"] == 1).all() and numbers["min"].is_unique:
            return tuple(sorted(distinct, key=lambda text: float(numbers["min"][text])))
    if all(text.upper() in ORDINAL_WORDS for text in distinct):
        return tuple(sorted(distinct, key=lambda text: ORDINAL_WORDS.index(text.upper())))
    bounds = {text: _BOUND.search(text) for text in distinct}
    if all(bounds.values()):
        return tuple(sorted(distinct, key=lambda text: (*_bound(bounds[text]), text)))
    return tuple(sorted(distinct, key=_natural))


def labelled(variable: str, values: Sequence[str]) -> tuple[FactorLevel, ...]:
    """Label each value: the decode of standard codes (F is Female, Y is Yes), the value itself otherwise."""
    decodes = CODED_LABELS.get("FL" if variable.endswith("FL") else variable, {})
    return tuple(FactorLevel(value=value, label=decodes.get(value, value)) for value in values)


def cut_names(cuts: Sequence[float]) -> tuple[str, ...]:
    """Name the intervals [.., c1), [c1, c2), ... [cn, ..]: "<55", "55-<65", ">=65"."""
    texts = [number_text(cut) for cut in cuts]
    return (f"<{texts[0]}", *(f"{low}-<{high}" for low, high in pairwise(texts)), f">={texts[-1]}")


def coded(values: pd.Series[Any], factor: Factor) -> npt.NDArray[np.int64]:
    """Position of each subject's level in `factor.levels`; -1 where missing or not among them."""
    if factor.cuts:
        numbers = values.to_numpy(dtype=np.float64)
        return np.where(np.isnan(numbers), -1, np.digitize(numbers, factor.cuts)).astype(np.int64)
    return positions(named(values), [level.value for level in factor.levels])


def positions(values: pd.Series[Any], among: Sequence[str]) -> npt.NDArray[np.int64]:
    """Position of each value in `among`; -1 where it is not there."""
    place = {value: position for position, value in enumerate(among)}
    return np.array([place.get(value, -1) for value in values], dtype=np.int64)


def _natural(text: str) -> list[tuple[int, float, str]]:
    """Sort key by alphabet, with numbers in a text by their size: "Dose 2" before "Dose 10"."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(0, float(part), "") if part.isdigit() else (1, 0.0, part) for part in parts if part]


def _bound(match: re.Match[str] | None) -> tuple[float, int]:
    if match is None:
        raise ValueError("a value without a number")
    return float(match[2]), _BELOW.get(match[1] or "", 0)
