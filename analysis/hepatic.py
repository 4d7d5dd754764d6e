"""The liver: hepatotoxicity and VOD/SOS by arm, by transplant, by when it came, and the fatal cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.estimate import Bools, Estimate, Floats, NotEstimable, as_columns
from analysis.estimators.proportions import difference, proportion
from analysis.safety.population import Treated, counted, reference, treated
from analysis.selection import Selection, population_in_words
from data.contract import Arm, Hepatic, Trial
from data.levels import named

LEVEL = 0.95


@options(config=ConfigDict(extra="forbid"), frozen=True)
class HepaticOptions:
    """The view has no options of its own."""


@dataclass(frozen=True)
class HepaticRow:
    """Patients of each arm with something, of those who could have it; the differences to the reference, None for it.

    `group` is what the row is part of. After transplant counts of the transplanted, without it (before it) of all.
    """

    group: str
    label: str
    events: tuple[int, ...]
    of: tuple[int, ...]
    shares: tuple[Estimate | NotEstimable, ...]
    differences: tuple[Estimate | NotEstimable | None, ...]


@dataclass(frozen=True)
class Onset:
    """Days of onset in an arm, counted from something: how many are known, their median and range."""

    origin: str
    arm: Arm
    n: int
    median: float | None
    first: float | None
    last: float | None


@dataclass(frozen=True, eq=False)
class HepaticResult:
    """The liver in the safety population: rows by arm, and when VOD/SOS came."""

    arms: tuple[Arm, ...]
    positions: tuple[int, ...]
    sizes: tuple[int, ...]
    reference: int | None
    rows: tuple[HepaticRow, ...]
    onsets: tuple[Onset, ...]
    exploratory: bool
    words: str
    method: str


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the liver, as a sentence."""
    settings = trial.design.hepatic
    if settings is None or not (settings.vod or settings.group):
        return "The toxicity of the liver needs [hepatic] in trial.toml: a group of adverse events, or VOD/SOS."
    return None


def analyse(trial: Trial, selection: Selection, options: HepaticOptions) -> HepaticResult | NotEstimable:
    """The liver in the safety population of the cohort of `selection`, by actual treatment."""
    settings = trial.design.hepatic
    if (reason := missing(trial)) or settings is None:
        return NotEstimable(reason or "")
    group = treated(trial, selection)
    if group.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    liver = _Liver(trial, settings, group)
    return HepaticResult(
        arms=tuple(arm for _, arm in group.arms),
        positions=tuple(position for position, _ in group.arms),
        sizes=tuple(group.sizes.tolist()),
        reference=reference(group.arms, group.sizes),
        rows=tuple(liver.rows()),
        onsets=tuple(liver.onsets()),
        exploratory=group.members.exploratory,
        words=group.words,
        method=(
            f"{population_in_words(group.population)}, each patient once; exact {100 * LEVEL:g}% intervals of "
            "shares, Newcombe’s of differences. Who was transplanted is known only after randomization."
        ),
    )


