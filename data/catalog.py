"""The only door to files: every trial the program knows, built-in and from the folders it was pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.contract import BrokenTrial, Finding, Trial, TrialError
from data.folder import trial_folders
from data.inference import slug
from data.load import load

BUILT_IN = Path(__file__).parent / "trials"
_DEFAULT = "inovate"


class UnknownTrial(KeyError):  # noqa: N818  reads as what it is where it is caught
    """Raised when no trial has the id asked for."""


class Catalog:
    """Every trial at or below some folders, read when the catalog is made; ids are unique in it."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """Read the built-in trials and those of `folders`; a trial or folder that fails becomes a BrokenTrial."""
        entries: dict[str, Trial | BrokenTrial] = {}
        for root in (BUILT_IN, *folders):
            for entry in _entries(root):
                name = _free(entry.id, slug(root.resolve().name), entries)
                entries[name] = _renamed(entry, name)
        self._entries = entries

    @property
    def entries(self) -> tuple[Trial | BrokenTrial, ...]:
        return tuple(self._entries.values())

    @property
    def default_id(self) -> str:
        """The trial shown first: INO-VATE where it is there and healthy, else the first healthy one."""
        healthy = [entry.id for entry in self.entries if isinstance(entry, Trial)]
        return _DEFAULT if _DEFAULT in healthy else healthy[0]

    def trial(self, trial_id: str) -> Trial:
        """Return a healthy trial. Raises UnknownTrial, or TrialError with the findings of a broken one."""
        entry = self._entries.get(trial_id)
        if entry is None:
            raise UnknownTrial(trial_id)
        if isinstance(entry, BrokenTrial):
            raise TrialError(entry.findings)
        return entry


def _entries(root: Path) -> list[Trial | BrokenTrial]:
    if not root.is_dir():
        finding = Finding("error", "missing-folder", "there is no such folder", file=str(root))
        return [BrokenTrial(slug(root.name), root.name, root, (finding,))]
    return [load_entry(folder, root) for folder in trial_folders(root)]


def load_entry(folder: Path, root: Path) -> Trial | BrokenTrial:
    """Load one trial below `root`, or say why it cannot be."""
    below = folder.relative_to(root)
    place = str(below) if below.parts else folder.resolve().name
    name = slug("-".join(below.parts) or folder.resolve().name)
    try:
        return load(folder, name, place)
    except TrialError as error:
        return BrokenTrial(name, place, folder, error.findings)


def _free(wanted: str, root: str, taken: dict[str, Trial | BrokenTrial]) -> str:
    """An id that is not taken: the wanted one, with the name of its root before it, or a number after it."""
    if wanted not in taken:
        return wanted
    name = f"{root}-{wanted}"[:60]
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def _renamed(entry: Trial | BrokenTrial, name: str) -> Trial | BrokenTrial:
    if entry.id == name:
        return entry
    if isinstance(entry, BrokenTrial):
        return replace(entry, id=name)
    return replace(entry, design=replace(entry.design, id=name))
