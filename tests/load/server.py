"""A gunicorn of our own on a free port of the loopback, with its workers and their memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """Where it listens, and the process that keeps the workers."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory(self) -> list[float]:
        """What each worker holds for itself and its share of the rest, in MiB."""
        found = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found.append(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024)
        return found


@contextmanager
def serve(folder: Path | None = None) -> Iterator[Server]:
    """Start, wait until both workers answer, and stop."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = {"HOST": "127.0.0.1", "PORT": str(port), "TRIALBOARD_RATE_LIMIT": "", "TRIALBOARD_LOG_LEVEL": "warning"}
    if folder is not None:
        chosen["TRIALBOARD_TRIALS"] = str(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:server"], cwd=ROOT, env={**os.environ, **chosen},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server = Server(port, process.pid)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
