"""The design of a trial that has no `trial.toml`, inferred from the standard ADaM names and the values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd
from pydantic import ValidationError

from data.best_response import infer_objective_response
from data.contract import (
    Arm,
    Assessments,
    Endpoint,
    Factor,
    Finding,
    Population,
    Provenance,
    Response,
    TrialDesign,
    Unit,
)
from data.described import infer_characteristics, infer_deaths, infer_exposures
from data.findings import refusal
from data.folder import Table
from data.levels import labelled, ordered
from data.stages import infer_stages, infer_states
from data.standard import (
    EVENT_WORDS,
    FACTOR_LABELS,
    FIRST_ENDPOINTS,
    NOT_A_FACTOR,
    POPULATIONS,
    REFERENCE,
    RESPONSE,
    UNITS,
    is_arm,
)
from data.transplant import infer_transplant

Findings = tuple[Finding, ...]

_SHORT = 18
_PARAMCD = re.compile(r"[A-Za-z0-9_]{1,32}")


def infer(adsl: Table, times: Sequence[Table], trial_id: str, place: str) -> tuple[TrialDesign, Findings]:
    """Infer arms, populations, endpoints, strata and factors; `place` (the folder) becomes part of the name.

    The tables have passed the checks of keys and columns. Raises TrialError when no arm can be made out, or a text
    is too long for what it would become.
    """
    try:
        return _inferred(adsl, times, trial_id, place)
    except ValidationError as error:
        found = error.errors()[0]
        message = f"cannot be inferred: {error.title}, {found['loc'][0]}: {found['msg']}"
        raise refusal("not-inferred", message, file=adsl.file) from None


def _inferred(adsl: Table, times: Sequence[Table], trial_id: str, place: str) -> tuple[TrialDesign, Findings]:
    subjects = adsl.frame
    planned, actual = _treatments(adsl)
    arms = _arms(subjects, planned, adsl.file)
    in_arm = subjects[subjects[planned].isin([arm.value for arm in arms])]
    endpoints, found = _endpoints(times)
    response, assessments = _response(in_arm)
    stages = infer_stages(in_arm)
    transplant = infer_transplant(endpoints)
    populations, nobody = _populations(in_arm, len(arms), adsl.file)
    study = subjects["STUDYID"].dropna() if "STUDYID" in subjects else pd.Series(dtype=object)
    design = TrialDesign(
        id=trial_id,
        name=f"{study.iloc[0]} ({place})" if len(study) else place,
        title=_title(arms),
        arms=arms,
        populations=populations,
        endpoints=endpoints,
        response=response,
        assessments=assessments,
        factors=_factors(in_arm),
        stages=stages,
        states=infer_states(endpoints),
        path="Disposition" if stages else "After transplant" if transplant else "Patient flow",
        strata=tuple(
            name
            for name in sorted(str(column) for column in subjects.columns)
            if re.fullmatch(r"STRATA\d+", name) and in_arm[name].nunique() > 1
        ),
        planned=planned,
        actual=actual,
        characteristics=infer_characteristics(in_arm),
        deaths=infer_deaths(in_arm),
        exposures=infer_exposures(in_arm),
        transplant=transplant,
        provenance=Provenance(note="Settings inferred from the standard ADaM names; origin of the data not stated."),
    )
    return design, (*found, *nobody)


def factor_label(variable: str) -> str:
    """Label a variable by its standard name, else by the name itself."""
    return FACTOR_LABELS.get(variable, variable)


def slug(text: str) -> str:
    """Turn any text into what a link may carry: small letters, digits, dashes; "x" if nothing remains."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-._")[:64].strip("-._") or "x"


def _treatments(adsl: Table) -> tuple[str, str]:
    columns = adsl.frame.columns
    planned = next((name for name in ("TRT01P", "ARM") if name in columns), None)
    if planned is None:
        message = "no planned treatment: neither TRT01P nor ARM is there"
        raise refusal("missing-column", message, file=adsl.file, column="TRT01P")
    pairs = {"TRT01P": "TRT01A", "ARM": "ACTARM"}
    return planned, next((name for name in (pairs[planned], "TRT01A", "ACTARM") if name in columns), planned)


def _arms(subjects: pd.DataFrame, planned: str, file: str) -> tuple[Arm, ...]:
    """Experimental arms first, by TRT01PN or alphabet, and the reference last."""
    in_arm = subjects[subjects[planned].map(is_arm)]
    values = ordered(in_arm[planned], in_arm.get(f"{planned}N"))
    if not values:
        message = "no subject has a planned treatment"
        raise refusal("no-arm", message, file=file, column=planned)
    reference = _reference(values)
    shorts = _shorts(values)
    ids = _unique([slug(value) for value in values])
    arms = [
        Arm(
            id=ids[position],
            value=value,
            label=value,
            short=shorts[position],
            # One arm is compared with nothing.
            reference=value == reference and len(values) > 1,
        )
        for position, value in enumerate(values)
    ]
    return tuple(sorted(arms, key=lambda arm: arm.reference))


def _reference(values: Sequence[str]) -> str:
    """Pick the arm named like a control (the shortest, as in "X + placebo" and "placebo"), else the first."""
    controls = [value for value in values if REFERENCE.search(value)]
    return min(controls, key=len) if controls else values[0]


def _shorts(values: Sequence[str]) -> tuple[str, ...]:
    bare = [re.sub(r"^[A-Z0-9]{1,2}: ", "", value) for value in values]
    if any(len(text) > _SHORT for text in bare):
        bare = [re.sub(r"\s+(dose|therapy|treatment|arm|group|cohort)$", "", text, flags=re.I) for text in bare]
    shorts = tuple(text if len(text) <= _SHORT else _abbreviated(text) for text in bare)
    return shorts if len(set(shorts)) == len(shorts) else tuple(values)


