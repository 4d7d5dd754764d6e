"""The panel in which a reader puts a cohort together: every factor, its levels, and what a choice would leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components import ids
from components.format import count
from components.theme import arm_colour, arm_ink

Counts = Mapping[str, Sequence[int]]


@dataclass(frozen=True, eq=False)
class Choice:
    """One factor in the panel: its levels (value: label), those chosen, and the patients each would leave per arm."""

    variable: str
    label: str
    levels: Mapping[str, str]
    chosen: Sequence[str]
    counts: Counts


def button() -> html.Button:
    """Opens the panel."""
    return html.Button(
        [html.I(className="bi bi-funnel", **{"aria-hidden": "true"}), "Filter"],
        id=ids.FILTER_BUTTON,
        type="button",
        className="action",
        **{"aria-haspopup": "dialog"},
    )


def panel() -> dbc.Offcanvas:
    """The panel at the right edge, empty until it is opened."""
    return dbc.Offcanvas(
        html.Div(id=ids.FILTER_PANEL),
        id=ids.FILTERS,
        title=html.Span("Filter the cohort", id=ids.FILTERS_TITLE),
        labelledby=ids.FILTERS_TITLE,
        placement="end",
        is_open=False,
    )


def layout(choices: Sequence[Choice], arms: Sequence[str]) -> list[Component]:
    """The factors of the panel; `arms` are the short names, in the order of the counts."""
    if not choices:
        return [html.P("This trial declares no baseline factors to filter by.")]
    key = [
        html.Span([html.Span(className="dot", style={"backgroundColor": arm_colour(i)}), name], className="filter-arm")
        for i, name in enumerate(arms)
    ]
    return [
        html.P(["Patients that each choice would leave: ", *key], className="filter-key"),
        *(
            html.Fieldset(
                [
                    html.Legend(choice.label),
                    dbc.Checklist(
                        id=ids.filter_levels(choice.variable), options=level_options(choice), value=list(choice.chosen)
                    ),
                ],
                className="filter-factor",
            )
            for choice in choices
        ),
    ]


def level_options(choice: Choice) -> list[dict[str, object]]:
    """The levels of a factor with their counts in the colours of the arms."""
    return [
        {
            "value": value,
            "label": html.Span(
                [
                    html.Span(label),
                    *(
                        html.Span(count(n), className="filter-count", style={"color": arm_ink(i)})
                        for i, n in enumerate(choice.counts[value])
                    ),
                ],
                className="filter-level",
            ),
        }
        for value, label in choice.levels.items()
    ]
