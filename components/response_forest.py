"""The response by subgroup: the forest of the subgroups view under its own controls."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.response import ResponseOptions
from analysis.selection import Selection
from analysis.subgroups import SubgroupsResult, baseline_factors
from components import card, controls, forest, subgroups
from components.theme import Room, Screen
from data.contract import Trial

VIEW = "response_forest"


def layout(trial: Trial, selection: Selection, options: ResponseOptions, room: Room) -> Component:
    """The empty card with the choice of the measure."""
    rows = 1 + sum(1 + len(factor.levels) for factor in baseline_factors(trial))
    kinds = [("difference", "Difference"), ("odds-ratio", "Odds ratio")]
    return card.layout(
        VIEW,
        "Response by subgroup",
        subgroups.ROW * rows + forest.HEAD + forest.FOOT,
        [controls.choice("forest", "Measure of the response", kinds, options.forest)],
        explain=subgroups.HOW_TO_READ,
        fold="The same numbers as a table",
    )


def content(result: SubgroupsResult, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return subgroups.content(result, "page", screen)
