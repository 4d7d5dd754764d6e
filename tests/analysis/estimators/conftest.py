"""The printed answers of R `survival` 3.5-3 beside the project (each with its R call), and their patients."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

SHARED = Path(__file__).parents[4] / "shared"
FILES = [file for file in sorted((SHARED / "reference").glob("reference_*.json")) if "_adrs_" not in file.name]
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="R's printed answers (../shared) are absent"))


@dataclass(frozen=True, eq=False)
class Reference:
    answers: dict[str, Any]
    steps: Path
    patients: pd.DataFrame
    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray

    def arms(self):
        """Each arm's label with its patients."""
        return [(label, self.arm == code) for code, label in enumerate(self.answers["arm_levels"])]

    def codes(self, *variables: str) -> np.ndarray:
        """One code a patient for the cross of `variables`; -1 where one is missing."""
        columns = [self.patients[variable] for variable in variables]
        missing = pd.concat(columns, axis=1).isna().any(axis=1).to_numpy()
        codes = self.patients.groupby(list(variables), dropna=False).ngroup().to_numpy()
        return np.where(missing, -1, codes)

    def strata(self, call: str) -> np.ndarray:
        return self.codes(*re.search(r"strata\(([^)]*)\)", call)[1].split(", "))


def read(file: Path) -> Reference:
    """The data step of `prep_r`, in pandas."""
    answers = json.loads(file.read_text())
    steps = " ".join(answers["prep_r"])
    source = SHARED / re.search(r'read\.csv\("([^"]+)"', steps)[1]
    patients = pd.read_csv(source, dtype=str, keep_default_na=False, na_values=[""])
    for column, value in re.findall(r'subset\(d, (\w+) == "([^"]+)"\)', steps):
        patients = patients[patients[column] == value]
    treatment = re.search(r"factor\(d\$(\w+)", steps)[1]
    arm = pd.Categorical(patients[treatment], categories=answers["arm_levels"]).codes.astype(np.int64)
    patients, arm = patients[arm >= 0], arm[arm >= 0]
    curves = file.with_name(file.name.replace("reference_", "km_steps_")).with_suffix(".csv")
    return Reference(
        answers, curves, patients, patients["AVAL"].to_numpy(float), (patients["CNSR"] == "0").to_numpy(), arm
    )


@pytest.fixture(
    scope="package",
    params=FILES or [ABSENT],
    ids=lambda file: getattr(file, "stem", "absent").removeprefix("reference_"),
)
def reference(request: pytest.FixtureRequest) -> Reference:
    return read(request.param)
