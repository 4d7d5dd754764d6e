"""What `compose.yaml` starts, without a Docker engine: Redis, two replicas, and nginx before them, on the loopback.

Redis gets its command and the replicas their environment from `compose.yaml`, nginx reads `nginx.conf`. What differs is
in `_as_here`: names become addresses of the loopback, because no engine resolves them.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import yaml
from redis import Redis, RedisError

from tests.load.server import ROOT, Server, free_port, serve, wait_for

#: What has to be installed; nginx is not in the path of everybody who may run it.
PROGRAMS = {"redis-server": which("redis-server"), "nginx": which("nginx") or which("nginx", path="/usr/sbin")}


@dataclass(frozen=True)
class Store:
    """A Redis of our own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> Redis:
        return Redis(port=self.port)

    def answers(self) -> list[bytes]:
        """The keys of the answers that lie in it."""
        return list(self.client.scan_iter("trialboard:answer:*"))


@dataclass(frozen=True)
class Department:
    """Everything that was started; readers come to `port`."""

    port: int
    store: Store
    replicas: tuple[Server, ...]


def services() -> Mapping[str, Any]:
    """The services of `compose.yaml`."""
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])


@contextmanager
def redis() -> Iterator[Store]:
    """Start Redis with the command of `compose.yaml`, and wait until it answers."""
    port = free_port()
    _, *options = services()["redis"]["command"]
    process = subprocess.Popen(
        [str(PROGRAMS["redis-server"]), *options, "--port", str(port), "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL
    )
    try:
        client, until = Redis(port=port), time.monotonic() + 20
        while time.monotonic() < until:
            try:
                client.ping()
                break
            except RedisError:
                time.sleep(0.05)
        yield Store(port, process)
    finally:
        process.kill()
        process.wait()


@contextmanager
def department(folder: Path, prefix: str) -> Iterator[Department]:
    """Start all of it, what nginx writes in `folder`, and stop it."""
    with ExitStack() as started:
        store = started.enter_context(redis())
        asked = {name: str(value) for name, value in services()["trialboard"]["environment"].items()}
        here = {
            "TRIALBOARD_TRIALS": "",
            "TRIALBOARD_USERS": "",
            "TRIALBOARD_CACHE_URL": store.address,
            "TRIALBOARD_RATE_LIMIT": "60000 per minute",
            "TRIALBOARD_PREFIX": prefix,
        }
        replicas = tuple(started.enter_context(serve(**{**asked, **here})) for _ in range(2))
        port = free_port()
        written = folder / "nginx.conf"
        written.write_text(_as_here((ROOT / "nginx.conf").read_text(), port, replicas, folder))
        process = subprocess.Popen([str(PROGRAMS["nginx"]), "-c", str(written), "-e", str(folder / "error.log")])
        started.callback(process.wait)
        started.callback(process.terminate)
        wait_for(port)
        yield Department(port, store, replicas)


def _as_here(conf: str, port: int, replicas: tuple[Server, ...], folder: Path) -> str:
    """`nginx.conf` with the name of the replicas, the port and the paths as they are on this machine."""
    (named,) = [line for line in conf.splitlines() if "server trialboard:8050" in line]
    each = [named.replace("trialboard:8050", f"127.0.0.1:{one.port}").replace(" resolve", "") for one in replicas]
    kept = [line for line in conf.splitlines() if "resolver" not in line]
    text = "\n".join(kept).replace(named, "\n".join(each)).replace("listen 8050", f"listen 127.0.0.1:{port}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; pid {folder}/pid;\n" + text.replace("http {", "http { " + temporary, 1)
