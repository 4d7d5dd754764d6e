from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data.check import main


def test_what_was_understood_is_printed(
    adsl: pd.DataFrame, adtte: pd.DataFrame, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(adsl=adsl, adtte=adtte.assign(AVALU=None))
    assert main([str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(folder),
        "  T1 (trial) (id trial): Drug versus Placebo",
        "  8 patients; planned treatment TRT01P, actual TRT01A",
        "  arms",
        "    Drug (id drug, short Drug): 4 planned, 4 actual",
        "    Placebo (id placebo, short Placebo, reference): 4 planned, 4 actual",
        "  populations",
        "    Intention to treat (ITTFL = Y, as planned): 8",
        "    Safety, as treated (SAFFL = Y, as actual): 7",
        "  endpoints",
        "    OS Overall survival, days: 6 events of 8",
        "  strata: none",
        "  factors",
        "    SEX Sex: Female 4, Male 4",
        "  tables: adtte 8 rows",
        "  warning: adtte.csv, column AVALU: OS has no unit: taken as days [unit-assumed]",
        "",
    ]


def test_an_error_is_printed_first_and_ends_with_one(
    adsl: pd.DataFrame, adtte: pd.DataFrame, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(adsl=adsl, adtte=adtte.assign(AVAL=[-1, *range(7)], AVALU=None))
    assert main([str(folder)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        str(folder),
        "  error: adtte.csv, row 1, column AVAL: T1-001, OS: the time is -1, below zero [negative-time]",
        "  warning: adtte.csv, column AVALU: OS has no unit: taken as days [unit-assumed]",
        "  broken: 1 error",
        "",
    ]


def test_no_trial_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "no adsl table here or below (.parquet, .xpt," in capsys.readouterr().out


def test_the_settings_are_written_once(
    adsl: pd.DataFrame, adtte: pd.DataFrame, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(adsl=adsl, adtte=adtte)
    assert main([str(folder), "--write-toml"]) == 0
    written = (folder / "trial.toml").read_text()
    assert "[[endpoint]]" in written
    before = capsys.readouterr().out
    assert f"wrote {folder / 'trial.toml'}" in before
    assert main([str(folder), "--write-toml"]) == 1
    after = capsys.readouterr().out
    assert "is already there: not overwritten" in after
    assert after.splitlines()[:15] == before.splitlines()[:15]
    assert (folder / "trial.toml").read_text() == written
    assert main([str(folder)]) == 0
