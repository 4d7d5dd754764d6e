"""`make load`: readers who each click every two seconds, on the loopback; a worker is killed in the middle of a run.

A click asks for everything that its page asks for. First all follow the same dozen links, as in a lecture; then each
click is a cohort of its own, for five minutes at last. Printed are errors, what was asked for again after the worker
was killed, the times of the answers, the slow ones (p95) beside those of one reader, and memory.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote

from app import create_app
from callbacks.cards import CARDS
from callbacks.views import SCREENS
from data.catalog import Catalog
from tests.load.server import Server, serve
from tests.load.session import LINKS, bodies

READERS = (1, 30, 60, 100)
SECONDS, PAUSE = 30.0, 2.0
#: Cohorts of their own, of which no two are equal; readers on them, and seconds of the run that memory is watched in.
COHORTS, OWN_READERS, LONG = 600, (1, 30, 60), 300.0

Kill = Callable[[], None]


Session = Sequence[Sequence[bytes]]


def clicks(links: Sequence[tuple[str, str]] = LINKS) -> list[list[bytes]]:
    """For each link, the bodies of the callbacks that its page has the components for."""
    app = create_app()
    shown = {screen.view.name for screen in SCREENS if screen.on_overview}
    found = []
    for path, query in links:
        cards = {view for view, card in CARDS.items() if (card.path == path if path != "/" else view in shown)}
        asked = []
        for body in bodies(app, path, query):
            named = set(re.findall(r'"card":"(\w+)"', body["output"]))
            if '"slider":"tau"' in body["output"]:  # which stands on the card of the curves alone
                named.add("survival")
            if named <= cards and not any(part in body["output"] for part in ("filter", "reproduction", "slides")):
                asked.append(json.dumps(body).encode())
        found.append(asked)
    return found


def cohorts(count: int = COHORTS, seed: int = 1) -> list[tuple[str, str]]:
    """So many links of the default trial, each with one or two filters and a milestone of its own."""
    chance = random.Random(seed)  # noqa: S311
    factors = Catalog(()).trial("inovate").design.factors
    pages = ("/", *(screen.path for screen in SCREENS if screen.path != "/reproduction"))
    found = []
    for number in range(count):
        chosen = chance.sample(factors, chance.randint(1, 2))
        filters = "".join(f"&where.{one.variable}={quote(chance.choice(one.levels).value)}" for one in chosen)
        found.append((chance.choice(pages), f"?trial=inovate{filters}&milestone={1 + number / 20:g}"))
    return found


class Reader(threading.Thread):
    """One browser: a connection that is kept, and asked again on a new one when it breaks."""

    def __init__(self, port: int, session: Session, until: float, seed: int, prefix: str) -> None:
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
    session: Session,
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


def main(seconds: float, sizes: Sequence[int] = READERS, long: float = LONG) -> int:
    """Print the table; 1 when anything failed."""
    same, own, failed = clicks(), clicks(cohorts()), 0
    print(f"load average {os.getloadavg()[0]:.1f}; {sum(map(len, same))} callbacks in {len(same)} clicks")
    print("readers  links   killed  requests  errors  again   p50 ms   p95 ms  of one   max ms   MiB before -> after")
    with serve() as server:
        run(server.port, same, 4, 2 * PAUSE * len(same) / 4)
        runs = [(size, "same", same, False) for size in sizes] + [(max(sizes), "same", same, True)]
        runs += [(size, "own", own, False) for size in OWN_READERS]
        of_one: dict[str, float] = {}
        for readers, links, session, kill in runs:
            before = server.memory()
            crowd = run(server.port, session, readers, seconds, server.kill_a_worker if kill else None)
            times = [t for reader in crowd for t in reader.times]
            errors = sum(len(reader.errors) for reader in crowd)
            failed += errors
            slow = quantile(times, 0.95)
            memory = f"{written(before)} -> {written(server.memory())}"
            print(
                f"{readers:7}  {links:6}  {'one' if kill else '':6}  {len(times):8}  {errors:6}  "
                f"{sum(r.again for r in crowd):5}  {quantile(times, 0.5):7.1f}  {slow:7.1f}  "
                f"{slow / of_one.setdefault(links, slow):5.1f}x  {1000 * max(times):7.1f}   {memory}",
                flush=True,
            )
        failed += watch(server, own, long)
    return int(failed > 0)


def watch(server: Server, session: Session, seconds: float) -> int:
    """Print the memory of the workers while thirty readers look at cohorts of their own; how many answers failed."""
    print("30 readers, cohorts of their own, MiB of each worker (all that is its own, and its share of the rest):")
    errors = 0
    for part in range(6):
        if part:
            crowd = run(server.port, session, 30, seconds / 5)
            errors += sum(len(reader.errors) for reader in crowd)
        print(f"  after {part * seconds / 5:4.0f} s: {written(server.memory())}", flush=True)
    return errors


def written(memory: Sequence[float]) -> str:
    """MiB of each worker."""
    return " ".join(f"{m:.0f}" for m in memory)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
