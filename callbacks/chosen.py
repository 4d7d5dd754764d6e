"""Which views go into a deck or a report: those that its address names, or what the overview shows.

The name of the setting is not one of a page's: it is taken out of the query before the link is read.
"""

from __future__ import annotations

from analysis.safety import SafetyOptions
from analysis.selection import read_pairs, write_query
from analysis.views import VIEWS
from callbacks import request
from callbacks.cards import CARDS
from callbacks.request import Request
from callbacks.views import on_overview
from callbacks.workspace import Workspace
from data.contract import BrokenTrial

SETTING = "views"


def read(workspace: Workspace, query: str) -> tuple[Request | BrokenTrial, tuple[str, ...]]:
    """The link in `query`, and the views that it names, in their order; none where it names none that exist."""
    pairs, _ = read_pairs(query)
    opened = request.read(workspace, write_query([pair for pair in pairs if pair[0] != SETTING]))
    if isinstance(opened, BrokenTrial):
        return opened, ()
    names = dict(pairs).get(SETTING, "")
    if not names:
        return opened, usual(opened)
    return opened, tuple(name for name in dict.fromkeys(names.split(",")) if name in CARDS)


def usual(opened: Request) -> tuple[str, ...]:
    """The cards of the trial's overview, and the adverse event that the reader has opened."""
    names = [screen.view.name for screen in on_overview(opened.trial)]
    if "safety" in names and opened.options(SafetyOptions).event:
        names.insert(names.index("safety") + 1, "event")
    return tuple(names)


def offered(opened: Request) -> tuple[str, ...]:
    """Every view that the trial has the data for, the usual ones first."""
    first = usual(opened)
    return (*first, *(view for view in CARDS if view not in first and VIEWS[view].missing(opened.trial) is None))
