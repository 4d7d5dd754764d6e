"""The deaths card: how many died and of what, by arm."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.deaths import DeathsOptions
from analysis.selection import Selection
from analysis.summary import Summary
from components import card, summary
from components.theme import Room, Screen
from data.contract import Trial

VIEW = "deaths"
HEIGHT = 300

HOW_TO_READ = (
    "Deaths from any cause until the data were cut off, and the causes as the investigators gave them. An arm whose "
    "patients live longer has more time to die of something else: a higher share of one cause may mean that another "
    "came later. Compare the arms over time on the survival page; here one sees of what patients died."
)


def layout(trial: Trial, selection: Selection, options: DeathsOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, "Deaths and their causes", HEIGHT, explain=HOW_TO_READ, drawn=False)


def content(result: Summary, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return summary.content(result, "Deaths and causes by arm")
