"""The only door to files: every trial the program knows, built-in and from the folders it was pointed at."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.contract import BrokenTrial, Finding, Trial, TrialError
from data.folder import trial_folders
from data.inference import slug
from data.load import load

BUILT_IN = Path(__file__).parent / "trials"
_DEFAULT = "inovate"

log = logging.getLogger(__name__)

#: Seconds after which the folders are looked at again; and the least, when a link names a trial nobody knows here.
EVERY = 1.0
AT_MOST_EVERY = 0.2

Stamp = tuple[tuple[str, int, int, int], ...]


class UnknownTrial(KeyError):  # noqa: N818  reads as what it is where it is caught
    """Raised when no trial has the id asked for."""


@dataclass(frozen=True)
class _Known:
    """A trial as read: the stamp of its files just before, the entry under its own name, and as it is listed."""

    stamp: Stamp
    read: Trial | BrokenTrial
    listed: Trial | BrokenTrial


class Catalog:
    """Every trial at or below some folders; ids are unique in it, and a folder that changes is read again.

    Whoever asks may find that it is time to look: it then reads what has changed, while all others go on with what
    was there. What is listed is replaced as a whole, so nobody sees half of a change.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """Read the built-in trials and those of `folders`; a trial or folder that fails becomes a BrokenTrial."""
        self._roots = (BUILT_IN, *folders)
        self._lock = threading.Lock()
        self._known: dict[Path, _Known] = {}
        self._entries: Mapping[str, Trial | BrokenTrial] = {}
        self._digest = ""
        self._look()

    @property
    def entries(self) -> tuple[Trial | BrokenTrial, ...]:
        self._look_if_older_than(EVERY)
        return tuple(self._entries.values())

    @property
    def digest(self) -> str:
        """A hash of all that is listed: equal digests are equal trials, also in another process."""
        self._look_if_older_than(EVERY)
        return self._digest

    @property
    def default_id(self) -> str:
        """The trial shown first: INO-VATE where it is there and healthy, else the first healthy one."""
        healthy = [entry.id for entry in self._entries.values() if isinstance(entry, Trial)]
        return _DEFAULT if _DEFAULT in healthy else healthy[0]

    def find(self, trial_id: str) -> Trial | BrokenTrial | None:
        """The trial of that id, or None. Another worker may know a new one already, so an unknown id is looked for."""
        self._look_if_older_than(EVERY)
        if trial_id not in self._entries:
            self._look_if_older_than(AT_MOST_EVERY, wait=True)
        return self._entries.get(trial_id)

    def trial(self, trial_id: str) -> Trial:
        """Return a healthy trial. Raises UnknownTrial, or TrialError with the findings of a broken one."""
        entry = self.find(trial_id)
        if entry is None:
            raise UnknownTrial(trial_id)
        if isinstance(entry, BrokenTrial):
            raise TrialError(entry.findings)
        return entry

    def _look_if_older_than(self, seconds: float, *, wait: bool = False) -> None:
        if time.monotonic() - self._looked >= seconds and self._lock.acquire(blocking=wait):
            try:
                if time.monotonic() - self._looked >= seconds:
                    self._look()
            finally:
                self._lock.release()

    def _look(self) -> None:
        """Read what is new or changed, and keep the very objects of what is not."""
        entries: dict[str, Trial | BrokenTrial] = {}
        known: dict[Path, _Known] = {}
        for root in self._roots:
            for folder in trial_folders(root) if root.is_dir() else (root,):
                stamp, before = _stamp(folder), self._known.get(folder)
                same = before is not None and before.stamp == stamp
                read = before.read if before and same else load_entry(folder, root)
                name = _free(read.id, slug(root.resolve().name), entries)
                kept = before is not None and same and before.listed.id == name
                listed = before.listed if before and kept else _renamed(read, name)
                known[folder], entries[name] = _Known(stamp, read, listed), listed
        if known != self._known:
            self._digest = _digest(entries)
        self._known, self._entries = known, entries
        self._looked = time.monotonic()


def _digest(entries: Mapping[str, Trial | BrokenTrial]) -> str:
    listed = [
        (name, entry.digest if isinstance(entry, Trial) else repr((entry.name, entry.findings)))
        for name, entry in entries.items()
    ]
    return hashlib.sha256(repr(listed).encode()).hexdigest()


def _stamp(folder: Path) -> Stamp:
    """What changes when a file of the folder does: the time, size and number of each; empty where there is none."""
    found = []
    try:
        for entry in os.scandir(folder):
            if entry.is_file():
                status = entry.stat()
                found.append((entry.name, status.st_mtime_ns, status.st_size, status.st_ino))
    except OSError:
        return ()
    return tuple(sorted(found))


def load_entry(folder: Path, root: Path) -> Trial | BrokenTrial:
    """Load one trial below `root`, or say why it cannot be: a folder that goes away meanwhile is no reason to stop."""
    if not root.is_dir():
        finding = Finding("error", "missing-folder", "there is no such folder", file=str(root))
        return BrokenTrial(slug(root.name), root.name, root, (finding,))
    below = folder.relative_to(root)
    place = str(below) if below.parts else folder.resolve().name
    name = slug("-".join(below.parts) or folder.resolve().name)
    try:
        return load(folder, name, place)
    except TrialError as error:
        return BrokenTrial(name, place, folder, error.findings)
    except Exception as error:
        log.exception("the trial in %s could not be read", folder)
        message = f"could not be read ({type(error).__name__}); the reason is in the log of the server"
        return BrokenTrial(name, place, folder, (Finding("error", "unreadable-folder", message, file=place),))


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
