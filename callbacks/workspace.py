"""What the callbacks of one app share: the catalog of trials, and results that were computed already."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Any

from analysis import disclosure
from analysis.estimate import NotEstimable
from analysis.selection import Selection, whole_trial
from analysis.views import VIEWS
from data.catalog import Catalog
from data.contract import Trial

#: Results kept per process; the least recently used go first.
KEPT = 256

Key = tuple[str, str, Selection, Any]


class Workspace:
    """One app's catalog and memory.

    Results are kept by the digest of their trial, never by the trial itself: one that was read again is another key,
    and the old rows are released at once.
    """

    def __init__(self, catalog: Catalog, minimum_cell: int = 0) -> None:
        self.catalog = catalog
        self.minimum_cell = minimum_cell
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Future[Any]] = OrderedDict()

    def analyse(self, view: str, trial: Trial, selection: Selection, options: Any) -> Any:
        """The result of a view, computed once however many ask for it at the same time."""
        if VIEWS[view].of_trial:
            selection, options = whole_trial(trial.design), VIEWS[view].options()
        key = (view, trial.digest, selection, options)
        with self._lock:
            found = self._kept.get(key)
            result = found or self._kept.setdefault(key, Future())
            self._kept.move_to_end(key)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if found is None:
            self._compute(key, trial, result)
        return result.result()

    @property
    def kept(self) -> int:
        """How many results are in memory."""
        return len(self._kept)

    def floor(self, trial: Trial) -> int:
        """The smallest count of patients of a trial that may be shown; 0 where every one may."""
        return disclosure.least(trial, self.minimum_cell)

    def numbers(self, view: str, trial: Trial, selection: Selection, options: Any) -> Any:
        """The rows of the table behind a view, or the sentence why there are none; small cells are held back."""
        floor = self.floor(trial)
        if floor == 0:
            result = self.analyse(view, trial, selection, options)
            return result if isinstance(result, NotEstimable) else VIEWS[view].tidy(result)
        if reason := disclosure.refusal(trial, selection, floor):
            return reason
        result = VIEWS[view].analyse(trial, selection, options)
        return result if isinstance(result, NotEstimable) else disclosure.rows(view, VIEWS[view].tidy(result), floor)

    def _analyse(self, view: str, trial: Trial, selection: Selection, options: Any) -> Any:
        floor = self.floor(trial)
        if floor and (reason := disclosure.refusal(trial, selection, floor)):
            return reason
        result = VIEWS[view].analyse(trial, selection, options)
        if floor == 0 or isinstance(result, NotEstimable):
            return result
        return disclosure.shown(view, result, VIEWS[view].tidy(result), floor)

    def _compute(self, key: Key, trial: Trial, result: Future[Any]) -> None:
        view, _, selection, options = key
        try:
            result.set_result(self._analyse(view, trial, selection, options))
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            result.set_exception(error)
