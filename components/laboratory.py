"""The transplant laboratory: one way at a time as curves, the four hazard ratios in a small forest beside it."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.kaplan_meier import Curve
from analysis.laboratory import Group, LaboratoryOptions, LaboratoryResult, Way, within
from analysis.selection import Selection
from components import card, controls, forest, steps
from components.forest import Axis, Column, Line
from components.format import (
    count,
    duration,
    fixed,
    interval_of,
    moment,
    p_value,
    percent,
    ratio,
    value_of,
    with_interval,
)
from components.theme import MUTED, Room, Screen, arm_colour, arm_ink, figure_width
from data.contract import Trial

VIEW = "laboratory"
TITLE = "Transplant laboratory"
HEIGHT = 420
#: Under this many patients in a group its estimate is printed in grey.
FEW = 10

NAMES = {
    "naive": "Naive: ever or never",
    "landmark": "Landmark",
    "timedependent": "Time-dependent",
    "censored": "Censored at {event}",
}
HOW_TO_READ = (
    "Does a transplant help? Four ways of asking the same patients. Naive: those who were ever transplanted against "
    "those who never were, counted from the start. To be transplanted one must first live long enough, so the weeks "
    "of waiting, in which a transplanted patient cannot have died, are credited to the transplant: immortal time. "
    "Landmark: only those still alive at a month that you choose, by what had happened until then; the others are left "
    "out and counted. Drag the dashed line to move it. Time-dependent: every patient counts as not transplanted until "
    "the day of transplant and as transplanted from then on; patients enter the second curve late, so its numbers at "
    "risk rise at first. Censored: the treatments are compared as if nobody had been transplanted, which is fair only "
    "if transplant had nothing to do with prognosis. None of them is a randomized comparison of transplants: the "
    "fitter patients are chosen."
)


def layout(trial: Trial, selection: Selection, options: LaboratoryOptions, room: Room) -> Component:
    """The empty card with its controls."""
    event = trial.design.transplant.label if trial.design.transplant else ""
    ways = [
        (name, words.format(event=within(event)))
        for name, words in NAMES.items()
        if name != "censored" or len(trial.design.arms) > 1
    ]
    several = len(trial.design.arms) > 1
    return card.layout(
        VIEW,
        TITLE,
        HEIGHT,
        [
            controls.choice("way", "Way", ways, options.way),
            controls.number("landmark", "Landmark, months", options.landmark, "auto"),
            *([arm_choice(trial, options.hsctarm, VIEW)] if several else []),
            controls.switch("predict", "Predict first", options.predict),
        ],
        draggable=True,
        explain=HOW_TO_READ,
    )


def arm_choice(trial: Trial, chosen: str, view: str) -> Component:
    """Whose arm the cards about transplants show; several of them carry this control."""
    arms = [("first", trial.design.arms[0].short), *((arm.id, arm.short) for arm in trial.design.arms[1:])]
    return controls.select("hsctarm", "Arm", arms, chosen, hide_label=True, at=view)


def content(result: LaboratoryResult, options: LaboratoryOptions, screen: Screen, answer: str) -> card.Filled:
    """Everything the card shows; `answer` is the link that shows what a reader who predicts first does not see yet."""
    hidden = options.predict and not options.answer
    way = result.naive if hidden else result.way(options.way)
    return card.Filled(
        headline=headline(result, hidden),
        figure=figure(result, way, screen),
        method=f"{_left_out(way, result)}{result.method}",
        table=None if hidden else numbers(result),
        beside=_beside(result, hidden, screen, answer),
    )


def headline(result: LaboratoryResult, hidden: bool) -> list[card.Figure]:
    """The hazard ratio of each way; a question mark for those not shown yet."""
    figures = []
    for way in result.ways:
        unseen = hidden and way.name != "naive"
        level = way.hazard_ratio.level if isinstance(way.hazard_ratio, Estimate) else result.endpoint.level
        figures.append(
            card.Figure(
                "?" if unseen else value_of(way.hazard_ratio, ratio),
                "" if unseen else interval_of(way.hazard_ratio, ratio),
                f"HR, {_short(way, result)}, {percent(level)} CI",
                faint=not unseen and min(group.n for group in way.groups) < FEW,
            )
        )
    return figures


def _short(way: Way, result: LaboratoryResult) -> str:
    words = NAMES[way.name].format(event=within(result.event)).lower().replace(within(result.event).lower(), "{}")
    text = words.format(within(result.event)) if way.name == "censored" else words
    return f"{text} at {moment(result.month)} mo" if way.name == "landmark" else text


def _title(way: Way, result: LaboratoryResult) -> str:
    words = _short(way, result)
    return f"{words[:1].upper()}{words[1:]}"


def figure(result: LaboratoryResult, way: Way, screen: Screen) -> dict[str, object]:
    """The curves of one way, with the landmark as a line that can be dragged where it plays a part."""
    origin = result.endpoint.origin
    titles = (f"Months from {'the ' if origin == 'start' else ''}{origin}", f"{result.endpoint.label}, %")
    line = result.month if way.name in ("naive", "landmark") else None
    width = figure_width("page", screen) // 2 if screen == "desktop" else figure_width("page", screen)
    return steps.figure(
        [_step(group) for group in way.groups if _drawn(group)], way.ticks, titles, width, screen, line=line
    )


def _drawn(group: Group) -> bool:
    return isinstance(group.curve, Curve)


def _step(group: Group) -> steps.Step:
    curve = group.curve
    assert isinstance(curve, Curve)  # noqa: S101
    own = group.position is not None
    place = group.position or 0
    return steps.Step(
        group.label,
        arm_colour(place) if own else steps.GREY,
        arm_ink(place) if own else steps.GREY_INK,
        "solid" if own else "dash",
        curve.time,
        curve.survival,
        curve.low,
        curve.high,
        group.at_risk,
    )


def _left_out(way: Way, result: LaboratoryResult) -> str:
    """Whom the way shown leaves out, and which of its curves cannot be drawn."""
    parts = []
    if way.name == "landmark":
        died, ended = way.left_out
        parts.append(
            f"Left out: {count(died + ended)} of {count(way.n + died + ended)} patients, {count(died)} with the event "
            f"({result.endpoint.event}) and {count(ended)} no longer followed by month {moment(result.month)}."
        )
    parts += [f"{g.label}: {g.curve.reason}" for g in way.groups if isinstance(g.curve, NotEstimable)]
    return "".join(f"{part} " for part in parts)


def _beside(result: LaboratoryResult, hidden: bool, screen: Screen, answer: str) -> Component:
    """How the hazard ratio moves, and why; or the question."""
    if hidden:
        ask: list[Component | str] = [
            f"Naively the hazard ratio is {value_of(result.naive.hazard_ratio, ratio)}. Once the time before "
            f"{within(result.event)} is counted as time without it, will it be lower, about the same, "
            "nearer to 1, or above 1? Decide, then look.",
        ]
        shown: Component = html.P(dcc.Link("Show the answer", href=answer, className="action"))
    else:
        ask = [why(result)]
        shown = card.graph(ratios(result, screen))
    caution = html.P(
        [
            html.Strong("Known only after randomization: " if len(result.arms) > 1 else "Known only later: "),
            f"{within(result.event)}. Patients had to live long enough to be in this group (immortal-time bias).",
        ],
        className="caution",
        role="note",
    )
    return html.Section(
        [html.H3("How the hazard ratio moves" if not hidden else "Predict first"), caution, html.P(ask), shown],
        className="beside laboratory-beside",
    )


def why(result: LaboratoryResult) -> str:
    """One sentence that says why the hazard ratio moves."""
    naive, honest = result.naive.hazard_ratio, result.time_dependent.hazard_ratio
    if isinstance(naive, NotEstimable) or isinstance(honest, NotEstimable):
        return "One of the ratios cannot be estimated, so that they cannot be compared."
    event = within(result.event)
    waited = (
        f"{count(result.waited)} of the {count(result.naive.groups[1].n)} patients without {event} had died by month "
        f"{moment(result.month)}, when about half of the others had had theirs"
        if result.waited
        else f"those who had {event} could not have died while they waited for it"
    )
    moved = f"from {fixed(naive.value, 2)} to {fixed(honest.value, 2)}"
    return (
        f"{waited[:1].upper()}{waited[1:]}: the naive way counts that waiting in favour of {event}; counted "
        f"as time without it, the hazard ratio goes {moved}."
    )


def ratios(result: LaboratoryResult, screen: Screen) -> dict[str, object]:
    """The small forest: the ways within the arm, then the comparison of the arms with and without censoring."""
    event = within(result.event)
    within_arm = [result.naive, result.landmark, result.time_dependent]
    lines = [Line(f"{result.event}, {result.who}", "", heading=True)]
    lines += [_line(_short(way, result), way.hazard_ratio, f"{count(way.events)}/{count(way.n)}") for way in within_arm]
    if result.censored is not None and result.uncensored is not None:
        way = result.censored
        lines.append(Line(f"{way.compared}, everybody", "", heading=True))
        lines.append(_line("not censored", result.uncensored, ""))
        lines.append(_line(f"censored at {event}", way.hazard_ratio, f"{count(way.events)}/{count(way.n)}"))
    narrow = screen == "phone"
    width = 330 if narrow else 480 if screen == "desktop" else 860
    axis = Axis("ratio", ("lower hazard", MUTED), ("higher hazard", MUTED))
    return forest.figure(lines, [Column("Events/n", 66)], "HR (CI)", axis, width, 30, narrow)


def _line(label: str, value: Estimate | NotEstimable, cell: str) -> Line:
    text = with_interval(value, ratio)
    name = f"{label[:1].upper()}{label[1:]}"
    return Line(name, text, (cell,), value if isinstance(value, Estimate) else None)


def numbers(result: LaboratoryResult) -> Component:
    """The same numbers as a table: each way, its groups and medians, the hazard ratio and its test."""
    show = duration("months")
    head = ["Way", "Compared", "Patients", "Events", "Median, mo (CI)", "Hazard ratio (CI)", "P", "Left out"]
    rows = []
    for way in result.ways:
        rows += [
            [
                _title(way, result),
                group.label,
                count(group.n),
                count(group.events),
                with_interval(group.median, show),
                with_interval(way.hazard_ratio, ratio) if not i else "",
                p_value(way.test, result.withheld) if not i else "",
                count(sum(way.left_out)) if not i else "",
            ]
            for i, group in enumerate(way.groups)
        ]
    reasons = {
        f"{_title(way, result)}: {way.hazard_ratio.reason}"
        for way in result.ways
        if isinstance(way.hazard_ratio, NotEstimable)
    }
    sides = "one-sided" if result.endpoint.sided == 1 else "two-sided"
    return html.Div(
        [
            card.table("The four ways", head, rows),
            html.P(
                f"P: {sides}; log-rank test, of the time-dependent covariate Wald’s. {result.words}.",
                className="reason",
            ),
            *(html.P(reason, className="reason") for reason in sorted(reasons)),
        ]
    )
