"""Browser tests: a real Chromium against a real gunicorn, on a folder with one small trial of two endpoints."""

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

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from selenium.webdriver.chrome.options import Options

# a busy machine is slow, not wrong
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parents[2]
#: No name but this machine's resolves: a request elsewhere fails, and Chromium's own look-ups stay away.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


def pytest_setup_options() -> Options:
    """How Dash's own harness starts Chromium."""
    options = Options()
    for argument in ("--headless=new", *CHROMIUM):
        options.add_argument(argument)
    return options


@pytest.fixture(scope="session")
def address(trials: Path) -> Iterator[str]:
    """Where gunicorn serves the app with its own configuration: two workers, as in `make run`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "TRIALBOARD_TRIALS": str(trials), "HOST": "127.0.0.1", "PORT": str(port)}
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "app:server"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urlopen(f"{url}/healthz").close()  # noqa: S310
                break
            except URLError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)  # the server cannot be waited on otherwise before it listens
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh reader at a desk."""
    reader = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
    reader.set_default_timeout(20_000)
    yield reader
    reader.close()


class Watched:
    """A page whose console and requests are remembered; `check` fails on any complaint or foreign host."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self._address = address
        self.console: list[str] = []
        self.foreign: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.console.append(message.text)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self._address, "data:", "blob:")):
            self.foreign.append(request.url)

    def check(self) -> None:
        """Nothing in the console, nothing asked of another host."""
        assert self.console == []
        assert self.foreign == []


@pytest.fixture
def watched(context: BrowserContext, address: str) -> Iterator[Watched]:
    """A page that must leave an empty console and ask no other host for anything."""
    page = Watched(context, address)
    yield page
    page.check()


@pytest.fixture
def page(watched: Watched) -> Page:
    """The watched page itself."""
    return watched.page
