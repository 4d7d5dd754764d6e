"""The survival view: its controls, its headline numbers and its tables. The figure itself is in `curves`."""

from __future__ import annotations

from math import floor

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.selection import Selection
from analysis.survival import BY_ARM, Comparison, SurvivalOptions, SurvivalResult
from components import card, controls
from components.curves import figure
from components.format import (
    UNIT_SHORT,
    UNIT_TITLE,
    count,
    duration,
    interval_of,
    mean_time,
    moment,
    p_value,
    percent,
    ratio,
    share,
    value_of,
    with_interval,
)
from components.theme import Room, Screen, arm_ink
from data.contract import Trial

__all__ = ["HOW_TO_READ", "content", "figure", "headline", "layout", "numbers"]

VIEW = "survival"
HEIGHT: dict[Room, int] = {"card": 396, "page": 474}

#: Under this many patients in a group an estimate is printed in grey.
FEW = 10
#: Below this P of the proportional-hazards test the hazard ratio is called doubtful.
DOUBTFUL = 0.05
#: The slider of tau goes in tenths up to so much follow-up, as the line that is dragged in the figure does.
FINE = 100

HOW_TO_READ = (
    "Each step down is one or more events; each small upright mark is a patient whose follow-up ended without one. "
    "The height at a time is the share still free of the event by then; the shaded band is where the true share "
    "plausibly lies at that single time. "
    "The numbers below the axis say how many patients the curve still rests on: where they are few, do not trust "
    "the tail. "
    "The median is where a curve crosses one half. The hazard ratio compares the rates of events over the whole "
    "follow-up, and is a fair summary only while the rates keep their proportion; when the light says they do not, "
    "read the milestone rates and the restricted mean (the average time without the event up to a horizon) instead."
)


def layout(trial: Trial, selection: Selection, options: SurvivalOptions, room: Room) -> Component:
    """The card of the overview, or the page with every control."""
    endpoints = [(e.id, e.label) for e in trial.design.endpoints]
    choose = controls.select("endpoint", "Endpoint", endpoints, selection.endpoint, hide_label=True, at=VIEW)
    opens = [controls.page_link("/survival", "Open the survival page")] if room == "card" else []
    more = [_controls(trial, options)] if room == "page" else []
    return card.layout(VIEW, "Survival", HEIGHT[room], [choose], opens, more, draggable=True, explain=HOW_TO_READ)


def _controls(trial: Trial, options: SurvivalOptions) -> html.Div:
    units = [("trial", "the trial’s unit"), *((unit, title.lower()) for unit, title in UNIT_TITLE.items())]
    groups = [(BY_ARM, "arm"), *((f.variable, f.label) for f in trial.design.factors if not f.post_baseline)]
    rows = [("risk", "at risk"), ("all", "at risk, events, censored"), ("none", "none")]
    intervals = [("log-log", "log–log"), ("log", "log"), ("plain", "plain")]
    scales = [("survival", "Survival"), ("incidence", "Cumulative incidence")]
    lower = [("none", "nothing"), ("difference", "difference of curves"), ("hazard", "HR over time")]
    slider = controls.automatic_slider("tau", "Mean to, as a slider", 0, 0, options.tau or 1, 0.1, "", hide_label=True)
    return html.Div(
        [
            controls.choice("scale", "Vertical axis", scales, options.scale),
            controls.select("by", "Curves by", groups, options.by),
            controls.number("milestone", "Milestone", options.milestone, "auto"),
            html.Div([controls.number("tau", "Mean to", options.tau, "auto"), slider], className="together"),
            controls.select("lower", "Below", lower, options.lower),
            controls.select("unit", "Time in", units, options.unit),
            controls.select("interval", "Interval", intervals, options.interval),
            controls.select("rows", "Table", rows, options.rows),
            *([controls.switch("stratified", "Stratified", options.stratified)] if trial.design.strata else []),
            controls.switch("band", "Bands", options.band),
            controls.switch("censored", "Censor marks", options.censored),
            controls.switch("medians", "Medians", options.medians),
            controls.switch("area", "Area to tau", options.area),
            controls.switch("complement", "Beside everyone else", options.complement),
        ],
        className="control-row",
    )


