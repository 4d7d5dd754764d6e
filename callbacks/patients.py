"""Wires the cards of the patients page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import Dash, Input

from analysis.estimate import NotEstimable
from analysis.selection import write_query
from callbacks.answer import answer, outputs
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import baseline, card, deaths, exposure, ids, profile, therapies
from components.theme import Screen

#: Gives the content of a card: an opened link, the path of the page, and the screen.
Update = Callable[[Request, str, Screen], card.Filled | NotEstimable]


def register(app: Dash, workspace: Workspace) -> None:
    """Wire every card to the state."""
    for view, update in UPDATES.items():
        _register(app, workspace, view, update)


def _register(app: Dash, workspace: Workspace, view: str, update: Update) -> None:
    @app.callback(outputs(view, drawn=False), Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: dict[str, str], screen: Screen) -> dict[ids.CardPart, Any]:
        shown = answer(workspace, view, state, lambda opened: update(opened, state["path"], screen))
        return {part: content for part, content in shown.items() if part != "figure"}


def update_baseline(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The baseline card for an opened link."""
    result = opened.result("baseline")
    return result if isinstance(result, NotEstimable) else baseline.content(result)


def update_profile(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The trial profile for an opened link."""
    result = opened.result("profile")
    return result if isinstance(result, NotEstimable) else profile.content(result)


def update_deaths(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The deaths card for an opened link."""
    result = opened.result("deaths")
    return result if isinstance(result, NotEstimable) else deaths.content(result)


def update_exposure(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The exposure card for an opened link."""
    result = opened.result("exposure")
    return result if isinstance(result, NotEstimable) else exposure.content(result)


def update_therapies(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The therapies card for an opened link, which goes on to the curves of the same patients."""
    result = opened.result("therapies")
    if isinstance(result, NotEstimable):
        return result
    declared = opened.trial.design.therapies
    return therapies.content(result, survival_link(opened, declared.endpoint if declared else ""))


def survival_link(opened: Request, endpoint: str) -> str:
    """The survival page of the same patients with another endpoint."""
    others = [(name, value) for name, value in opened.pairs if name != "endpoint"]
    return "/survival" + write_query([*others, ("endpoint", endpoint)])


UPDATES: Mapping[str, Update] = {
    baseline.VIEW: update_baseline,
    profile.VIEW: update_profile,
    deaths.VIEW: update_deaths,
    therapies.VIEW: update_therapies,
    exposure.VIEW: update_exposure,
}
