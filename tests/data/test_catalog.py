from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data.catalog import Catalog, UnknownTrial
from data.contract import BrokenTrial, Trial, TrialError
from data.trial_toml import write


def put(folder: Path, table: pd.DataFrame, name: str = "adsl.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / name, index=False)
    return folder


def test_the_built_in_trials_are_always_there() -> None:
    catalog = Catalog()
    assert {"freireich6mp", "gbsg2"} <= {entry.id for entry in catalog.entries}
    assert all(isinstance(entry, Trial) for entry in catalog.entries)
    assert isinstance(catalog.trial(catalog.default_id), Trial)


def test_every_folder_with_an_adsl_table_is_a_trial(adsl: pd.DataFrame, tmp_path: Path) -> None:
    root = tmp_path / "studies"
    put(root, adsl)
    put(root / "Alpha One" / "csv", adsl, "ADSL.CSV")
    put(root / "beta", adsl)
    put(root / "no-trial", adsl, "adae.csv")
    (root / "loop").symlink_to(root, target_is_directory=True)
    catalog = Catalog([root])
    found = {entry.id: entry.name if isinstance(entry, BrokenTrial) else entry.design.name for entry in catalog.entries}
    assert {name: found[name] for name in list(found)[-3:]} == {
        "studies": "T1 (studies)",
        "alpha-one-csv": "T1 (Alpha One/csv)",
        "beta": "T1 (beta)",
    }


def test_ids_are_unique(adsl: pd.DataFrame, tmp_path: Path) -> None:
    for root in ("one", "two", "three/two"):
        put(tmp_path / root / "same", adsl)
    put(tmp_path / "one" / "GBSG2", adsl)
    catalog = Catalog([tmp_path / "one", tmp_path / "two", tmp_path / "three" / "two"])
    ids = [entry.id for entry in catalog.entries]
    assert ids[-4:] == ["one-gbsg2", "same", "two-same", "two-same-2"]
    assert len(set(ids)) == len(ids)
    assert all(catalog.trial(name).id == name for name in ids)


def test_a_broken_trial_is_listed_and_the_others_open(adsl: pd.DataFrame, tmp_path: Path) -> None:
    put(tmp_path / "good", adsl)
    put(tmp_path / "bad", pd.concat([adsl, adsl]))
    catalog = Catalog([tmp_path])
    bad, good = catalog.entries[-2:]
    assert isinstance(bad, BrokenTrial)
    assert bad.reason == (
        "error: adsl.csv, row 9, column USUBJID: subject T1-001 is already in row 1 [duplicate-subject]"
    )
    assert catalog.trial("good") is good
    with pytest.raises(TrialError, match="duplicate-subject"):
        catalog.trial("bad")
    with pytest.raises(UnknownTrial):
        catalog.trial("../good")


def test_a_folder_that_is_not_there_is_listed_as_broken(tmp_path: Path) -> None:
    entry = Catalog([tmp_path / "nowhere"]).entries[-1]
    assert isinstance(entry, BrokenTrial)
    assert entry.reason == f"error: {tmp_path / 'nowhere'}: there is no such folder [missing-folder]"


def test_settings_that_are_wrong_break_their_trial_only(adsl: pd.DataFrame, tmp_path: Path) -> None:
    put(tmp_path / "a", adsl)
    (tmp_path / "a" / "trial.toml").write_text("title = 1")
    entry = Catalog([tmp_path]).entries[-1]
    assert isinstance(entry, BrokenTrial)
    assert "error: trial.toml: arm: Field required [settings]" in map(str, entry.findings)


def test_the_id_in_the_settings_counts(adsl: pd.DataFrame, tmp_path: Path) -> None:
    folder = put(tmp_path / "a", adsl)
    first = Catalog([tmp_path]).trial("a")
    write(replace(first.design, id="mine"), folder)
    assert Catalog([tmp_path]).trial("mine").folder == folder
