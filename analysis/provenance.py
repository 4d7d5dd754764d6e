"""Where an exported number comes from: trial, patients, cohort, method, data and version, said once for every format.

A slide prints it in its footer, a picture in its margin and metadata, a table in its head; the file is named by it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from analysis.cohort import cohort
from analysis.groups import find_group
from analysis.selection import (
    Selection,
    filter_in_words,
    in_words,
    population_in_words,
    selected_arms,
    selected_population,
)
from data.contract import Trial
from data.version import VERSION

#: Digits of the data's hash that are printed: enough to tell two states of a folder apart.
DIGITS = 8

#: What the patients are, where the trial says no more.
KINDS = {
    "real": "Data of real patients",
    "reconstructed": "Patients reconstructed from published curves",
    "synthetic": "Synthetic patients",
    None: "The trial does not say where its patients come from",
}


@dataclass(frozen=True)
class Provenance:
    """Everything an exported file says of its origin, in words.

    `trial` and `title` name the trial, `citation` is in full. `kind` is that of the trial's provenance; `patients`
    says it in a sentence without its full stop, `note` what else the trial says about them. `population` has its
    size, `cohort` is empty unless a filter dropped patients, and says then that it is exploratory. `stem` is the
    start of a file name.
    """

    trial: str
    title: str
    registration: str
    citation: str
    kind: str | None
    patients: str
    note: str
    population: str
    cohort: str
    arms: str
    n: int
    of: int
    method: str
    data: str
    version: str
    stem: tuple[str, str]

    @property
    def exploratory(self) -> bool:
        """Whether a filter dropped patients."""
        return self.n < self.of

    @property
    def synthetic(self) -> bool:
        """Whether no patient of it exists."""
        return self.kind == "synthetic"

    @property
    def source(self) -> str:
        """The citation as a footer has room for it: journal, year and pages where they can be told, else all."""
        found = re.search(r"(?:^|[.?!]\s+)([^.?!]*[^\W\d_][^.?!]*\s(?:19|20)\d\d\s*[;,:].*)$", self.citation.strip())
        return (found.group(1) if found else self.citation).strip().rstrip(".")

    @property
    def who(self) -> str:
        """Population, cohort and arms in one phrase."""
        return "; ".join(part for part in (self.population, self.cohort, self.arms) if part)

    def line(self) -> str:
        """The one line of provenance: trial and source, patients, population and cohort, method, data, version."""
        trial = f"{self.trial} ({self.source})" if self.source else self.trial
        parts = (trial, self.patients, self.who, self.method, f"trialboard {self.version}, data {self.data}")
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    def file_name(self, view: str, kind: str, day: date) -> str:
        """`inovate-survival-salvage-first-2026-11-26.pptx`: trial, view, cohort and date, in safe characters."""
        trial, cohort_ = self.stem
        name = "-".join(_slug(part)[:80].strip("-") for part in (trial, view, cohort_) if part)
        return f"{name}-{day.isoformat()}.{kind}"


def describe(trial: Trial, selection: Selection, method: str, words: str = "") -> Provenance:
    """The provenance of what a view shows for `selection`; `words` are those of its result.

    A view may count another population than the one chosen (adverse events are those of the safety population): the
    words say which.
    """
    design = trial.design
    chosen = replace(selection, population=_counted(trial, selection, words))
    members, population = cohort(trial, chosen), selected_population(chosen, design)
    filters = [filter_in_words(f, trial) for f in chosen.filters]
    arms = selected_arms(chosen, design)
    everyone = len(arms) == len(design.arms)
    drops = members.n < members.of
    return Provenance(
        trial=design.name,
        title=design.title,
        registration=design.registration,
        citation=design.citation,
        kind=design.provenance.kind,
        patients=design.provenance.badge or KINDS[design.provenance.kind],
        note=design.provenance.note,
        population=f"{population_in_words(population)}, {members.of} patients",
        cohort=f"exploratory cohort {', '.join(filters)}: {members.n} of {members.of} patients" if drops else "",
        arms="" if everyone else " and ".join(arm.label for arm in arms) + " only",
        n=members.n,
        of=members.of,
        method=method,
        data=trial.digest[:DIGITS],
        version=VERSION,
        stem=(trial.id, _cohort_name(trial, chosen)),
    )


def _counted(trial: Trial, selection: Selection, words: str) -> str:
    """The population whose selection is told in `words`; the one chosen where they fit none."""
    ids = [population.id for population in trial.design.populations]
    fits = (id_ for id_ in ids if in_words(replace(selection, population=id_), trial) == words)
    return selection.population if not words else next(fits, selection.population)


def _cohort_name(trial: Trial, selection: Selection) -> str:
    """The cohort in a file name: a population other than the first, filters, and arms when not all are on."""
    design = trial.design
    parts = [selection.population] if selection.population != design.populations[0].id else []
    for chosen in selection.filters:
        group = find_group(trial, chosen.variable)
        labels = [group.levels[level] for level in chosen.levels] if group else list(chosen.levels)
        said = [group.label if group else chosen.variable, *labels]
        # words in another script leave nothing that is safe in a file name: then the names in the link stand in
        named = all(_slug(text) for text in said)
        parts += said if named else [chosen.variable, *chosen.levels]
    if len(selection.arms) < len(design.arms):
        parts += selection.arms
    return "-".join(parts) or selection.population


def _slug(text: str) -> str:
    """`text` in lower-case letters, digits and hyphens, comparisons as words."""
    for sign, word in (
        ("≥", " from "),
        (">=", " from "),
        ("≤", " to "),
        ("<=", " to "),
        ("<", " under "),
        (">", " over "),
    ):
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
