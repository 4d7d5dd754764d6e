"""Numbers and labels as the reader sees them. Labels come from data: in a figure they are escaped, never markup."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from analysis.estimate import Estimate, NotEstimable, NotReached, Test
from data.contract import Unit

UNIT_SHORT: dict[Unit, str] = {"days": "d", "weeks": "wk", "months": "mo", "years": "y"}
UNIT_TITLE: dict[Unit, str] = {"days": "Days", "weeks": "Weeks", "months": "Months", "years": "Years"}

#: How one number is written; None is a limit that does not exist.
Show = Callable[[float | None], str]


def plain(label: str) -> str:
    """`label` for a Plotly text, which reads a subset of HTML: escaped, so that it is shown as it is."""
    return escape(label, quote=False)


def fixed(value: float | None, decimals: int) -> str:
    """`value` with `decimals` digits and a true minus; "NE" for a limit that does not exist."""
    return "NE" if value is None else f"{value:.{decimals}f}".replace("-", "−")


def ratio(value: float | None) -> str:
    """A hazard, odds or risk ratio: two decimals."""
    return fixed(value, 2)


def share(value: float | None) -> str:
    """A proportion as a percentage with one decimal, without its sign."""
    return fixed(None if value is None else 100 * value, 1)


def points(value: float | None) -> str:
    """A difference of proportions in percentage points, with its sign."""
    text = share(value)
    if text in ("0.0", "−0.0"):
        return "0.0"
    return text if value is None or text.startswith("−") else f"+{text}"


def difference_in_points(difference: Estimate | NotEstimable) -> str:
    """A difference of proportions with its interval, in percentage points: "+10.1 (−0.8 to 21.7)"."""
    interval = interval_of(difference, share)
    return f"{value_of(difference, points)} ({interval})" if interval else value_of(difference, points)


def mean_time(value: float | None) -> str:
    """A mean of times: one decimal in every unit, since it is no time that was recorded."""
    return fixed(value, 1)


def duration(unit: Unit) -> Show:
    """A time in `unit`: one decimal in months and years, only where it is needed in days and weeks."""

    def show(value: float | None) -> str:
        text = fixed(value, 1)
        return text.removesuffix(".0") if unit in ("days", "weeks") else text

    return show


def value_of(estimate: Estimate | NotEstimable, show: Show) -> str:
    """The point estimate; "NR" for a quantile not reached, "NE" for what cannot be estimated."""
    if isinstance(estimate, NotEstimable):
        return "NR" if isinstance(estimate, NotReached) else "NE"
    return show(estimate.value)


def interval_of(estimate: Estimate | NotEstimable, show: Show) -> str:
    """The interval as "low–high", with "to" between negative limits; empty when there is none."""
    if isinstance(estimate, NotReached):
        return "" if estimate.low is None else f"{show(estimate.low)}–NE"
    if isinstance(estimate, NotEstimable):
        return ""
    negative = any(limit is not None and limit < 0 for limit in (estimate.low, estimate.high))
    return f"{show(estimate.low)}{' to ' if negative else '–'}{show(estimate.high)}"


def with_interval(estimate: Estimate | NotEstimable, show: Show) -> str:
    """The estimate followed by its interval in parentheses, if it has one."""
    interval = interval_of(estimate, show)
    return f"{value_of(estimate, show)} ({interval})" if interval else value_of(estimate, show)


def percent(level: float) -> str:
    """A confidence level as a percentage without needless digits: 0.975 is "97.5%"."""
    return f"{100 * level:g}%"


def p_value(test: Test | NotEstimable, withheld: bool) -> str:
    """P as "p = 0.0105", "p < 0.0001" below that; "p NE" when there is none, "p withheld" in an exploratory cohort."""
    if withheld:
        return "p withheld"
    if isinstance(test, NotEstimable):
        return "p NE"
    return "p < 0.0001" if test.p_value < 0.0001 else f"p = {test.p_value:.4f}"


def count(n: int) -> str:
    """A whole number, with narrow spaces between thousands from 10,000 on; one held back, -5, is written "<5"."""
    if n < 0:
        return f"<{-n}"
    return f"{n:,}".replace(",", "\u202f") if n >= 10_000 else str(n)


def moment(value: float) -> str:
    """A point in time in a heading: one decimal where it is needed."""
    return f"{value:.1f}".removesuffix(".0")


def tick(value: float) -> str:
    """A tick label without needless digits."""
    return f"{value:g}"
