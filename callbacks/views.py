"""The views on screen, in the order of the navigation: path, title, layout and wiring of each. One line a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from analysis import views
from analysis.selection import Selection
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
from callbacks.request import Request, read
from callbacks.workspace import Workspace
from components import after_transplant as after_transplant_card
from components import hepatic as hepatic_card
from components import laboratory as laboratory_card
from components import patients as patients_page
from components import reproduction as reproduction_page
from components import response as response_page
from components import safety as safety_card
from components import subgroups as subgroups_card
from components import survival as survival_card
from components import transplant as transplant_card
from components import vod as vod_card
from components.theme import Room
from data.contract import Trial


@dataclass(frozen=True)
class Below:
    """A view whose card stands on the page of another one, below its own."""

    view: views.View
    layout: Callable[[Trial, Selection, Any], Component]
    register: Callable[[Dash, Workspace], None]


@dataclass(frozen=True)
class Screen:
    """A view as a page at `path` and, if `on_overview`, as a card of the overview.

    A page may hold other cards: `cards` are drawn and wired with its own, `below` stand under it with a wiring of
    theirs. The page is there as soon as the data suffice for one of them. `at` is its path where that is not the name
    of the view.
    """

    view: views.View
    title: str
    layout: Callable[..., Component]
    register: Callable[[Dash, Workspace], None]
    on_overview: bool = True
    title_of: Callable[[Trial], str] | None = None
    cards: tuple[views.View, ...] = ()
    below: tuple[Below, ...] = ()
    at: str = ""

    @property
    def views(self) -> tuple[views.View, ...]:
        """Every view of the page."""
        return (self.view, *self.cards, *(part.view for part in self.below))

    def titled(self, trial: Trial) -> str:
        """What the page is called for a trial: some pages show other things in other trials."""
        return self.title if self.title_of is None else self.title_of(trial)

    @property
    def path(self) -> str:
        return f"/{self.at or self.view.name}"

    def missing(self, trial: Trial) -> str | None:
        """What the trial lacks for the page, None as soon as one of its cards can be shown."""
        reasons = [view.missing(trial) for view in self.views]
        return None if None in reasons else reasons[0]

    def draw(self, opened: Request, room: Room) -> Component:
        """The empty card or page, its controls in the state of the link."""
        options: Any = opened.options(self.view.options)
        trial, chosen = opened.trial, opened.selection
        if room == "card" or not self.below:
            return self.layout(trial, chosen, options, room)
        own = [self.layout(trial, chosen, options, room)] if self.view.missing(trial) is None else []
        others = [
            part.layout(trial, chosen, opened.options(part.view.options))
            for part in self.below
            if part.view.missing(trial) is None
        ]
        lacking = [reason for part in self.below if (reason := part.view.missing(trial)) is not None]
        note = [html.P(" ".join(dict.fromkeys(lacking)), className="reason")] if lacking else []
        return html.Div([*own, *others, *note], className="page-cards")


SCREENS = (
    Screen(views.VIEWS["survival"], "Survival", survival_card.layout, survival.register),
    Screen(views.VIEWS["subgroups"], "Subgroups", subgroups_card.layout, subgroups.register),
    Screen(
        views.VIEWS["safety"],
        "Safety",
        safety_card.layout,
        safety.register,
        below=(Below(views.VIEWS["hepatic"], hepatic_card.layout, hepatic.register),),
    ),
    Screen(
        views.VIEWS["transplant"],
        "Transplant",
        transplant_card.layout,
        transplant.register,
        title_of=lambda trial: trial.design.path,
        below=(
            Below(views.VIEWS["laboratory"], laboratory_card.layout, laboratory.register),
            Below(views.VIEWS["after_transplant"], after_transplant_card.layout, after_transplant.register),
            Below(views.VIEWS["vod"], vod_card.layout, vod.register),
        ),
    ),
    Screen(
        views.VIEWS["response"],
        "Response",
        response_page.layout,
        response.register,
        on_overview=False,
        cards=(views.VIEWS["attrition"], views.VIEWS["response_forest"]),
    ),
    Screen(
        views.VIEWS["baseline"],
        "Patients",
        patients_page.layout,
        patients.register,
        on_overview=False,
        cards=tuple(views.VIEWS[name] for name in patients_page.CARDS if name != "baseline"),
        at="patients",
    ),
    Screen(
        views.VIEWS["reproduction"], "Reproduction", reproduction_page.layout, reproduction.register, on_overview=False
    ),
)

OVERVIEW = "/"


def find_screen(path: str) -> Screen | None:
    """The view at `path`, with or without a slash at its end."""
    return next((screen for screen in SCREENS if screen.path == path.rstrip("/")), None)


def is_page(path: str) -> bool:
    """Whether a page stands at `path`."""
    return path in ("", OVERVIEW) or find_screen(path) is not None


def available(trial: Trial) -> tuple[Screen, ...]:
    """The views that the trial has the data for."""
    return tuple(screen for screen in SCREENS if screen.missing(trial) is None)


def on_overview(trial: Trial) -> tuple[Screen, ...]:
    """The views whose own card the overview shows."""
    return tuple(s for s in SCREENS if s.on_overview and s.view.missing(trial) is None)


def overview(opened: Request) -> Component:
    """The landing page: the cards of the trial's views side by side."""
    cards = [screen.draw(opened, "card") for screen in on_overview(opened.trial)]
    return html.Div(cards, className="cards")


def warm(workspace: Workspace) -> None:
    """Compute the whole of the default trial once, so that workers forked later have its results in memory."""
    opened = read(workspace, "")
    if isinstance(opened, Request):
        for screen in available(opened.trial):
            for view in screen.views:
                opened.result(view.name)
