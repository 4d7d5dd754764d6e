"""The survival view: its controls, its headline numbers and its table. The figure itself is in `curves`."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.estimate import NotEstimable
from analysis.selection import Selection
from analysis.survival import SurvivalOptions, SurvivalResult
from components import card, controls
from components.curves import figure
from components.format import (
    UNIT_SHORT,
    UNIT_TITLE,
    count,
    duration,
    interval_of,
    p_value,
    percent,
    ratio,
    share,
    tick,
    value_of,
    with_interval,
)
from components.theme import Room, Screen, arm_colour
from data.contract import Trial

__all__ = ["content", "figure", "headline", "layout", "table"]

VIEW = "survival"
HEIGHT: dict[Room, int] = {"card": 396, "page": 474}

#: Under this many patients in an arm an estimate is printed in grey.
FEW = 10


def layout(trial: Trial, selection: Selection, options: SurvivalOptions, room: Room) -> Component:
    """The card of the overview, or the page with every control."""
    endpoints = [(e.id, e.label) for e in trial.design.endpoints]
    choose = controls.select("endpoint", "Endpoint", endpoints, selection.endpoint, hide_label=True)
    opens = [controls.page_link("/survival", "Open the survival page")] if room == "card" else []
    more = [_controls(options)] if room == "page" else []
    return card.layout(VIEW, "Survival", HEIGHT[room], [choose], opens, more, draggable=True)


def _controls(options: SurvivalOptions) -> html.Div:
    units = [("trial", "the trial’s unit"), *((unit, title.lower()) for unit, title in UNIT_TITLE.items())]
    rows = [("risk", "at risk"), ("all", "at risk, events, censored"), ("none", "none")]
    intervals = [("log-log", "log–log"), ("log", "log"), ("plain", "plain")]
    scales = [("survival", "Survival"), ("incidence", "Cumulative incidence")]
    return html.Div(
        [
            controls.choice("scale", "Vertical axis", scales, options.scale),
            controls.number("milestone", "Milestone", options.milestone, "auto"),
            controls.select("unit", "Time in", units, options.unit),
            controls.select("interval", "Interval", intervals, options.interval),
            controls.select("rows", "Table", rows, options.rows),
            controls.switch("band", "Bands", options.band),
            controls.switch("censored", "Censor marks", options.censored),
            controls.switch("medians", "Medians", options.medians),
        ],
        className="control-row",
    )


def content(result: SurvivalResult, options: SurvivalOptions, room: Room, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return card.Filled(
        headline=headline(result),
        figure=figure(result, options, room, screen),
        method=result.method,
        table=table(result) if room == "page" else None,
    )


def headline(result: SurvivalResult) -> list[card.Figure]:
    """Hazard ratios, log-rank P and medians, the effect first."""
    several = len(result.comparisons) > 1
    sizes = {a.arm.id: a.n for a in result.arms}
    numbers = [
        card.Figure(
            value_of(c.hazard_ratio, ratio),
            interval_of(c.hazard_ratio, ratio),
            f"{'Stratified HR' if c.stratified else 'HR'}{f', {c.arm.short}' if several else ''}, "
            f"{percent(result.endpoint.hazard_ratio_level)} CI",
            faint=min(sizes[c.arm.id], sizes[c.reference.id]) < FEW,
        )
        for c in result.comparisons
    ]
    if result.comparisons:
        first = result.comparisons[0]
        sides = "any difference" if several else f"{result.endpoint.sided}-sided"
        kind = "Stratified log-rank" if first.stratified else "Log-rank"
        numbers.append(card.Figure(p_value(result.overall if several else first.log_rank), "", f"{kind}, {sides}"))
    show = duration(result.unit)
    numbers += [
        card.Figure(
            value_of(a.median, show),
            interval_of(a.median, show),
            f"Median {UNIT_SHORT[result.unit]}, {a.arm.short}",
            colour=arm_colour(a.position),
            faint=a.n < FEW,
        )
        for a in result.arms
    ]
    return numbers


def table(result: SurvivalResult) -> Component:
    """The same numbers as a table: for screen readers, for copying, and for what has no place in the figure."""
    unit, level = UNIT_SHORT[result.unit], percent(result.endpoint.level)
    at = f"Event-free at {tick(result.milestone)} {unit}, % ({level} CI)"
    head = ["Arm", "Patients", "Events", f"Median, {unit} ({level} CI)", at, f"Median follow-up, {unit} ({level} CI)"]
    show = duration(result.unit)
    rows = [
        [
            a.arm.label,
            count(a.n),
            count(a.events),
            with_interval(a.median, show),
            with_interval(a.rate, share),
            with_interval(a.follow_up, show),
        ]
        for a in result.arms
    ]
    differences = [
        html.P(
            f"Difference at {tick(result.milestone)} {unit}, {c.arm.short} minus {c.reference.short}: "
            + (
                c.rate_difference.reason
                if isinstance(c.rate_difference, NotEstimable)
                else f"{value_of(c.rate_difference, share)} percentage points "
                f"({level} CI {interval_of(c.rate_difference, share)})."
            )
        )
        for c in result.comparisons
    ]
    reasons = [
        html.P(f"{c.arm.short} against {c.reference.short}: {c.hazard_ratio.reason}", className="reason")
        for c in result.comparisons
        if isinstance(c.hazard_ratio, NotEstimable)
    ]
    body = [html.Tr([html.Th(row[0], scope="row"), *map(html.Td, row[1:])]) for row in rows]
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(html.Tr([html.Th(h, scope="col") for h in head])), html.Tbody(body)]),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": "Survival numbers by arm"},
            ),
            *differences,
            *reasons,
        ],
        className="numbers-table",
    )
