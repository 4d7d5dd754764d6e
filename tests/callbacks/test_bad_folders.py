"""Bad trial folders of every kind: the app starts, the picker and the page say why, and the others go on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app import create_app
from callbacks import shell
from data.contract import BrokenTrial, Trial


def edited(name: str, old: str, new: str, times: int = 1) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, times), "utf-8")

    return spoil


def doubled(name: str) -> Callable[[Path], None]:
    """The last line of a table stands there twice."""

    def spoil(folder: Path) -> None:
        lines = (folder / name).read_text("utf-8").splitlines()
        (folder / name).write_text("\n".join([*lines, lines[-1], ""]), "utf-8")

    return spoil


def bytes_of(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


SETTINGS = b'title = "T"\nname = "T"\n[[arm]]\nid = "a"\nvalue = "Other"\nlabel = "A"\nshort = "A"\n'

#: What is wrong -> how a healthy folder is spoilt, and the rule that says so.
BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "no key": (edited("adsl.csv", "T-001,", ","), "missing-key"),
    "no key column": (edited("adsl.csv", "USUBJID", "SUBJECT"), "missing-column"),
    "subject twice": (doubled("adsl.csv"), "duplicate-subject"),
    "endpoint twice": (doubled("adtte.csv"), "duplicate-endpoint"),
    "time below zero": (edited("adtte.csv", "Overall survival,", "Overall survival,-"), "negative-time"),
    "a cell too many": (edited("adtte.csv", ",DAYS,0", ",,,0"), "ragged-row"),
    "half a censoring": (edited("adtte.csv", ",DAYS,0", ",DAYS,0.5"), "censoring-code"),
    "unknown subject": (edited("adae.csv", "T-0", "X-0"), "unknown-subject"),
    "arm not declared": (bytes_of("trial.toml", SETTINGS), "settings"),
    "settings no TOML": (bytes_of("trial.toml", b"= ="), "settings-syntax"),
    "text not UTF-8": (bytes_of("adtte.csv", "USUBJID,PARAMCD\nMüller,OS\n".encode("latin-1")), "not-utf-8"),
    "empty file": (bytes_of("adtte.csv", b""), "empty-file"),
    "only blanks": (bytes_of("adtte.csv", b"\n\n"), "empty-file"),
    "NUL byte": (bytes_of("adtte.csv", b"USUBJID,PARAMCD\nA\x00,OS\n"), "nul-byte"),
    "another format": (bytes_of("adtte.csv", b"PK\x03\x04 a workbook"), "wrong-extension"),
    "damaged Parquet": (bytes_of("adae.parquet", b"PAR1 cut short"), "damaged-file"),
    "quote left open": (bytes_of("adtte.csv", b'USUBJID,PARAMCD\n"A,OS\n'), "csv-syntax"),
}


@pytest.fixture(scope="module")
def folder(trials: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bad")
    shutil.copytree(trials / "small", root / "healthy")
    for what, (spoil, _) in BAD.items():
        shutil.copytree(trials / "small", root / what)
        spoil(root / what)
    return root


def test_every_bad_folder_is_listed_with_its_reason_and_the_others_open(folder: Path) -> None:
    app = create_app([folder])
    workspace, client = app.server.config["WORKSPACE"], app.server.test_client()
    by_folder = {entry.folder.name: entry for entry in workspace.catalog.entries if isinstance(entry, BrokenTrial)}
    assert by_folder.keys() == BAD.keys()
    for what, (_, rule) in BAD.items():
        entry = by_folder[what]
        assert f"[{rule}]" in entry.reason, (what, entry.reason)
        page, picker, *_ = shell.update_page(workspace, "/", f"?trial={entry.id}")
        assert f"[{rule}]" in str(page), what
        assert entry.reason in str(picker), what
        answer = client.get(f"/numbers/survival.json?trial={entry.id}")
        assert answer.status_code == 422
        assert rule in answer.get_json()["error"]
    assert isinstance(workspace.catalog.find("healthy"), Trial)
    for trial in ("healthy", "gbsg2", "inovate"):
        assert client.get(f"/numbers/survival.json?trial={trial}").get_json()["rows"]