def _abbreviated(text: str) -> str:
    parts = text.split(" + ")
    width = (_SHORT - 3 * (len(parts) - 1)) // len(parts)
    if width < 4:
        return f"{text[: _SHORT - 1].rstrip()}…"
    mark = "." if len(parts) > 1 else "…"
    return " + ".join(part if len(part) <= width else part[: width - 1].rstrip() + mark for part in parts)


def _unique(ids: Sequence[str]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    result = []
    for name in ids:
        counts[name] = counts.get(name, 0) + 1
        result.append(name if counts[name] == 1 else f"{name[:60]}-{counts[name]}")
    return tuple(result)


def _title(arms: Sequence[Arm]) -> str:
    reference = [arm.label for arm in arms if arm.reference]
    others = [arm.label for arm in arms if not arm.reference]
    listed = others[0] if len(others) == 1 else f"{', '.join(others[:-1])} and {others[-1]}"
    title = f"{listed} versus {reference[0]}" if reference else listed
    return title if len(title) <= 400 else f"{title[:399]}…"


def _populations(in_arm: pd.DataFrame, arms: int, file: str) -> tuple[tuple[Population, ...], Findings]:
    flagged = [standard for standard in POPULATIONS if standard.flag in in_arm]
    filled = [standard for standard in flagged if (in_arm[standard.flag] == "Y").any()]
    found = [Population(id=s.id, label=s.label, short=s.short, flag=s.flag, treatment=s.treatment) for s in filled]
    nobody = tuple(
        Finding("warning", "empty-population", "is Y for nobody: no population", file=file, column=standard.flag)
        for standard in flagged
        if standard not in filled
    )
    if any(population.id in ("itt", "randomized", "fas") for population in found):
        return tuple(found), nobody
    randomized = arms > 1 and "RANDDT" in in_arm
    label = "All randomized" if randomized else "All subjects"
    return (Population(id="all", label=label, short=label), *found), nobody


def _endpoints(tables: Sequence[Table]) -> tuple[tuple[Endpoint, ...], Findings]:
    endpoints: list[Endpoint] = []
    findings: list[Finding] = []
    for table in tables:
        rows = table.frame
        for code in rows["PARAMCD"].dropna().unique():
            if any(endpoint.id == code for endpoint in endpoints):
                # The same endpoint in two tables is refused by a rule of its own.
                continue
            of_code = rows[rows["PARAMCD"] == code]
            recorded, seen = _recorded(of_code, str(code), table.file)
            findings += seen
            if not _PARAMCD.fullmatch(code):
                message = f"{code!r} is no parameter code (letters, digits and _, at most 32)"
                findings.append(Finding("error", "parameter-code", message, file=table.file, column="PARAMCD"))
            elif recorded:
                labels = list(of_code["PARAM"].dropna()) if "PARAM" in rows else []
                endpoints.append(
                    Endpoint(
                        id=code,
                        label=labels[0] if labels else code,
                        recorded=recorded,
                        unit=recorded,
                        short=code,
                        event=EVENT_WORDS.get(code, "event"),
                    )
                )
    first = {code: place for place, code in enumerate(FIRST_ENDPOINTS)}
    return tuple(sorted(endpoints, key=lambda endpoint: first.get(endpoint.id, len(first)))), tuple(findings)


def _recorded(rows: pd.DataFrame, code: str, file: str) -> tuple[Unit | None, list[Finding]]:
    """Unit of a parameter's times by its AVALU; None, with the reason, when they are not times."""
    stated = sorted(rows["AVALU"].dropna().str.upper().unique()) if "AVALU" in rows else []
    if not stated:
        message = f"{code} has no unit: taken as days"
        return "days", [Finding("warning", "unit-assumed", message, file=file, column="AVALU")]
    unknown = [unit for unit in stated if unit not in UNITS]
    if unknown:
        message = f"{code} is not offered as an endpoint: its unit {unknown[0]!r} is not a unit of time"
        return None, [Finding("warning", "not-a-time", message, file=file, column="AVALU")]
    if blank := int(rows["AVALU"].isna().sum()):
        message = f"{code}: {blank:,} rows have no unit: taken as {UNITS[stated[0]]}"
        return UNITS[stated[0]], [Finding("warning", "unit-assumed", message, file=file, column="AVALU")]
    return UNITS[stated[0]], []


def _response(in_arm: pd.DataFrame) -> tuple[Response | None, Assessments | None]:
    """The flag of ADSL, else the objective responses; and how they were assessed."""
    if RESPONSE in in_arm and (in_arm[RESPONSE] == "Y").any():
        return Response(variable=RESPONSE, values=("Y",)), None
    return infer_objective_response(in_arm) or (None, None)


def _factors(in_arm: pd.DataFrame) -> tuple[Factor, ...]:
    factors = []
    for variable in map(str, in_arm.columns):
        values = in_arm[variable]
        numeric = values.dtype == np.float64
        if NOT_A_FACTOR.fullmatch(variable) or (numeric and variable.endswith("N") and variable[:-1] in in_arm):
            continue
        levels = values.nunique()
        # A number with few values in few subjects is a measurement by chance, not a grade.
        if 2 <= levels <= 8 and not (numeric and 5 * levels > values.count()):
            names = ordered(values, in_arm.get(f"{variable}N"))
            factors.append(Factor(variable=variable, label=factor_label(variable), levels=labelled(variable, names)))
    return tuple(factors)
