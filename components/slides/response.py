"""The slides of the response page: the rates by cycle, and who was lost on the way to a response."""

from __future__ import annotations

from analysis.attrition import LOST
from analysis.estimate import Estimate
from analysis.response import ResponseResult
from analysis.summary import Counted, Summary
from components import attrition as bars
from components.format import count, interval_of, share, value_of
from components.slides import generic
from components.slides.page import Number, Page, Shown
from components.theme import arm_ink


def pages(shown: Shown) -> list[Page]:
    """The responses by cycle, or a table of the comparison where the trial has no cycles."""
    result: ResponseResult = shown.result
    outside = f"{count(result.outside)} responders first seen outside these cycles count in the rate alone. "
    method = f"{outside if result.outside and result.cycles else ''}{result.method}"
    return [generic.figure_page(shown, lambda room: shown.filled.figure, title(result), None, method)]


def title(result: ResponseResult) -> str:
    """The rate of each arm, and of two arms how far they are apart."""
    rates = " and ".join(
        f"{value_of(rate.share, share)}%{'' if i else ' of patients'} with {size.arm.short}"
        for i, (size, rate) in enumerate(zip(result.arms[:3], result.rates, strict=False))
        if isinstance(rate.share, Estimate)
    )
    if len(result.comparisons) != 1 or not isinstance(result.comparisons[0].difference, Estimate):
        return f"{result.label} in {rates or 'none'}"
    apart = result.comparisons[0].difference
    said = f"{value_of(apart, share)} points ({interval_of(apart, share)})"
    return f"{result.label} in {rates}, a difference of {said}"


def attrition(shown: Shown) -> list[Page]:
    """The bars of each step; the rates of the last one beside them."""
    result: Summary = shown.result
    steps = [row for row in result.blocks[0].rows if row.kind != LOST]
    lost = [row for row in result.blocks[0].rows if row.kind == LOST]
    last = [cell for cell in steps[-1].cells if isinstance(cell, Counted)]
    reached = " and ".join(
        f"{count(cell.n)} of {count(cell.of)}{'' if i else ' patients'} with {size.arm.short}"
        for i, (size, cell) in enumerate(zip(result.arms[:3], last, strict=False))
    )
    gone = [count(cell.n) for cell in lost[0].cells[:3] if isinstance(cell, Counted)] if lost else []
    words = f"; {lost[0].label[:1].lower()}{lost[0].label[1:]} {' and '.join(gone)}" if gone else ""
    numbers = [
        Number(
            f"{share(cell.n / cell.of)}%",
            (f"{steps[-1].label}, {size.arm.short}", f"{count(cell.n)} of {count(cell.of)} patients"),
            arm_ink(size.position),
        )
        for size, cell in zip(result.arms, last, strict=False)
        if cell.of and cell.n >= 0
    ]
    # the counts alone, as on a phone: with percentages the texts of two arms have no room beside each other
    return [
        generic.figure_page(
            shown,
            lambda room: bars.figure(result, "phone"),
            f"{steps[-1].label} in {reached}{words}",
            numbers,
            result.method,
        )
    ]
