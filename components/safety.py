"""The safety view: its controls, its headline, the dots, and on the page the incidence table and one event in depth."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.safety import SafetyOptions, SafetyResult
from analysis.selection import Selection
from components import card, controls, dots, durations, ids, incidence_table
from components.format import (
    count,
    interval_of,
    points,
    share,
    value_of,
)
from components.theme import Room, Screen, arm_ink
from data.contract import Trial

VIEW = "safety"
#: Events in the figure: as many as a card has room for, and as a page can be read with.
LINES: dict[Room, int] = {"card": 10, "page": 20}
#: Under this many patients in an arm an estimate is printed in grey.
FEW = 10

HOW_TO_READ = (
    "Each line is one kind of adverse event; each dot is the share of the patients of an arm who had it at least once, "
    "at the worst grade they had. The point beside it is the difference between the arms with its confidence "
    "interval: an interval that crosses zero is compatible with no difference. With this many events some intervals "
    "miss zero by chance. Percentages do not know how long patients were watched: an arm treated for longer has more "
    "time to show an event, which is why the table has rates per patient-month too. An event may be more frequent and "
    "yet mild: look at grade 3 and higher, and at serious events. Click an event to make its patients the cohort."
)


def layout(trial: Trial, selection: Selection, options: SafetyOptions, room: Room) -> Component:
    """The card of the overview, or the page with every control and the table."""
    events = trial.adverse_events
    severe = "Severe" if events is not None and events.scale == "severity" else "Grade ≥3"
    chosen: list[Component] = []
    if events is not None and events.scale is not None:
        chosen.append(controls.choice("grade", "Grade", [("any", "All grades"), ("severe", severe)], options.grade))
    if events is not None and events.serious is not None:
        kinds = [("all", "All"), ("serious", "Serious")]
        chosen.append(controls.choice("kind", "Seriousness", kinds, options.kind))
    height = dots.height(LINES["card"], len(trial.design.arms), "desktop")
    if room == "card":
        opens = [controls.page_link("/safety", "Open the safety page")]
        return card.layout(VIEW, "Adverse events", height, chosen, opens, explain=HOW_TO_READ)
    ranks = [("frequency", "Most frequent first"), ("difference", "Largest difference first")]
    more = html.Div(controls.choice("rank", "Order", ranks, options.rank), className="control-row")
    return html.Div(
        [
            card.layout(VIEW, "Adverse events", height, chosen, (), [more], explain=HOW_TO_READ),
            _table_card(options),
        ],
    )


def _table_card(options: SafetyOptions) -> html.Section:
    sets = [("summary", "Summary"), ("comparison", "Comparison"), ("grades", "Worst grade"), ("kinds", "Kind")]
    rates = [("first", "first events"), ("all", "all events")]
    return html.Section(
        [
            html.Header(
                [
                    html.H2("By class and term"),
                    html.Div(
                        [
                            controls.choice("columns", "Columns", sets, options.columns),
                            controls.select("rate", "Rates of", rates, options.rate),
                            controls.slider("least", "Minimum", options.least, 0, 20, 1),
                            controls.search("find", "Search events", options.find),
                        ],
                        className="card-controls",
                    ),
                ],
                className="card-head",
            ),
            html.P(id=ids.grid_caption(VIEW), className="duration", role="status"),
            incidence_table.layout(),
        ],
        className="card",
    )


def content(
    result: SafetyResult, options: SafetyOptions, room: Room, screen: Screen, everyone: SafetyResult | None = None
) -> card.Filled:
    """Everything the card shows for `result`; behind the dots of a cohort stay those of `everyone`."""
    rows = result.ranked[: LINES[room]]
    return card.Filled(
        headline=headline(result, options),
        figure=dots.figure(result, rows, room, screen, everyone),
        method=f"{_shown(result, len(rows), options)} {result.method}".strip(),
        table=_numbers(result) if room == "page" else None,
    )


def _numbers(result: SafetyResult) -> html.Div:
    return html.Div(
        [
            html.P(durations.sentence(result), className="duration"),
            durations.table(result),
            html.P(result.rates_method, className="duration"),
        ]
    )


def headline(result: SafetyResult, options: SafetyOptions) -> list[card.Figure]:
    """Patients with any of the chosen events by arm; with two arms the difference first."""
    row, what = result.any, event_in_words(result, options)
    effects = []
    others = [e for e in row.difference if e is not None]
    if len(others) == 1 and result.reference is not None:
        effects.append(
            card.Figure(
                value_of(others[0], points),
                interval_of(others[0], share),
                f"{what}: difference, pp, 95% CI",
                faint=min(arm.n for arm in result.arms) < FEW,
            )
        )
    return effects + [
        card.Figure(
            f"{share(row.share[i])}%",
            f"{row.counts['chosen'][i]} of {a.n}",
            f"{what}, {a.arm.short}",
            colour=arm_ink(a.position),
            faint=a.n < FEW,
        )
        for i, a in enumerate(result.arms)
    ]


def event_in_words(result: SafetyResult, options: SafetyOptions) -> str:
    """What is counted: "Any event", "Serious event", "Event of grade ≥3", "Severe event"."""
    serious = options.kind == "serious"
    if options.grade == "any":
        return "Serious event" if serious else "Any event"
    if result.scale == "severity":
        return "Serious, severe event" if serious else "Severe event"
    return "Serious event of grade ≥3" if serious else "Event of grade ≥3"


def _shown(result: SafetyResult, lines: int, options: SafetyOptions) -> str:
    """How many of the events stand in the figure, when not all of them do."""
    if not lines:
        return "Nobody had such an event."
    if lines == result.terms:
        return ""
    first = "most frequent" if options.rank == "frequency" else "largest differences"
    return f"The {lines} {first} of {count(result.terms)} events."
