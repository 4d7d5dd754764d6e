"""A server as a department closes it, below a prefix and behind a sign-in, with a trial whose labels are markup."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from werkzeug.security import generate_password_hash

from tests.conftest import write_trial

ROOT = Path(__file__).resolve().parents[2]
MARKUP = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://x.test")'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "labels"
    write_trial(folder)
    changes = {
        "adsl.csv": {"Drug <b>X</b>": MARKUP, "Placebo": FORMULA, "F": f"F {MARKUP}"},
        "adae.csv": {"<b>VOMITING</b>": f"VOMITING {MARKUP}", "GASTROINTESTINAL DISORDERS": f"GUT {MARKUP}"},
        "adtte.csv": {"Overall survival": f"Survival {MARKUP}"},
    }
    for name, words in changes.items():
        pd.read_csv(folder / name, dtype=str).replace(words).to_csv(folder / name, index=False)
    return folder.parent


@pytest.fixture(scope="module")
def board(hostile: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "TRIALBOARD_TRIALS": str(hostile),
        "TRIALBOARD_PREFIX": "/board",
        "TRIALBOARD_WORKERS": "1",
        "TRIALBOARD_USERS": f"ward:{generate_password_hash('secret')}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "app:server"], cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/board/healthz").close()
                break
            except URLError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)  # the server cannot be waited on otherwise before it listens
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def address(board: str) -> str:
    return board


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    reader = browser.new_context(
        viewport={"width": 1440, "height": 900},
        base_url=address,
        http_credentials={"username": "ward", "password": "secret"},
    )
    reader.set_default_timeout(20_000)
    yield reader
    reader.close()


def test_without_a_password_nothing_is_seen(browser: Browser, address: str) -> None:
    stranger = browser.new_context(base_url=address)
    assert stranger.request.get("/board/").status == 401
    assert stranger.request.get("/board/numbers/survival.csv").status == 401
    stranger.close()


def test_pages_links_and_numbers_work_below_the_prefix(page, address: str) -> None:
    page.goto("/board/?trial=gbsg2")
    page.get_by_role("navigation", name="Views").get_by_text("Survival", exact=True).click()
    expect(page).to_have_url(f"{address}/board/survival?trial=gbsg2")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    csv = page.locator('a[href*="/numbers/survival.csv"]').first.get_attribute("href")
    assert csv is not None
    assert csv.startswith("/board/numbers/survival.csv")
    assert page.request.get(csv).status == 200
    page.reload()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()


@pytest.mark.parametrize("path", ["", "survival", "subgroups", "safety", "transplant", "response", "patients"])
def test_labels_are_text_everywhere(page, path: str) -> None:
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"/board/{path}?trial=labels")
    expect(page.locator("main")).to_contain_text("60 patients")
    page.wait_for_load_state("networkidle")
    for place in page.locator(".js-plotly-plot .nsewdrag").all()[:3]:
        if place.is_visible():
            place.hover(force=True)
    assert page.locator("img[src=x], [onerror]").count() == 0
    assert page.locator("b", has_text="VOMITING").count() == 0
    assert dialogs == []
    if path == "survival":
        expect(page.locator(".js-plotly-plot").first).to_contain_text(MARKUP)
