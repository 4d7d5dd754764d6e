"""What a trial's data can show: every page with its views, and the reason of each that is missing, from the views."""

from __future__ import annotations

from dash.development.base_component import Component

from analysis.selection import write_query
from callbacks import cards, views
from callbacks.request import Request
from components import coverage, ids


def layout(opened: Request) -> Component:
    """The page for the trial of a link."""
    query = write_query([("trial", opened.trial.id)])
    return coverage.layout(
        [
            coverage.Line(
                screen.titled(opened.trial),
                cards.title_of(view.name, opened),
                f"{screen.path}{query}#{ids.place(view.name)}",
                view.missing(opened.trial),
            )
            for screen in views.SCREENS
            for view in screen.views
        ]
    )
