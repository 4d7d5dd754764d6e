"""The panel in which a reader puts a deck of slides or a report together: which views, in which order."""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import ids

#: What the buttons say; the browser puts the words back when a file has been made.
SLIDES, REPORT = "PowerPoint", "Report, HTML"


def button() -> html.Button:
    """Opens the panel."""
    return html.Button(
        [html.I(className="bi bi-file-earmark-slides", **{"aria-hidden": "true"}), html.Span("Export slides")],
        id=ids.SLIDES_BUTTON,
        type="button",
        className="action export-slides",
        **{"aria-haspopup": "dialog"},
    )


def panel() -> dbc.Offcanvas:
    """The panel at the right edge, filled when it opens."""
    return dbc.Offcanvas(
        [
            dcc.Store(id=ids.SLIDES_CHOSEN, data=[]),
            html.P(
                "One file with the views below, for the patients and settings of this page, and the methods. In "
                "PowerPoint curves, tables and texts can be edited; the report is a page that opens without the server."
            ),
            html.Ol(id=ids.SLIDES_LIST, className="slides-list"),
            html.Div(
                [
                    html.Button(SLIDES, id=ids.SLIDES_EXPORT, type="button", className="action export-slides"),
                    html.Button(REPORT, id=ids.SLIDES_REPORT, type="button", className="action"),
                ],
                className="slides-kinds",
            ),
            html.P(id=ids.SLIDES_STATUS, role="status", className="slides-status"),
        ],
        id=ids.SLIDES,
        title=html.Span("Export slides", id=ids.SLIDES_TITLE),
        labelledby=ids.SLIDES_TITLE,
        placement="end",
        is_open=False,
    )


def rows(views: Sequence[tuple[str, str, bool]]) -> list[Component]:
    """The views in the order of the deck, each given as (name, title, whether it is in the deck)."""
    last = len(views) - 1
    return [
        html.Li(
            [
                html.Button(
                    [
                        html.I(className=f"bi bi-{'check-square-fill' if on else 'square'}", **{"aria-hidden": "true"}),
                        title,
                    ],
                    id=ids.slide(name, "toggle"),
                    type="button",
                    className="slides-pick",
                    **{"aria-pressed": "true" if on else "false"},
                ),
                _move(name, title, "up", place == 0),
                _move(name, title, "down", place == last),
            ]
        )
        for place, (name, title, on) in enumerate(views)
    ]


def _move(name: str, title: str, way: str, end: bool) -> html.Button:
    return html.Button(
        html.I(className=f"bi bi-arrow-{way}", **{"aria-hidden": "true"}),
        id=ids.slide(name, way),
        type="button",
        className="slides-move",
        disabled=end,
        **{"aria-label": f"Move {title} {way}"},
    )
