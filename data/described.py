"""What the patients page describes of a trial without a `trial.toml`, inferred from the standard ADaM names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.contract import Characteristic, Deaths, Exposure

#: Baseline measurements -> what they are called, with their unit.
CHARACTERISTICS: Mapping[str, str] = {
    "AGE": "Age, years",
    "WEIGHTBL": "Weight, kg",
    "HEIGHTBL": "Height, cm",
    "BMIBL": "Body mass index, kg/m²",
    "DURDIS": "Duration of disease, months",
    "BMRKR1": "Biomarker 1",
}
#: The flag of the patients who died, and the columns that hold the cause, the best first.
DIED = "DTHFL"
CAUSES = ("DTHCAUS", "DTHCGR1", "DTHCAT")
#: Exposure as standard columns have it.
EXPOSURES = (
    Exposure(label="Duration of treatment", variable="TRTDURD", unit="weeks"),
    Exposure(label="Cumulative dose", variable="CUMDOSE"),
)


def infer_characteristics(in_arm: pd.DataFrame) -> tuple[Characteristic, ...]:
    """The standard baseline measurements that are there as numbers."""
    return tuple(
        Characteristic(variable=name, label=label) for name, label in CHARACTERISTICS.items() if _measured(in_arm, name)
    )


def infer_deaths(in_arm: pd.DataFrame) -> Deaths | None:
    """Who died, where somebody did, and of what."""
    if DIED not in in_arm or not (in_arm[DIED] == "Y").any():
        return None
    cause = next((name for name in CAUSES if name in in_arm and in_arm[name].notna().any()), "")
    return Deaths(flag=DIED, term=cause)


def infer_exposures(in_arm: pd.DataFrame) -> tuple[Exposure, ...]:
    """The standard measures of exposure that are there as numbers."""
    return tuple(exposure for exposure in EXPOSURES if _measured(in_arm, exposure.variable))


def _measured(in_arm: pd.DataFrame, name: str) -> bool:
    return name in in_arm and in_arm[name].dtype == np.float64 and bool(in_arm[name].notna().any())
