"""The baseline card: characteristics by arm, and how far apart the arms are in each."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.baseline import BaselineOptions
from analysis.selection import Selection
from analysis.summary import Summary
from components import card, summary
from components.theme import Room, Screen
from data.contract import Trial

VIEW = "baseline"
HEIGHT = 300

HOW_TO_READ = (
    "Each block is something known of the patients before treatment. Percentages are of all patients of the arm, so "
    "that those without a value are seen and not silently dropped. The standardized difference says how far apart the "
    "arms are in units of the spread between patients; it does not depend on how many patients there are. Bold from "
    "0.1 on, where it is usually called an imbalance. There are no P values: in a randomized trial chance alone makes "
    "the differences, so that testing for it answers no question. What matters is whether a difference is large, in "
    "something that bears on the outcome. In a cohort made by filters the arms may have drifted apart: look here first."
)


def layout(trial: Trial, selection: Selection, options: BaselineOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, "Baseline characteristics", HEIGHT, explain=HOW_TO_READ, drawn=False)


def content(result: Summary, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return summary.content(result, "Baseline characteristics by arm")
