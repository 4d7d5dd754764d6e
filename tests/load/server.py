"""A gunicorn of our own on a free port of the loopback, with its workers and their memory."""

from __future__ import annotations

import os
import signal
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

    def kill_a_worker(self) -> None:
        """End one of them as the kernel does when memory is short."""
        os.kill(self.workers()[0], signal.SIGKILL)

    def send(self, what: signal.Signals) -> None:
        """Send a signal to all of it at once."""
        for pid in (self.pid, *self.workers()):
            os.kill(pid, what)

    def memory(self) -> list[float]:
        """What each worker holds for itself and its share of the rest, in MiB."""
        found = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found.append(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024)
        return found


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serve(**settings: str) -> Iterator[Server]:
    """Start with the settings by their variables, wait until it answers, and stop."""
    port = free_port()
    chosen = {
        "HOST": "127.0.0.1", "PORT": str(port), "TRIALBOARD_RATE_LIMIT": "", "TRIALBOARD_LOG_LEVEL": "warning",
        **settings,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "app:server"], cwd=ROOT, env={**os.environ, **chosen},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server = Server(port, process.pid)
        wait_for(port)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(port: int) -> None:
    """Wait until whatever serves `port` says that it is well, for a minute at most."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
