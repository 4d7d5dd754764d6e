"""One folder in, one validated Trial out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import TypeAdapter

from data import adverse_events, rules, trial_toml
from data.best_response import with_best_response
from data.contract import EndpointTimes, Finding, Population, Trial, TrialDesign, TrialError
from data.findings import has_error, refusal
from data.folder import PAPER, SETTINGS, Table, check_links, read_tables, table_files
from data.inference import infer
from data.levels import coded, named, positions
from data.stages import check_path, coded_stages, entry_days
from data.transplant import check_transplant, transplant_days


def load(folder: Path, trial_id: str, place: str) -> Trial:
    """Read and check a trial; `trial_id` and `place` name it when its `trial.toml` does not.

    Raises TrialError, with every finding so far, when a file cannot be read or a rule is broken.
    """
    findings: list[Finding] = []
    try:
        return _loaded(folder, trial_id, place, findings)
    except TrialError as error:
        raise TrialError((*findings, *error.findings)) from None


def _loaded(folder: Path, trial_id: str, place: str, findings: list[Finding]) -> Trial:
    """Go step by step, adding to `findings`; a step starts only when those before it found no error."""
    files, passed_over = table_files(folder)
    findings += passed_over
    _pass(findings, check_links(folder))
    tables, tolerated = read_tables(files)
    findings += tolerated
    if "adsl" not in tables:
        raise refusal("missing-table", "there is no adsl table that can be read", file=folder.name)
    adsl, others = tables["adsl"], [table for name, table in tables.items() if name != "adsl"]
    _pass(findings, rules.check_subjects(adsl))
    subjects = frozenset(adsl.frame["USUBJID"])
    times = [table for table in others if table.name.startswith("adtte") and not table.frame.empty]
    _pass(
        findings,
        *(rules.check_keys(table, subjects) for table in others),
        *(rules.check_time_columns(table) for table in times),
    )
    tables, brought = with_best_response(tables)
    findings += brought
    adsl = tables["adsl"]
    settings = folder / SETTINGS
    if declared := settings.is_file():
        design = trial_toml.read(settings, adsl.frame, trial_id)
    else:
        design, inferred = infer(adsl, times, trial_id, place)
        _pass(findings, inferred)
    design, settled = adverse_events.settled(design, tables)
    _pass(findings, settled)
    _pass(findings, rules.check_arms(adsl, design, declared=declared))
    _pass(
        findings,
        rules.check_variables(adsl, design),
        check_path(adsl, design),
        rules.check_described(adsl, tables, design),
        check_transplant(adsl, tables, design),
        rules.check_endpoints(times, design),
        *(rules.check_times(table, design) for table in times),
    )
    digest = _digest([*files.values(), *(folder / name for name in PAPER if (folder / name).is_file())], design)
    return _built(folder, design, tables, digest, findings)


def _pass(findings: list[Finding], *checks: Sequence[Finding]) -> None:
    seen = [finding for check in checks for finding in check]
    if has_error(seen):
        raise TrialError(tuple(seen))
    findings += seen


def _built(
    folder: Path, design: TrialDesign, tables: Mapping[str, Table], digest: str, findings: Sequence[Finding]
) -> Trial:
    everyone = tables["adsl"].frame.set_index("USUBJID")
    arms = [arm.value for arm in design.arms]
    in_arm = named(everyone[design.planned]).isin(arms) | named(everyone[design.actual]).isin(arms)
    patients = everyone[in_arm]
    planned = positions(named(patients[design.planned]), arms)
    rows = {endpoint.id: _rows(tables, endpoint.id) for endpoint in design.endpoints}
    times = {name: _times(table.frame, patients.index) for name, table in rows.items()}
    frames = {
        name: table.frame[table.frame["USUBJID"].isin(patients.index)].reset_index(drop=True)
        for name, table in tables.items()
        if name != "adsl" and not table.frame.empty
    }
    remarks = rules.remarks(design, planned, times, {name: table.file for name, table in rows.items()})
    return Trial(
        design=design,
        folder=folder,
        patients=patients,
        planned=planned,
        actual=positions(named(patients[design.actual]), arms),
        populations={population.id: _members(patients, population) for population in design.populations},
        factors={factor.variable: coded(patients[factor.variable], factor) for factor in design.factors},
        strata=_strata(patients, design.strata),
        times=times,
        response=_responders(patients, design),
        tables=frames,
        digest=digest,
        findings=(*findings, *remarks),
        stages=coded_stages(patients, design.stages),
        entered=entry_days(patients, design, times),
        adverse_events=adverse_events.read(design, patients, frames, times),
        transplant=transplant_days(patients, design, times),
        files={name: table.file for name, table in tables.items()},
    )


def _rows(tables: Mapping[str, Table], endpoint: str) -> Table:
    """The one time-to-event table that holds an endpoint, cut down to its rows."""
    holding = (table for table in tables.values() if table.name.startswith("adtte") and not table.frame.empty)
    cut = (replace(table, frame=table.frame[table.frame["PARAMCD"] == endpoint]) for table in holding)
    return next(table for table in cut if not table.frame.empty)


def _times(rows: pd.DataFrame, subjects: pd.Index) -> EndpointTimes:
    """Times and events of one endpoint by subject: the one place where CNSR is turned round (0 is an event)."""
    by_subject = rows.set_index("USUBJID").reindex(subjects)
    return EndpointTimes(
        time=rules.numbers(by_subject["AVAL"]),
        event=rules.numbers(by_subject["CNSR"]) == 0,
    )


def _members(patients: pd.DataFrame, population: Population) -> npt.NDArray[np.bool_]:
    if population.flag is None:
        return np.ones(len(patients), dtype=np.bool_)
    return np.asarray(named(patients[population.flag]) == "Y", dtype=np.bool_)


def _responders(patients: pd.DataFrame, design: TrialDesign) -> npt.NDArray[np.bool_] | None:
    if design.response is None:
        return None
    return np.asarray(named(patients[design.response.variable]).isin(design.response.values), dtype=np.bool_)


def _strata(patients: pd.DataFrame, variables: Sequence[str]) -> npt.NDArray[np.int64]:
    if not variables:
        return np.zeros(len(patients), dtype=np.int64)
    codes = patients.groupby([named(patients[name]) for name in variables], dropna=True).ngroup()
    return np.asarray(codes.fillna(-1), dtype=np.int64)


def _digest(files: Sequence[Path], design: TrialDesign) -> str:
    digest = hashlib.sha256(TypeAdapter(TrialDesign).dump_json(design))
    for path in sorted(files):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
