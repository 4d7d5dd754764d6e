"""The forest in a browser: what it says, and that its lines are the cohort of every view."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

GBSG2 = "?trial=gbsg2"


def card(page: Page) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name="Subgroups", exact=True))


def survival(page: Page) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name="Survival", exact=True))


def click_line(page: Page, label: str) -> None:
    """Click the line of the forest that starts with `label`, on its label, once nothing is on its way to the page."""
    expect(page.locator("._dash-loading-callback")).to_have_count(0)
    box = card(page).locator("text", has_text=re.compile(rf"^\s*{re.escape(label)}$")).first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + 12, box["y"] + box["height"] / 2)


def test_the_forest_shows_what_r_prints(page: Page):
    # R: coxph(Surv(time, cens) ~ horTh, subset = menostat == "Post"): 0.6674 (0.4949-0.8999); interaction p 0.8911
    page.goto(f"/subgroups{GBSG2}")
    forest = card(page)
    expect(forest.locator(".stat .number")).to_have_text("0.69")
    expect(forest.locator("text", has_text="0.67 (0.49–0.90)")).to_have_count(1)
    expect(forest.locator("text", has_text="interaction p = 0.8911")).to_have_count(1)
    expect(forest.locator("text", has_text="72/187")).to_have_count(1)
    expect(forest.locator("text", has_text="108/209")).to_have_count(1)
    page.get_by_text("The same numbers as a table").click()
    expect(page.get_by_role("row", name="Postmenopausal 72/187 108/209 2018 1388 0.67 (0.49–0.90)")).to_be_visible()


def test_a_line_becomes_the_cohort_of_every_card_and_back_restores_it(page: Page):
    page.goto(f"/{GBSG2}")
    expect(survival(page).locator(".stat .number").first).to_have_text("0.69")
    expect(card(page).locator(".stat .number")).to_have_text("0.69")
    click_line(page, "Postmenopausal")
    page.wait_for_url(re.compile(r"where\.MENOSTAT=Post"))
    expect(survival(page).locator(".stat .number").first).to_have_text("0.67")
    expect(card(page).locator(".stat .number")).to_have_text(["p = 0.8911", "0.67", "0.69"])
    expect(page.get_by_text("396 of 686 patients")).to_be_visible()
    expect(card(page).locator("text", has_text="interaction p withheld").first).to_be_visible()
    page.go_back()
    expect(survival(page).locator(".stat .number").first).to_have_text("0.69")
    expect(card(page).locator(".stat .number")).to_have_text(["0.69"])
    assert "where" not in page.url


def test_a_second_click_on_the_line_takes_the_filter_away(page: Page):
    page.goto(f"/subgroups{GBSG2}&where.MENOSTAT=Post")
    expect(card(page).locator(".stat .number")).to_have_text(["p = 0.8911", "0.67", "0.69"])
    click_line(page, "Postmenopausal")
    expect(card(page).locator(".stat .number")).to_have_text(["0.69"])
    assert "where" not in page.url


def test_hovering_a_line_says_everything_about_it(page: Page):
    page.goto(f"/subgroups{GBSG2}&where.PROGREC=%3C20")
    label = card(page).locator("text", has_text=re.compile(r"^\s*I$")).first
    box = label.bounding_box()
    assert box
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    hover = card(page).locator(".hoverlayer")
    expect(hover).to_contain_text("Not estimable: No events in the reference arm.")
    expect(hover).to_contain_text("Hormonal: 1/4 events")


@pytest.mark.parametrize("width", [1440, 1200, 1024, 700, 390, 360])
@pytest.mark.parametrize("path", ["/", "/subgroups"])
def test_every_text_stays_inside_and_clear_of_the_others(page: Page, width: int, path: str):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{path}{GBSG2}&where.MENOSTAT=Post")
    expect(card(page).locator(".stat .number")).to_have_text(["p = 0.8911", "0.67", "0.69"])
    expect(card(page).locator("text", has_text="0.67 (0.49–0.90)").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clashes = card(page).evaluate(
        """(card) => {
            const svg = card.querySelector('.main-svg').getBoundingClientRect();
            const texts = [...card.querySelectorAll('.textpoint text, .xtick text, .annotation-text')]
                .map((text) => [text.textContent.trim(), text.getBoundingClientRect()])
                .filter(([words, box]) => words && box.width);
            const outside = texts.filter(([, b]) => b.left < svg.left - 1 || b.right > svg.right + 1);
            const overlapping = texts.flatMap(([a, p], i) => texts.slice(i + 1)
                .filter(([, q]) => p.left < q.right - 1 && q.left < p.right - 1
                    && p.top < q.bottom - 4 && q.top < p.bottom - 4)
                .map(([b]) => `${a} / ${b}`));
            return [texts.length, outside.map(([words]) => words), overlapping];
        }"""
    )
    count, outside, overlapping = clashes
    assert count >= 35
    assert outside == []
    assert overlapping == []
