"""Slides: every view as native, editable PowerPoint, drawn on the server without a browser.

`deck` makes a presentation of pages; a page is what a view says on one slide. Points are the unit throughout.
"""

from components.slides.deck import as_bytes, deck, least_room
from components.slides.page import Page, Stamp
from components.slides.views import pages

__all__ = ["Page", "Stamp", "as_bytes", "deck", "least_room", "pages"]
