"""A folder that changes while the program runs is read again; what has not changed stays the very same object."""

import gc
import shutil
import threading
import weakref
from pathlib import Path

import pandas as pd
import pytest

from analysis.selection import whole_trial
from analysis.views import VIEWS
from callbacks.workspace import Workspace
from data import catalog as catalog_module
from data.catalog import Catalog
from data.contract import BrokenTrial, Trial


@pytest.fixture
def folder(adsl: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the trials `one` and `two`; every question looks at the files."""
    monkeypatch.setattr(catalog_module, "EVERY", 0.0)
    monkeypatch.setattr(catalog_module, "AT_MOST_EVERY", 0.0)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        adsl.to_csv(tmp_path / name / "adsl.csv", index=False)
    return tmp_path


def test_a_changed_file_is_read_again_and_the_other_trial_is_not(folder: Path, adsl: pd.DataFrame) -> None:
    catalog = Catalog([folder])
    one, two = catalog.trial("one"), catalog.trial("two")
    assert catalog.trial("one") is one
    adsl.iloc[:-1].to_csv(folder / "one" / "adsl.csv", index=False)
    changed = catalog.trial("one")
    assert len(changed.patients) == len(one.patients) - 1
    assert changed.digest != one.digest
    assert catalog.trial("two") is two


def test_new_settings_count_at_once(folder: Path) -> None:
    catalog = Catalog([folder])
    (folder / "one" / "trial.toml").write_text("title = 1")
    assert isinstance(catalog.find("one"), BrokenTrial)
    (folder / "one" / "trial.toml").unlink()
    assert isinstance(catalog.find("one"), Trial)


def test_a_half_written_file_is_broken_with_its_reason_and_heals(folder: Path) -> None:
    catalog = Catalog([folder])
    table = folder / "one" / "adsl.csv"
    whole = table.read_bytes()
    table.write_bytes(whole[:-9])
    entry = catalog.find("one")
    assert isinstance(entry, BrokenTrial)
    assert "adsl.csv" in entry.reason
    assert isinstance(catalog.find("two"), Trial)
    table.write_bytes(whole)
    assert isinstance(catalog.find("one"), Trial)


def test_folders_come_and_go(folder: Path) -> None:
    catalog = Catalog([folder])
    shutil.copytree(folder / "one", folder / "three")
    assert isinstance(catalog.find("three"), Trial)
    shutil.rmtree(folder / "one")
    assert catalog.find("one") is None
    shutil.rmtree(folder)
    assert isinstance(catalog.entries[-1], BrokenTrial)
    assert catalog.default_id == "inovate"


def test_a_root_that_is_mounted_later_is_found(folder: Path) -> None:
    catalog = Catalog([folder / "later"])
    assert isinstance(catalog.entries[-1], BrokenTrial)
    shutil.copytree(folder / "one", folder / "later" / "one")
    assert isinstance(catalog.find("one"), Trial)


def test_between_two_looks_nothing_is_read_but_an_unknown_id_is_looked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_module, "EVERY", 3600.0)
    catalog = Catalog([folder])
    shutil.copytree(folder / "one", folder / "three")
    assert "three" not in {entry.id for entry in catalog.entries}
    assert isinstance(catalog.find("three"), Trial)  # as when another worker has given the link


def test_an_old_trial_is_released_with_what_was_computed_from_it(folder: Path, adsl: pd.DataFrame) -> None:
    workspace = Workspace(Catalog([folder]))
    trial = workspace.catalog.trial("one")
    view = VIEWS["survival"]
    first = workspace.analyse("survival", trial, whole_trial(trial.design), view.options())
    assert workspace.analyse("survival", trial, whole_trial(trial.design), view.options()) is first
    gone = weakref.ref(trial)
    adsl.iloc[:-1].to_csv(folder / "one" / "adsl.csv", index=False)
    assert len(workspace.catalog.trial("one").patients) == len(trial.patients) - 1
    del trial
    gc.collect()
    assert gone() is None


def test_threads_that_ask_while_a_file_changes_see_one_state_or_the_other(folder: Path, adsl: pd.DataFrame) -> None:
    catalog = Catalog([folder])
    sizes = {len(adsl), len(adsl) - 1}
    seen: set[int] = set()
    failed: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                entry = catalog.find("one")
                if isinstance(entry, Trial):
                    seen.add(len(entry.patients))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(6):
        new = folder / "new"
        adsl.iloc[: len(adsl) - n % 2].to_csv(new, index=False)
        new.replace(folder / "one" / "adsl.csv")
        catalog.find("one")
    done.set()
    for thread in threads:
        thread.join(10)
    assert not failed
    assert seen <= sizes


def test_a_reader_that_fails_in_an_unforeseen_way_breaks_its_trial_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalog_module.load

    def load(place: Path, *rest: str) -> Trial:
        if place.name == "one":
            raise MemoryError
        return real(place, *rest)

    monkeypatch.setattr(catalog_module, "load", load)
    catalog = Catalog([folder])
    entry = catalog.find("one")
    assert isinstance(entry, BrokenTrial)
    assert "MemoryError" in entry.reason
    assert isinstance(catalog.find("two"), Trial)
