"""The frame every view stands in: title, controls, the numbers as typography, the figure, one line of method.

A card has five states (loading, filled, empty or not estimable, failed); `Filled` and `Message` say which, and
`parts` turns either into what a callback sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components import handout, ids
from components.theme import GRAPH_CONFIG
from components.written import written


@dataclass(frozen=True)
class Figure:
    """A number as typography: the value, its interval, what it is, and the colour of the arm it belongs to."""

    value: str
    interval: str
    label: str
    colour: str | None = None
    faint: bool = False


@dataclass(frozen=True)
class Filled:
    """What a card shows: headline numbers, a figure dictionary, the method; a table, and what stands beside.

    The figure of a card that is a table alone is empty.
    """

    headline: Sequence[Figure]
    figure: dict[str, Any]
    method: str
    table: Component | None = None
    beside: Component | None = None


@dataclass(frozen=True)
class Message:
    """What a card says instead of a figure: a sentence, and whether it is a failure."""

    sentence: str
    failed: bool = False


#: Where the text of a cell may go on in the next line: before a bracket, and after a semicolon that is in none.
_PHRASES = re.compile(r" (?=\()|(?<=;) (?![^(]*\))")

#: The height of a figure that shows nothing: Plotly takes a smaller one for none and draws its own 450 pixels.
LEAST = 10

PARTS: tuple[ids.CardPart, ...] = ("headline", "figure", "height", "beside", "message", "method", "numbers")
#: What a card that is a table alone does not have.
DRAWN: frozenset[ids.CardPart] = frozenset({"figure", "height"})


def layout(
    view: str,
    title: str,
    height: int,
    controls: Sequence[Component] = (),
    actions: Sequence[Component] = (),
    more: Sequence[Component] = (),
    draggable: bool = False,
    explain: str = "",
    fold: str = "",
    drawn: bool = True,
) -> html.Section:
    """An empty card of `view`: its figure is a skeleton of `height` pixels until the first answer arrives.

    `draggable` lets the reader drag the shapes of the figure; `explain` is how to read the view, in plain words;
    `fold` are the words under which the numbers are folded away; a card that is a table alone is not `drawn`.
    """
    numbers: Component = html.Div(id=ids.card(view, "numbers"), className="card-numbers")
    return html.Section(
        [
            html.Header(
                [
                    html.H2(title),
                    html.Div(list(controls), className="card-controls"),
                    html.Div(
                        written(
                            [
                                *([_explain(title, explain)] if explain else []),
                                *handout.actions(view, title, drawn),
                                *actions,
                            ]
                        ),
                        className="card-actions",
                    ),
                ],
                className="card-head",
            ),
            *more,
            html.Div(id=ids.card(view, "headline"), className="headline"),
            html.Div(id=ids.card(view, "message"), role="status"),
            html.Div(
                [*([_graph(view, height, draggable)] if drawn else []), html.Div(id=ids.card(view, "beside"))],
                className="figures",
            ),
            html.Details([html.Summary(fold), numbers], className="fold") if fold else numbers,
            html.Footer(id=ids.card(view, "method"), className="card-method"),
        ],
        id=ids.place(view),
        className="card",
    )


def _graph(view: str, height: int, draggable: bool) -> html.Div:
    drawn = graph(_waiting(height), {"shapePosition": draggable}, id=ids.card(view, "figure"))
    drawn.id, drawn.className = ids.card(view, "height"), "card-figure"
    return drawn


def graph(figure: dict[str, Any], edits: Mapping[str, bool] | None = None, **properties: Any) -> html.Div:
    """A figure on the page, in a box as tall as itself; `edits` is what the reader may drag."""
    config = {**GRAPH_CONFIG, "edits": edits} if edits else GRAPH_CONFIG
    return html.Div(dcc.Graph(figure=figure, config=config, style={"height": "100%"}, **properties), style=_box(figure))


def _box(figure: dict[str, Any]) -> dict[str, int]:
    """The style of a figure's box.

    It keeps the place of a figure until Plotly is loaded, and Plotly, which forgets a figure's height when the width
    changes, reads it off the box.
    """
    return {"height": figure["layout"]["height"]}


def parts(
    content: Filled | Message, numbers: str, marks: Sequence[Component | None] = (), more: Sequence[Component] = ()
) -> dict[ids.CardPart, Any]:
    """What each part of a card shows for `content`; `numbers` is the address of its numbers, "{kind}" in it.

    `marks` stand beside the headline numbers, None for one without; `more` stands after the method.
    """
    if isinstance(content, Message):
        return {
            "headline": [],
            "figure": _waiting(LEAST),
            "height": _box(_waiting(LEAST)),
            "beside": [],
            "message": html.P(content.sentence, className="card-failed" if content.failed else "card-message"),
            "method": "",
            "numbers": [],
        }
    figure = content.figure or _waiting(LEAST)
    # asked before it is written: a component without children is false
    table = written(content.table or [])
    return {
        "headline": written(
            [headline(figure, mark) for figure, mark in zip_longest(content.headline, marks) if figure is not None]
        ),
        "figure": figure,
        "height": _box(figure),
        "beside": written(content.beside or []),
        "message": [],
        "method": written([content.method, _numbers_links(numbers), *more]),
        "numbers": table if content.figure else html.Div(table, className="without-figure"),
    }


def table(label: str, head: Sequence[str], rows: Sequence[Sequence[Component | str]]) -> html.Div:
    """A table of numbers: the first column names the row. It scrolls by itself where the screen is narrow."""
    body = [html.Tr([html.Th(row[0], scope="row"), *map(cell, row[1:])]) for row in rows]
    return html.Div(
        html.Table([html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), html.Tbody(body)]),
        className="numbers-table",
        tabIndex=0,
        role="region",
        **{"aria-label": label},
    )


def cell(content: Component | str) -> html.Td:
    """A cell of a table, which breaks between an estimate and its interval, never within either."""
    phrases = _PHRASES.split(content) if isinstance(content, str) else []
    if len(phrases) < 2:
        return html.Td(content)
    first, *others = map(html.Span, phrases)
    return html.Td([first, *(part for other in others for part in (" ", other))], className="phrases")


def cohort(words: str, link: str) -> Component | str:
    """The name of a row as a button that does what a click in the figure does; plain words where `link` is empty."""
    if not link:
        return words
    return html.Button(
        words, id=ids.cohort(link), type="button", className="row-cohort", title="Make these patients the cohort"
    )


def _explain(title: str, text: str) -> html.Details:
    """How to read the view, behind a button that needs no script."""
    return html.Details(
        [html.Summary(html.Span("How to read this")), html.P(text)],
        className="explain",
        **{"aria-label": f"How to read: {title}"},
    )


def _numbers_links(address: str) -> html.Span:
    """The numbers behind the figure, for R or a spreadsheet."""
    links = [html.A(kind.upper(), href=address.format(kind=kind), target="_blank") for kind in ("csv", "json")]
    return html.Span(["Numbers: ", links[0], " · ", links[1]], className="numbers-links")


def headline(figure: Figure, mark: Component | None = None) -> html.Div:
    """A number with its interval, over what it is; a mark stands at its upper right."""
    style = {"color": figure.colour} if figure.colour else {}
    return html.Div(
        [
            html.Div(
                [html.Span(figure.value, className="number", style=style)]
                + ([html.Span(f" ({figure.interval})", className="interval", style=style)] if figure.interval else [])
                + ([mark] if mark is not None else []),
            ),
            html.Div(figure.label, className="number-label"),
        ],
        className="stat faint" if figure.faint else "stat",
    )


def _waiting(height: int) -> dict[str, Any]:
    """A figure without axes that keeps the card's height while the first answer is on its way."""
    axis = {"visible": False, "fixedrange": True}
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return {"data": [], "layout": {"height": height, "xaxis": axis, "yaxis": axis, "margin": margin}}
