"""Replicas that share answers, and the department of `compose.yaml`: a replica that dies costs no reader an answer."""

import http.client
import io
import json
import signal
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from dash import Dash

from app import create_app
from tests.load.department import PROGRAMS, Department, department
from tests.load.load import clicks, run
from tests.load.session import bodies

ADDRESS = "_dash-update-component"
PREFIX = "/trials/"


MISSING = [name for name, path in PROGRAMS.items() if path is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not installed")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    with department(tmp_path_factory.mktemp("nginx"), PREFIX) as all_of_it:
        yield all_of_it


@pytest.fixture(scope="module")
def app() -> Dash:
    return create_app()


def body(app: Dash, query: str) -> bytes:
    asked = (one for one in bodies(app, "/survival", query) if '"card":"survival"' in one["output"])
    return json.dumps(next(asked)).encode()


def ask(port: int, method: str, path: str, content: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, PREFIX + path, content, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_what_one_replica_answered_the_other_takes_from_the_store(app: Dash, started: Department) -> None:
    one, two = started.replicas
    asked = body(app, "?trial=gbsg2")
    _, _, answer = ask(one.port, "POST", ADDRESS, asked)
    (key,) = started.store.answers()
    kept = started.store.client.get(key)
    assert kept == b'["application/json",""]\n' + answer
    started.store.client.set(key, kept.replace(b"HR, 95% CI", b"HR, as it was"))
    _, _, shared = ask(two.port, "POST", ADDRESS, asked)
    assert shared == answer.replace(b"HR, 95% CI", b"HR, as it was") != answer


def test_a_page_below_the_prefix_comes_from_either_replica(started: Department) -> None:
    for _ in range(4):
        status, _, page = ask(started.port, "GET", "survival")
        assert status == 200
        assert f'href="{PREFIX}assets/'.encode() in page
    assert ask(started.port, "GET", "nothing")[0] == 404


def test_a_file_names_the_address_that_the_reader_sees(started: Department) -> None:
    claimed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"}
    status, headers, deck = ask(started.port, "GET", "slides/survival.pptx?trial=gbsg2", **claimed)
    assert status == 200
    # what the reader claims is thrown away: this came without TLS, from the loopback, to this port
    assert "Strict-Transport-Security" not in headers
    parts = zipfile.ZipFile(io.BytesIO(deck))
    text = b"".join(parts.read(name) for name in parts.namelist() if name.endswith((".xml", ".rels"))).decode()
    assert f"http://127.0.0.1:{started.port}{PREFIX}survival?trial=gbsg2" in text
    assert "elsewhere.example" not in text


def test_a_replica_that_dies_costs_no_reader_an_answer(app: Dash, started: Department) -> None:
    dying, other = started.replicas
    crowd = run(started.port, clicks(), 8, 3, prefix=PREFIX)
    assert [error for reader in crowd for error in reader.errors] == []
    assert len(started.store.answers()) > 10
    # it hangs while it is asked: half of what comes now waits for it, and is in its hands when it dies
    asked = [body(app, f"?trial=gbsg2&milestone={months}") for months in range(1, 9)]
    with ThreadPoolExecutor(len(asked)) as readers:
        dying.send(signal.SIGSTOP)
        answers = [readers.submit(ask, started.port, "POST", ADDRESS, one) for one in asked]
        until = time.monotonic() + 20
        while sum(answer.done() for answer in answers) < 4 and time.monotonic() < until:
            time.sleep(0.05)
        assert sum(answer.done() for answer in answers) < len(asked)
        dying.send(signal.SIGKILL)
        assert [answer.result()[0] for answer in answers] == [200] * len(asked)
    crowd = run(started.port, clicks(), 8, 3, prefix=PREFIX)
    assert [error for reader in crowd for error in reader.errors] == []
    assert sum(reader.again for reader in crowd) == 0
    assert len(other.workers()) == 2


def test_a_store_that_dies_costs_no_reader_an_answer(app: Dash, started: Department) -> None:
    started.store.process.kill()
    started.store.process.wait()
    began = time.monotonic()
    assert ask(started.port, "POST", ADDRESS, body(app, "?trial=gbsg2&milestone=40"))[0] == 200
    assert time.monotonic() - began < 5
