"""What readers do between a view and the paper: from a number to its card, and back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect


def test_from_the_paper_to_a_card_and_from_its_mark_to_the_printed_number(page: Page):
    page.goto("/reproduction?trial=inovate")
    page.get_by_label("Tables, figures and paragraphs of the report").get_by_role("link", name="Fig 7").click()
    page.wait_for_url("**/transplant?trial=inovate#card-laboratory")
    card = page.locator("#card-laboratory")
    expect(card.locator(".number").first).to_have_text("0.55")
    expect(card.get_by_role("heading", name="Transplant laboratory")).to_be_in_viewport()
    card.get_by_role("button", name=re.compile("^0.55 is printed")).press("Enter")
    row = card.locator(".published-list tr", has_text="without a transplant, hazard ratio (ITT, Inotuzumab)").first
    expect(row.locator(".printed").first).to_have_text("0.55")
    expect(row.get_by_role("img", name="equal")).to_be_visible()
    card.get_by_role("link", name="In the table of all numbers").click()
    expect(page.locator(".reproduction-table .section")).to_have_text("Transplant")


def test_a_card_stays_where_a_link_leads_while_the_figures_above_it_wait_for_plotly(page: Page):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*plotly*.js*", hold)
    page.goto("/transplant?trial=inovate#card-laboratory")
    card = page.locator("#card-laboratory")
    expect(card.locator(".number").first).to_have_text("0.55")
    expect(page.locator(".card-method:empty")).to_have_count(0)
    expect(page.locator(".main-svg")).to_have_count(0)
    top = "element => Math.round(element.getBoundingClientRect().top + window.scrollY)"
    place = card.evaluate(top)
    for route in held:
        route.continue_()
    page.unroute("**/*plotly*.js*")
    expect(page.locator(".dash-graph:not(:has(.main-svg))")).to_have_count(0)
    assert card.evaluate(top) == place
    expect(card.get_by_role("heading", name="Transplant laboratory")).to_be_in_viewport()


def test_a_view_that_is_missing_says_what_it_needs(page: Page):
    page.goto("/?trial=gbsg2")
    page.get_by_role("link", name="What these data can show").click()
    page.wait_for_url("**/coverage?trial=gbsg2")
    line = page.locator(".coverage tr", has_text="Adverse events").first
    expect(line).to_contain_text("Safety needs a table of adverse events (ADAE).")
    page.locator(".coverage").get_by_role("link", name="Subgroups").click()
    expect(page.locator("#card-subgroups .number").first).to_be_visible()
