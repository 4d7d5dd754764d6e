"""What the callbacks of one app share: the catalog of trials, and results that were computed already."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from analysis import disclosure, withheld
from analysis.estimate import NotEstimable
from analysis.selection import Selection, whole_trial
from analysis.views import VIEWS
from data.catalog import Catalog
from data.contract import Trial

#: Results kept per process; the least recently used go first.
KEPT = 256

Key = tuple[str, str, str, Selection, Any]


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
        """What a view may show for a selection: its result, without small cells, or why it has none."""
        if self.floor(trial) == 0:
            return self._result(view, trial, selection, options)
        return self._once(
            ("shown", view, trial.digest, selection, options), lambda: self._shown(view, trial, selection, options)
        )

    @property
    def kept(self) -> int:
        """How many results are in memory."""
        return len(self._kept)

    def floor(self, trial: Trial) -> int:
        """The smallest count of patients of a trial that may be shown; 0 where every one may."""
        return disclosure.least(trial, self.minimum_cell)

    def numbers(self, view: str, trial: Trial, selection: Selection, options: Any) -> Any:
        """The rows of the table behind a view, or the sentence why there are none.

        Small cells are held back, and P values of an exploratory cohort unless the link asks for them.
        """
        floor = self.floor(trial)
        if floor and (reason := disclosure.refusal(trial, selection, floor)):
            return reason
        result = self._result(view, trial, selection, options)
        if isinstance(result, NotEstimable):
            return result
        tidied = VIEWS[view].tidy(disclosure.stepped(result, floor))
        return disclosure.rows(view, withheld.rows(tidied, getattr(result, "withheld", False)), floor)

    def _shown(self, view: str, trial: Trial, selection: Selection, options: Any) -> Any:
        floor = self.floor(trial)
        if reason := disclosure.refusal(trial, selection, floor):
            return reason
        result = self._result(view, trial, selection, options)
        return (
            result
            if isinstance(result, NotEstimable)
            else disclosure.shown(view, result, VIEWS[view].tidy(result), floor)
        )

    def _result(self, view: str, trial: Trial, selection: Selection, options: Any) -> Any:
        chosen = VIEWS[view]
        if chosen.of_trial:
            selection, options = whole_trial(trial.design), chosen.options()
        key = ("result", view, trial.digest, selection, options)
        return self._once(key, lambda: chosen.analyse(trial, selection, options))

    def _once(self, key: Key, compute: Callable[[], Any]) -> Any:
        """What is kept under a key, computed once however many ask for it at the same time."""
        with self._lock:
            found = self._kept.get(key)
            result = found or self._kept.setdefault(key, Future())
            self._kept.move_to_end(key)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if found is None:
            try:
                result.set_result(compute())
            except BaseException as error:
                with self._lock:
                    self._kept.pop(key, None)
                result.set_exception(error)
        return result.result()
