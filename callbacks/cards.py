"""The card of each view outside of a page, for whatever leaves the server: its content for a link. One line a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.estimate import NotEstimable
from callbacks import (
    after_transplant,
    hepatic,
    laboratory,
    patients,
    reproduction,
    response,
    safety,
    subgroups,
    survival,
    transplant,
    vod,
)
from callbacks.request import Request
from components import after_transplant as after_transplant_card
from components import attrition as attrition_card
from components import baseline as baseline_card
from components import deaths as deaths_card
from components import event as event_card
from components import exposure as exposure_card
from components import hepatic as hepatic_card
from components import laboratory as laboratory_card
from components import profile as profile_card
from components import reproduction as reproduction_page
from components import response as response_card
from components import safety as safety_card
from components import subgroups as subgroups_card
from components import survival as survival_card
from components import therapies as therapies_card
from components import transplant as transplant_card
from components import vod as vod_card
from components.card import Filled
from components.theme import Screen

#: Gives the content of a card: an opened link, the path ("/" for a card of the overview), and the screen.
Update = Callable[[Request, str, Screen], Filled | NotEstimable]


@dataclass(frozen=True)
class Card:
    """The card of a view: `title` names it, `path` is the page it stands on, `explain` says how to read it."""

    title: str
    path: str
    update: Update
    explain: str = ""


CARDS = {
    "survival": Card("Survival", "/survival", survival.update, survival_card.HOW_TO_READ),
    "subgroups": Card("Subgroups", "/subgroups", subgroups.update, subgroups_card.HOW_TO_READ),
    "safety": Card("Adverse events", "/safety", safety.update, safety_card.HOW_TO_READ),
    "event": Card("One adverse event", "/safety", safety.update_event, event_card.HOW_TO_READ),
    "transplant": Card("Patient flow", "/transplant", transplant.update, transplant_card.HOW_TO_READ),
    "response": Card("Response", "/response", response.update, response_card.HOW_TO_READ),
    "attrition": Card(attrition_card.TITLE, "/response", response.update_attrition, attrition_card.HOW_TO_READ),
    "response_forest": Card("Response by subgroup", "/response", response.update_forest, subgroups_card.HOW_TO_READ),
    "profile": Card("Trial profile", "/patients", patients.update_profile, profile_card.HOW_TO_READ),
    "baseline": Card("Baseline characteristics", "/patients", patients.update_baseline, baseline_card.HOW_TO_READ),
    "deaths": Card("Deaths and their causes", "/patients", patients.update_deaths, deaths_card.HOW_TO_READ),
    "therapies": Card("Later therapies", "/patients", patients.update_therapies, therapies_card.HOW_TO_READ),
    "exposure": Card("Exposure and care", "/patients", patients.update_exposure, exposure_card.HOW_TO_READ),
    "laboratory": Card(laboratory_card.TITLE, "/transplant", laboratory.update, laboratory_card.HOW_TO_READ),
    "after_transplant": Card(
        after_transplant_card.TITLE, "/transplant", after_transplant.update, after_transplant_card.HOW_TO_READ
    ),
    "vod": Card(vod_card.TITLE, "/transplant", vod.update, vod_card.HOW_TO_READ),
    "hepatic": Card(hepatic_card.TITLE, "/safety", hepatic.update, hepatic_card.HOW_TO_READ),
    "reproduction": Card(
        "Agreement with the report", "/reproduction", reproduction.update_card, reproduction_page.HOW_TO_READ
    ),
}


def title_of(view: str, opened: Request) -> str:
    """What the card of a view is called in a trial: the path of patients has a name of its own there."""
    return opened.trial.design.path if view == "transplant" else CARDS[view].title
