"""The report: one HTML file with everything in it, which opens without the server and asks nobody for anything.

Figures are drawn by the plotly.js inside; tables and numbers are those of the page, written out as HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component
from plotly.offline import get_plotlyjs

from components import card
from components.theme import GRAPH_CONFIG


@dataclass(frozen=True)
class Section:
    """A view in the report: its content, or the sentence why there is none; how to read it; where it comes from."""

    title: str
    content: card.Filled | str
    tables: Sequence[Component]
    how_to_read: str
    provenance: str


#: Elements without an end; those that only act are written as the words in them.
_VOID = ("br", "hr", "img")
_ACTING = ("button", "a", "link")
_ATTRIBUTES = {"className": "class", "tabIndex": "tabindex", "role": "role", "scope": "scope", "title": "title"}

_STYLE = """
body{font:16px/1.5 Inter,system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#1b2733;background:#f5f7f9;
margin:0;font-feature-settings:'tnum'}
main{max-width:1120px;margin:0 auto;padding:24px 20px 48px}h1{font-size:1.5rem;margin:0 0 4px}
section{background:#fff;border:1px solid #dfe4e9;border-radius:10px;padding:16px 20px;margin:16px 0}
h2{font-size:1.2rem;margin:0 0 8px}.muted,.method,.number-label,.reason,footer{color:#5b6876;font-size:.875rem}
.badge{display:inline-block;background:#fff4dc;color:#7a4b00;border:1px solid #f0c97a;border-radius:6px;
padding:2px 10px;font-weight:600}.exploratory{color:#7a4b00;font-weight:600}
.headline{display:flex;flex-wrap:wrap;gap:8px 30px;margin:8px 0}.number{font-size:1.3rem;font-weight:650}
.figure{overflow-x:auto}.numbers-table{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem;width:100%}
th,td{text-align:right;padding:6px 10px;border-bottom:1px solid #dfe4e9}th:first-child{text-align:left}
thead th{color:#5b6876;font-weight:500;vertical-align:bottom}.light{color:#2e7d4f;margin-right:6px}
.light.doubtful{color:#b3541e}summary{cursor:pointer;color:#5b6876;margin:8px 0}
@media print{section{break-inside:avoid;border:0}body{background:#fff}}
"""
#: Only what stands in the file itself may run, be drawn or be fetched.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
_DRAW = """
document.querySelectorAll("script[data-figure]").forEach(function (held) {
  var figure = JSON.parse(held.textContent), place = document.getElementById(held.dataset.figure);
  Plotly.newPlot(place, figure.data, figure.layout, figure.config);
});
"""


def document(
    title: str, subtitle: str, badge: str, who: str, exploratory: bool, sections: Sequence[Section], source: str
) -> str:
    """The whole file; `who` says whose numbers these are, `source` cites the trial and says what the patients are."""
    parts = "".join(_section(section, f"figure-{place}") for place, section in enumerate(sections))
    badge_ = f'<p><span class="badge">{escape(badge)}</span></p>' if badge else ""
    kind = "exploratory" if exploratory else "muted"
    plotly = get_plotlyjs().replace("</script", "<\\/script")
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style></head><body><main>'
        f'<h1>{escape(title)}</h1><div class="muted">{escape(subtitle)}</div>{badge_}'
        f'<p class="{kind}">{escape(who)}</p>{parts}<footer>{escape(source)}</footer></main>'
        f"<script>{plotly}</script><script>{_DRAW}</script></body></html>"
    )


def _section(section: Section, name: str) -> str:
    content = section.content
    if isinstance(content, str):
        body = f'<p class="reason">{escape(content)}</p>'
    else:
        headline = "".join(markup(card.headline(number)) for number in content.headline)
        figure = {**content.figure, "config": GRAPH_CONFIG}
        tables = "".join(markup(table) for table in section.tables)
        drawn = (
            f'<div class="figure" id="{name}"></div>'
            f'<script type="application/json" data-figure="{name}">{in_json(figure)}</script>'
        )
        folded = f"<details><summary>The numbers</summary>{tables}</details>" if tables else ""
        body = (
            f'<div class="headline">{headline}</div>{drawn if content.figure else tables}'
            f'<p class="method">{escape(content.method)}</p>{folded if content.figure else ""}'
        )
    reading = (
        f"<details><summary>How to read this</summary><p>{escape(section.how_to_read)}</p></details>"
        if section.how_to_read
        else ""
    )
    said = f'<p class="muted">{escape(section.provenance)}</p>'
    return f"<section><h2>{escape(section.title)}</h2>{body}{reading}{said}</section>"


def in_json(value: Any) -> str:
    """JSON that cannot end the element it stands in; arrays as lists, also those that are views of others."""
    text = orjson.dumps(value, default=lambda array: array.tolist(), option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def markup(part: Any) -> str:
    """A part of the page as HTML, its texts escaped; what only acts is written as its words."""
    if part is None:
        return ""
    if isinstance(part, (list, tuple)):
        return "".join(markup(child) for child in part)
    if not isinstance(part, Component):
        return escape(str(part))
    name = type(part).__name__.lower()
    inner = markup(getattr(part, "children", None))
    if name in _ACTING:
        return inner
    if not hasattr(html, type(part).__name__):
        return ""  # a graph, a table that is folded in the browser: parts of the page alone
    written = "".join(
        f' {attribute}="{escape(str(getattr(part, known)))}"'
        for known, attribute in _ATTRIBUTES.items()
        if getattr(part, known, None) not in (None, "")
    )
    style = getattr(part, "style", None) or {}
    colour = style.get("color")
    written += f' style="color:{escape(colour)}"' if colour else ""
    return f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{inner}</{name}>"
