"""The patients while they are being made: plain columns named as in ADSL, study days in place of dates.

Study day 1 is the day of randomisation; a day that never comes is infinite; a missing number is NaN, a missing
text empty. `endpoint` and `holds` read a draft as the dashboard reads the tables written from it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

import numpy as np
import numpy.typing as npt

from analysis.estimate import Bools, Floats, Ints
from data.contract import DAYS_PER_MONTH
from data.published import Condition

COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

Draft = dict[str, npt.NDArray[Any]]
#: What a number reads of a patient: all of a column, or no more than whether its value meets a condition.
Reads = Condition | str
Asked = TypeVarTuple("Asked")
Answer = TypeVar("Answer")
Arm = Mapping[str, int]
ARMS: Arm = {"soc": 0, "ino": 1}

#: Columns that each endpoint is made of.
ENDPOINT_COLUMNS = {
    "OS": ("OSDY", "DTHFL"),
    "PFS": ("PFSDY", "PFSEVENT"),
    "DOR": ("PFSDY", "PFSEVENT", "RESPFL", "RESPDY"),
    "OSHSCT": ("OSDY", "DTHFL", "HSCTDY"),
    "OSSALV": ("OSDY", "DTHFL", "SALVDY"),
}
STRATA = ("STRAT1R", "STRAT2R", "STRAT3R")


#: Stands for an answer that is not there yet.
UNASKED: Any = object()


class Still(dict[str, npt.NDArray[Any]]):
    """A draft between two changes: what is asked of it more than once is worked out once (see `once`).

    It shares the columns of the draft, and is to be let go of when they change.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.answers: dict[Hashable, Any] = {}


def once(question: Callable[[Draft, *Asked], Answer]) -> Callable[[Draft, *Asked], Answer]:
    """Keep the answers of a function of a draft while the draft is `Still`. Nobody may change an answer."""

    @wraps(question)
    def ask(draft: Draft, *about: *Asked) -> Answer:
        if not isinstance(draft, Still):
            return question(draft, *about)
        key = (question, about)
        answer: Answer = draft.answers.get(key, UNASKED)
        if answer is UNASKED:
            answer = draft.answers[key] = question(draft, *about)
        return answer

    return ask


@once
def endpoint(draft: Draft, name: str) -> tuple[Floats, Bools, Bools]:
    """Times in days, events, and who has the endpoint at all, each (n,)."""
    death = draft["DTHFL"] == "Y"
    everyone = np.ones(len(death), dtype=bool)
    survival = draft["OSDY"]
    if name == "OS":
        return survival, death, everyone
    if name in ("OSHSCT", "OSSALV"):
        stop = draft["HSCTDY" if name == "OSHSCT" else "SALVDY"]
        before = stop <= survival
        return np.where(before, stop, survival), death & ~before, everyone
    if name == "PFS":
        return draft["PFSDY"], draft["PFSEVENT"] == "Y", everyone
    responders = draft["RESPFL"] == "Y"
    since = np.where(responders, draft["RESPDY"], 1.0)
    return np.where(responders, draft["PFSDY"], 1.0) - since + 1, draft["PFSEVENT"] == "Y", responders


@once
def holds(draft: Draft, rule: Condition) -> Bools:
    """Who meets a condition, (n,); nobody with a missing value meets a comparison."""
    if rule.variable in ENDPOINT_COLUMNS:
        values: npt.NDArray[Any] = endpoint(draft, rule.variable)[0] / DAYS_PER_MONTH
    else:
        values = draft[rule.variable]
    return meets(values, rule)


def meets(values: npt.NDArray[Any], rule: Condition) -> Bools:
    """Which values of its variable meet a condition, (n,)."""
    numeric = values.dtype.kind == "f"
    if rule.value == "":
        missing: Bools = np.isnan(values) if numeric else values == ""
        return missing if rule.operator == "=" else ~missing
    other: float | str = float(rule.value) if numeric else rule.value
    met: Bools = COMPARE[rule.operator](values, other)
    return met


def read_by(rules: Iterable[Condition]) -> set[Reads]:
    """What conditions read: themselves of their column, or all of the columns of an endpoint."""
    return {name for rule in rules for name in ENDPOINT_COLUMNS.get(rule.variable, (rule,))}


@once
def stratum(draft: Draft) -> Ints:
    """One code a patient for the cross of the stratification factors as randomised; one stratum before they exist."""
    code = np.zeros(len(draft["ARM"]), dtype=np.int64)
    for name in STRATA:
        if name in draft:
            code = 2 * code + (draft[name] == draft[name][0])
    return code
