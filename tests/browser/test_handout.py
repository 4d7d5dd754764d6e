"""From every card each kind of file is downloaded and opened; the code is read and copied; the report opens alone."""

from __future__ import annotations

import ast
import csv
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect
from pptx import Presentation

from analysis.views import VIEWS
from callbacks.cards import CARDS
from components import ids

COHORT = "trial=inovate&where.SALVAGE=1"
SIZES = {"png-wide": (1920, 1080), "png-classic": (1440, 1080)}
SVG = "{http://www.w3.org/2000/svg}"


def card(page: Page, view: str) -> Locator:
    return page.locator(f"#{ids.place(view)}")


def opened(page: Page, path: str, view: str) -> Locator:
    page.goto(f"{path}?{COHORT}")
    here = card(page, view)
    expect(here.locator(".card-method")).not_to_be_empty()
    # the cards are drawn one after the other, and what is clicked meanwhile may be drawn again
    page.wait_for_load_state("networkidle")
    return here


def downloaded(page: Page, here: Locator, entry: str, place: Path) -> tuple[str, Path]:
    here.locator(".downloads summary").click()
    with page.expect_download() as waiting:
        here.locator(".downloads li").get_by_text(entry, exact=True).click()
    download: Download = waiting.value
    file = place / download.suggested_filename
    download.save_as(file)
    expect(here.locator(".downloads")).not_to_have_attribute("open", "")
    return download.suggested_filename, file


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, each checked against its sum."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + length


@pytest.mark.parametrize("view", [view for view, of in CARDS.items() if of.drawn and view != "reproduction"])
def test_every_card_gives_pictures(page: Page, tmp_path: Path, view: str):
    here = opened(page, CARDS[view].path, view)
    for entry, kind in (("PNG, 16:9", "png-wide"), ("PNG, 4:3", "png-classic")):
        name, file = downloaded(page, here, entry, tmp_path)
        assert name.startswith(f"inovate-{view.replace('_', '-')}-")
        assert "salvage-first" in name
        found = list(chunks(file.read_bytes()))
        assert found[-1][0] == b"IEND"
        assert struct.unpack(">II", found[0][1][:8]) == SIZES[kind]
        texts = dict(body.split(b"\0\0\0\0\0", 1) for sort, body in found if sort == b"iTXt")
        said = texts[b"Description"].decode()
        assert "exploratory cohort Salvage: First" in said
        assert "Synthetic patients" in said
        assert b"Kantarjian" in texts[b"Source"]

    _, file = downloaded(page, here, "SVG", tmp_path)
    drawn = ElementTree.fromstring(file.read_text())  # noqa: S314
    assert (drawn.get("width"), drawn.get("height")) == ("1920", "1080")
    assert drawn.findtext(f"{SVG}desc") == said
    # the line is in the picture itself too, broken where it has to be
    shown = " ".join(node.text or "" for node in drawn.findall(f"{SVG}text"))
    assert said in shown
    numbers = here.locator(".headline .number")
    assert not numbers.count() or numbers.first.text_content() in shown


@pytest.mark.parametrize("view", [view for view in CARDS if view != "reproduction"])
def test_every_card_gives_numbers_a_slide_and_its_code(page: Page, tmp_path: Path, view: str):
    here = opened(page, CARDS[view].path, view)
    _, file = downloaded(page, here, "Numbers, CSV", tmp_path)
    with file.open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert "exploratory cohort Salvage: First" in rows[0]["provenance"]
    assert len(rows) > 5

    _, file = downloaded(page, here, "Numbers, JSON", tmp_path)
    assert len(json.loads(file.read_text())["rows"]) == len(rows)

    _, file = downloaded(page, here, "Slide, PPTX", tmp_path)
    (slide, *_) = Presentation(str(file)).slides
    assert slide.shapes.title.text
    assert "exploratory" in slide.notes_slide.notes_text_frame.text
    if view == "survival":
        at_risk = [cell.text for shape in slide.shapes if shape.has_table for cell in shape.table.iter_cells()]
        start = [row for row in rows if row["quantity"] == "at_risk" and float(row["time"]) == 0]
        assert len(start) == 2
        assert all(row["at_risk"] in at_risk for row in start)

    if VIEWS[view].script:
        here.locator("[data-code]").click()
        with page.expect_download() as waiting:
            page.get_by_role("dialog").get_by_text("Download .py").click()
        waiting.value.save_as(tmp_path / "script.py")
        ast.parse((tmp_path / "script.py").read_text())


def test_the_code_is_read_and_downloaded(page: Page, tmp_path: Path):
    here = opened(page, "/", "survival")
    here.get_by_role("button", name="Code: Survival").click()
    panel = page.get_by_role("dialog", name="Code: Survival")
    expect(panel).to_contain_text("CoxPHFitter")
    expect(panel).to_contain_text("exploratory cohort Salvage: First")
    with page.expect_download() as waiting:
        panel.get_by_text("Download .py").click()
    waiting.value.save_as(tmp_path / "script.py")
    assert (tmp_path / "script.py").read_text() == panel.locator("code").text_content()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(here.get_by_role("button", name="Code: Survival")).to_be_focused()


def test_the_menu_works_from_the_keyboard(page: Page):
    here = opened(page, "/", "survival")
    here.locator(".downloads summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(here.get_by_role("button", name="PNG, 16:9")).to_be_focused()
    page.keyboard.press("Escape")
    expect(here.locator(".downloads summary")).to_be_focused()
    expect(here.get_by_role("button", name="PNG, 16:9")).to_be_hidden()


def test_the_report_opens_without_the_server(page: Page, browser: Browser, tmp_path: Path):
    opened(page, "/", "survival")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Report").click()
    assert waiting.value.suggested_filename.startswith("inovate-report-salvage-first-")
    waiting.value.save_as(tmp_path / "report.html")
    alone = browser.new_context(offline=True)
    reader = alone.new_page()
    asked: list[str] = []
    said: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.on("console", lambda message: said.append(message.text))
    reader.on("pageerror", lambda error: said.append(str(error)))
    reader.goto((tmp_path / "report.html").as_uri())
    expect(reader.locator(".js-plotly-plot")).to_have_count(4)
    expect(reader.locator("h1")).to_have_text("Relapsed or refractory B-cell ALL, randomized phase 3")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []
    alone.close()
