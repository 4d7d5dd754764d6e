"""The marks of published numbers: a quiet line in the card, a mark beside a headline number, the list behind both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from analysis.reproduction import Row
from components import ids, reproduction
from components.card import Figure

#: What stands beside a number that the paper prints too.
SIGN = "†"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def button(view: str, rows: Sequence[Row]) -> list[Component]:
    """The line that says how many numbers of a card the paper prints; it opens their list. Nothing without any."""
    if not rows:
        return []
    words = f"{SIGN} {len(rows)} published {'number' if len(rows) == 1 else 'numbers'}"
    return [
        html.Details(
            [
                html.Summary(words, id=ids.published(view, "button"), n_clicks=0),
                html.Div(id=ids.published(view, "list"), className="published-list"),
            ],
            className="published",
        )
    ]


def marks(headline: Sequence[Figure], rows: Sequence[Row], inks: Mapping[str, str]) -> list[Component | None]:
    """The mark of each headline number that `rows` print, None for the others; `inks` are those of the arms by name.

    The first number of a headline is looked for among the recomputed numbers of its arm, or of a comparison.
    """
    return [_mark(figure.value) if _is_printed(figure, rows, inks) else None for figure in headline]


def _is_printed(figure: Figure, rows: Sequence[Row], inks: Mapping[str, str]) -> bool:
    found = _NUMBER.search(figure.value)
    if found is None:
        return False
    # the recomputed number may carry a digit more than the headline
    half = 0.5 * 10.0 ** -len(found[0].partition(".")[2]) + 1e-9
    return any(
        abs(float(number) - float(found[0])) <= half
        for row in rows
        if (None if row.compared else inks.get(row.arm)) == figure.colour
        for number in _NUMBER.findall(row.recomputed)
    )


def _mark(value: str) -> html.Button:
    """The browser opens the list of the card."""
    words = f"{value} is printed in the report: see both numbers"
    return html.Button(
        SIGN, type="button", className="published-mark", title="Printed in the report", **{"aria-label": words}
    )


def content(view: str, rows: Sequence[Row], back: str) -> list[Component]:
    """Printed beside recomputed, with the light and where it is printed; then the way back to the whole table."""
    head = ("Quantity", "Published", "Recomputed", "Where in the report")
    agreement = html.Th(html.Span("Agreement", className="visually-hidden"), scope="col")
    return [
        html.Div(
            html.Table(
                [
                    html.Thead(html.Tr([agreement, *(html.Th(text, scope="col") for text in head)])),
                    html.Tbody([_line(row) for row in rows]),
                ]
            ),
            className="reproduction-table",
            tabIndex=0,
            role="region",
            **{"aria-label": f"Published numbers: {view.replace('_', ' ')}"},
        ),
        html.P(dcc.Link("In the table of all numbers", href=back)),
    ]


def _line(row: Row) -> html.Tr:
    who = ", ".join(part for part in (row.population, row.arm) if part and part != "all")
    return html.Tr(
        [
            html.Td(reproduction.light(row)),
            html.Td(f"{row.quantity} ({who})" if who else row.quantity),
            html.Td(row.published, className="printed"),
            html.Td(row.recomputed or "—", className="printed"),
            html.Td(row.source, className="muted"),
        ]
    )
