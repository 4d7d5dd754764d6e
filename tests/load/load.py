"""`make load`: readers who each click every two seconds, on the loopback; a worker is killed in the middle of a run.

A click asks for everything that its page asks for. Printed are errors, what was asked for again after the worker was
killed, the times of the answers, and the memory of the workers before and after.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence

from app import create_app
from tests.load.server import serve
from tests.load.session import LINKS, bodies

READERS = (1, 30, 60, 100)
SECONDS, PAUSE = 30.0, 2.0

Kill = Callable[[], None]


def clicks() -> list[list[bytes]]:
    """For each link of the session, the bodies of the callbacks that its page has the components for."""
    app = create_app()
    found = []
    for path, query in LINKS:
        asked = []
        for body in bodies(app, path, query):
            output = body["output"]
            on_page = path == "/" or f'"card":"{path[1:]}"' in output or '"card"' not in output
            if on_page and "filter" not in output and "reproduction" not in output:
                asked.append(json.dumps(body).encode())
        found.append(asked)
    return found


class Reader(threading.Thread):
    """One browser: a connection that is kept, and asked again on a new one when it breaks."""

    def __init__(self, port: int, session: Sequence[Sequence[bytes]], until: float, seed: int, prefix: str) -> None:
        super().__init__(daemon=True)
        self._port, self._session, self._until = port, session, until
        self._address = f"{prefix}_dash-update-component"
        self._chance = random.Random(seed)  # noqa: S311
        self._connection: http.client.HTTPConnection | None = None
        self.times: list[float] = []
        self.errors: list[str] = []
        self.again = 0

    def run(self) -> None:
        time.sleep(self._chance.random() * PAUSE)
        step = self._chance.randrange(len(self._session))
        while time.monotonic() < self._until:
            began = time.monotonic()
            for body in self._session[step % len(self._session)]:
                self._ask(body)
            step += 1
            time.sleep(max(0.0, PAUSE - (time.monotonic() - began)))

    def _ask(self, body: bytes) -> None:
        before = time.monotonic()
        for attempt in range(3):
            try:
                status, length = self._post(body)
            except (OSError, http.client.HTTPException) as error:
                self._connection = None
                self.again += 1
                if attempt == 2:
                    self.errors.append(repr(error))
                continue
            if status not in (200, 204) or (status == 200 and length == 0):
                self.errors.append(str(status))
            break
        self.times.append(time.monotonic() - before)

    def _post(self, body: bytes) -> tuple[int, int]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        self._connection.request("POST", self._address, body, headers)
        answer = self._connection.getresponse()
        return answer.status, len(answer.read())


def run(
    port: int,
    session: Sequence[Sequence[bytes]],
    readers: int,
    seconds: float,
    kill: Kill | None = None,
    prefix: str = "/",
) -> list[Reader]:
    """Let so many readers click for so long, and `kill` something half way."""
    until = time.monotonic() + seconds
    crowd = [Reader(port, session, until, seed, prefix) for seed in range(readers)]
    for reader in crowd:
        reader.start()
    if kill is not None:
        time.sleep(seconds / 2)
        kill()
    for reader in crowd:
        reader.join(seconds + 60)
    return crowd


def quantile(values: Sequence[float], p: float) -> float:
    """The value below which a share `p` lies, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(int(p * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


def main(seconds: float, sizes: Sequence[int] = READERS) -> int:
    """Print the table; 1 when anything failed."""
    session, failed = clicks(), 0
    print(f"load average {os.getloadavg()[0]:.1f}; {sum(map(len, session))} callbacks in {len(session)} clicks")
    print("readers  killed  requests  errors  again   p50 ms   p95 ms   max ms   MiB before -> after")
    with serve() as server:
        run(server.port, session, 4, 2 * PAUSE * len(session) / 4)
        for readers, kill in [*((size, False) for size in sizes), (max(sizes), True)]:
            before = server.memory()
            crowd = run(server.port, session, readers, seconds, server.kill_a_worker if kill else None)
            times = [t for reader in crowd for t in reader.times]
            errors = sum(len(reader.errors) for reader in crowd)
            failed += errors
            memory = " ".join(f"{m:.0f}" for m in before) + " -> " + " ".join(f"{m:.0f}" for m in server.memory())
            print(
                f"{readers:7}  {'one' if kill else '':6}  {len(times):8}  {errors:6}  {sum(r.again for r in crowd):5}  "
                f"{quantile(times, 0.5):7.1f}  {quantile(times, 0.95):7.1f}  {1000 * max(times):7.1f}   {memory}"
            )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
