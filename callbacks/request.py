"""A link opened: which trial it names, what it selects, and what of it was ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis import disclosure
from analysis.estimate import NotEstimable
from analysis.options import OptionsT, Pairs, read_options
from analysis.selection import Selection, read_pairs, read_selection, unknown_names
from analysis.views import OPTION_NAMES, VIEWS
from callbacks.workspace import Workspace
from data.contract import BrokenTrial, Trial


@dataclass(frozen=True)
class Request:
    """A link to a healthy trial. `notices` are sentences about what the link said and the page does not know."""

    trial: Trial
    selection: Selection
    pairs: Pairs
    notices: tuple[str, ...]
    workspace: Workspace

    def result(self, view: str) -> Any:
        """The result of a view for this link, computed once for each selection and its options."""
        return self.workspace.analyse(view, self.trial, self.selection, self.options(VIEWS[view].options))

    def everyone_behind(self, view: str) -> Any:
        """The result of a view without the filters, which stays behind that of a cohort; None where it cannot.

        A cohort that leaves nobody out is everyone, and has nothing behind it.
        """
        if not getattr(self.result(view), "exploratory", False):
            return None
        options, behind = self.options(VIEWS[view].options), VIEWS[view].behind
        whole = replace(self.selection, filters=())
        everyone = self.workspace.analyse(view, self.trial, whole, behind(options) if behind else options)
        return None if isinstance(everyone, NotEstimable) else everyone

    def numbers(self, view: str) -> Any:
        """The rows of the table behind a view for this link, or the sentence why there are none."""
        return self.workspace.numbers(view, self.trial, self.selection, self.options(VIEWS[view].options))

    @property
    def refusal(self) -> NotEstimable | None:
        """Why the cohort of this link is not shown at all."""
        return disclosure.refusal(self.trial, self.selection, self._floor) if self._floor else None

    def written(self, counts: Iterable[int]) -> tuple[int, ...]:
        """Counts of patients as they may be shown."""
        return tuple(disclosure.written(count, self._floor) for count in counts)

    def levels(self, variable: str) -> Mapping[str, tuple[int, ...]]:
        """Patients per arm that each level of a factor would leave, as they may be shown."""
        return disclosure.levels(self.trial, self.selection, variable, self._floor)

    def notices_of(self, view: str) -> tuple[str, ...]:
        """What of the options of a view was ignored, as sentences."""
        options, unfit = read_options(VIEWS[view].options, self.pairs)
        ignored = VIEWS[view].ignored
        unknown = ignored(self.trial, options) if ignored else None
        said = [*unfit, *([unknown] if unknown else [])]
        if disclosure.settled(options, self._floor) != options:
            said.append("Milestones and horizons are the trial’s own here, to protect its patients.")
        return tuple(said)

    def options(self, kind: type[OptionsT]) -> OptionsT:
        """The options of a view; what does not fit is at its default, and in the notices of the view."""
        return disclosure.settled(read_options(kind, self.pairs)[0], self._floor)

    @property
    def _floor(self) -> int:
        return self.workspace.floor(self.trial)


def _name(entry: Trial | BrokenTrial) -> str:
    return entry.design.name if isinstance(entry, Trial) else entry.name


def read(workspace: Workspace, query: str) -> Request | BrokenTrial:
    """The request behind `query`; a link without a trial, or with one that is not here, opens the default."""
    catalog = workspace.catalog
    pairs, notices = read_pairs(query)
    wanted = dict(pairs).get("trial", catalog.default_id)
    entry = catalog.find(wanted)
    if entry is None:
        entry = catalog.trial(catalog.default_id)
        notices = (*notices, f"There is no trial “{wanted[:40]}” here; this is {_name(entry)}.")
        pairs = ()
    if isinstance(entry, BrokenTrial):
        return entry
    selection, ignored = read_selection(entry, pairs)
    return Request(entry, selection, pairs, (*notices, *ignored, *unknown_names(pairs, OPTION_NAMES)), workspace)
