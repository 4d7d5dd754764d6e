"""The script of the predictors of survival."""

from __future__ import annotations

from analysis.code.assemble import script, table_of
from analysis.code.choice import level_mask
from analysis.predictors import PredictorsOptions, PredictorsResult, covariate, declared
from analysis.selection import Selection
from data.contract import Trial


def write(trial: Trial, selection: Selection, options: PredictorsOptions, result: PredictorsResult) -> str:
    """The script that recomputes `result`."""
    covariates = [covariate(trial, predictor) for predictor in declared(trial)]
    settings = {
        "ENDPOINT": result.endpoint.id,
        "ENDPOINT_TABLE": table_of(trial, result.endpoint.id),
        "LEVEL": result.endpoint.level,
        "OFFERED": list(result.candidates),
        "REFERENCES": {c.label: c.reference for c in covariates if c.reference},
        "SELECTED": result.selected,
        "ENTRY": result.entry,
        "STAY": result.stay,
    }
    return script(
        trial,
        selection,
        result,
        ["survival_numbers", "predictors"],
        settings,
        ["COVARIATES = {", *_columns(trial), "}"],
    )


def _columns(trial: Trial) -> list[str]:
    """Each covariate by its label: the columns of its levels but the reference, or its number."""
    lines = []
    for predictor in declared(trial):
        found = covariate(trial, predictor)
        if not found.reference:
            lines.append(f"    {found.label!r}: {{'per unit': number(patients[{found.variable!r}])}},")
            continue
        factor = next(f for f in trial.design.factors if f.variable == found.variable)
        known = level_mask(factor, [level.value for level in factor.levels])
        lines.append(f"    {found.label!r}: {{")
        lines += [
            f"        {level.label!r}: ({level_mask(factor, [level.value])}).astype(float).where({known}),"
            for level in factor.levels
            if level.label != found.reference
        ]
        lines.append("    },")
    return lines
