"""The pages in the order of the navigation, one line a page; the cards on them are in `callbacks/cards.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from analysis.views import VIEWS, View
from callbacks.cards import CARDS
from callbacks.request import Request, read
from callbacks.workspace import Workspace
from components import coverage
from components.theme import Room
from data.contract import Trial


@dataclass(frozen=True)
class Screen:
    """The page at `path`, which holds the cards that name it; `view` is the one that its files are of.

    The page is there as soon as the data suffice for one of them. If `on_overview`, its `view` is a card of the
    overview.
    """

    path: str
    title: str
    view: View
    on_overview: bool = False
    title_of: Callable[[Trial], str] | None = None

    @property
    def views(self) -> tuple[View, ...]:
        """Every view of the page."""
        return tuple(VIEWS[name] for name, card in CARDS.items() if card.path == self.path)

    def titled(self, trial: Trial) -> str:
        """What the page is called for a trial: some pages show other things in other trials."""
        return self.title if self.title_of is None else self.title_of(trial)

    def missing(self, trial: Trial) -> str | None:
        """What the trial lacks for the page, None as soon as one of its cards can be shown."""
        reasons = [view.missing(trial) for view in self.views]
        return None if None in reasons else reasons[0]

    def draw(self, opened: Request) -> Component:
        """The empty cards of the page, their controls in the state of the link; and what the others lack."""
        reasons = {view.name: view.missing(opened.trial) for view in self.views}
        cards = [draw(opened, view, "page") for view, reason in reasons.items() if reason is None]
        lacking = " ".join(dict.fromkeys(reason for reason in reasons.values() if reason is not None))
        note = [html.P(lacking, className="reason")] if lacking else []
        return html.Div([*cards, *note], className=f"page-cards page-{self.path.strip('/')}")


SCREENS = (
    Screen("/survival", "Survival", VIEWS["survival"], on_overview=True),
    Screen("/subgroups", "Subgroups", VIEWS["subgroups"], on_overview=True),
    Screen("/safety", "Safety", VIEWS["safety"], on_overview=True),
    Screen(
        "/transplant", "Transplant", VIEWS["transplant"], on_overview=True, title_of=lambda trial: trial.design.path
    ),
    Screen("/predictors", "Predictors", VIEWS["predictors"]),
    Screen("/response", "Response", VIEWS["response"]),
    Screen("/patients", "Patients", VIEWS["baseline"]),
    Screen("/reproduction", "Reproduction", VIEWS["reproduction"]),
)

OVERVIEW = "/"


def find_screen(path: str) -> Screen | None:
    """The view at `path`, with or without a slash at its end."""
    return next((screen for screen in SCREENS if screen.path == path.rstrip("/")), None)


def is_page(path: str) -> bool:
    """Whether a page stands at `path`."""
    return path in ("", OVERVIEW) or path.rstrip("/") == coverage.PATH or find_screen(path) is not None


def available(trial: Trial) -> tuple[Screen, ...]:
    """The views that the trial has the data for."""
    return tuple(screen for screen in SCREENS if screen.missing(trial) is None)


def on_overview(trial: Trial) -> tuple[Screen, ...]:
    """The views whose own card the overview shows."""
    return tuple(s for s in SCREENS if s.on_overview and s.view.missing(trial) is None)


def draw(opened: Request, view: str, room: Room) -> Component:
    """The empty card of a view, its controls in the state of the link."""
    return CARDS[view].layout(opened.trial, opened.selection, opened.options(VIEWS[view].options), room)


def overview(opened: Request) -> Component:
    """The landing page: the cards of the trial's views side by side."""
    cards = [draw(opened, screen.view.name, "card") for screen in on_overview(opened.trial)]
    return html.Div(cards, className="cards")


def warm(workspace: Workspace) -> None:
    """Compute the whole of the default trial once, so that workers forked later have its results in memory."""
    opened = read(workspace, "")
    if isinstance(opened, Request):
        for screen in available(opened.trial):
            for view in screen.views:
                opened.result(view.name)
