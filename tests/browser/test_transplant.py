"""What readers do with the path of patients, and the numbers they must then see."""

from __future__ import annotations

import json
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect


def numbers(address: str, query: str) -> list[dict]:
    with urlopen(f"{address}/numbers/transplant.json{query}") as answer:  # noqa: S310
        return json.load(answer)["rows"]


def completed(address: str) -> list[dict]:
    """The shares that completed the study, by arm."""
    rows = numbers(address, "?trial=small")
    return [r for r in rows if r["quantity"] == "share" and (r["step"], r["group"]) == ("End of study", "Completed")]


def label(page: Page, words: str):
    """The label of a node, which stands just right of it."""
    return page.locator(".annotation-text", has_text=re.compile(f"^{words} \\d+$"))


def click_left_of(page: Page, words: str):
    label(page, words).first.scroll_into_view_if_needed()
    box = label(page, words).first.bounding_box()
    assert box
    page.mouse.click(box["x"] - 6, box["y"] + box["height"] / 2)


def test_a_click_on_a_node_makes_the_cohort_and_back_undoes_it(page: Page, address: str):
    page.goto("/transplant?trial=small")
    n = sum(r["events"] for r in completed(address))
    assert 0 < n < 60
    value = page.locator(".stat", has=page.get_by_text("Completed, Placebo", exact=True)).locator(".number")
    placebo = next(r for r in completed(address) if r["arm"] == "Placebo")
    expect(value).to_have_text(f"{100 * placebo['events'] / placebo['n']:.1f}%")
    expect(label(page, "Completed").first).to_have_text(f"Completed {n}")
    click_left_of(page, "Completed")
    expect(page.get_by_text(f"{n} of 60 patients")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("End of study: Completed")
    expect(page.get_by_text("p withheld").first).to_be_visible()
    assert page.url.endswith("where.PATH.EOSSTT=COMPLETED")
    page.go_back()
    expect(page.get_by_text("60 patients", exact=True)).to_be_visible()
    expect(page.locator(".chip")).to_have_count(0)
    expect(label(page, "Discontinued").first).to_have_text(f"Discontinued {60 - n}")


def test_a_click_on_a_ribbon_chooses_those_who_went_that_way(page: Page, address: str):
    page.goto("/transplant?trial=small&month=12")
    flows = [r for r in numbers(address, "?trial=small&month=12") if r["quantity"] == "flow"]
    n = sum(r["n"] for r in flows if r["step"] == "Reason for leaving" and r["from"] == "Discontinued")
    source, target = (label(page, words).first.bounding_box() for words in ("Discontinued", "Adverse event"))
    assert source
    assert target
    # just left of the target's node, where the ribbon arrives; the two arms lie on both sides of the middle
    page.mouse.click(target["x"] - 24, target["y"] + target["height"] / 2 + 8)
    expect(page.get_by_text(f"{n} of 60 patients")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("Discontinued → Adverse event")


def test_the_month_is_slid_dragged_and_kept_in_the_link(page: Page, address: str):
    page.goto("/transplant?trial=small&path=time&month=12")
    alive = page.locator(".stat", has=page.get_by_text("Alive at 12 mo, Placebo", exact=True)).locator(".number")
    expect(alive).to_have_text(re.compile(r"^\d+\.\d%$"))
    slider = page.get_by_label("Month of the last step")
    expect(slider).to_have_value("12")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"month=13$"))
    expect(page.get_by_label("Month", exact=True)).to_have_value("13")
    expect(page.get_by_text("Alive at 13 mo, Placebo")).to_be_visible()
    line = page.locator(".shapelayer path").first.bounding_box()
    assert line
    page.mouse.move(line["x"] + line["width"] / 2, line["y"] + line["height"] / 2)
    page.mouse.down()
    page.mouse.move(line["x"] - 80, line["y"] + line["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_url(re.compile(r"month=\d$|month=1[012]$"))
    month = page.url.split("month=")[1]
    expect(slider).to_have_value(month)
    expect(page.get_by_text(f"Alive at {month} mo, Placebo")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Alive at 13 mo, Placebo")).to_be_visible()
    expect(slider).to_have_value("13")


def test_the_table_has_the_numbers_of_the_figure(page: Page, address: str):
    page.goto("/transplant?trial=small")
    row = page.get_by_role("row", name=re.compile("^Completed")).first
    for r in completed(address):
        text = f"{r['events']} ({100 * r['estimate']:.1f}; {100 * r['low']:.1f}–{100 * r['high']:.1f})"
        expect(row.get_by_role("cell", name=text)).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("path", ["patients", "time"])
def test_nothing_overlaps_or_leaves_the_figure_at_any_width(page: Page, width: int, path: str):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/transplant?trial=small&path={path}")
    expect(page.locator(".annotation-text").first).to_be_visible()
    expect(page.locator(".stat").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wrong = page.evaluate(
        """() => {
            const svg = document.querySelector('.main-svg').getBoundingClientRect();
            const texts = [...document.querySelectorAll('.annotation-text')]
              .map((text) => [text.textContent, text.getBoundingClientRect()]);
            const wrong = texts.filter(([, b]) => b.left < svg.left - 1 || b.right > svg.right + 1 ||
              b.top < svg.top - 1 || b.bottom > svg.bottom + 1).map(([t]) => 'outside: ' + t);
            texts.forEach(([t, a], i) => texts.slice(i + 1).forEach(([u, b]) => {
              if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2)
                wrong.push(t + ' meets ' + u);
            }));
            return wrong;
        }"""
    )
    assert wrong == []


def test_a_trial_without_a_month_has_its_flow_and_no_slider(page: Page):
    page.goto("/transplant?trial=disposition")
    expect(label(page, "Completed").first).to_be_visible()
    expect(page.get_by_label("Month", exact=True)).to_have_count(0)
    expect(page.get_by_label("Over time")).to_have_count(0)


def test_the_path_of_inovate_is_the_published_one_and_a_node_reaches_every_card(page: Page):
    # Kantarjian et al., Cancer 2019;125:2474-87: CR/CRi 121 and 50, transplants 79/164 (48.2%) and 36/162 (22.2%),
    # 70 and 18 of them directly; 24-month survival 22.8% and 10.0%
    page.goto("/?trial=inovate")
    number = page.locator(".stat", has=page.get_by_text("Transplant, Inotuzumab", exact=True)).locator(".number")
    expect(number).to_have_text("48.2%")
    for words in ("CR/CRi 171", "Direct to HSCT 88", "No HSCT 211", "Never treated 19"):
        expect(page.locator(".annotation-text", has_text=re.compile(f"^{words}$"))).to_have_count(1)
    survival = page.locator(".card").first.locator(".stat .number").first
    before = survival.inner_text()
    click_left_of(page, "CR/CRi")
    expect(page.get_by_text("171 of 326 patients")).to_be_visible()
    expect(page.get_by_text("immortal-time bias")).to_be_visible()
    expect(survival).not_to_have_text(before)
    expect(page.get_by_label("Standard of care (n=50)")).to_be_visible()
    page.go_back()
    expect(survival).to_have_text(before)
    page.get_by_text("Over time", exact=True).click()
    alive = page.locator(".stat", has=page.get_by_text("Alive at 24 mo, Inotuzumab", exact=True)).locator(".number")
    expect(alive).to_have_text("22.8%")
