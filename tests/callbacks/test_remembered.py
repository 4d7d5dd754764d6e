"""An answer from memory is the answer that was computed, for the trials as they are, and goes round no door."""

import json
import shutil
from pathlib import Path

import pytest
from dash import Dash
from flask import Response

from app import create_app
from callbacks import remembered
from callbacks.remembered import Answers
from components import survival
from data import catalog
from data.catalog import BUILT_IN
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
        answers.put((0, "", b"%d" % i), (b"x" * 100, "", ""))
        assert answers.size <= 1000
    assert answers.get((0, "", b"99")) is not None
    assert answers.get((0, "", b"0")) is None
    assert remembered.MOST < 50_000_000
