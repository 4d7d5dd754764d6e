"""The laboratory at the keyboard and under the mouse: predict, look, move the landmark; the liver on its page."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect


def card_of(page: Page, title: str):
    """The card with that title."""
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def rows(address: str, view: str, query: str = "") -> list[dict]:
    with urlopen(f"{address}/numbers/{view}.json{query}") as answer:  # noqa: S310
        return json.load(answer)["rows"]


def test_predict_then_look(page: Page, address: str) -> None:
    ratios = {
        row["way"]: f"{row['estimate']:.2f}" for row in rows(address, "laboratory") if row["quantity"] == "hazard_ratio"
    }
    page.goto("/transplant?trial=inovate&predict=on")
    card = card_of(page, "Transplant laboratory")
    numbers = card.locator(".headline .number")
    expect(numbers).to_have_text([ratios["naive"], "?", "?", "?"])
    card.get_by_role("link", name="Show the answer").click()
    expect(numbers).to_have_text([ratios[way] for way in ("naive", "landmark", "timedependent", "censored")])
    expect(card).to_contain_text("immortal-time bias")
    page.go_back()
    expect(numbers).to_have_text([ratios["naive"], "?", "?", "?"])


def test_the_landmark_moves_and_counts_whom_it_leaves_out(page: Page, address: str) -> None:
    page.goto("/transplant?trial=inovate&way=landmark")
    card = card_of(page, "Transplant laboratory")
    expect(card.locator(".card-method")).to_contain_text("Left out")
    field = card.get_by_label("Landmark, months")
    field.fill("7")
    field.press("Enter")
    found = rows(address, "laboratory", "?landmark=7")
    out = sum(row["estimate"] for row in found if row["quantity"].endswith("before_landmark"))
    expect(card.locator(".card-method")).to_contain_text(f"Left out: {out:g} of 121 patients")
    assert "landmark=7" in page.url


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_every_card_is_there_and_nothing_hangs_over(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path, titles in (
        ("/transplant", ("Transplant laboratory", "Relapse and death after transplant", "VOD/SOS after transplant")),
        ("/safety", ("Liver",)),
    ):
        page.goto(f"{path}?trial=inovate")
        for title in titles:
            expect(card_of(page, title).locator(".headline .number").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_trial_without_transplants_says_what_is_missing(page: Page) -> None:
    page.goto("/transplant?trial=small")
    expect(page.get_by_text("The laboratory needs [transplant] in trial.toml")).to_be_visible()
    expect(page.get_by_role("heading", name="Transplant laboratory")).to_have_count(0)
