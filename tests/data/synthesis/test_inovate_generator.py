"""The whole generator on a small budget: it finishes, what is exact by construction is exact, and it repeats itself."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.synthesis.annealing import Schedule
from data.synthesis.inovate import Budget, make

FOLDER = Path(__file__).parents[3] / "data" / "trials" / "inovate"
SMALL = Budget(2, 300, 150, Schedule(300), Schedule(2500, 0.5, 0.1), Schedule(150), Schedule(100), 0.002)
TABLES = ("adsl", "adtte", "adae", "adrs", "adcm")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    for folder in folders:
        for name in ("published.csv", "choices.csv"):
            shutil.copy(FOLDER / name, folder)
        make(folder, budget=SMALL)
    return folders


@pytest.mark.parametrize("name", TABLES)
def test_two_runs_give_the_same_bytes(runs, name):
    first, second = ((folder / f"{name}.csv").read_bytes() for folder in runs)
    assert first == second
    assert first.count(b"\n") > 100


def test_what_is_exact_by_construction_needs_no_search(runs):
    adsl = pd.read_csv(runs[0] / "adsl.csv", keep_default_na=False)
    ino = adsl["TRT01P"] == "Inotuzumab ozogamicin"
    assert (len(adsl), int(ino.sum())) == (326, 164)
    assert adsl.loc[ino, "AGE"].median() == 46.5
    assert (adsl.loc[ino, "CYTO"] == "PH+").sum() == 22
    assert (adsl["SAFFL"] == "Y").sum() == 307
    adae = pd.read_csv(runs[0] / "adae.csv")
    assert adae["TRTA"].value_counts().to_dict() == {"Standard of care": 2112, "Inotuzumab ozogamicin": 2023}
    serious = (
        adae[(adae["AESER"] == "Y") & (adae["AEDECOD"] == "Febrile neutropenia")].groupby("TRTA")["USUBJID"].nunique()
    )
    assert serious.to_dict() == {"Inotuzumab ozogamicin": 19, "Standard of care": 27}
