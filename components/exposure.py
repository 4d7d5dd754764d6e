"""The exposure card: how long patients were treated and what care it took, by arm."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.exposure import ExposureOptions
from analysis.selection import Selection
from analysis.summary import Summary
from components import card, summary
from components.theme import Room, Screen
from data.contract import Trial

VIEW = "exposure"
HEIGHT = 300

HOW_TO_READ = (
    "How long the treated patients were on treatment, and the transfusions and hospital days that went with it. "
    "Numbers are of the patients who had any. Arms that are treated for different lengths of time are compared fairly "
    "only per time: the rate ratio compares days in hospital per month of observation, below 1 means fewer days."
)


def layout(trial: Trial, selection: Selection, options: ExposureOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, "Exposure and care", HEIGHT, explain=HOW_TO_READ, drawn=False)


def content(result: Summary, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return summary.content(result, "Exposure and care by arm")
