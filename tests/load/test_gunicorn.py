"""The server as it is served: sockets that say nothing, a worker that is killed, and requests that no page sends."""

import http.client
import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.load.load import clicks, run
from tests.load.server import Server, serve
from worker import complete

ADDRESS = "/_dash-update-component"
BEGUN = (
    f"POST {ADDRESS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{".encode()
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as served:
        yield served


def ask(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        assert b"Traceback" not in answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize("said", [b"", b"GET / HT", BEGUN], ids=["nothing", "half a head", "half a body"])
def test_fifty_sockets_that_say_nothing_more_keep_nobody_out(server: Server, said: bytes) -> None:
    with ExitStack() as open_sockets:
        for _ in range(50):
            idle = open_sockets.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
            idle.sendall(said)
        before = time.monotonic()
        assert ask(server, "GET", "/numbers/survival.json?trial=gbsg2") == 200
        # gunicorn's own worker would let them have its threads for five seconds each, or for ever
        assert time.monotonic() - before < 4


def test_a_worker_killed_in_the_middle_costs_nobody_an_answer(server: Server) -> None:
    crowd = run(server.port, clicks(), readers=8, seconds=12, kill=server.kill_a_worker)
    assert [error for reader in crowd for error in reader.errors] == []
    assert all(len(reader.times) > 5 for reader in crowd)
    assert len(server.workers()) == 2


def test_requests_that_no_page_sends(server: Server) -> None:
    chance = random.Random(5)  # noqa: S311
    workers = server.workers()
    for i in range(300):
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
        if i % 3 == 0:
            assert ask(server, "POST", ADDRESS, noise, **{"Content-Type": "application/json"}) == 400
        elif i % 3 == 1:
            assert ask(server, "GET", f"/numbers/survival.json?{noise.hex()}=%{noise.hex()}{'&a=b' * (i % 40)}") < 500
        else:
            with socket.create_connection(("127.0.0.1", server.port), 5) as raw:
                raw.sendall(noise + b"\r\n\r\n")
                answer = raw.recv(4096)
                assert b" 50" not in answer[:15]
    assert server.workers() == workers
    for pid in workers:
        os.kill(pid, 0)


def test_a_request_is_whole_when_its_head_and_body_are_there() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 3\r\n\r\n"
    assert not complete(b"")
    assert not complete(head[:-1])
    assert not complete(head + b"ab")
    assert complete(head + b"abc")
    assert complete(b"GET / HTTP/1.1\r\n\r\n")
    assert complete(b"x" * 3_000_000)
