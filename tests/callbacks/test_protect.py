"""Headers, limits, the prefix and the log, on apps of their own."""

import json
import logging
import sys

import pytest
from flask import Flask

from app import create_app
from callbacks.log import JsonLines
from callbacks.web import ICON
from settings import Settings
from tests.load.session import bodies


def app_with(**chosen: object):
    return create_app(settings=Settings.model_validate(chosen))


@pytest.fixture(scope="module")
def plain() -> Flask:
    return app_with().server


@pytest.mark.parametrize("address", ["/", "/numbers/survival.csv", "/nothing", "/assets/link.js", "/healthz"])
def test_every_answer_has_the_headers(plain: Flask, address: str) -> None:
    headers = plain.test_client().get(address).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"].startswith("'self' 'sha256-")
    assert not any(word in policy["script-src"] for word in ("unsafe", "http", "*"))
    assert policy["frame-ancestors"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "clipboard-write=(self)" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_a_proxy_is_believed_only_when_it_is_declared(plain: Flask) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    assert "Strict-Transport-Security" not in plain.test_client().get("/healthz", headers=said).headers
    behind = app_with(proxies=1).server.test_client().get("/healthz", headers=said)
    assert "Strict-Transport-Security" in behind.headers


def test_a_large_body_is_refused() -> None:
    server = app_with(max_request=1000).server
    answer = server.test_client().post("/_dash-update-component", json={"output": "x" * 2000})
    assert answer.status_code == 413


def test_too_many_requests_get_a_sentence_and_the_health_check_goes_on() -> None:
    reader = app_with(rate_limit="3 per minute").server.test_client()
    answers = [reader.get("/numbers/nothing.csv") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert "wait a moment" in answers[-1].get_data(as_text=True)
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert reader.get("/healthz").status_code == 200


def test_everything_is_below_the_prefix() -> None:
    app = app_with(prefix="/board")
    reader = app.server.test_client()
    page = reader.get("/board/survival").get_data(as_text=True)
    config = json.loads(page.split('id="_dash-config" type="application/json">')[1].split("</script>")[0])
    assert config["requests_pathname_prefix"] == "/board/"
    for part in page.split('href="')[1:] + page.split('src="')[1:]:
        assert part.startswith(("/board/", f'data:image/svg+xml,{ICON}">')), part[:60]
    for address in ("/board", "/board/", "/board/healthz", "/board/assets/link.js", "/board/numbers/survival.csv"):
        assert reader.get(address).status_code == 200, address
    assert reader.get("/board/bootstrap/static/css/bootstrap.min.css").status_code == 200
    assert reader.get("/board/nothing").status_code == 404


def hrefs(content: object) -> list[str]:
    if isinstance(content, list):
        return [found for one in content for found in hrefs(one)]
    if isinstance(content, dict):
        own = [content["href"]] if isinstance(content.get("href"), str) else []
        return own + [found for one in content.values() for found in hrefs(one)]
    return []


def test_links_in_cards_are_below_the_prefix_also_from_memory() -> None:
    app = app_with(prefix="/board")
    reader = app.server.test_client()
    found = 0
    for body in bodies(app, "/", ""):
        first, again = (reader.post("/board/_dash-update-component", json=body) for _ in range(2))
        assert first.get_data() == again.get_data()
        for href in hrefs(first.get_json(silent=True)):
            assert href.startswith(("/board/", "#", "?")), href
            assert not href.startswith("/board/board")
            found += 1
    assert found > 5


def test_the_log_has_the_path_and_the_view_and_nothing_of_the_query(caplog: pytest.LogCaptureFixture) -> None:
    app = app_with()
    with caplog.at_level(logging.INFO, "trialboard.request"):
        app.server.test_client().get("/numbers/survival.json?trial=gbsg2&where.SEX=secretword")
        body = next(one for one in bodies(app, "/survival", "?trial=gbsg2") if '"card":"survival"' in one["output"])
        app.server.test_client().post("/_dash-update-component", json=body)
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "trialboard.request"]
    read = [json.loads(line) for line in lines]
    assert [(one["path"], one["status"]) for one in read] == [
        ("/numbers/survival.json", 200),
        ("/_dash-update-component", 200),
    ]
    assert read[1]["view"] == "survival"
    assert not any("secretword" in line or "gbsg2" in line or "\n" in line for line in lines)


def test_an_error_is_one_line_with_its_traceback_and_without_its_message() -> None:
    try:
        int("patient T-001")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["error"] == "ValueError"
    assert "test_protect.py" in json.loads(line)["traceback"]
    assert "T-001" not in json.loads(line)["traceback"].replace('int("patient T-001")', "")
