"""Adverse events: which columns hold what, and the coded arrays that every analysis of them starts from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract import DAYS_PER_UNIT, AdverseEvents, AdverseEventSettings, EndpointTimes, Finding, TrialDesign
from data.folder import Table
from data.levels import named
from data.rules import numbers
from data.rules.places import rows_where
from data.standard import ABBREVIATIONS, ADVERSE_EVENT_COLUMNS, GRADES, SEVERITIES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: A term that lacks its class is shown under these words.
NO_CLASS = "Not classified"


def settled(design: TrialDesign, tables: Mapping[str, Table]) -> tuple[TrialDesign, tuple[Finding, ...]]:
    """The design with every column of the adverse events named: as stated, else by the standard ADaM names.

    A trial without adverse events keeps the design it has. Errors name a stated column or table that is not there;
    warnings say which rows were left out and which grades could not be read.
    """
    stated = design.adverse_events or AdverseEventSettings()
    table = tables.get(stated.table)
    if table is None or table.frame.empty:
        if design.adverse_events is None or table is not None:
            return replace(design, adverse_events=None), ()
        message = f"adverse_events.table: there is no table {stated.table!r}"
        return design, (Finding("error", "absent-variable", message, file="trial.toml"),)
    columns: dict[str, Any] = {}
    findings: list[Finding] = []
    for field, names in ADVERSE_EVENT_COLUMNS.items():
        column = getattr(stated, field)
        if column is None:
            held = [name for name in names if name in table.frame and table.frame[name].notna().any()]
            column = held[0] if held else ""
        elif column and column not in table.frame:
            message = f"the declared {field} of adverse events is no column of {table.name}"
            findings.append(Finding("error", "absent-variable", message, file=table.file, column=column))
        columns[field] = column
    if not columns["term"]:
        if design.adverse_events is None:
            message = "adverse events are not shown: there is no AEDECOD or AETERM"
            return design, (Finding("warning", "missing-column", message, file=table.file, column="AEDECOD"),)
        findings.append(Finding("error", "missing-column", "no term", file=table.file, column="AEDECOD"))
    if findings:
        return design, tuple(findings)
    if stated.scale is None and columns["grade"]:
        columns["scale"] = _scale(table.frame[columns["grade"]])
    settings = replace(stated, **columns)
    return replace(design, adverse_events=settings), _remarks(table, settings)


def _scale(values: pd.Series[Any]) -> Literal["grade", "severity"]:
    words = {str(value).upper() for value in named(values).dropna().unique()}
    return "severity" if words & SEVERITIES.keys() else "grade"


def _remarks(table: Table, settings: AdverseEventSettings) -> tuple[Finding, ...]:
    rows, term, organ_class = table.frame, str(settings.term), settings.organ_class
    findings = list(
        rows_where("warning", "missing-term", rows[term].isna(), lambda row: "has no term: left out", table, term)
    )
    if settings.grade:
        texts, unread = named(rows[settings.grade]), _grades(rows, settings) == 0
        findings += rows_where(
            "warning",
            "grade-unknown",
            unread & texts.notna(),
            lambda row: f"{texts[row]!r} is no grade: counted at any grade only",
            table,
            settings.grade,
        )
    if organ_class:
        classes = rows.groupby(term)[organ_class].nunique()
        for name in classes.index[classes > 1]:
            message = f"{name!r} stands under {classes[name]} classes: counted under its most frequent"
            findings.append(Finding("warning", "several-classes", message, file=table.file, column=organ_class))
    return tuple(findings)


def read(
    design: TrialDesign, patients: pd.DataFrame, tables: Mapping[str, pd.DataFrame], times: Mapping[str, EndpointTimes]
) -> AdverseEvents | None:
    """The adverse events of `tables` by the settled `design`; None in a trial without.

    An event is fatal by AESDTH, by the outcome, or by grade 5. Without a column of treatment emergence every
    recorded event counts; one before the first dose then does too.
    """
    settings = design.adverse_events
    if settings is None or settings.table not in tables:
        return None
    everything = tables[settings.table]
    rows = everything[everything[str(settings.term)].notna()].reset_index(drop=True)
    place = {subject: position for position, subject in enumerate(patients.index)}
    patient = np.array([place[subject] for subject in rows["USUBJID"]], dtype=np.int64)
    words = [str(word) for word in named(rows[str(settings.term)])]
    terms = tuple(sorted(set(words)))
    term = _codes(words, terms)
    column = settings.organ_class
    in_class = [str(word or NO_CLASS) for word in named(rows[column])] if column else [NO_CLASS] * len(rows)
    classes = tuple(sorted(set(in_class)))
    start = first_dose(patients)
    grade = _grades(rows, settings)
    treated = _treated(patients, start)
    death, last_seen = _followed(design, patients, start, times)
    return AdverseEvents(
        settings=settings,
        scale=settings.scale,
        terms=terms,
        labels=sentence_case(terms),
        organ_classes=classes,
        class_labels=sentence_case(classes),
        class_of=_most_frequent(term, _codes(in_class, classes), len(terms)),
        patient=patient,
        term=term,
        grade=grade,
        serious=_among(rows, settings.serious, ("Y", "YES")),
        related=_among(rows, settings.related, settings.related_values),
        fatal=_fatal(rows, grade if settings.scale == "grade" else np.zeros(len(rows), dtype=np.int64)),
        emergent=_or_all(_among(rows, settings.emergent, ("Y", "YES")), len(rows)),
        onset=_onset(rows, settings.onset, start[patient]),
        cycle=_cycles(rows, settings.cycle),
        treated=treated,
        at_risk=np.fmax(treated, np.fmin(treated + settings.window_days, last_seen)),
        death=death,
        last_seen=last_seen,
    )


def sentence_case(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts in sentence case where all of them shout in capitals ("RASH"); else as they are."""
    if not all(text == text.upper() for text in texts):
        return tuple(texts)
    return tuple(_quiet(text) for text in texts)


