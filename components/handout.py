"""What a card gives away: its code, its picture, its numbers; and the panel in which the code is read.

Links and buttons say in `data-` attributes what they are of; the browser adds the query of the page and draws.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.views import VIEWS
from components import ids

#: What the menu of a card offers: kind, words. Pictures are drawn by the browser, the rest comes from an address.
PICTURES = (("png-wide", "PNG, 16:9"), ("png-classic", "PNG, 4:3"), ("svg", "SVG"))
FILES = (
    ("/numbers/{view}.csv", "Numbers, CSV"),
    ("/numbers/{view}.json", "Numbers, JSON"),
    ("/slides/{view}.pptx", "Slide, PPTX"),
)


def actions(view: str, title: str, drawn: bool) -> list[Component]:
    """The buttons of a card: the code, where the view has a script, and the menu of downloads, pictures if `drawn`."""
    known = VIEWS.get(view)
    return [*([_code(view, title)] if known and known.script else []), _menu(view, title, drawn)]


def _code(view: str, title: str) -> html.Button:
    return html.Button(
        _icon("code-slash"),
        type="button",
        className="icon-link icon-button",
        title="The code",
        **{"aria-label": f"Code: {title}", "data-code": view, "aria-haspopup": "dialog"},
    )


def _menu(view: str, title: str, drawn: bool) -> html.Details:
    """A list that opens without a script; what stands in it is a button or a link like any other."""
    pictures: list[Component] = [
        html.Button(words, type="button", **{"data-picture": kind, "data-view": view})
        for kind, words in (PICTURES if drawn else ())
    ]
    files: list[Component] = [
        html.A(words, href=address.format(view=view), download="", **{"data-export": ""}) for address, words in FILES
    ]
    return html.Details(
        [
            html.Summary(
                _icon("download"), className="icon-link", title="Download", **{"aria-label": f"Download: {title}"}
            ),
            html.Ul([html.Li(entry) for entry in [*pictures, *files]]),
        ],
        className="downloads",
    )


def report_link() -> html.A:
    """The link that saves the page's state as one file."""
    return html.A(
        [_icon("file-earmark-arrow-down"), html.Span("Report")],
        href="/report.html",
        download="",
        className="action",
        title="One file that opens without the server",
        **{"data-export": ""},
    )


def panel() -> html.Dialog:
    """The panel in which a script is read; the browser fills and opens it."""
    return html.Dialog(
        [
            html.Header(
                [
                    html.H2("The code", id=ids.CODE_TITLE),
                    html.Button("Copy", type="button", id=ids.CODE_COPY, className="action"),
                    html.A("Download .py", id=ids.CODE_DOWNLOAD, href="/", download="", className="action"),
                    html.Button(
                        _icon("x-lg"),
                        type="button",
                        className="icon-link icon-button",
                        **{"aria-label": "Close", "data-close": ""},
                    ),
                ]
            ),
            html.P(
                "This script recomputes the numbers of the view, as it stands, from the files of the trial, with "
                "pandas and lifelines. Put it beside the files and run it."
            ),
            html.Pre(
                html.Code(id=ids.CODE_TEXT),
                tabIndex=0,
                role="region",
                **{"aria-label": "Python that recomputes the view"},
            ),
        ],
        id=ids.CODE,
        className="code-panel",
        **{"aria-labelledby": ids.CODE_TITLE},
    )


def status() -> html.Div:
    """Where the page says that a file is on its way, or why it is not."""
    return html.Div(id=ids.HANDOUT_STATUS, className="handout-status", role="status")


def _icon(name: str) -> html.I:
    return html.I(className=f"bi bi-{name}", **{"aria-hidden": "true"})
