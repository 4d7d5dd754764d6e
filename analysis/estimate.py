"""What an estimator returns: a value with its interval, a test with its P value, or the sentence why there is none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Sided = Literal[1, 2]


@dataclass(frozen=True)
class Estimate:
    """A point estimate with its two-sided interval at `level`; an infinite or missing limit is None ("NE")."""

    value: float
    low: float | None
    high: float | None
    level: float
    method: str
    standard_error: float | None = None


@dataclass(frozen=True)
class Test:
    """A test of no difference. `p_value` is for `sided` sides; `statistic` is named by `method`."""

    __test__ = False  # keeps pytest from collecting it

    statistic: float
    degrees_of_freedom: int
    p_value: float
    sided: Sided
    method: str


@dataclass(frozen=True)
class NotEstimable:
    """A number that cannot be estimated: `reason` is the sentence the reader sees."""

    reason: str


@dataclass(frozen=True)
class NotReached(NotEstimable):
    """A quantile that the curve has not reached; the lower limit of its interval may be known all the same."""

    low: float | None
    level: float
    method: str


def as_columns(value: Estimate | Test | NotEstimable) -> dict[str, Any]:
    """The fields as columns of a table of numbers, the value of an estimate named so; else the sentence as a note.

    A quantile that is not reached keeps the limit that is known.
    """
    fields = asdict(value)
    if isinstance(value, NotEstimable):
        return {"note": fields.pop("reason"), **fields}
    return {"estimate": fields.pop("value"), **fields} if isinstance(value, Estimate) else fields
