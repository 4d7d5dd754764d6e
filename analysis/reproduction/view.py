"""The reproduction as a view: the choices of its page, and what a trial needs to have one."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.estimate import NotEstimable
from analysis.reproduction.compare import Reproduction, analyse
from analysis.selection import Selection
from data.contract import Trial
from data.published import has_facts

#: The value of the option `section` that shows the whole paper.
EVERYTHING = "all"


@options(config=ConfigDict(extra="forbid"), frozen=True)
class ReproductionOptions:
    """What a link may say of the page: a section of the paper, or only the numbers that are not equal."""

    section: Annotated[str, Field(max_length=60)] = "Overall survival"
    differences: bool = False


def missing(trial: Trial) -> str | None:
    """What the trial lacks for this page; None when it comes with the numbers of its paper."""
    return None if has_facts(trial.folder) else "This trial comes without a file of published numbers."


def view(trial: Trial, selection: Selection, options: ReproductionOptions) -> Reproduction | NotEstimable:
    """The whole table: it is of the trial, whatever the reader has selected."""
    return analyse(trial)
