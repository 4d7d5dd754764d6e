"""An answer from memory is the answer that was computed, for the trials as they are, and goes round no door."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask import Response
from redis import ConnectionError as Away

from app import create_app
from callbacks import remembered
from callbacks.remembered import Answers, CommonAnswers
from components import survival
from data import catalog
from data.catalog import BUILT_IN
from settings import Settings
from tests.load.session import bodies

ADDRESS = "/_dash-update-component"


def body(app: Dash, query: str) -> bytes:
    asked = (one for one in bodies(app, "/survival", query) if '"card":"survival"' in one["output"])
    return json.dumps(next(asked)).encode()


def post(app: Dash, content: bytes, encoding: str = "gzip") -> Response:
    headers = {"Accept-Encoding": encoding}
    return app.server.test_client().post(ADDRESS, data=content, content_type="application/json", headers=headers)


def test_it_is_computed_once_and_the_same_in_every_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []
    real = survival.content
    monkeypatch.setattr(survival, "content", lambda *given: computed.append(1) or real(*given))
    app = create_app()
    asked = body(app, "?trial=gbsg2")
    first, second, plain = post(app, asked), post(app, asked), post(app, asked, "identity")
    assert len(computed) == 2
    assert first.headers["Content-Encoding"] == second.headers["Content-Encoding"] == "gzip"
    assert first.get_data() == second.get_data() != plain.get_data()
    assert "Content-Encoding" not in plain.headers
    assert post(app, body(app, "?trial=gbsg2&unit=days")).get_data() != first.get_data()


def test_a_trial_that_changed_is_answered_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "EVERY", 0.0)
    shutil.copytree(BUILT_IN / "freireich6mp", tmp_path / "mine")
    settings = tmp_path / "mine" / "trial.toml"
    settings.write_text(settings.read_text("utf-8").replace('id = "freireich6mp"', 'id = "mine"'), "utf-8")
    app = create_app([tmp_path])
    asked = body(app, "?trial=mine")
    before = post(app, asked, "identity").get_data()
    table = tmp_path / "mine" / "adtte.csv"
    lines = table.read_text("utf-8").splitlines()
    table.write_text("\n".join(lines[:-4]) + "\n", "utf-8")
    assert post(app, asked, "identity").get_data() != before


def test_a_failure_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    asked = body(app, "?trial=gbsg2")
    with monkeypatch.context() as broken:
        broken.setattr(survival, "content", lambda *_: 1 / 0)
        failed = post(app, asked, "identity").get_data(as_text=True)
    assert "could not be computed" in failed
    assert "could not be computed" not in post(app, asked, "identity").get_data(as_text=True)


def test_who_may_not_ask_gets_nothing_from_memory() -> None:
    app = create_app()
    asked = body(app, "?trial=gbsg2")
    assert post(app, asked).status_code == 200
    app.server.before_request_funcs.setdefault(None, []).append(lambda: Response("no", 401))
    assert post(app, asked).status_code == 401


def test_memory_is_bounded() -> None:
    answers = Answers(most=1000)
    for i in range(100):
        answers.put(b"%d" % i, (b"x" * 100, "", ""))
        assert answers.size <= 1000
    assert answers.get(b"99") is not None
    assert answers.get(b"0") is None
    assert remembered.MOST < 50_000_000


class Store:
    """As much of Redis as is used, or one that is away."""

    def __init__(self, away: bool = False) -> None:
        self.kept: dict[str, bytes] = {}
        self.away, self.asked = away, 0

    def get(self, key: str) -> bytes | None:
        self.asked += 1
        if self.away:
            raise Away
        return self.kept.get(key)

    def set(self, key: str, value: bytes, ex: int) -> None:
        self.asked += 1
        if self.away:
            raise Away
        self.kept[key] = value


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The common store of every app that is made."""
    one = Store()
    monkeypatch.setattr(remembered, "common", lambda _: CommonAnswers(one))  # type: ignore[arg-type]
    return one


def test_one_replica_answers_from_what_another_computed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = create_app(), create_app()
    asked = body(first, "?trial=gbsg2")
    before = post(first, asked)
    monkeypatch.setattr(survival, "content", lambda *_: 1 / 0)
    after = post(second, asked)
    assert after.get_data() == before.get_data()
    assert after.headers["Content-Encoding"] == before.headers["Content-Encoding"]
    asked_of_store = store.asked
    assert post(second, asked).get_data() == before.get_data()
    assert store.asked == asked_of_store
    assert all(kept.startswith(b'["application/json","gzip"]\n\x1f\x8b') for kept in store.kept.values())


@pytest.mark.parametrize("other", [{"minimum_cell": 5}, {"prefix": "/trials/"}])
def test_replicas_that_would_answer_otherwise_share_nothing(store: Store, other: dict[str, Any]) -> None:
    asked = body(create_app(), "?trial=gbsg2")
    post(create_app(), asked)
    post(create_app(settings=Settings.model_validate(other)), asked)
    assert len(store.kept) == 2


def test_a_failure_does_not_go_to_the_other_replicas(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    monkeypatch.setattr(survival, "content", lambda *_: 1 / 0)
    post(app, body(app, "?trial=gbsg2"))
    assert store.kept == {}


def test_a_store_that_is_away_costs_no_answer_and_is_left_alone(store: Store) -> None:
    store.away = True
    app = create_app()
    for days in range(5):
        assert post(app, body(app, f"?trial=gbsg2&milestone={days + 1}")).status_code == 200
    assert store.asked == 1


@pytest.mark.parametrize(
    "left",
    [
        b"",
        b"nonsense",
        b"[]\n{}",
        b"7\n{}",
        b'["text/html",""]\n<script>alert(1)</script>',
        b'["application/json","x\\r\\nSet-Cookie: a"]\n{}',
        b'["application/json",["gzip"]]\n{}',
        b"\x80\x04\x95.",
    ],
)
def test_what_else_lies_in_the_store_is_not_an_answer(store: Store, left: bytes) -> None:
    app = create_app()
    asked = body(app, "?trial=gbsg2")
    real = post(app, asked, "identity").get_data()
    store.kept = dict.fromkeys(store.kept, left)
    assert post(create_app(), asked, "identity").get_data() == real


def test_one_machine_needs_no_store() -> None:
    assert remembered.common("") is None


def test_an_address_at_which_nobody_listens_costs_no_answer() -> None:
    app = create_app(settings=Settings.model_validate({"cache_url": "redis://127.0.0.1:1/0"}))
    assert post(app, body(app, "?trial=gbsg2")).status_code == 200
