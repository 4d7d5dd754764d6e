"""Whatever is sent, the answer is a clear status: no 5xx, no trace, no hang. Ten thousand requests no page sends."""

from __future__ import annotations

import json
import logging
import random
import string
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.views import OPTION_NAMES, VIEWS
from app import create_app
from callbacks.incoming import SHAPES, Refused, checked
from callbacks.views import warm
from tests.load.session import LINKS, bodies

ADDRESS = "/_dash-update-component"
BODIES, QUERIES, PATHS = 7000, 2000, 1000
#: Seconds that no single answer may take.
LONG = 10.0

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**30, "", " ", "..", "../../etc/passwd", "<img src=x onerror=alert(1)>", "\x00",
    "é" * 50, "a" * 5000, [], {}, [[]], [None], {"a": None}, {"props": 1}, [{"props": {}}], {"query": 1},
    {"path": "/", "query": None},
    {"path": "/", "query": "?trial=nowhere"}, {"path": "/" * 3000, "query": ""},
    {"path": "/", "query": "?" + "a=b&" * 3000},
    "desktop", "watch", [1, 2, 3] * 900, {"filter": "NOTHING"}, {"filter": ["ALL"]},
)  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Dash:
    made = create_app()
    warm(made.server.config["WORKSPACE"])  # as gunicorn does before anybody asks
    return made


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No failure was logged: a card that catches its own would answer 200 all the same."""
    with caplog.at_level(logging.ERROR):
        yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def ask(client: FlaskClient, method: str, address: str, **more: Any) -> int:
    before = time.monotonic()
    answer = client.open(address, method=method, **more)
    content = answer.get_data()
    assert answer.status_code < 500, (method, address[:300], str(more)[:800], content[:300])
    assert b"Traceback" not in content
    assert time.monotonic() - before < LONG, (method, address[:300], str(more)[:800])
    return answer.status_code


def test_what_a_page_sends_is_answered(app: Dash, client: FlaskClient, quiet: None) -> None:
    for path, query in LINKS:
        for body in bodies(app, path, query):
            assert ask(client, "POST", ADDRESS, json=body) in (200, 204)


def test_every_store_that_a_callback_reads_has_a_shape(app: Dash) -> None:
    app._setup_server()
    read = {
        (one["id"], one["property"])
        for callback in app.callback_map.values()
        if "callback" in callback
        for one in (*callback["inputs"], *callback["state"])
    }
    assert {one for one in read if one not in SHAPES and ("", one[1]) not in SHAPES} == set()


def test_a_button_of_a_slide_that_is_not_there_changes_nothing(app: Dash, client: FlaskClient) -> None:
    asked = next(one for one in bodies(app, "/", "") if one["output"].startswith("slides-chosen.data"))
    button = {"do": "up", "slide": "nothing"}
    asked["inputs"] = [[{"id": button, "property": "n_clicks", "value": 1}]]
    asked["changedPropIds"] = ['{"do":"up","slide":"nothing"}.n_clicks']
    assert ask(client, "POST", ADDRESS, json=asked) == 200
    asked["changedPropIds"] = ["state.data"]
    assert ask(client, "POST", ADDRESS, json=asked) == 400


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a body with each of its keys."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, below in inner:
        yield value, key
        yield from places(below)


def spoilt(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The body with one to three things in it replaced, removed or doubled."""
    copy = json.loads(json.dumps(body))
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice(list(places(copy)) or [(copy, "output")])
        what = chance.randrange(4)
        if what == 0:
            container.pop(key)
        elif what == 1 and isinstance(container, list):
            container.append(deepcopy(container[key]))
        else:
            container[key] = deepcopy(chance.choice(ODD))
    return copy


def test_callbacks_with_bodies_that_no_page_sends(app: Dash, client: FlaskClient, quiet: None) -> None:
    chance = random.Random(20160612)  # noqa: S311
    good = [body for path, query in LINKS[:3] for body in bodies(app, path, query)]
    statuses: Counter[int] = Counter()
    for i in range(BODIES):
        body = spoilt(chance.choice(good), chance)
        text = json.dumps(body)
        if i % 10 == 0:
            text = text[: chance.randrange(len(text) + 1)]
        kind = "text/plain" if i % 50 == 0 else "application/json"
        statuses[ask(client, "POST", ADDRESS, data=text.encode(), content_type=kind)] += 1
    assert statuses[400] > BODIES // 2
    assert statuses[200] > 0


def word(chance: random.Random) -> str:
    return "".join(chance.choice(string.printable + "é中\u202e") for _ in range(chance.randint(0, 12)))


def query(chance: random.Random) -> list[tuple[str, str]]:
    names = [
        "trial",
        "population",
        "endpoint",
        "arms",
        "reveal",
        "where.SEX",
        "where.",
        "where.AE",
        "views",
        *sorted(OPTION_NAMES),
    ]
    values = [
        "inovate",
        "gbsg2",
        "1e999",
        "nan",
        "-1",
        "0",
        "on",
        "F",
        "OS",
        "all",
        "[]",
        "{}",
        "9" * 400,
        "a[b][c]" * 40,
        "survival,survival,nothing",
        ",",
    ]
    return [
        (chance.choice(names) if chance.random() < 0.8 else word(chance), chance.choice([*values, word(chance)]))
        for _ in range(chance.choice([1, 2, 3, 5, 8, 150]))
    ]


def address(chance: random.Random) -> str:
    """A page or a file; what takes long to write is asked for less often."""
    view = chance.choice([*sorted(VIEWS), "nothing"])
    kinds = {
        f"/numbers/{view}.{chance.choice(['json', 'csv', 'xlsx'])}": 40,
        f"/figures/{view}.json": 23,
        f"/{view}": 20,
        f"/code/{view}.py": 12,
        f"/slides/{view}.pptx": 3,
        "/slides/deck.pptx": 1,
        "/report.html": 1,
    }
    return chance.choices(list(kinds), list(kinds.values()))[0]


def test_links_that_no_page_writes(client: FlaskClient, quiet: None) -> None:
    chance = random.Random(11)  # noqa: S311
    for i in range(QUERIES):
        if i % 100 == 0:
            ask(client, "GET", address(chance), query_string="&".join(["where.SEX=F"] * 3000))
        else:
            ask(client, "GET", address(chance), query_string=dict(query(chance)) if i % 2 else query(chance))


def test_paths_that_lead_nowhere(client: FlaskClient, quiet: None) -> None:
    chance = random.Random(12)  # noqa: S311
    parts = ["assets", "numbers", "_dash-layout", "_dash-component-suites", "dash", "..", "%2e%2e", "%00", "bootstrap",
             "static", "link.js", "healthz", "slides", "report", "report.html", "deck.pptx", "survival.pptx",
             "code", "survival.py", "figures", "survival.json", "x" * 300, "<b>",
             "plotly.min.js", "~"]  # fmt: skip
    methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]
    for _ in range(PATHS):
        path = "/" + "/".join(
            chance.choice([*parts, word(chance).replace("?", "")]) for _ in range(chance.randint(0, 5))
        )
        ask(client, chance.choice(methods), path.replace("//", "/"), data=word(chance).encode())


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_any_json_is_refused_with_a_sentence(app: Dash, body: Any) -> None:
    with pytest.raises(Refused, match=r"\.$"):
        checked(body, app.callback_map)


def test_depth_does_no_harm(client: FlaskClient) -> None:
    for depth in (100, 900, 20_000):
        for text in ("[" * depth + "]" * depth, '{"output":' * depth + "1" + "}" * depth):
            assert ask(client, "POST", ADDRESS, data=text, content_type="application/json") == 400
