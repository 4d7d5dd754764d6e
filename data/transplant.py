"""The transplants of a trial: inferred, checked against the data, and read into the days on which things happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from data.contract import (
    DAYS_PER_UNIT,
    Endpoint,
    EndpointTimes,
    Finding,
    Transplant,
    TransplantDays,
    TrialDesign,
)
from data.folder import Table
from data.levels import named
from data.stages import ORIGINS, study_days

#: Endpoints that only a transplanted patient has, with what happens then: where one is there, day 0 is the transplant.
_AFTER_TRANSPLANT = {"TTPLT": "Platelet recovery", "TTAGVHD": "Acute GVHD"}
#: Endpoints whose event is relapse alone, and those that may stand for survival.
_RELAPSE, _SURVIVAL = ("TTREL", "TTRELAPSE"), ("OS", "RFS", "DFS")


def infer_transplant(endpoints: Sequence[Endpoint]) -> Transplant | None:
    """Infer from the endpoints that everybody was transplanted at the start; None where nothing says so."""
    ids = {endpoint.id for endpoint in endpoints}
    event = next((name for name in _AFTER_TRANSPLANT if name in ids), None)
    survival = next((name for name in _SURVIVAL if name in ids), None)
    if event is None or survival is None:
        return None
    relapse = next((name for name in _RELAPSE if name in ids), "") if survival == "OS" else ""
    return Transplant(_AFTER_TRANSPLANT[event], event, at_start=True, survival=survival, relapse=relapse)


def check_transplant(adsl: Table, tables: Mapping[str, Table], design: TrialDesign) -> tuple[Finding, ...]:
    """The settings of the transplant and of the liver name endpoints, populations and columns that are there."""
    columns = set(adsl.frame.columns)
    adae = set(tables["adae"].frame.columns) if "adae" in tables else set()
    return tuple(
        Finding("error", "absent-variable", f"the declared {what} is not there", file="trial.toml")
        for what, found in _named(design, columns, adae)
        if not found
    )


def _named(design: TrialDesign, columns: set[str], adae: set[str]) -> Iterator[tuple[str, bool]]:
    """Each thing that the settings name, and whether the data have it."""
    endpoints = {endpoint.id for endpoint in design.endpoints}
    t, h = design.transplant, design.hepatic
    if t is not None:
        yield f"endpoint {t.survival} of the transplant", t.survival in endpoints
        for name in filter(None, (t.censored, t.relapse)):
            yield f"endpoint {name} of the transplant", name in endpoints
        if t.event and t.event not in endpoints:
            yield f"event {t.event} of the transplant", t.event in columns
            yield f"start of the days of {t.event} ({' or '.join(ORIGINS)})", bool(columns & set(ORIGINS))
        if t.population:
            yield f"population {t.population} of the transplant", t.population in {p.id for p in design.populations}
        for name in filter(None, (t.relapse_kind, t.disease_death, t.vod, *(risk.variable for risk in t.risks))):
            yield f"column {name} of the transplant", name in columns
        for name in {name for model in t.models for name in model}:
            yield f"risk factor {name} of a model", name in {risk.variable for risk in t.risks}
    if h is not None:
        for name in filter(None, (h.vod, h.vod_day, h.fatal)):
            yield f"column {name} of the liver", name in columns
        if h.group:
            yield f"column {h.group} of the liver", h.group in adae


def transplant_days(
    patients: pd.DataFrame, design: TrialDesign, times: Mapping[str, EndpointTimes]
) -> TransplantDays | None:
    """The days of transplant, relapse and death of each patient; None where the design says nothing of transplants."""
    settings = design.transplant
    if settings is None:
        return None
    survival = times[settings.survival]
    end = survival.time * _days(design, settings.survival)
    died = survival.event & ~np.isnan(end)
    event = _event_days(patients, design, times, settings.event) if settings.event else None
    transplanted = np.zeros(len(patients)) if settings.at_start else event
    relapsed, dated_by_death = None, np.zeros(len(patients), dtype=np.bool_)
    if settings.relapse:
        relapsed = _event_days(patients, design, times, settings.relapse)
        if settings.relapse_kind:
            kind = named(patients[settings.relapse_kind]).isin(settings.relapse_values).to_numpy()
            relapsed = np.where(kind, relapsed, np.inf)
        if settings.disease_death and transplanted is not None:
            # a relapse before the transplant is not the one that is waited for
            after = np.isfinite(relapsed) & (relapsed > transplanted)
            flagged = (named(patients[settings.disease_death]) == "Y").to_numpy(dtype=np.bool_)
            dated_by_death = flagged & died & ~after
            relapsed = np.where(dated_by_death, end, relapsed)
    return TransplantDays(end, died, event, transplanted, relapsed, dated_by_death)


def _event_days(
    patients: pd.DataFrame, design: TrialDesign, times: Mapping[str, EndpointTimes], name: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The day of an event by the name of its endpoint or of its date in ADSL; infinite where it never happened."""
    if name in times:
        recorded = times[name]
        days: np.ndarray[tuple[int], np.dtype[np.float64]] = recorded.time * _days(design, name)
        return np.where(recorded.event & ~np.isnan(recorded.time), days, np.inf)
    origin = next(column for column in ORIGINS if column in patients)
    return study_days(patients[name], patients[origin])


def _days(design: TrialDesign, name: str) -> float:
    """Days in the unit in which an endpoint is recorded."""
    return DAYS_PER_UNIT[next(endpoint.recorded for endpoint in design.endpoints if endpoint.id == name)]
