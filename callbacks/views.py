"""The views on screen, in the order of the navigation: path, title, layout and wiring of each. One line a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from analysis import views
from callbacks import patients, reproduction, response, safety, subgroups, survival, transplant
from callbacks.request import Request, read
from callbacks.workspace import Workspace
from components import patients as patients_page
from components import reproduction as reproduction_page
from components import response as response_page
from components import safety as safety_card
from components import subgroups as subgroups_card
from components import survival as survival_card
from components import transplant as transplant_card
from components.theme import Room
from data.contract import Trial


@dataclass(frozen=True)
class Screen:
    """A view as a page at `path` and, if `on_overview`, as a card of the overview.

    A page of several cards names the others in `cards`: it is there when one of them has its data. `at` is its path
    where that is not the name of the view.
    """

    view: views.View
    title: str
    layout: Callable[..., Component]
    register: Callable[[Dash, Workspace], None]
    on_overview: bool = True
    title_of: Callable[[Trial], str] | None = None
    cards: tuple[views.View, ...] = ()
    at: str = ""

    def missing(self, trial: Trial) -> str | None:
        """What the trial lacks for every card of the page, as a sentence; None when one of them has its data."""
        reasons = [view.missing(trial) for view in (self.view, *self.cards)]
        return None if None in reasons else reasons[0]

    def titled(self, trial: Trial) -> str:
        """What the page is called for a trial: some pages show other things in other trials."""
        return self.title if self.title_of is None else self.title_of(trial)

    @property
    def path(self) -> str:
        return f"/{self.at or self.view.name}"

    def draw(self, opened: Request, room: Room) -> Component:
        """The empty card or page, its controls in the state of the link."""
        options: Any = opened.options(self.view.options)
        return self.layout(opened.trial, opened.selection, options, room)


SCREENS = (
    Screen(views.VIEWS["survival"], "Survival", survival_card.layout, survival.register),
    Screen(views.VIEWS["subgroups"], "Subgroups", subgroups_card.layout, subgroups.register),
    Screen(views.VIEWS["safety"], "Safety", safety_card.layout, safety.register),
    Screen(
        views.VIEWS["transplant"],
        "Transplant",
        transplant_card.layout,
        transplant.register,
        title_of=lambda trial: trial.design.path,
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


def overview(opened: Request) -> Component:
    """The landing page: the cards of the trial's views side by side."""
    cards = [screen.draw(opened, "card") for screen in available(opened.trial) if screen.on_overview]
    return html.Div(cards, className="cards")


def warm(workspace: Workspace) -> None:
    """Compute the whole of the default trial once, so that workers forked later have its results in memory."""
    opened = read(workspace, "")
    if isinstance(opened, Request):
        for screen in available(opened.trial):
            for view in (screen.view, *screen.cards):
                opened.result(view.name)
