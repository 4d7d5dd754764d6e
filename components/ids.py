"""Every id of the page, once. Families of controls and card parts are pattern-matching ids."""

from __future__ import annotations

from typing import Literal

from dash import ALL, MATCH

# state
URL = "url"
STATE = "state"  # {"path": "/survival", "query": "?trial=..."}, written by the browser from the URL alone
PAGE = "page"  # {"path", "trial"}: changes only when another page or another trial is opened
DEFAULTS = "defaults"  # what each control says when the link says nothing
SCREEN = "screen"  # "desktop", "tablet" or "phone"

# shell
TRIALS = "trials"
NAVIGATION = "navigation"
COPY_LINK = "copy-link"
CHIPS = "chips"
FILTER_BUTTON = "filter-button"
FILTERS = "filters"
FILTERS_TITLE = "filters-title"
FILTER_PANEL = "filter-panel"
REVEAL = "reveal"
SUBSETS = "subsets"
CAUTION = "caution"
COUNT = "count"
NOTICES = "notices"
MAIN = "main"
REPRODUCTION = "reproduction"

# the panel that puts a deck together
SLIDES_BUTTON = "slides-button"
SLIDES = "slides"
SLIDES_TITLE = "slides-title"
SLIDES_CHOSEN = "slides-chosen"  # [[view, whether it is in the deck], ...] in the order of the deck
SLIDES_LIST = "slides-list"
SLIDES_EXPORT = "slides-export"
SLIDES_REPORT = "slides-report"
SLIDES_STATUS = "slides-status"
# the code and the files of a card, wired in the browser
CODE = "code"
CODE_TITLE = "code-title"
CODE_TEXT = "code-text"
CODE_COPY = "code-copy"
CODE_DOWNLOAD = "code-download"
HANDOUT_STATUS = "handout-status"

NavPlace = Literal["navigation", "brand", "card", "footer"]
PublishedPart = Literal["button", "list"]
CardPart = Literal["headline", "figure", "height", "beside", "message", "method", "numbers"]


def control(name: str, at: str = "page") -> dict[str, str]:
    """A control whose value is the setting `name` of the link; two cards may each show it, `at` tells them apart."""
    return {"control": name, "at": at}


def chip(variable: str) -> dict[str, str]:
    """The button that removes the filter on `variable`."""
    return {"chip": variable}


def filter_levels(variable: str) -> dict[str, str]:
    """The levels of the factor `variable` in the filter panel."""
    return {"filter": variable}


def cohort(link: str) -> dict[str, str]:
    """The row of a table that makes its patients the cohort; `link` is the filter as an address says it."""
    return {"cohort": link}


def slider(name: str) -> dict[str, str]:
    """The slider of the setting `name`; its own `name` is what is shown when the link says nothing."""
    return {"slider": name}


def nav(path: str, place: NavPlace) -> dict[str, str]:
    """A link to a page that carries the present query: in the navigation, the brand, on a card, or in the footer."""
    return {"nav": path, "place": place}


def card(view: str, part: CardPart) -> dict[str, str]:
    """A part of the card of `view`."""
    return {"card": view, "part": part}


def place(view: str) -> str:
    """The card of `view` as the end of an address names it, so that a link leads to it on its page."""
    return f"card-{view}"


def published(view: str, part: PublishedPart) -> dict[str, str]:
    """What opens the published numbers of a card, or the list of them, which is filled when it is asked for."""
    return {"published": view, "part": part}


def slide(view: str, do: str) -> dict[str, str]:
    """A button of the panel of slides: takes a view into the deck or out ("toggle"), moves it "up" or "down"."""
    return {"slide": view, "do": do}


def grid(view: str) -> dict[str, str]:
    """The table of `view` that is sorted and folded in the browser; it stands on the page only, not on the card."""
    return {"grid": view}


def grid_caption(view: str) -> dict[str, str]:
    """The line over that table."""
    return {"caption": view}


EVERY_CONTROL = {"control": ALL, "at": ALL}
EVERY_CHIP = {"chip": ALL}
EVERY_COHORT = {"cohort": ALL}
EVERY_SLIDER = {"slider": ALL}  # there is none in a trial without the setting
EVERY_SLIDE = {"slide": ALL, "do": ALL}
EVERY_FILTER = {"filter": ALL}
EVERY_FIGURE = {"card": ALL, "part": "figure"}
EVERY_GRID = {"grid": ALL}
EVERY_GRID_CAPTION = {"caption": ALL}
A_PUBLISHED_BUTTON = {"published": MATCH, "part": "button"}
ITS_PUBLISHED_LIST = {"published": MATCH, "part": "list"}
EVERY_NAV = {"nav": ALL, "place": ALL}
EVERY_NAV_ITEM = {"nav": ALL, "place": "navigation"}
