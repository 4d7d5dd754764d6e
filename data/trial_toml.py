"""`trial.toml`, the settings of a trial that a person may edit: read into a TrialDesign, and written from one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w
from pydantic import TypeAdapter, ValidationError

from data.contract import Finding, TrialDesign, TrialError
from data.findings import refusal
from data.folder import SETTINGS
from data.inference import factor_label
from data.levels import cut_names, labelled, ordered

#: Field of TrialDesign -> table of the file, which reads better in the singular: one [[arm]] an arm.
_TABLES = {
    "arms": "arm",
    "populations": "population",
    "endpoints": "endpoint",
    "factors": "factor",
    "stages": "stage",
    "states": "state",
    "characteristics": "characteristic",
    "predictors": "predictor",
    "exposures": "exposure",
}
#: Tables that are there once, written after those that repeat.
_SECTIONS = ("adverse_events", "transplant", "hepatic", "assessments", "deaths", "therapies")
_DESIGN: TypeAdapter[TrialDesign] = TypeAdapter(TrialDesign)

_HEADER = """\
# Settings of this trial. Every key is described in docs/data-contract.md; one that is left out has its default.
#
#   id, name, title, subtitle, citation, registration   how the trial is called and cited
#   planned, actual     columns of adsl: treatment as randomized, treatment as given
#   minimum_cell        counts of real patients under it are not shown, such as 5; 0 shows all
#   strata              columns of adsl by which the primary comparison is stratified
#   strata_words        the same in words, as printed beside its results
#   [provenance]        kind = "real", "reconstructed" or "synthetic"; note; badge
#   [adverse_events]    columns of adae (a column that is "" is not there), related_values;
#                       window_days; dictionary, criteria, window: words printed with the numbers
#   [[arm]]             in the order they are shown; value as in the data; one has reference = true
#   [[population]]      flag = a column of adsl that is Y (left out: everybody); treatment = "planned" or "actual"
#   [[endpoint]]        id = its PARAMCD; recorded = the unit in the data, unit = the unit shown;
#                       sided, level, hazard_ratio_level, milestone, tau, tick, stratified, event, origin, estimand
#                       wanted = true if the event is one to hope for
#   [response]          variable = a column of adsl, values = those that count as a response; label, level
#   [[factor]]          variable = a column of adsl; label, levels and cuts (for a number) may be left out
#   [[stage]]           of the path of patients: variable = a column of adsl; label, levels, otherwise, reached
#   [[state]]           in which patients are over time: id, label, entered = an endpoint or a date of adsl
#   [[characteristic]]  of the baseline table, beside the factors: variable, label; levels unless it is a number
#   [[predictor]]       a covariate of the models of survival: a factor with its reference level, or a number
#   [assessments]       of the response: best, residual, first, since, duration; table, parameter, values
#   [deaths]            flag, term, causes (flag, label, terms), after, after_label
#   [therapies]         later ones: table, term, labels, endpoint
#   [[exposure]]        label; variable, flag, unit, per
#   path                the title of that path
#   [transplant]        event = a date of adsl or an endpoint, or at_start = true; survival, censored, relapse:
#                       endpoints; vod = a flag of adsl with [[transplant.risks]] and models
#   [hepatic]           group, value: a column of adae and the value that counts; vod, vod_day, fatal: columns of adsl