def _quiet(text: str) -> str:
    words = re.split(r"([A-Z0-9']+)", text)
    quiet = "".join(word if word in ABBREVIATIONS else word.lower() for word in words)
    return quiet[:1].upper() + quiet[1:]


def _codes(words: Sequence[str], among: Sequence[str]) -> Ints:
    place = {word: position for position, word in enumerate(among)}
    return np.array([place[word] for word in words], dtype=np.int64)


def _most_frequent(term: Ints, in_class: Ints, terms: int) -> Ints:
    result = np.zeros(terms, dtype=np.int64)
    counts = Counter(zip(term.tolist(), in_class.tolist(), strict=True))
    for (code, organ_class), _ in sorted(counts.items(), key=lambda item: (item[1], -item[0][1])):
        result[code] = organ_class
    return result


def _grades(rows: pd.DataFrame, settings: AdverseEventSettings) -> Ints:
    if not settings.grade:
        return np.zeros(len(rows), dtype=np.int64)
    ranks = SEVERITIES if settings.scale == "severity" else GRADES
    return np.array([ranks.get(str(text).upper(), 0) for text in named(rows[settings.grade])], dtype=np.int64)


def _among(rows: pd.DataFrame, column: str | None, values: Sequence[str]) -> Bools | None:
    if not column:
        return None
    return np.array([str(value).upper() in values for value in named(rows[column])], dtype=np.bool_)


def _or_all(mask: Bools | None, length: int) -> Bools:
    return np.ones(length, dtype=np.bool_) if mask is None else mask


def _fatal(rows: pd.DataFrame, grade: Ints) -> Bools:
    fatal: Bools = grade == 5
    for column, value in (("AESDTH", "Y"), ("AEOUT", "FATAL")):
        if column in rows:
            fatal |= np.array([str(text).upper() == value for text in named(rows[column])], dtype=np.bool_)
    return fatal


def _onset(rows: pd.DataFrame, column: str | None, start: Floats) -> Floats:
    if not column:
        return np.full(len(rows), np.nan)
    if column.endswith("DY"):
        return numbers(rows[column])
    return study_day(days(rows[column]), start)


def _cycles(rows: pd.DataFrame, column: str | None) -> Ints | None:
    if not column:
        return None
    cycle = numbers(rows[column])
    return np.where(np.isnan(cycle), 0, cycle).astype(np.int64)


def first_dose(patients: pd.DataFrame) -> Floats:
    """The day of each patient's first dose, counted from 1970-01-01; NaN where unknown."""
    return _first_known(patients, ("TRTSDT", "TRTSDTM", "RFXSTDTC"))


def days(texts: pd.Series[Any]) -> Floats:
    """Dates or date-times in ISO 8601 as days from 1970-01-01; NaN where missing or partial."""
    dates = pd.to_datetime(texts.astype("string").str[:10], format="%Y-%m-%d", errors="coerce")
    since = (dates - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    return np.asarray(since, dtype=np.float64)


def study_day(day: Floats, start: Floats) -> Floats:
    """Days by the convention of ADaM: the day of the first dose is 1 and the day before it is -1."""
    since: Floats = day - start
    return np.asarray(since + (since >= 0), dtype=np.float64)


def _treated(patients: pd.DataFrame, start: Floats) -> Floats:
    for column in ("TRTDURD", "TRTDUR"):
        if column in patients:
            duration = numbers(patients[column])
            return np.where(duration > 0, duration, np.nan)
    return study_day(_first_known(patients, ("TRTEDT", "TRTEDTM", "RFXENDTC")), start)


def _followed(
    design: TrialDesign, patients: pd.DataFrame, start: Floats, times: Mapping[str, EndpointTimes]
) -> tuple[Floats, Floats]:
    """Day of death and day last seen: by the dates of ADSL, else by the survival endpoint, whose origin may differ."""
    died = _first_known(patients, ("DTHDT", "DTHDTM", "DTHDTC"))
    seen = _first_known(patients, ("LSTALVDT", "EOSDT", "RFENDT", "RFPENDTC"))
    death, last = study_day(died, start), study_day(seen, start)
    survival = next((e for e in design.endpoints if e.event == "death" and e.id in times), None)
    if survival is not None:
        origin = _first_known(patients, ("RANDDT", "TRTSDT", "TRTSDTM"))
        delay = np.where(np.isnan(start - origin), 0.0, start - origin)
        since_dose = times[survival.id].time * DAYS_PER_UNIT[survival.recorded] - delay
        event = times[survival.id].event
        death = np.where(np.isnan(death) & event, since_dose, death)
        last = np.where(np.isnan(last) & ~event, since_dose, last)
    if "EOSDY" in patients:
        last = np.where(np.isnan(last), numbers(patients["EOSDY"]), last)
    if "DTHFL" in patients:
        # a death without a date is taken to be on the day the patient was last seen
        dead = (named(patients["DTHFL"]) == "Y").to_numpy()
        death = np.where(dead & np.isnan(death), last, death)
    return death, np.where(np.isnan(death), last, death)


def _first_known(patients: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """For each patient the first of these dates that is known, as days from 1970-01-01."""
    result = np.full(len(patients), np.nan)
    for column in columns:
        if column in patients:
            result = np.where(np.isnan(result), days(patients[column]), result)
    return result