def content(
    result: SurvivalResult, options: SurvivalOptions, room: Room, screen: Screen, everyone: SurvivalResult | None = None
) -> card.Filled:
    """Everything the card shows for `result`; behind the curves of a cohort stay those of `everyone`."""
    halved: Room = "card" if result.complement is not None and screen == "desktop" else room
    return card.Filled(
        headline=headline(result),
        figure=figure(result, options, halved, screen, everyone),
        method=_method(result) if room == "page" else result.method,
        table=html.Div(numbers(result)) if room == "page" else None,
        beside=_beside(result, options, halved, screen, everyone) if room == "page" else None,
    )


def _method(result: SurvivalResult) -> str:
    """The line of method, and why a panel below that is asked for is not there."""
    reasons = {c.lower.reason: None for c in result.comparisons if isinstance(c.lower, NotEstimable)}
    return " ".join((result.method, *reasons))


def tau_range(result: SurvivalResult) -> tuple[float, float, float, str]:
    """Least, most and step of the slider of tau, up to where every group was followed; and where it stands anyway."""
    step = 0.1 if result.followed < FINE else 1.0
    most, stands = (round(floor(time / step + 1e-6) * step, 1) for time in (result.followed, result.usual_tau))
    return step, max(most, step), step, f"{stands:g}"


def headline(result: SurvivalResult) -> list[card.Figure]:
    """Hazard ratios, log-rank P and medians, the effect first; restricted means first where hazards cross."""
    several = len(result.comparisons) > 1
    effects = [_hazard_ratio(c, result, several) for c in result.comparisons]
    if result.comparisons:
        first = result.comparisons[0]
        sides = "any difference" if several else f"{result.endpoint.sided}-sided"
        kind = "Stratified log-rank" if first.stratified else "Log-rank"
        test = result.overall if several else first.log_rank
        effects.append(card.Figure(p_value(test, result.withheld), "", f"{kind}, {sides}"))
    if any(_doubtful(c) for c in result.comparisons):
        effects = [_restricted_mean(c, result, several) for c in result.comparisons] + effects
    show = duration(result.unit)
    return effects + [
        card.Figure(
            value_of(g.median, show),
            interval_of(g.median, show),
            f"Median {UNIT_SHORT[result.unit]}, {g.group.short}",
            colour=arm_ink(g.group.position),
            faint=g.n < FEW,
        )
        for g in result.groups
    ]


def _hazard_ratio(c: Comparison, result: SurvivalResult, several: bool) -> card.Figure:
    sizes = {g.group.id: g.n for g in result.groups}
    kind = "Stratified HR" if c.stratified else "HR"
    who = f", {c.group.short}" if several else ""
    return card.Figure(
        value_of(c.hazard_ratio, ratio),
        interval_of(c.hazard_ratio, ratio),
        f"{kind}{who}, {percent(result.endpoint.hazard_ratio_level)} CI",
        faint=min(sizes[c.group.id], sizes[c.reference.id]) < FEW or _doubtful(c),
    )


def _restricted_mean(c: Comparison, result: SurvivalResult, several: bool) -> card.Figure:
    who = f", {c.group.short}" if several else ""
    unit = UNIT_SHORT[result.unit]
    label = f"Mean difference{who} to {moment(result.tau)} {unit}, {percent(result.endpoint.level)} CI"
    difference = c.restricted_mean_difference
    return card.Figure(value_of(difference, mean_time), interval_of(difference, mean_time), label)


def _doubtful(c: Comparison) -> bool:
    return not isinstance(c.proportional, NotEstimable) and c.proportional.p_value < DOUBTFUL


