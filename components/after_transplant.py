"""Relapse and death without relapse after transplant: two pictures beside each other, the arms in each."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.after_transplant import CAUSES, LEVEL, AfterTransplantOptions, AfterTransplantResult, ArmAfter
from analysis.estimate import NotEstimable
from analysis.estimators.cumulative_incidence import Incidence
from analysis.laboratory import within
from analysis.selection import Selection
from components import card, controls, steps
from components.format import count, interval_of, moment, p_value, percent, share, value_of, with_interval
from components.theme import Room, Screen, arm_colour, arm_dash, arm_ink, figure_width
from data.contract import Trial

VIEW = "after_transplant"
TITLE = "Relapse and death after transplant"
HEIGHT = 430
FEW = 10

NAMES = {"relapse": "Relapse", "death": "Death without relapse"}
HOW_TO_READ = (
    "From the day of transplant on, two things compete: a patient can relapse, or die without having relapsed. Each "
    "curve is the share of patients to whom that one has happened by each month; whoever had the other can no longer "
    "have it and is not treated as if still waiting. At any month the two curves of an arm and the share who are alive "
    "without relapse add up to 100%. The arms were randomized, but who came to transplant was not: a difference here "
    "may lie in who was transplanted."
)


def layout(trial: Trial, selection: Selection, options: AfterTransplantOptions, room: Room) -> Component:
    """The empty card with its control."""
    chosen = [controls.number("aftermonth", "Read at month", options.aftermonth, "24")]
    return card.layout(VIEW, TITLE, HEIGHT, chosen, explain=HOW_TO_READ)


def content(result: AfterTransplantResult, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    beside = html.Section(card.graph(figure(result, 1, screen)), className="beside laboratory-beside")
    return card.Filled(
        headline=headline(result),
        figure=figure(result, 0, screen),
        method=f"{result.method} {result.words}.",
        table=numbers(result),
        beside=beside,
    )


def headline(result: AfterTransplantResult) -> list[card.Figure]:
    """The incidence of each cause at the month, by arm, and the test of each where there are arms to compare."""
    figures = []
    for place, cause in enumerate(CAUSES):
        for a in result.arms:
            value = a.at_month[place]
            text = value_of(value, share)
            figures.append(
                card.Figure(
                    text if isinstance(value, NotEstimable) else f"{text}%",
                    interval_of(value, share),
                    f"{NAMES[cause]} by {moment(result.month)} mo, {a.arm.short}",
                    colour=arm_ink(a.position),
                    faint=a.n < FEW,
                )
            )
        if len(result.arms) > 1:
            test = p_value(result.tests[place], result.withheld)
            figures.append(card.Figure(test, "", f"Gray’s test, {NAMES[cause].lower()}"))
    return figures


def figure(result: AfterTransplantResult, place: int, screen: Screen) -> dict[str, Any]:
    """The cumulative incidence of one cause by arm, both pictures on the same axis."""
    drawn = [(a, c) for a in result.arms for c in (a.curves[place],) if isinstance(c, Incidence)]
    width = figure_width("page", screen) // 2 if screen == "desktop" else figure_width("page", screen)
    titles = (f"Months from {_origin(result)}", f"{NAMES[CAUSES[place]]}, %")
    return steps.figure([_step(a, c) for a, c in drawn], result.ticks, titles, width, screen, _top(result))


def _origin(result: AfterTransplantResult) -> str:
    return within(result.event) if result.event == "HSCT" else "transplant"


def _top(result: AfterTransplantResult) -> float:
    """The top of both axes: the highest incidence and a little more, in tenths."""
    curves = (c for a in result.arms for c in a.curves if isinstance(c, Incidence))
    highest = max((float(c.incidence[-1]) for c in curves), default=0.5)
    return min(1.0, (int(highest * 10) + 2) / 10)


def _step(a: ArmAfter, curve: Incidence) -> steps.Step:
    return steps.Step(
        a.arm.short,
        arm_colour(a.position),
        arm_ink(a.position),
        arm_dash(a.position),
        curve.time,
        curve.incidence,
        curve.low,
        curve.high,
        a.at_risk,
    )


def numbers(result: AfterTransplantResult) -> Component:
    """Patients, events and incidence of each cause by arm, with Gray's test."""
    at = f"By {moment(result.month)} mo, % ({percent(LEVEL)} CI)"
    head = ["Event, arm", "Transplanted", "Events", at, "Gray’s test"]
    rows = []
    for place, cause in enumerate(CAUSES):
        for i, a in enumerate(result.arms):
            test = p_value(result.tests[place], result.withheld) if not i and len(result.arms) > 1 else ""
            name = f"{NAMES[cause]}, {a.arm.short}"
            rows.append([name, count(a.n), count(a.events[place]), with_interval(a.at_month[place], share), test])
    reasons = {
        f"Incidence by month {moment(result.month)} not estimable in {a.arm.short}: {value.reason}"
        for a in result.arms
        for value in a.at_month
        if isinstance(value, NotEstimable)
    }
    return html.Div(
        [
            card.table("Relapse and death without relapse after transplant", head, rows),
            *(html.P(reason, className="reason") for reason in sorted(reasons)),
        ]
    )
