"""The liver: hepatotoxicity and VOD/SOS by arm in one forest of differences, with the days of onset below."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.hepatic import LEVEL, HepaticOptions, HepaticResult, HepaticRow
from analysis.selection import Selection
from components import card, forest
from components.forest import Axis, Column, Line
from components.format import (
    count,
    difference_in_points,
    fixed,
    interval_of,
    percent,
    points,
    share,
    value_of,
    with_interval,
)
from components.theme import Room, Screen, arm_ink, figure_width
from data.contract import Trial

VIEW = "hepatic"
TITLE = "Liver"
HEIGHT = 430
FEW = 10

HOW_TO_READ = (
    "How many patients of each arm had damage of the liver, and veno-occlusive disease (VOD, sinusoidal obstruction "
    "syndrome). Each point is the difference between the arms in percentage points: one whose interval crosses zero is "
    "compatible with no difference. Most VOD/SOS follows a transplant, and one arm brought more to transplant: "
    "so it is shown after transplant, of the transplanted, who are not a randomized group, and without (before) it, "
    "of everybody. "
    "During treatment is up to the last dose."
)


def layout(trial: Trial, selection: Selection, options: HepaticOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, TITLE, HEIGHT, explain=HOW_TO_READ)


def content(result: HepaticResult, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return card.Filled(
        headline=headline(result),
        figure=figure(result, figure_width("page", screen), screen == "phone"),
        method=result.method,
        table=numbers(result),
    )


def headline(result: HepaticResult) -> list[card.Figure]:
    """The first row of hepatotoxicity and of VOD/SOS, and the fatal cases, by arm."""
    figures = []
    for name in ("Hepatotoxicity", "VOD/SOS", "Fatal VOD/SOS"):
        row = next((row for row in result.rows if row.group == name), None)
        if row is None:
            continue
        for i, arm in enumerate(result.arms):
            value = row.shares[i]
            figures.append(
                card.Figure(
                    "NE" if isinstance(value, NotEstimable) else f"{value_of(value, share)}%",
                    f"{count(row.events[i])} of {count(row.of[i])}",
                    f"{name}, {arm.short}",
                    colour=arm_ink(result.positions[i]),
                    faint=row.of[i] < FEW,
                )
            )
    return figures


def figure(result: HepaticResult, width: int, stacked: bool) -> dict[str, Any]:
    """The forest of differences to the reference, with the patients of each arm."""
    lines: list[Line] = []
    heading = ""
    for row in result.rows:
        if row.group != heading:
            heading = row.group
            lines.append(Line(heading, "", heading=True))
        lines += _lines(row, result)
    columns = [
        Column(arm.short, 100, arm_ink(position)) for arm, position in zip(result.arms, result.positions, strict=True)
    ]
    axis = Axis("difference", *_captions(result), factor=100)
    title = f"Difference, points ({percent(LEVEL)} CI)"
    return forest.figure(lines, columns, title, axis, width, 30, stacked)


def _lines(row: HepaticRow, result: HepaticResult) -> list[Line]:
    """A line for each arm against the reference; without one, a line with the counts alone."""
    cells = tuple(f"{count(k)}/{count(n)}" for k, n in zip(row.events, row.of, strict=True))
    compared = [(i, d) for i, d in enumerate(row.differences) if d is not None]
    if not compared:
        return [Line(row.label, with_interval(row.shares[0], share), cells)]
    several = len(compared) > 1
    faint = min(row.of) < FEW
    return [
        Line(
            f"{row.label}, {result.arms[i].short}" if several else row.label,
            difference_in_points(d),
            cells,
            d if isinstance(d, Estimate) else None,
            faint=faint,
        )
        for i, d in compared
    ]


def _captions(result: HepaticResult) -> tuple[tuple[str, str], tuple[str, str]]:
    """Whom each side of the axis says had more."""
    ink = arm_ink(result.positions[result.reference or 0])
    others = [i for i in range(len(result.arms)) if i != result.reference]
    if result.reference is None:
        return ("fewer", ink), ("more", ink)
    more = arm_ink(result.positions[others[0]]) if len(others) == 1 else ink
    name = result.arms[others[0]].short if len(others) == 1 else "the arm"
    return (f"fewer with {name}", ink), (f"more with {name}", more)


def numbers(result: HepaticResult) -> Component:
    """Shares with exact intervals by arm and differences; then when VOD/SOS came."""
    level = percent(LEVEL)
    compared = [i for i in range(len(result.arms)) if result.reference is not None and i != result.reference]
    head = ["Finding", *(f"{arm.short}, n (%; {level} CI)" for arm in result.arms)]
    head += [f"{result.arms[i].short} − {result.arms[result.reference or 0].short}, points" for i in compared]
    rows = [
        [
            f"{row.group}: {row.label[:1].lower()}{row.label[1:]}",
            *(
                f"{count(k)} of {count(n)} ({value_of(s, share)}; {interval_of(s, share)})" if n else "0 of 0"
                for k, n, s in zip(row.events, row.of, row.shares, strict=True)
            ),
            *(_difference(row, i) for i in compared),
        ]
        for row in result.rows
    ]
    parts: list[Component] = [card.table("Toxicity of the liver by arm", head, rows)]
    if result.onsets:
        parts.append(
            card.table(
                "Onset of VOD/SOS in days",
                ["Onset of VOD/SOS, days", "Arm", "Patients", "Median", "Range"],
                [
                    [o.origin.capitalize(), o.arm.short, count(o.n), _day(o.median), f"{_day(o.first)}–{_day(o.last)}"]
                    for o in result.onsets
                ],
            )
        )
    parts.append(html.P(f"{result.words}.", className="reason"))
    return html.Div(parts)


def _day(day: float | None) -> str:
    return fixed(day, 1).removesuffix(".0")


def _difference(row: HepaticRow, place: int) -> str:
    value = row.differences[place]
    return "" if value is None else f"{value_of(value, points)} ({interval_of(value, share)})"
