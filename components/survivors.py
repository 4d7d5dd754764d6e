"""The survivors card: the characteristics of those who lived long against the others of their arm."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.selection import Selection, selected_endpoint
from analysis.summary import Summary
from analysis.survivors import SurvivorsOptions, milestone
from components import card, controls, summary
from components.theme import Room, Screen
from data.contract import Trial

VIEW = "survivors"
TITLE = "Those who lived long"
HEIGHT = 400

HOW_TO_READ = (
    "Of one treatment arm, the patients who lived to the milestone stand beside all others. A characteristic that is "
    "frequent on the left and rare on the right goes with long survival. It need not be its cause: the groups were "
    "made by what happened, not by chance. The standardized difference says how far apart they are, bold from 0.1 on. "
    "Patients who left the study earlier count among the others, since nobody knows; they are named below. Response "
    "and transplant need time to happen, so that long survivors had more of both for that reason alone."
)


def layout(trial: Trial, selection: Selection, options: SurvivorsOptions, room: Room) -> Component:
    """The empty card with the choice of the arm and of the milestone."""
    arms = [("first", trial.design.arms[0].short), *((arm.id, arm.short) for arm in trial.design.arms[1:])]
    chosen: list[Component] = []
    endpoint = selected_endpoint(selection, trial.design)
    if endpoint is not None:
        standard = milestone(trial, endpoint, SurvivorsOptions())
        chosen.append(controls.number("alive", f"To, {endpoint.unit}", options.alive, f"{standard:g}"))
    if len(trial.design.arms) > 1:
        chosen.append(controls.select("survivorsarm", "Arm", arms, options.survivorsarm, hide_label=True))
    title = TITLE if trial.design.survival else "Those long free of the event"
    return card.layout(VIEW, title, HEIGHT, chosen, explain=HOW_TO_READ, drawn=False)


def content(result: Summary, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return summary.content(result, "Characteristics of those who lived long and of the others")
