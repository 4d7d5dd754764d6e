"""One adverse event in depth: first onset, how bad it was as treatment went on, and its patients as a cohort."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from analysis.estimate import NotEstimable
from analysis.safety import EventResult, SafetyOptions
from analysis.selection import Selection
from components import card, onset
from components.format import count, share
from components.theme import Room, Screen, arm_ink
from data.contract import Trial

VIEW = "event"
FEW = 10

HOW_TO_READ = (
    "Above: the share of the patients who had had the event for the first time by each day since their first dose. "
    "Patients who died without it can no longer have it, so they stay in the denominator and are not treated as if "
    "they were still waiting for it; that is why this is not one minus a survival curve. The numbers below the axis "
    "are patients who could still have their first one. Below: the patients who had it in each cycle or month of "
    "treatment, darker where it was worse. Few patients reach the later cycles, so low bars there do not mean that the "
    "event fades."
)


def layout(trial: Trial, selection: Selection, options: SafetyOptions, room: Room) -> Component:
    """The empty card of one event."""
    return card.layout(VIEW, "One event", onset.height(len(trial.design.arms)), explain=HOW_TO_READ)


def content(result: EventResult, screen: Screen, cohort: str) -> card.Filled:
    """Everything the card shows for `result`; `cohort` is the link that makes its patients the cohort."""
    left_out = f" {count(result.unknown_onset)} with an unknown day of onset left out." if result.unknown_onset else ""
    return card.Filled(
        headline=headline(result),
        figure=onset.figure(result, screen),
        method=f"{result.method}{left_out}",
        table=html.P(dcc.Link("Make these patients the cohort", href=cohort, className="action")),
    )


def headline(result: EventResult) -> list[card.Figure]:
    """The event, and the patients of each arm who had it."""
    return [
        card.Figure(result.label, "", result.organ_class),
        *(
            card.Figure(
                "NE" if isinstance(a.curve, NotEstimable) else f"{share(a.patients / a.n)}%",
                f"{count(a.patients)} of {count(a.n)}",
                a.arm.short,
                colour=arm_ink(a.position),
                faint=a.n < FEW,
            )
            for a in result.arms
        ),
    ]
