"""The patients page: who they are, what was given to them, and what became of them; the cards that have their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.selection import Selection
from analysis.views import VIEWS
from components import baseline, deaths, exposure, profile, therapies
from components.theme import Room
from data.contract import Trial

#: The cards of the page in their order, by the name of their view.
LAYOUTS: Mapping[str, Callable[[], Component]] = {
    profile.VIEW: profile.layout,
    baseline.VIEW: baseline.layout,
    deaths.VIEW: deaths.layout,
    therapies.VIEW: therapies.layout,
    exposure.VIEW: exposure.layout,
}
CARDS = tuple(LAYOUTS)


def layout(trial: Trial, selection: Selection, options: Any, room: Room) -> Component:
    """The empty cards that the trial has the data for."""
    cards = [draw() for name, draw in LAYOUTS.items() if VIEWS[name].missing(trial) is None]
    return html.Div(cards, className="patients-page")
