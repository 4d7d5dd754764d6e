"""The card of each view: the page it stands on, its layout, its content for a link, its wiring. One entry a view.

The order is that of the cards on their page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash import Dash
from dash.development.base_component import Component

from callbacks import (
    answer,
    laboratory,
    patients,
    published,
    reproduction,
    response,
    safety,
    subgroups,
    survival,
    transplant,
)
from callbacks.answer import Update, showing
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import after_transplant as after_transplant_card
from components import attrition as attrition_card
from components import baseline as baseline_card
from components import deaths as deaths_card
from components import event as event_card
from components import exposure as exposure_card
from components import hepatic as hepatic_card
from components import laboratory as laboratory_card
from components import predictors as predictors_card
from components import profile as profile_card
from components import reproduction as reproduction_page
from components import response as response_card
from components import response_forest as forest_card
from components import safety as safety_card
from components import subgroups as subgroups_card
from components import survival as survival_card
from components import survivors as survivors_card
from components import therapies as therapies_card
from components import transplant as transplant_card
from components import vod as vod_card


@dataclass(frozen=True)
class Card:
    """The card of a view: `title` names it, `path` is the page it stands on, `explain` says how to read it.

    `layout(trial, selection, options, room)` is the card before it is filled, `update` what fills it. A card that is
    tables alone is not `drawn`. `register` wires a card that does more than to be filled; it fills it as well.
    """

    title: str
    path: str
    layout: Callable[..., Component]
    update: Update
    explain: str
    drawn: bool = True
    register: Callable[[Dash, Workspace], None] | None = None


CARDS = {
    "survival": Card(
        "Survival", "/survival", survival_card.layout, survival.update, survival_card.HOW_TO_READ,
        register=survival.register,
    ),
    "subgroups": Card("Subgroups", "/subgroups", subgroups_card.layout, subgroups.update, subgroups_card.HOW_TO_READ),
    "safety": Card(
        "Adverse events", "/safety", safety_card.layout, safety.update, safety_card.HOW_TO_READ,
        register=safety.register,
    ),
    "event": Card("One adverse event", "/safety", event_card.layout, safety.update_event, event_card.HOW_TO_READ),
    "hepatic": Card(
        hepatic_card.TITLE, "/safety", hepatic_card.layout, showing("hepatic", hepatic_card.content),
        hepatic_card.HOW_TO_READ,
    ),
    "transplant": Card(
        "Patient flow", "/transplant", transplant_card.layout, transplant.update, transplant_card.HOW_TO_READ,
        register=transplant.register,
    ),
    "laboratory": Card(
        laboratory_card.TITLE, "/transplant", laboratory_card.layout, laboratory.update, laboratory_card.HOW_TO_READ,
        register=laboratory.register,
    ),
    "after_transplant": Card(
        after_transplant_card.TITLE, "/transplant", after_transplant_card.layout,
        showing("after_transplant", after_transplant_card.content), after_transplant_card.HOW_TO_READ,
    ),
    "vod": Card(
        vod_card.TITLE, "/transplant", vod_card.layout, showing("vod", vod_card.content), vod_card.HOW_TO_READ
    ),
    "response": Card("Response", "/response", response_card.layout, response.update, response_card.HOW_TO_READ),
    "attrition": Card(
        attrition_card.TITLE, "/response", attrition_card.layout, showing("attrition", attrition_card.content),
        attrition_card.HOW_TO_READ,
    ),
    "response_forest": Card(
        "Response by subgroup", "/response", forest_card.layout, showing("response_forest", forest_card.content),
        subgroups_card.HOW_TO_READ,
    ),
    "profile": Card(
        "Trial profile", "/patients", profile_card.layout, showing("profile", profile_card.content),
        profile_card.HOW_TO_READ, drawn=False,
    ),
    "baseline": Card(
        "Baseline characteristics", "/patients", baseline_card.layout, showing("baseline", baseline_card.content),
        baseline_card.HOW_TO_READ, drawn=False,
    ),
    "deaths": Card(
        "Deaths and their causes", "/patients", deaths_card.layout, showing("deaths", deaths_card.content),
        deaths_card.HOW_TO_READ, drawn=False,
    ),
    "therapies": Card(
        "Later therapies", "/patients", therapies_card.layout, patients.update_therapies, therapies_card.HOW_TO_READ,
        drawn=False,
    ),
    "exposure": Card(
        "Exposure and care", "/patients", exposure_card.layout, showing("exposure", exposure_card.content),
        exposure_card.HOW_TO_READ, drawn=False,
    ),
    "predictors": Card(
        predictors_card.TITLE, "/predictors", predictors_card.layout,
        showing("predictors", predictors_card.content), predictors_card.HOW_TO_READ,
    ),
    "survivors": Card(
        survivors_card.TITLE, "/predictors", survivors_card.layout, showing("survivors", survivors_card.content),
        survivors_card.HOW_TO_READ, drawn=False,
    ),
    "reproduction": Card(
        "Agreement with the report", "/reproduction", reproduction_page.layout, reproduction.update_card,
        reproduction_page.HOW_TO_READ,
        register=lambda app, workspace: reproduction.register(app, workspace, pages()),
    ),
}  # fmt: skip


def pages() -> dict[str, str]:
    """The path of the page on which each view has its card."""
    return {view: card.path for view, card in CARDS.items()}


def register(app: Dash, workspace: Workspace) -> None:
    """Wire every card, and the published numbers that they share."""
    published.register(app, workspace)
    for view, card in CARDS.items():
        if card.register is None:
            answer.register(app, workspace, view, card.update, card.drawn)
        else:
            card.register(app, workspace)


def title_of(view: str, opened: Request) -> str:
    """What the card of a view is called in a trial: the path of patients has a name of its own there."""
    return opened.trial.design.path if view == "transplant" else CARDS[view].title
