"""The exposure card in numbers: how long patients were treated, and what care it took."""

from __future__ import annotations

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as options

from analysis.columns import flagged, numbers
from analysis.estimate import Estimate, NotEstimable
from analysis.estimators import rates
from analysis.selection import Selection
from analysis.summary import Block, Group, Row, Summary, group, summary
from data.contract import DAYS_PER_MONTH, DAYS_PER_UNIT, Exposure, Trial

CONTRAST = "rate ratio"


@options(config=ConfigDict(extra="forbid"), frozen=True)
class ExposureOptions:
    """The table of exposure has no options of its own."""


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the table, as a sentence; None when it has it."""
    if trial.design.exposures:
        return None
    return "Exposure needs the duration of treatment (TRTDURD), or an [[exposure]] in trial.toml."


def analyse(trial: Trial, selection: Selection, options: ExposureOptions) -> Summary | NotEstimable:
    """Treatment and care in the safety population of the cohort, as treated."""
    if reason := missing(trial):
        return NotEstimable(reason)
    patients = group(trial, selection, as_treated=True)
    if isinstance(patients, NotEstimable):
        return patients
    blocks = [_block(trial, patients, exposure) for exposure in trial.design.exposures]
    method = (
        f"{patients.words}. Counts with percentages of all patients; numbers of those who have one, as median (range) "
        "and mean (SD)."
    )
    if any(exposure.per for exposure in trial.design.exposures):
        method += (
            f" Rates are days over months of observation ({DAYS_PER_MONTH} days), all patients together; their "
            "intervals take the days as independent, which they are not, and are therefore too narrow."
        )
    return summary(patients, blocks, method, CONTRAST)


def _block(trial: Trial, patients: Group, exposure: Exposure) -> Block:
    if exposure.per:
        return _rate(trial, patients, exposure)
    rows: list[Row] = []
    among = np.ones(patients.members.n, dtype=np.bool_)
    if exposure.flag:
        among = flagged(trial, exposure.flag)[patients.rows]
        rows.append(Row("Patients", patients.counted(among)))
    if exposure.variable:
        values = numbers(trial, exposure.variable)[patients.rows]
        if exposure.unit is not None:
            values = values / DAYS_PER_UNIT[exposure.unit]
        days = ", days" if exposure.flag else ""
        spreads = patients.spread(values, among)
        rows += [
            Row(f"Median (range){days}", spreads, "median", headline=not exposure.flag),
            Row(f"Mean (SD){days}", spreads, "mean"),
        ]
        unknown = np.isnan(values) & among
        if unknown.any():
            rows.append(Row("Not recorded", patients.counted(unknown)))
    words = f"{exposure.label}, {exposure.unit}" if exposure.unit else exposure.label
    return Block(words, tuple(rows))


def _rate(trial: Trial, patients: Group, exposure: Exposure) -> Block:
    """Days over the months observed of all patients of an arm; the arms compared by the ratio of the rates."""
    days, observed = (numbers(trial, name)[patients.rows] for name in (exposure.variable, exposure.per))
    known = ~np.isnan(days) & ~np.isnan(observed)
    totals = [
        (int(days[known & (patients.arm == i)].sum()), float(observed[known & (patients.arm == i)].sum()))
        for i in range(len(patients.arms))
    ]
    found = tuple(rates.rate(events, time / DAYS_PER_MONTH) for events, time in totals)
    shares: tuple[Estimate | NotEstimable, ...] = tuple(
        Estimate(events / time, None, None, 0.95, "share of the days observed") if time > 0 else rates.NO_EXPOSURE
        for events, time in totals
    )
    rows = (Row("Per patient-month", found, "rate"), Row("Share of the days observed", shares, "share"))
    reference = totals[patients.reference or 0]
    compared = tuple(rates.rate_ratio(*totals[i], *reference) for i in patients.others)
    return Block(exposure.label, rows, compared)