"""


def read(path: Path, subjects: pd.DataFrame, trial_id: str) -> TrialDesign:
    """Read the settings; `subjects` (ADSL) completes the factors, `trial_id` is the id when none is written.

    Raises TrialError, one finding for each key that is wrong, with its path in the file, counted from 1.
    """
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refusal("not-utf-8", f"is not UTF-8: {error}", file=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise refusal("settings-syntax", f"is not TOML: {error}", file=path.name) from None
    settings = {"id": trial_id, **raw}
    for name, table in _TABLES.items():
        if name in settings:
            raise refusal("settings", f"{name}: write [[{table}]], one table for each", file=path.name)
        if table in settings:
            settings[name] = settings.pop(table)
    for name in ("factors", "stages"):
        if isinstance(settings.get(name), list):
            settings[name] = [_completed(item, subjects) for item in settings[name]]
    try:
        design = _DESIGN.validate_python(settings)
    except ValidationError as error:
        raise TrialError(
            tuple(
                Finding("error", "settings", f"{_path(details['loc'])}: {details['msg']}", file=path.name)
                for details in error.errors()
            )
        ) from None
    wrong = _contradictions(design)
    if wrong:
        raise TrialError(tuple(Finding("error", "settings", message, file=path.name) for message in wrong))
    return design


def write(design: TrialDesign, folder: Path) -> Path:
    """Write the settings into a folder and return the file. Raises FileExistsError rather than overwrite one."""
    path = folder / SETTINGS
    with path.open("x", encoding="utf-8") as file:
        file.write(_HEADER + _text(design))
    return path


def _text(design: TrialDesign) -> str:
    """Lay the settings out with one [[table]] an item, however short, and the levels of a factor a line each."""
    settings = _written(design)
    tables = {name: settings.pop(name) for name in _TABLES.values() if name in settings}
    sections = {name: settings.pop(name) for name in (*_SECTIONS, "provenance") if name in settings}
    parts = [tomli_w.dumps(settings, indent=2)]
    for name, items in tables.items():
        for item in items:
            levels = ["{ " + ", ".join(_lines(level)) + " }" for level in item.pop("levels", ())]
            parts.append("\n".join([f"[[{name}]]", *_lines(item), *_array("levels", levels), ""]))
    if sections:
        parts.append(tomli_w.dumps(sections, indent=2))
    return "\n".join(parts)


def _lines(item: Mapping[str, Any]) -> list[str]:
    # Not splitlines(): a text may hold U+2028 and other line ends of Unicode.
    return tomli_w.dumps(item, indent=2).rstrip("\n").split("\n")


def _array(name: str, items: list[str]) -> list[str]:
    return [f"{name} = [", *(f"  {item}," for item in items), "]"] if items else []


def _written(value: Any) -> Any:
    """The plain values TOML knows, without what is at its default."""
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    result = {}
    for field in fields(value):
        content = getattr(value, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if content != default:
            result[_TABLES.get(field.name, field.name)] = _written(content)
    return result


def _completed(factor: Any, subjects: pd.DataFrame) -> Any:
    """A factor with the label and levels it did not state: the standard label, the levels in the data."""
    variable = factor.get("variable") if isinstance(factor, Mapping) else None
    if not isinstance(variable, str):
        return factor
    stated: dict[str, Any] = {"label": factor_label(variable), **factor}
    if "levels" not in stated:
        cuts = stated.get("cuts")
        if isinstance(cuts, list) and cuts and all(isinstance(cut, int | float) for cut in cuts):
            names = cut_names(cuts)
        elif variable in subjects:
            names = ordered(subjects[variable], subjects.get(f"{variable}N"))
        else:
            # A variable that ADSL lacks is refused later, by its name.
            names = ()
        stated["levels"] = labelled(variable, names)
    return stated


def _contradictions(design: TrialDesign) -> list[str]:
    wrong = []
    references = sum(arm.reference for arm in design.arms)
    if references != (len(design.arms) > 1):
        wrong.append(f"arm: {references} arms have reference = true; one of several must, a single one must not")
    for table, names in (
        ("arm", [arm.id for arm in design.arms]),
        ("arm", [arm.value for arm in design.arms]),
        ("population", [population.id for population in design.populations]),
        ("endpoint", [endpoint.id for endpoint in design.endpoints]),
        ("factor", [factor.variable for factor in design.factors]),
        ("predictor", [predictor.variable for predictor in design.predictors]),
        ("stage", [stage.variable for stage in design.stages]),
        ("state", [state.id for state in design.states]),
    ):
        wrong += [f"{table}[{place + 1}]: {name!r} is there twice" for place, name in _repeated(names)]
    flags = (population.flag for population in design.populations)
    variables = [factor.variable for factor in design.factors]
    if design.response is not None:
        variables.append(design.response.variable)
    if "USUBJID" in {design.planned, design.actual, *design.strata, *flags, *variables}:
        wrong.append("USUBJID names the subjects: it is no treatment, flag, stratum, response or factor")
    wrong += _factors(design)
    for place, stage in enumerate(design.stages):
        if not set(stage.reached) <= {level.value for level in stage.levels}:
            wrong.append(f"stage[{place + 1}].reached: names a value that is none of its levels")
    if len(design.states) == 1:
        wrong.append("state: one state alone; the last of several is the final one")
    for place, state in enumerate(design.states):
        if bool(state.entered) != bool(place):
            wrong.append(f"state[{place + 1}].entered: the first state has none, every other has one")
    return wrong


def _factors(design: TrialDesign) -> list[str]:
    wrong = []
    for place, factor in enumerate(design.factors):
        if list(factor.cuts) != sorted(set(factor.cuts)):
            wrong.append(f"factor[{place + 1}].cuts: must rise")
    levels = {factor.variable: [level.value for level in factor.levels] for factor in design.factors}
    for place, predictor in enumerate(design.predictors):
        if predictor.reference and predictor.reference not in levels.get(predictor.variable, ()):
            wrong.append(f"predictor[{place + 1}].reference: is no level of a factor {predictor.variable}")
    return wrong


def _repeated(names: list[str]) -> list[tuple[int, str]]:
    return [(place, name) for place, name in enumerate(names) if name in names[:place]]


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{_TABLES.get(part, part)}"
    return path.lstrip(".")
