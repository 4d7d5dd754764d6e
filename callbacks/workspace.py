"""What the callbacks of one app share: the catalog of trials, and results that were computed already."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from analysis.selection import Selection
from analysis.views import VIEWS
from data.catalog import Catalog
from data.contract import Trial

#: Results kept per process; the least recently used go first.
KEPT = 256


class Workspace:
    """One app's catalog and memory. Trials, selections and options are frozen, so equal keys mean equal results."""

    def __init__(self, catalog: Catalog, prefix: str = "/") -> None:
        self.catalog = catalog
        self._prefix = prefix.rstrip("/")
        self.analyse: Callable[[str, Trial, Selection, Any], Any] = lru_cache(maxsize=KEPT)(_analyse)

    def address(self, path: str) -> str:
        """`path` as the browser asks for it, below the prefix of the server."""
        return self._prefix + path


def _analyse(view: str, trial: Trial, selection: Selection, options: Any) -> Any:
    return VIEWS[view].analyse(trial, selection, options)
