"""Small trials written by the tests: a folder with adsl and adtte, and any cell or column spoilt on the way."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.contract import Trial, TrialError
from data.load import load

Frames = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture
def adsl() -> pd.DataFrame:
    """Eight subjects, four an arm."""
    return pd.DataFrame(
        {
            "STUDYID": "T1",
            "USUBJID": [f"T1-{number:03d}" for number in range(1, 9)],
            "TRT01P": ["Drug", "Placebo"] * 4,
            "TRT01A": ["Drug", "Placebo"] * 4,
            "ITTFL": "Y",
            "SAFFL": ["Y"] * 7 + ["N"],
            "SEX": ["F", "M", "F", "F", "M", "M", "F", "M"],
            "AGE": [61, 45, 70, 58, 66, 39, 52, 80],
        }
    )


@pytest.fixture
def adtte(adsl: pd.DataFrame) -> pd.DataFrame:
    """OS of every subject in days: six deaths (CNSR 0) and two censored (CNSR 1 and 2)."""
    return pd.DataFrame(
        {
            "STUDYID": "T1",
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "OS",
            "PARAM": "Overall survival",
            "AVAL": [10, 20, 30, 40, 50, 60, 70, 80],
            "AVALU": "DAYS",
            "CNSR": [0, 0, 1, 0, 0, 2, 0, 0],
        }
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write tables as CSV into one new folder, by name: write(adsl=..., adtte=...)."""

    def written(**tables: pd.DataFrame) -> Path:
        folder = tmp_path / "trial"
        folder.mkdir(exist_ok=True)
        for name, table in tables.items():
            table.to_csv(folder / f"{name}.csv", index=False)
        return folder

    return written


@pytest.fixture
def loaded(write: Callable[..., Path]) -> Callable[..., Trial]:
    """Load a trial from tables: loaded(adsl=..., adtte=...)."""
    return lambda **tables: load(write(**tables), "trial", "trial")


@pytest.fixture
def lines(write: Callable[..., Path]) -> Callable[..., list[str]]:
    """Every finding, as printed, of a trial that loads or does not: lines(adsl=..., adtte=...)."""

    def found(**tables: pd.DataFrame) -> list[str]:
        try:
            return [str(finding) for finding in load(write(**tables), "trial", "trial").findings]
        except TrialError as error:
            return [str(finding) for finding in error.findings]

    return found


@pytest.fixture
def assert_equal() -> Callable[[Trial, Trial], None]:
    """Assert that two Trials hold the same, but for what names their folder."""

    def check(a: Trial, b: Trial) -> None:
        for field in ("arms", "populations", "endpoints", "factors", "strata", "planned", "actual", "title"):
            assert getattr(a.design, field) == getattr(b.design, field)
        pd.testing.assert_frame_equal(a.patients, b.patients, check_exact=True)
        assert a.tables.keys() == b.tables.keys()
        for name, table in a.tables.items():
            pd.testing.assert_frame_equal(table, b.tables[name], check_exact=True)
        for left, right in ((a.planned, b.planned), (a.actual, b.actual), (a.strata, b.strata)):
            np.testing.assert_array_equal(left, right)
        for left, right in ((a.populations, b.populations), (a.factors, b.factors)):
            assert left.keys() == right.keys()
            for name in left:
                np.testing.assert_array_equal(left[name], right[name])
        assert a.times.keys() == b.times.keys()
        for name in a.times:
            np.testing.assert_array_equal(a.times[name].time, b.times[name].time)
            np.testing.assert_array_equal(a.times[name].event, b.times[name].event)

    return check