class _Liver:
    """The flags and days of the patients counted, and what is made of them."""

    def __init__(self, trial: Trial, settings: Hepatic, group: Treated) -> None:
        self.trial, self.settings, self.group = trial, settings, group
        self.patients = trial.patients.iloc[group.members.rows]
        self.reference = reference(group.arms, group.sizes)
        days = trial.transplant
        every = None if days is None else days.transplanted
        self.transplanted = None if every is None else np.isfinite(every[group.members.rows])
        none = np.zeros(group.n, dtype=np.bool_)
        self.vod = none if not settings.vod else _is(self.patients[settings.vod], ("Y",))
        event = trial.design.transplant.event if trial.design.transplant else ""
        self.event_name = trial.design.transplant.label if trial.design.transplant else ""
        self.onset = self._dates(settings.vod_day)
        self.first, self.last = self._dates(settings.first_dose), self._dates(settings.last_dose)
        self.transplant = self._dates(event)

    def _dates(self, column: str) -> Floats:
        """A date of ADSL as a number of days; NaN where it is not there or not recorded."""
        if not column or column not in self.patients:
            return np.full(self.group.n, np.nan)
        dates = pd.to_datetime(self.patients[column].astype("string").str[:10], errors="coerce")
        return np.asarray((dates - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1), dtype=np.float64)

    def rows(self) -> Iterator[HepaticRow]:
        """Any, by transplant, by onset, fatal: in this order, each where the data say it."""
        everybody = np.ones(self.group.n, dtype=np.bool_)
        if self.settings.group and self.trial.adverse_events is not None:
            grade = self._worst_of_group()
            yield self._row("Hepatotoxicity", "Any grade", grade >= 0, everybody)
            if self.trial.adverse_events.scale == "grade":
                yield self._row("Hepatotoxicity", "Grade ≥3", grade >= 3, everybody)
        if not self.settings.vod:
            return
        yield self._row("VOD/SOS", "Any", self.vod, everybody)
        after = self.onset > self.transplant
        if self.transplanted is not None and self.settings.vod_day:
            name = self.event_name
            yield self._row("VOD/SOS", f"After {name}", self.vod & after, self.transplanted)
            yield self._row("VOD/SOS", f"Without {name}", self.vod & ~after, everybody)
        if self.settings.vod_day:
            during = self.onset <= self.last
            yield self._row("VOD/SOS by onset", "During treatment", self.vod & during, everybody)
            yield self._row("VOD/SOS by onset", "After the last dose", self.vod & (self.onset > self.last), everybody)
        if self.settings.fatal:
            fatal = _is(self.patients[self.settings.fatal], self.settings.fatal_values)
            yield self._row("Fatal VOD/SOS", "Any", fatal, everybody)
            if self.transplanted is not None:
                yield self._row(
                    "Fatal VOD/SOS", f"After {self.event_name}", fatal & self.transplanted, self.transplanted
                )

    def _worst_of_group(self) -> Floats:
        """The worst grade of each patient's treatment-emergent events of the group; -1 without such an event."""
        events = self.trial.adverse_events
        assert events is not None  # noqa: S101
        table = self.trial.tables[events.settings.table]
        terms = table[table[str(events.settings.term)].notna()]  # the rows that are events
        inside = _is(terms[self.settings.group], (self.settings.value,)) & counted(events, self.group.seat)
        worst = np.full(self.group.n, -1.0)
        np.maximum.at(worst, self.group.seat[events.patient[inside]], events.grade[inside])
        return worst

    def _row(self, group: str, label: str, had: Bools, among: Bools) -> HepaticRow:
        arms = range(len(self.group.arms))
        of = [int((among & (self.group.arm == i)).sum()) for i in arms]
        events = [int((had & among & (self.group.arm == i)).sum()) for i in arms]
        against = self.reference
        return HepaticRow(
            group,
            label,
            tuple(events),
            tuple(of),
            tuple(proportion(k, n, LEVEL) for k, n in zip(events, of, strict=True)),
            tuple(
                None
                if against is None or i == against
                else difference(events[i], of[i], events[against], of[against], LEVEL)
                for i in arms
            ),
        )

    def onsets(self) -> Iterator[Onset]:
        """Days from the first dose, from the last dose and from transplant to VOD/SOS, by arm."""
        if not (self.settings.vod and self.settings.vod_day):
            return
        after = self.onset > self.transplant
        origins = (
            ("from the first dose", self.first - 1, self.vod),
            ("from the last dose, without transplant before it", self.last, self.vod & ~after),
            ("from transplant", self.transplant, self.vod & after),
        )
        for origin, start, which in origins:
            days = self.onset - start
            for i, (_, arm) in enumerate(self.group.arms):
                mine = days[which & (self.group.arm == i) & ~np.isnan(days)]
                if len(mine):
                    yield Onset(origin, arm, len(mine), float(np.median(mine)), float(mine.min()), float(mine.max()))


def _is(values: pd.Series[Any], wanted: tuple[str, ...]) -> Bools:
    return np.asarray(named(values).isin(wanted), dtype=np.bool_)


def tidy(result: HepaticResult) -> list[dict[str, Any]]:
    """The result as rows: shares by arm, differences to the reference, days of onset."""
    rows: list[dict[str, Any]] = []
    for row in result.rows:
        for i, arm in enumerate(result.arms):
            base = {"group": row.group, "event": row.label, "arm": arm.label}
            counts = {"n": row.of[i], "events": row.events[i]}
            rows.append({"quantity": "share", **base, **counts, **as_columns(row.shares[i])})
            other = row.differences[i]
            if other is not None:
                rows.append({"quantity": "difference", **base, **as_columns(other)})
    for onset in result.onsets:
        rows.append(
            {"quantity": "onset_days", "event": "VOD/SOS", "group": onset.origin, "arm": onset.arm.label,
             "n": onset.n, "estimate": onset.median, "low": onset.first, "high": onset.last, "note": "median and range"}
        )  # fmt: skip
    return rows
