"""Takes the pictures of the README from the running app: `make pictures` while `make run` serves it."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PICTURES = {
    "overview": "/",
    "survival": "/survival?trial=freireich6mp",
    "reproduction": "/reproduction",
}


def main(address: str) -> None:
    """One picture a page, as tall as the page up to 1600 pixels."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for name, path in PICTURES.items():
            page.goto(address + path)
            page.wait_for_selector(".number, .score")
            page.wait_for_load_state("networkidle")
            page.wait_for_function("document.querySelectorAll('.card .number').length !== 1")
            height = min(1600, page.evaluate("document.documentElement.scrollHeight"))
            clip = {"x": 0, "y": 0, "width": 1440, "height": height}
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
