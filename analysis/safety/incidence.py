"""The incidence table: patients with each event by arm, risk differences, and rates over the time at risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.estimate import Bools, Estimate, Floats, Ints, NotEstimable
from analysis.estimators import proportions, rates
from analysis.safety.occurrences import Occurrences, occurrences
from analysis.safety.population import Treated, counted, reference, treated
from analysis.selection import Selection
from data.contract import DAYS_PER_MONTH, AdverseEvents, Arm, Trial

#: From this grade on an event is severe: grade 3 or higher, or the word itself.
SEVERE = 3
#: Rates are per so many patient-months.
PER = 100.0
LEVEL = 0.95
#: So many terms are ranked.
FOREMOST = 20


@options(config=ConfigDict(extra="forbid"), frozen=True)
class SafetyOptions:
    """What a link may say of the safety view.

    `grade` and `kind` choose the events that are compared and shown in depth; `least` is the percentage of patients
    that an event must reach in one arm to be shown; `rate` counts each patient's first event or all; `columns` and
    `find` are those of the table, `find` a part of a term or class; `event` is the term shown in depth, as in the
    data ("" is the most frequent).
    """

    grade: Literal["any", "severe"] = "any"
    kind: Literal["all", "serious"] = "all"
    rank: Literal["frequency", "difference"] = "frequency"
    least: Annotated[float, Field(ge=0, le=50, allow_inf_nan=False)] = 5
    rate: Literal["first", "all"] = "first"
    columns: Literal["summary", "comparison", "grades", "kinds"] = "summary"
    find: Annotated[str, Field(max_length=60)] = ""
    event: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True)
class SafetyArm:
    """One arm: its patients, how long they were treated (median, days), and their patient-months at risk.

    `position` is the arm's place in the trial. `unknown` counts patients whose duration of treatment is not known:
    they are left out of the rates. Missing durations are None.
    """

    arm: Arm
    position: int
    n: int
    median_treated: float | None
    months: float
    unknown: int


@dataclass(frozen=True, eq=False)
class Row:
    """A line of the table: any event, a class, or a term; `value` as in the data, the rest for the reader.

    `counts` holds patients by arm for each measure: "any", "severe", "serious", "related", "fatal", "grade_1" ... by
    worst grade, and "chosen" for the events that the options choose; measures that the data do not allow are left out.
    Where the options choose serious events, the worst grade is theirs, and "serious_severe" counts those of it.
    `events` are the chosen events themselves. `rate` is per 100 patient-months; `difference` is each arm minus the
    reference, None for the reference itself.
    """

    kind: Literal["any", "class", "term"]
    value: str
    label: str
    organ_class: str
    counts: Mapping[str, tuple[int, ...]]
    events: tuple[int, ...]
    share: tuple[float, ...]
    rate: tuple[Estimate | NotEstimable, ...]
    difference: tuple[Estimate | NotEstimable | None, ...]


@dataclass(frozen=True, eq=False)
class SafetyResult:
    """Everything the safety view shows for one selection.

    `rows` are "any", then each class followed by its terms, both ranked; only those that reach the minimum. `ranked`
    are the foremost terms that anybody had, whether they reach it or not. `reference` is a place in `arms`. `terms`
    counts the terms that anybody had, `hidden` those that did not reach the minimum. `event` is the term shown in
    depth.
    """

    trial: str
    arms: tuple[SafetyArm, ...]
    reference: int | None
    scale: Literal["grade", "severity"] | None
    measures: tuple[str, ...]
    any: Row
    rows: tuple[Row, ...]
    ranked: tuple[Row, ...]
    terms: int
    hidden: int
    event: str
    n: int
    of: int
    exploratory: bool
    words: str
    method: str
    rates_method: str


def missing(trial: Trial) -> str | None:
    """What the trial lacks for this view, as a sentence; None when it has it."""
    return None if trial.adverse_events is not None else "Safety needs a table of adverse events (ADAE)."


def analyse(trial: Trial, selection: Selection, options: SafetyOptions) -> SafetyResult | NotEstimable:
    """Adverse events by class and term in the cohort of `selection`, in its safety population."""
    events = trial.adverse_events
    if events is None:
        return NotEstimable(missing(trial) or "")
    group = treated(trial, selection)
    if group.n == 0:
        return NotEstimable("No patients match: remove a filter.")
    which = counted(events, group.seat)
    everything = occurrences(events, which, group.seat)
    whole = options.grade == "any" and options.kind == "all"
    compared = everything if whole else occurrences(events, which & chosen(events, options), group.seat)
    serious = None
    if options.kind == "serious" and events.serious is not None:
        serious = compared if options.grade == "any" else occurrences(events, which & events.serious, group.seat)
    table = _Table(events, group, everything, compared, serious, options)
    any_event, rows = table.row(0), table.rows()
    return SafetyResult(
        trial=trial.id,
        arms=table.arms,
        reference=table.reference,
        scale=events.scale,
        measures=tuple(table.counts),
        any=any_event,
        rows=(any_event, *rows),
        ranked=tuple(table.row(i) for i in table.foremost()),
        terms=table.seen,
        hidden=table.hidden,
        event=options.event or table.most_frequent(),
        n=group.n,
        of=group.members.of,
        exploratory=group.members.exploratory,
        words=group.words,
        method=_method(events, group),
        rates_method=_rates_method(events, options),
    )


def chosen(events: AdverseEvents, options: SafetyOptions) -> Bools:
    """The events of the grade and kind that the options choose."""
    wanted = np.ones(len(events.term), dtype=np.bool_)
    if options.grade == "severe":
        wanted &= events.grade >= SEVERE
    if options.kind == "serious" and events.serious is not None:
        wanted &= events.serious
    return wanted


class _Table:
    """The counts of every row as arrays, (rows, arms), and how one row of them is read."""

    def __init__(
        self,
        events: AdverseEvents,
        group: Treated,
        everything: Occurrences,
        compared: Occurrences,
        serious: Occurrences | None,
        options: SafetyOptions,
    ) -> None:
        self._events, self._options, self._classes = events, options, len(events.organ_classes)
        arm, arms = group.arm, len(group.arms)
        self.counts = {**_measures(events, everything, serious, arm, arms), "chosen": compared.patients(arm, arms)}
        self._occurred = compared.total(compared.events.astype(np.float64), arm, arms).astype(np.int64)
        self._shares = self.counts["chosen"] / np.maximum(group.sizes, 1)
        at_risk = events.at_risk[group.members.rows] / DAYS_PER_MONTH
        lasted = events.treated[group.members.rows]
        self.arms = tuple(
            SafetyArm(
                arm=chosen,
                position=position,
                n=int(group.sizes[i]),
                median_treated=_median(lasted[group.arm == i]),
                months=float(np.nansum(at_risk[group.arm == i])),
                unknown=int(np.isnan(at_risk[group.arm == i]).sum()),
            )
            for i, (position, chosen) in enumerate(group.arms)
        )
        self.reference = reference(group.arms, group.sizes)
        self._rated, self._months = _rated(compared, at_risk, arm, arms, self.arms, options.rate)
        self._names = [("any", "", "Any adverse event", "")]
        self._names += [
            ("class", v, label, v) for v, label in zip(events.organ_classes, events.class_labels, strict=True)
        ]
        self._names += [
            ("term", v, label, events.organ_classes[c])
            for v, label, c in zip(events.terms, events.labels, events.class_of.tolist(), strict=True)
        ]
        seen = self.counts["any"].sum(axis=1) > 0
        reached = seen & (self._shares.max(axis=1) >= options.least / 100 - 1e-12)
        first_term = 1 + self._classes
        self._terms = first_term + np.flatnonzero(reached[first_term:])
        self.seen = int(seen[first_term:].sum())
        self.hidden = self.seen - len(self._terms)

    def foremost(self) -> list[int]:
        """The rows of the first `FOREMOST` terms that anybody had, ranked."""
        shares = self._shares[1 + self._classes :]
        most, keys = shares.max(axis=1), [-shares.sum(axis=1), -shares.max(axis=1)]
        if self._options.rank == "difference" and self.reference is not None:
            keys.append(-np.abs(shares - shares[:, [self.reference]]).max(axis=1))
        order = np.lexsort(keys)  # stable, and terms are in the order of their names
        first: list[int] = (1 + self._classes + order[most[order] > 0][:FOREMOST]).tolist()
        return first

    def most_frequent(self) -> str:
        """The term that most patients had; none where nobody had any."""
        patients = self.counts["chosen"][1 + self._classes :].sum(axis=1)
        return self._events.terms[patients.argmax()] if patients.any() else ""

    def rows(self) -> list[Row]:
        """Each class that has a term to show, followed by its terms; ranked."""
        if self._options.find:
            self._terms = np.array([t for t in self._terms.tolist() if self._found(t)], dtype=np.int64)
        by_class: dict[int, list[Row]] = {}
        for term in self._terms.tolist():
            by_class.setdefault(int(self._events.class_of[term - 1 - self._classes]), []).append(self.row(term))
        blocks = [(self.row(1 + code), sorted(terms, key=self.rank)) for code, terms in by_class.items()]
        return [row for head, terms in sorted(blocks, key=lambda block: self.rank(block[0])) for row in (head, *terms)]

    def _found(self, term: int) -> bool:
        wanted = self._options.find.casefold()
        code = int(self._events.class_of[term - 1 - self._classes])
        return wanted in self._names[term][2].casefold() or wanted in self._events.class_labels[code].casefold()

    def rank(self, row: Row) -> tuple[float, float, str]:
        """Sort key: the larger difference from the reference, or the larger share in any arm, comes first."""
        most = max(row.share)
        if self._options.rank == "difference" and self.reference is not None:
            apart = max(abs(share - row.share[self.reference]) for share in row.share)
            return -apart, -most, row.label
        return -most, -sum(row.share), row.label

    def row(self, i: int) -> Row:
        kind, value, label, organ_class = self._names[i]
        chosen = self.counts["chosen"][i].tolist()
        return Row(
            kind=kind,  # type: ignore[arg-type]
            value=value,
            label=label,
            organ_class=organ_class,
            counts={name: tuple(table[i].tolist()) for name, table in self.counts.items()},
            events=tuple(self._occurred[i].tolist()),
            share=tuple(self._shares[i].tolist()),
            rate=tuple(
                rates.rate(n, months / PER, LEVEL)
                for n, months in zip(self._rated[i].tolist(), self._months[i].tolist(), strict=True)
            ),
            difference=tuple(
                None if self.reference in (None, j) else self._difference(chosen, j) for j in range(len(chosen))
            ),
        )

    def _difference(self, chosen: list[int], j: int) -> Estimate | NotEstimable:
        other = self.reference or 0
        return proportions.difference(chosen[j], self.arms[j].n, chosen[other], self.arms[other].n, LEVEL)


def _measures(
    events: AdverseEvents, everything: Occurrences, serious: Occurrences | None, arm: Ints, arms: int
) -> dict[str, Ints]:
    """Patients by row and arm, (rows, arms), for every measure that the data allow.

    The worst grade is that of the `serious` events where only these are chosen.
    """
    tables = {"any": everything.patients(arm, arms)}
    if events.scale:
        tables["severe"] = everything.patients(arm, arms, everything.worst >= SEVERE)
        graded = everything if serious is None else serious
        for grade in range(1, 6 if events.scale == "grade" else 4):
            tables[f"grade_{grade}"] = graded.patients(arm, arms, graded.worst == grade)
        if serious is not None:
            tables["serious_severe"] = serious.patients(arm, arms, serious.worst >= SEVERE)
    if events.serious is not None:
        tables["serious"] = everything.patients(arm, arms, everything.serious)
    if events.related is not None:
        tables["related"] = everything.patients(arm, arms, everything.related)
    tables["fatal"] = everything.patients(arm, arms, everything.fatal)
    return tables


def _rated(
    compared: Occurrences, at_risk: Floats, arm: Ints, arms: int, described: tuple[SafetyArm, ...], rate: str
) -> tuple[Ints, Floats]:
    """Numerator and patient-months of each row's rate by arm, of the patients whose time at risk is known.

    A patient's first event ends the time at risk for it; one without a known onset, or after that time, does not
    shorten it.
    """
    known = ~np.isnan(at_risk[compared.patient])
    months = np.array([a.months for a in described])
    if rate == "all":
        numerator = compared.total(np.where(known, compared.events, 0), arm, arms)
        return numerator.astype(np.int64), np.broadcast_to(months, numerator.shape)
    mine = np.where(known, at_risk[compared.patient], 0.0)
    until = np.clip(compared.first, 1, None) / DAYS_PER_MONTH
    saved = compared.total(np.maximum(mine - until, 0), arm, arms)
    return compared.patients(arm, arms, known), months - saved


def _median(days: Floats) -> float | None:
    known = days[~np.isnan(days)]
    return float(np.median(known)) if len(known) else None


def _method(events: AdverseEvents, group: Treated) -> str:
    settings = events.settings
    window = f" ({settings.window})" if settings.window else ""
    recorded = f"treatment-emergent events{window}" if settings.emergent else "all recorded events"
    worst = {"grade": "at the worst grade", "severity": "at the worst severity", None: "however often"}[events.scale]
    coded = [part for part in (settings.dictionary, settings.criteria) if part]
    as_treated = ", as treated" if group.population.treatment == "actual" else ""
    return (
        f"{group.population.label.removesuffix(', as treated')} population{as_treated}; "
        f"{', '.join([recorded, *coded])}; patients once a term, {worst}. "
        f"Newcombe {100 * LEVEL:g}% intervals, not adjusted for multiplicity."
    )


def _rates_method(events: AdverseEvents, options: SafetyOptions) -> str:
    days = events.settings.window_days
    time = f"time from the first dose to {f'{days:g} days after the last' if days else 'the last'}"
    if options.rate == "all":
        return f"All events per {PER:g} patient-months: {time}."
    return f"First events per {PER:g} patient-months: {time}, or to the event if that came before."


def tidy(result: SafetyResult) -> list[dict[str, Any]]:
    """The result as rows of one table: kind, class, term, measure, arm and its numbers."""
    rows: list[dict[str, Any]] = []
    for row in result.rows:
        base = {"kind": row.kind, "class": row.organ_class, "term": row.value if row.kind == "term" else ""}
        for i, a in enumerate(result.arms):
            place = {**base, "arm": a.arm.label, "n": a.n}
            rows += [
                {**place, "quantity": f"patients_{name}", "estimate": counts[i], "percent": _percent(counts[i], a.n)}
                for name, counts in row.counts.items()
            ]
            rows.append({**place, "quantity": "events", "estimate": row.events[i]})
            rows.append({**place, "quantity": "rate_per_100_patient_months", **_numbers(row.rate[i])})
            difference = row.difference[i]
            if difference is not None and result.reference is not None:
                against = {"reference": result.arms[result.reference].arm.label}
                rows.append({**place, **against, "quantity": "risk_difference", **_numbers(difference)})
    return rows


def _percent(count: int, n: int) -> float | None:
    return 100 * count / n if n else None


def _numbers(value: Estimate | NotEstimable) -> dict[str, Any]:
    if isinstance(value, NotEstimable):
        return {"note": value.reason}
    return {"estimate": value.value, "low": value.low, "high": value.high, "level": value.level}
