"""The path of patients: controls, headline numbers and table. Its figures are in `ribbons` and `occupation`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.selection import Selection
from analysis.transplant import (
    LEVEL,
    Share,
    StatesOverTime,
    TransplantOptions,
    TransplantResult,
    longest_month,
    shown_month,
)
from components import card, controls, occupation, ribbons
from components.format import count, interval_of, p_value, percent, share, value_of, with_interval
from components.theme import Room, Screen, arm_ink
from data.contract import Trial

VIEW = "transplant"
HEIGHT: dict[Room, int] = {"card": 396, "page": 520}

#: Under this many patients in an arm an estimate is printed in grey.
FEW = 10

HOW_TO_READ = (
    "Each column is a step of the trial and each bar a group of patients; its height is their number. "
    "The bands between the bars are the patients who went from one group to the next, in the colour of their arm. "
    "Nobody is lost on the way: the bars of every column add up to all patients shown. "
    "Over time, the height of each area is the probability of being in that state at that month; "
    "patients whose follow-up has ended no longer count, which is why it is a probability and not a share of patients. "
    "Click a bar or a band to look at those patients everywhere. Who responds or is transplanted is known only later, "
    "and one must live long enough to get there, so such groups do not compare the treatments fairly."
)


def layout(trial: Trial, selection: Selection, options: TransplantOptions, room: Room) -> Component:
    """The card of the overview, or the page."""
    ways = [("patients", "Patients"), ("time", "Over time")]
    chosen = (
        [controls.choice("path", "Show", ways, options.path), *_month(trial, options, room)]
        if trial.design.states
        else []
    )
    opens = [controls.page_link("/transplant", "Open the page of the path of patients")] if room == "card" else []
    return card.layout(VIEW, trial.design.path, HEIGHT[room], chosen, opens, draggable=True, explain=HOW_TO_READ)


def _month(trial: Trial, options: TransplantOptions, room: Room) -> list[Component]:
    """The month as a slider, which stands at what is shown, and on the page as a number, empty when automatic."""
    automatic = str(shown_month(trial, TransplantOptions()))
    label, hidden = ("Month", False) if room == "card" else ("Month of the last step", True)
    most = max(2, int(longest_month(trial)))
    slider = controls.automatic_slider("month", label, shown_month(trial, options), 1, most, 1, automatic, hidden)
    typed = [controls.number("month", "Month", options.month, automatic)] if room == "page" else []
    return [*typed, slider]


def content(
    result: TransplantResult,
    options: TransplantOptions,
    room: Room,
    screen: Screen,
    everyone: TransplantResult | None = None,
) -> card.Filled:
    """Everything the card shows for `result`; behind a cohort stays `everyone`."""
    over_time = options.path == "time" and bool(result.states)
    draw = occupation.figure if over_time else ribbons.figure
    figure: dict[str, Any] = draw(result, room, screen, everyone)
    grey = "Grey: everyone, as outlines." if over_time else "Grey brackets: as many as the share of everyone would be."
    return card.Filled(
        headline=headline(result, over_time),
        figure=figure,
        method=(result.time_method if over_time else result.method) + (f" {grey}" if everyone else ""),
        table=table(result, everyone) if room == "page" else None,
    )


def headline(result: TransplantResult, over_time: bool) -> list[card.Figure]:
    """The share that got furthest with its P, or over time, and where no stage says, the share alive."""
    reached = [s for s in result.shares if s.reached]
    any_of = [s for s in reached if s.any_of]
    last = next((s for s in any_of if s.step == reached[-1].step), reached[-1]) if reached else None
    if last is None or over_time:
        return _alive(result)
    numbers = [
        card.Figure(
            _percentage(value),
            interval_of(value, share),
            f"{last.label}, {a.arm.short}",
            colour=arm_ink(a.position),
            faint=a.n < FEW,
        )
        for a, value in zip(result.arms, last.shares, strict=True)
    ]
    if len(last.comparisons) == 1:
        test = last.comparisons[0].test
        sides = "" if isinstance(test, NotEstimable) else f", {test.sided}-sided"
        numbers.append(card.Figure(p_value(test, result.withheld), "", f"Difference{sides}"))
    return numbers


def _alive(result: TransplantResult) -> list[card.Figure]:
    return [
        card.Figure(
            _percentage(o.not_final),
            interval_of(o.not_final, share),
            f"{_not_final(result.states[-1])} at {result.month} mo, {a.arm.short}",
            colour=arm_ink(a.position),
            faint=a.n < FEW,
        )
        for a, o in zip(result.arms, result.over_time, strict=False)
        if o is not None
    ]


def _percentage(value: Estimate | NotEstimable) -> str:
    text = value_of(value, share)
    return text if isinstance(value, NotEstimable) else f"{text}%"


def _not_final(final: str) -> str:
    return "Alive" if final.lower() in ("dead", "death", "died") else f"Not {final.lower()}"


def table(result: TransplantResult, everyone: TransplantResult | None = None) -> Component:
    """Each level of each step: patients and shares with exact intervals by arm, and what was tested.

    Of a cohort also the shares of `everyone`.
    """
    level = percent(LEVEL)
    tested = max((s.comparisons for s in result.shares), key=len, default=())
    head = ["Step", *(f"{a.arm.short}, n (%; {level} CI)" for a in result.arms)]
    head += [f"{c.arm.short} − {c.reference.short}, points ({level} CI); P" for c in tested]
    behind = (
        []
        if everyone is None
        else list(zip(everyone.arms, everyone.over_time or (None,) * len(everyone.arms), strict=True))
    )
    head += [f"Everyone, {a.arm.short}, %" for a, _ in behind]
    whole = {} if everyone is None else {(s.step, s.label, s.any_of): s.shares for s in everyone.shares}
    body: list[Component] = []
    for step in dict.fromkeys(s.step for s in result.shares):
        body.append(html.Tr(html.Th(step, colSpan=len(head), scope="rowgroup"), className="step"))
        body += [
            _row(result, s, len(tested), whole.get((s.step, s.label, s.any_of), ()))
            for s in result.shares
            if s.step == step
        ]
    body += _ways(result, len(head))
    if result.over_time:
        body.append(
            html.Tr(
                html.Th(
                    f"Probability at {result.month} mo, allowing for censoring", colSpan=len(head), scope="rowgroup"
                ),
                className="step",
            )
        )
        body += [
            html.Tr(
                [
                    html.Th(state, scope="row"),
                    *(card.cell(_state(o, place)) for o in result.over_time),
                    *([html.Td()] * len(tested)),
                    *(html.Td("NE" if o is None else value_of(o.at_month[place], share)) for _, o in behind),
                ]
            )
            for place, state in enumerate(result.states)
        ]
    return html.Div(
        html.Div(
            html.Table([html.Thead(html.Tr([html.Th(h, scope="col") for h in head])), html.Tbody(body)]),
            className="table-scroll path-table",
            tabIndex=0,
            role="region",
            **{"aria-label": "Patients and shares at each step by arm"},
        ),
        className="numbers-table",
    )


def _ways(result: TransplantResult, columns: int) -> list[Component]:
    """Each ribbon between two steps as a row, with a button that does what a click on it does."""
    body: list[Component] = []
    for before, step in pairwise(result.steps):
        title = html.Th(f"{before.label} → {step.label}", colSpan=columns, scope="rowgroup")
        body.append(html.Tr(title, className="step"))
        for i, source in enumerate(before.levels):
            for j, target in enumerate(step.levels):
                people = step.arrivals[:, i, j].tolist()
                if not sum(people):
                    continue
                name = card.cohort(f"{source.label} → {target.label}", step.choice(j, source))
                cells = [
                    f"{count(k)} ({share(k / a.n)})" if a.n else count(k)
                    for k, a in zip(people, result.arms, strict=True)
                ]
                cells += [""] * (columns - 1 - len(cells))
                body.append(html.Tr([html.Th(name, scope="row"), *map(card.cell, cells)]))
    return body


def _state(over_time: StatesOverTime | None, place: int) -> str:
    if over_time is None:
        return "NE"
    value = over_time.at_month[place]
    limitless = isinstance(value, Estimate) and value.low is None
    return value_of(value, share) if limitless else with_interval(value, share)


def _row(result: TransplantResult, s: Share, columns: int, everyone: Sequence[Estimate | NotEstimable]) -> html.Tr:
    name = card.cohort(f"{s.label}: any" if s.any_of else s.label, s.link)
    cells = [
        f"{count(k)} ({value_of(v, share)}; {interval_of(v, share)})" for k, v in zip(s.counts, s.shares, strict=True)
    ]
    cells += [f"{with_interval(c.difference, share)}; {p_value(c.test, result.withheld)}" for c in s.comparisons]
    cells += [""] * (columns - len(s.comparisons))
    cells += [value_of(value, share) for value in everyone]
    return html.Tr([html.Th(name, scope="row"), *map(card.cell, cells)])
