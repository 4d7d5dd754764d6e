"""The cards of the patients page whose content is more than their result, for a link."""

from __future__ import annotations

from analysis.estimate import NotEstimable
from analysis.selection import write_query
from callbacks.request import Request
from components import card, therapies
from components.theme import Screen


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
