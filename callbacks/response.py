"""The response card for a link."""

from __future__ import annotations

from analysis.estimate import NotEstimable
from callbacks.patients import survival_link
from callbacks.request import Request
from components import card, response
from components.theme import Screen


def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
    """The response card for an opened link."""
    result = opened.result("response")
    if isinstance(result, NotEstimable):
        return result
    how = opened.trial.design.assessments
    return response.content(result, screen, survival_link(opened, how.duration if how else ""))
