"""The landing page: the cards of the views side by side."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.survival import SurvivalOptions
from components import survival
from data.contract import TrialDesign


def layout(design: TrialDesign, options: SurvivalOptions, endpoint: str) -> Component:
    """The grid of cards, each the short form of its page."""
    return html.Div([survival.layout(design, options, endpoint, "card")], className="cards")
