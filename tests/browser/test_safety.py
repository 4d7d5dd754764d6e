"""What readers do with adverse events, and the numbers they must then see."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def nausea(trials):
    """Patients of each arm with nausea, counted from the file."""
    with (trials / "small" / "adae.csv").open() as file:
        subjects = {line["USUBJID"] for line in csv.DictReader(file) if line["AEDECOD"] == "NAUSEA"}
    return tuple(sum(int(s.removeprefix("T-")) % 2 == arm for s in subjects) for arm in (0, 1))


def headline(page: Page, label: str):
    """The headline number above `label`."""
    return page.locator(".stat", has=page.get_by_text(label, exact=True)).locator(".number").first


def row(page: Page, term: str):
    """The line of the table that begins with `term`."""
    return page.locator(".ag-center-cols-container .ag-row", has_text=term)


def cell(page: Page, term: str, place: int):
    return row(page, term).locator(f'[aria-colindex="{place}"]')


def test_the_table_counts_patients_and_folds_by_class(page: Page, nausea):
    page.goto("/safety?trial=small")
    expect(cell(page, "NAUSEA", 2)).to_have_text(f"{nausea[0]} ({100 * nausea[0] / 30:.1f})")
    expect(cell(page, "NAUSEA", 3)).to_have_text(f"{nausea[1]} ({100 * nausea[1] / 30:.1f})")
    head = row(page, "▾ Gastrointestinal disorders")
    head.locator('[aria-colindex="1"]').click()
    expect(row(page, "NAUSEA")).to_have_count(0)
    expect(row(page, "▸ Gastrointestinal disorders")).to_have_count(1)
    page.keyboard.press("Enter")  # the cell still has the focus
    expect(row(page, "NAUSEA")).to_have_count(1)


def test_sorting_keeps_terms_under_their_class(page: Page):
    page.goto("/safety?trial=small")
    expect(row(page, "NAUSEA")).to_have_count(1)
    page.locator(".ag-header-cell", has_text="Placebo").first.click()
    page.locator(".ag-header-cell", has_text="Placebo").first.click()
    rows = page.locator(".ag-center-cols-container .ag-row")
    order = rows.evaluate_all(
        """rows => rows
            .sort((a, b) => a.getAttribute("row-index") - b.getAttribute("row-index"))
            .map((row) => row.innerText.split("\\n")[0])"""
    )
    assert order[:2] == ["Any adverse event", "▾ Gastrointestinal disorders"]
    assert set(order[2:]) == {"NAUSEA", "<b>VOMITING</b>"}


def test_searching_is_a_link_and_back_undoes_it(page: Page):
    page.goto("/safety?trial=small")
    expect(row(page, "VOMITING")).to_have_count(1)
    page.get_by_placeholder("Search events").fill("naus")
    page.wait_for_url(re.compile("find=naus$"))
    expect(row(page, "VOMITING")).to_have_count(0)
    expect(row(page, "NAUSEA")).to_have_count(1)
    page.go_back()
    expect(row(page, "VOMITING")).to_have_count(1)
    expect(page.get_by_placeholder("Search events")).to_have_value("")


def test_a_row_opens_its_event_and_its_patients_become_the_cohort(page: Page, nausea):
    page.goto("/safety?trial=small")
    one = page.locator("section.card", has=page.get_by_role("heading", name="One event"))
    cell(page, "VOMITING", 1).click()
    page.wait_for_url(re.compile("event="))
    expect(one.locator(".number").first).to_have_text("<b>VOMITING</b>")
    cell(page, "NAUSEA", 1).click()
    expect(one.locator(".number").first).to_have_text("NAUSEA")
    expect(one.locator(".number").nth(1)).to_have_text(f"{100 * nausea[0] / 30:.1f}%")
    page.get_by_role("link", name="Make these patients the cohort").click()
    expect(page.get_by_text(f"{sum(nausea)} of 60 patients")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("Adverse event: NAUSEA")
    expect(page.get_by_text("Known only after randomization")).to_be_visible()
    expect(cell(page, "NAUSEA", 3)).to_have_text(f"{nausea[1]} (100.0)")
    page.go_back()
    expect(page.get_by_text("60 patients", exact=True)).to_be_visible()
    expect(cell(page, "NAUSEA", 3)).to_have_text(f"{nausea[1]} ({100 * nausea[1] / 30:.1f})")


def test_a_click_on_the_card_changes_every_card_and_back_restores_them(page: Page, nausea):
    page.goto("/?trial=small")
    any_event = headline(page, "Any event, Placebo")
    before = any_event.inner_text()
    assert before != "100.0%"
    hazard = headline(page, "HR, 95% CI")
    whole = hazard.inner_text()
    term = page.locator(".annotation-text", has_text=re.compile("^NAUSEA$")).first
    term.scroll_into_view_if_needed()
    box = term.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] + 60, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(r"where\.AE=NAUSEA$"))
    expect(page.get_by_text(f"{sum(nausea)} of 60 patients")).to_be_visible()
    expect(any_event).to_have_text("100.0%")
    expect(hazard).not_to_have_text(whole)
    page.go_back()
    expect(any_event).to_have_text(before)
    expect(hazard).to_have_text(whole)
    expect(page.locator(".chip")).to_have_count(0)


def test_severe_events_are_counted_in_figure_table_and_depth(page: Page):
    page.goto("/safety?trial=small")
    expect(row(page, "NAUSEA")).to_have_count(1)
    page.get_by_text("Severe", exact=True).first.click()
    page.wait_for_url(re.compile("grade=severe$"))
    expect(page.get_by_text("Severe event, Placebo")).to_be_visible()
    one = page.locator("section.card", has=page.get_by_role("heading", name="One event"))
    expect(one.locator(".number").first).to_have_text("<b>VOMITING</b>")  # nausea was mild in everybody


def test_the_minimum_hides_rare_terms_from_the_keyboard(page: Page, nausea):
    page.goto("/safety?trial=small&least=0")
    expect(row(page, "VOMITING")).to_have_count(1)
    slider = page.get_by_label("Minimum")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url(re.compile("least=20$"))
    expect(page.get_by_text(re.compile(r"\d of 2 terms reach 20% of an arm"))).to_be_visible()
    expect(row(page, "NAUSEA")).to_have_count(1 if max(nausea) >= 6 else 0)


def test_other_columns_are_a_link(page: Page):
    page.goto("/safety?trial=small&columns=grades")
    expect(page.locator(".ag-header-group-cell", has_text="Moderate, n (%)")).to_be_visible()
    page.get_by_text("Comparison", exact=True).click()
    page.wait_for_url(re.compile("columns=comparison$"))
    expect(page.locator(".ag-header-group-cell", has_text="Difference from Placebo")).to_be_visible()


def test_terms_that_are_markup_stay_text(page: Page):
    page.goto("/safety?trial=small&event=%3Cb%3EVOMITING%3C/b%3E")
    expect(row(page, "<b>VOMITING</b>")).to_have_count(1)
    expect(page.locator(".incidence-table b")).to_have_count(0)
    expect(page.locator(".annotation-text", has_text="<b>VOMITING</b>").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("path", ["/", "/safety"])
def test_nothing_overflows_at_any_width(page: Page, width: int, path: str):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{path}?trial=small")
    expect(page.locator(".annotation-text", has_text="NAUSEA").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    inside = page.evaluate(
        """() => [...document.querySelectorAll('.main-svg .annotation-text')].every((text) => {
            const svg = text.closest('.js-plotly-plot').getBoundingClientRect();
            const box = text.getBoundingClientRect();
            return box.left >= svg.left - 1 && box.right <= svg.right + 1 && box.bottom <= svg.bottom + 1;
        })"""
    )
    assert inside, "a text of a figure is cut off"
