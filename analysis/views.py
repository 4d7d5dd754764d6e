"""The views that have numbers: for each its options, its analysis and its tidy table. A view has one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis import survival
from analysis.options import option_names
from analysis.survival import SurvivalOptions


@dataclass(frozen=True)
class View:
    """A view under its name in links, as `/numbers/<name>.csv`."""

    name: str
    options: type[Any]
    analyse: Callable[..., Any]
    tidy: Callable[[Any], list[dict[str, Any]]]


VIEWS = {view.name: view for view in (View("survival", SurvivalOptions, survival.analyse, survival.tidy),)}

#: Every name that a link may use beside those of the selection.
OPTION_NAMES = frozenset[str]().union(*(option_names(view.options) for view in VIEWS.values()))
