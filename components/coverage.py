"""The page that says what a trial's data can show and what they cannot: every view, and what a missing one needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dash import dcc, html
from dash.development.base_component import Component

TITLE, PATH = "What these data can show", "/coverage"


@dataclass(frozen=True)
class Line:
    """A view on its page: `link` leads to it, `lacking` says what it needs that the data do not have, None if shown."""

    page: str
    title: str
    link: str
    lacking: str | None


def layout(lines: Sequence[Line]) -> Component:
    """One table: the views under their pages, in the order of the navigation."""
    shown = sum(line.lacking is None for line in lines)
    head = ("View, and what it needs", html.Span("Shown or not", className="visually-hidden"))
    return html.Div(
        [
            html.H2(TITLE),
            html.P(
                f"{shown} of {len(lines)} views have the data that they need in this trial. A view without them is "
                "left out; it appears as soon as they are added to its folder or declared in its trial.toml.",
                className="lead-in",
            ),
            html.Div(
                html.Table(
                    [
                        html.Thead(html.Tr([html.Th(text, scope="col") for text in head])),
                        *(
                            html.Tbody([_heading(page), *map(_row, of_page)])
                            for page, of_page in groupby(lines, key=lambda line: line.page)
                        ),
                    ]
                ),
                className="reproduction-table",
                tabIndex=0,
                role="region",
                **{"aria-label": TITLE},
            ),
        ],
        className="reproduction coverage",
    )


def _heading(page: str) -> html.Tr:
    return html.Tr(html.Th(page, colSpan=2, scope="rowgroup"), className="section")


def _row(line: Line) -> html.Tr:
    icon, tone, words = (
        ("bi-check-circle-fill", "agrees", "Shown")
        if line.lacking is None
        else ("bi-dash-circle", "silent", "Not shown")
    )
    name = dcc.Link(line.title, href=line.link) if line.lacking is None else line.title
    mark = [html.I(className=f"bi {icon} {tone}", **{"aria-hidden": "true"}), f" {words}"]
    needs = [html.Div(line.lacking, className="note")] if line.lacking else []
    return html.Tr([html.Th([name, *needs], scope="row"), html.Td(mark, className="printed")])