def numbers(result: SurvivalResult) -> list[Component]:
    """The same numbers as tables: for screen readers, for copying, and for what has no place in the figure."""
    unit, level = UNIT_SHORT[result.unit], percent(result.endpoint.level)
    show = duration(result.unit)
    at, to = f"{moment(result.milestone)} {unit}", f"{moment(result.tau)} {unit}"
    head = [
        "Arm" if result.by == BY_ARM else "Group",
        "Patients",
        "Events",
        f"Median, {unit} ({level} CI)",
        f"Event-free at {at}, % ({level} CI)",
        f"Mean to {to}, {unit} ({level} CI)",
        f"Median follow-up, {unit} ({level} CI)",
    ]
    rows = [
        [
            g.group.label,
            count(g.n),
            count(g.events),
            with_interval(g.median, show),
            with_interval(g.rate, share),
            with_interval(g.restricted_mean, mean_time),
            with_interval(g.follow_up, show),
        ]
        for g in result.groups
    ]
    parts: list[Component] = [_estimand(result)] if result.endpoint.estimand else []
    parts.append(card.table("Survival by group", head, rows))
    if result.comparisons:
        head = [
            "Against " + result.comparisons[0].reference.label,
            f"Hazard ratio ({percent(result.endpoint.hazard_ratio_level)} CI)",
            "Log-rank",
            f"Difference at {at}, points ({level} CI)",
            f"Mean difference to {to}, {unit} ({level} CI); P",
            f"Mean ratio ({level} CI)",
            "Proportional hazards",
        ]
        rows = [
            [
                c.group.label,
                with_interval(c.hazard_ratio, ratio),
                p_value(c.log_rank, result.withheld),
                with_interval(c.rate_difference, share),
                f"{with_interval(c.restricted_mean_difference, mean_time)}; "
                f"{p_value(c.restricted_mean_test, result.withheld)}",
                with_interval(c.restricted_mean_ratio, ratio),
                _light(c, result.withheld),
            ]
            for c in result.comparisons
        ]
        parts.append(card.table("Comparisons", head, rows))
    return parts + [html.P(sentence, className="reason") for sentence in _reasons(result)]


def _reasons(result: SurvivalResult) -> list[str]:
    """Why each number that the tables call NE cannot be estimated, once each."""
    numbers = [
        *(("Event-free rate", g.rate) for g in result.groups if g.n),
        *(("Mean", g.restricted_mean) for g in result.groups if g.n),
        *(("Hazard ratio", c.hazard_ratio) for c in result.comparisons),
        *(("Proportional hazards", c.proportional) for c in result.comparisons),
    ]
    sentences = [f"{name} not estimable: {n.reason}" for name, n in numbers if isinstance(n, NotEstimable)]
    return list(dict.fromkeys(sentences))


def _estimand(result: SurvivalResult) -> html.P:
    """What is estimated, in words: in whom, of what, and what happens to events in between."""
    return html.P([html.Strong("Estimand. "), f"{result.words}. {result.endpoint.estimand}"], className="estimand")


def _light(c: Comparison, withheld: bool) -> Component | str:
    """The proportional-hazards light: a word and a colour, never a colour alone."""
    if isinstance(c.proportional, NotEstimable):
        return "NE"
    doubtful = _doubtful(c)
    said = "doubtful" if doubtful else "no sign against"
    light = html.Span("●", className="light doubtful" if doubtful else "light")
    p = html.Span(f"({p_value(c.proportional, withheld)})")
    return html.Div([html.Span([light, said]), " ", p], className="phrases")


def _beside(
    result: SurvivalResult, options: SurvivalOptions, room: Room, screen: Screen, everyone: SurvivalResult | None
) -> Component | None:
    """The patients that the filters leave out, in a figure of their own, with the test of the two ratios first."""
    other = result.complement
    if other is None:
        return None
    if isinstance(other, NotEstimable):
        return html.P(other.reason)
    test = result.interaction
    sentence = (
        "" if test is None else f"Cohort by arm interaction: {p_value(test, withheld=False)}. "
    ) + "A difference between subgroups is shown by this test, not by one interval crossing 1 and the other not."
    ratios = "; ".join(
        f"{c.group.short} against {c.reference.short}: HR {with_interval(c.hazard_ratio, ratio)}"
        for c in other.comparisons
        if isinstance(c.hazard_ratio, Estimate)
    )
    return html.Section(
        [
            html.H3(other.words),
            html.P([sentence, html.Br(), ratios]),
            card.graph(figure(other, options, room, screen, everyone)),
        ],
        className="beside",
    )
