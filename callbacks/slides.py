"""Slides over HTTP: `/slides/<view>.pptx` and `/slides/deck.pptx?views=survival,safety` with the query of the page.

Nothing is kept between requests, so that any worker answers any of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask, Response
from flask import request as http

from analysis.estimate import NotEstimable
from analysis.provenance import Provenance, describe
from analysis.selection import write_query
from analysis.views import VIEWS
from callbacks import chosen
from callbacks.cards import CARDS, title_of
from callbacks.request import Request
from callbacks.workspace import Workspace
from components.card import Filled
from components.slides import Page, Stamp, as_bytes, deck, least_room, pages
from components.slides.generic import message
from components.slides.house import BadTemplateError, open_house
from components.slides.page import Shown
from components.slides.paint import Box
from data.contract import BrokenTrial

POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
#: The name of a deck where the name of a view would stand.
DECK = "deck"


def register(server: Flask, workspace: Workspace, template: Path | None = None) -> None:
    """Serve the slide of each view, and the deck, made with a department's `template` instead of our own plain one."""

    @server.get("/slides/<view>.pptx")
    def slides(view: str) -> Response:
        opened, named = chosen.read(workspace, http.query_string.decode("ascii", "replace"))
        if isinstance(opened, BrokenTrial):
            return _sorry(f"{opened.name} could not be opened: {opened.reason}", 422)
        wanted = named if view == DECK else (view,)
        if not wanted or any(name not in CARDS for name in wanted):
            return _sorry(f"No slides are served at {http.path[:80]}.", 404)
        try:
            file = presentation(opened, wanted, http.url_root.rstrip("/"), template, whole=view == DECK)
        except BadTemplateError as error:
            return _sorry(str(error), 500)
        name = file_name(opened, view, wanted)
        return Response(file, mimetype=POWERPOINT, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _sorry(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")


def presentation(opened: Request, views: tuple[str, ...], host: str, template: Path | None, whole: bool) -> bytes:
    """The file with the slides of `views`; `host` starts the links that restore them."""
    house = open_house(template)
    room = least_room(house)
    made = [(page, stamp) for view in views for page, stamp in _pages(opened, view, host, room)]
    return as_bytes(deck(house, made, whole))


def _pages(opened: Request, view: str, host: str, room: Box) -> list[tuple[Page, Stamp]]:
    """The pages of one view, each with where its numbers come from."""
    title = title_of(view, opened)
    content = CARDS[view].update(opened, "/", "desktop")
    if isinstance(content, NotEstimable):
        stamp = Stamp(_provenance(opened, view, ""), _link(opened, view, host))
        return [(message(title, content.reason, VIEWS[view].missing(opened.trial) is not None), stamp)]
    table = CARDS[view].update(opened, CARDS[view].path, "desktop")
    with_table = replace(content, table=table.table if isinstance(table, Filled) else None)
    result = opened.result(view)
    everyone = opened.everyone_behind(view)
    options = opened.options(VIEWS[view].options)
    shown = Shown(view, title, result, options, with_table, room, CARDS[view].explain, everyone)
    stamp = Stamp(_provenance(opened, view, content.method), _link(opened, view, host))
    return [(page, stamp) for page in pages(shown)]


def _provenance(opened: Request, view: str, method: str) -> Provenance:
    return describe(opened.trial, opened.selection, method, getattr(opened.result(view), "words", ""))


def _link(opened: Request, view: str, host: str) -> str:
    """The address that shows this view of this link again; the trial is named even where it is the default."""
    named = any(name == "trial" for name, _ in opened.pairs)
    pairs = list(opened.pairs) if named else [("trial", opened.trial.id), *opened.pairs]
    return f"{host}{CARDS[view].path}{write_query(pairs)}"


def file_name(opened: Request, view: str, views: tuple[str, ...]) -> str:
    """The name of a file says trial, view, cohort and date."""
    return _provenance(opened, views[0], "").file_name("slides" if view == DECK else view, "pptx", date.today())
