"""How long each arm was treated, and what that does to percentages: a sentence and a table on the safety page."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.safety import SafetyArm, SafetyResult
from components import card
from components.format import count, difference_in_points, fixed, share, with_interval

#: From this ratio of the medians on, treatment lasted unequally.
UNEQUAL = 1.25

__all__ = ["sentence", "table"]


def sentence(result: SafetyResult) -> str:
    """The median durations of treatment, and how to read the percentages in their light."""
    known = [(a, a.median_treated) for a in result.arms if a.median_treated]
    if not known:
        return "The data do not say how long patients were treated: there are no rates."
    medians = "; ".join(f"{a.arm.short} {_weeks(days)}" for a, days in known)
    said = f"Median treatment: {medians}."
    longest, shortest = max(known, key=lambda pair: pair[1]), min(known, key=lambda pair: pair[1])
    if len(known) == 1:
        return said
    if longest[1] < UNEQUAL * shortest[1]:
        return f"{said} Treatment lasted about as long in every arm."
    return (
        f"{said} {longest[0].arm.short} was given {fixed(longest[1] / shortest[1], 1)} times as long as "
        f"{shortest[0].arm.short}: it had more time to show an event, and the percentages do not know that. Rates per "
        "patient-month do, as if the risk were the same on every day; where events crowd into the first days, they "
        "make the arm treated for shorter look worse than it is. Read both."
    )


def table(result: SafetyResult) -> Component:
    """Patients, duration of treatment and time at risk of each arm, with any event, its rate and its difference."""
    head = [
        "Arm",
        "Patients",
        "With an event, n (%)",
        "Difference, pp (95% CI)",
        "Median treatment",
        "Patient-months at risk",
        "Rate per 100 patient-months (95% CI)",
    ]
    return card.table("Safety numbers by arm", head, [_row(result, i, a) for i, a in enumerate(result.arms)])


def _row(result: SafetyResult, i: int, a: SafetyArm) -> list[str]:
    difference = result.any.difference[i]
    missing = f" ({count(a.unknown)} unknown)" if a.unknown else ""
    return [
        a.arm.label,
        count(a.n),
        f"{count(result.any.counts['chosen'][i])} ({share(result.any.share[i])})",
        "reference" if difference is None else difference_in_points(difference),
        "not known" if a.median_treated is None else _weeks(a.median_treated),
        f"{a.months:,.0f}{missing}",
        with_interval(result.any.rate[i], lambda value: fixed(value, 1)),
    ]


def _weeks(days: float) -> str:
    return f"{fixed(days / 7, 1)} weeks"
