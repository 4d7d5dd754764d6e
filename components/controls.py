"""The controls of cards and pages: native form elements with a label, each carrying one setting of the link."""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import ids

Options = Sequence[tuple[str, str]]


def select(
    name: str, label: str, options: Options, value: str, hide_label: bool = False, at: str = "page"
) -> html.Label:
    """A drop-down list of (value, text); `at` names the card when two of them show the same setting."""
    return _labelled(
        label,
        dbc.Select(
            id=ids.control(name, at),
            options=[{"value": key, "label": text} for key, text in options],
            value=value,
            size="sm",
        ),
        hide_label,
    )


def choice(name: str, label: str, options: Options, value: str) -> html.Fieldset:
    """A segmented control: one of a few (value, text), all of them visible."""
    return html.Fieldset(
        [
            html.Legend(label, className="visually-hidden"),
            dbc.RadioItems(
                id=ids.control(name),
                options=[{"value": key, "label": text} for key, text in options],
                value=value,
                inline=True,
                class_name="segmented",
                input_class_name="btn-check",
                label_class_name="segment",
                label_checked_class_name="chosen",
            ),
        ]
    )


def number(name: str, label: str, value: float | None, placeholder: str) -> html.Label:
    """A number above zero; empty means the default, which stands in the placeholder."""
    return _labelled(
        label,
        dbc.Input(
            id=ids.control(name),
            type="number",
            min=0,
            step="any",
            value=value,
            placeholder=placeholder,
            debounce=True,
            size="sm",
            class_name="number-input",
        ),
    )


def slider(name: str, label: str, value: float, low: float, high: float, step: float) -> html.Label:
    """A number between two limits, dragged; it takes effect when the hand rests."""
    field = dbc.Input(
        id=ids.control(name), type="range", min=low, max=high, step=step, value=value, debounce=0.2, class_name="range"
    )
    return _labelled(label, field)


def automatic_slider(
    name: str,
    label: str,
    value: float | None,
    low: float,
    high: float,
    step: float,
    automatic: str,
    hide_label: bool = False,
) -> html.Label:
    """A slider that stands at `automatic` while the link says nothing; for settings whose default is computed."""
    field = dbc.Input(
        id=ids.slider(name),
        type="range",
        min=low,
        max=high,
        step=step,
        value=value,
        name=automatic,
        debounce=200,
        class_name="month-slider",
    )
    words = html.Span(label, className="visually-hidden") if hide_label else html.Span(label)
    return html.Label([words, field], className="labelled")


def search(name: str, label: str, value: str) -> html.Label:
    """A part of a name to look for; it takes effect shortly after the last letter."""
    field = dbc.Input(
        id=ids.control(name), type="search", value=value, placeholder=label, debounce=0.4, size="sm", class_name="find"
    )
    return _labelled(label, field, hide_label=True)


def switch(name: str, label: str, value: bool) -> Component:
    """A switch, on or off."""
    return dbc.Switch(id=ids.control(name), label=label, value=value, class_name="toggle")


def page_link(path: str, label: str) -> dcc.Link:
    """An icon that opens a page with the present selection; the browser fills in the query."""
    return dcc.Link(
        html.I(className="bi bi-arrows-angle-expand", **{"aria-hidden": "true"}),
        id=ids.nav(path, "card"),
        href=path,
        title=label,
        className="icon-link",
    )


def _labelled(label: str, field: Component, hide_label: bool = False) -> html.Label:
    return html.Label(
        [html.Span(label, className="visually-hidden" if hide_label else ""), field], className="labelled"
    )
