"""Everybody can use it: axe-core finds nothing on any page, and whatever a mouse does a keyboard does too."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

#: Rules of axe-core that are broken by what a library renders and gives no setting for: where, and why.
RENDERED_BY_LIBRARIES = {
    # react-bootstrap says which item of a menu is active with aria-selected, which links may not have
    ("aria-allowed-attr", ".dropdown-item"),
}
#: WCAG 2 A and AA and the best practices are on by themselves; the size of targets (WCAG 2.2 AA) is not.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

WIDTHS = (1440, 390)
#: What is there when a page is complete.
COMPLETE = {
    "/": ".card-method",
    "/survival": ".card-method",
    "/subgroups": ".card-method",
    "/safety": ".ag-cell",
    "/transplant": ".path-table",
    "/predictors": ".summary-table",
    "/response": ".summary-table, .dead-end",
    "/patients": ".summary-table",
    "/reproduction": ".reproduction h2, .dead-end",
    "/coverage": ".coverage",
}


def violations(page: Page) -> list[str]:
    """What axe-core finds, but for what libraries render: rule, element and the sentence of the rule."""
    found = []
    for rule in Axe().run(page, options=OPTIONS).response["violations"]:
        for node in rule["nodes"]:
            known = [selector for name, selector in RENDERED_BY_LIBRARIES if name == rule["id"]]
            target = page.locator(node["target"][0]).first
            if not any(target.evaluate("(element, selector) => element.matches(selector)", s) for s in known):
                found.append(f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}")
    return found


def complete(page: Page, path: str) -> None:
    """Wait until everything on the page has been filled, and every figure is drawn and stands as tall as it is."""
    expect(page.locator(COMPLETE[path]).first).to_be_attached()
    expect(page.locator("#count:empty, .card-method:empty, ._dash-loading-callback")).to_have_count(0)
    expect(page.locator(".dash-graph:not(:has(.main-svg))")).to_have_count(0)


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press `key` until `target` has the focus."""
    target.first.wait_for()
    for _ in range(90):
        if target.first.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{target} is not reached with {key}")


@pytest.mark.parametrize("trial", ["inovate", "small"])
def test_axe_finds_nothing_on_any_page(page: Page, trial: str):
    found = {}
    for path in COMPLETE:  # one after the other in one tab: the scripts are read once
        page.goto(f"{path}?trial={trial}")
        complete(page, path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            complete(page, path)
            for summary in page.locator("summary").all():  # what is folded away is read as well
                summary.evaluate("summary => summary.parentElement.open = true")
            found[path, width] = violations(page)
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_axe_finds_nothing_where_something_is_wrong_or_said(context: BrowserContext):
    page = context.new_page()  # not a watched one: a path that leads nowhere is an error in the console
    found = {}
    for link, sign in (
        ("/?trial=torn", ".dead-end"),
        ("/nowhere", ".dead-end"),
        ("/safety?trial=gbsg2", ".dead-end"),
        ("/?trial=small&where.SEX=F&where.AE=NAUSEA&endpoint=no&zoom=9", ".caution"),
    ):
        page.goto(link)
        expect(page.locator(sign)).to_be_visible()
        expect(page.locator(".notice")).to_have_count(2 if sign == ".caution" else 0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if sign == ".caution":
                complete(page, "/")
            found[link, width] = violations(page)
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_the_menu_of_trials_is_used_without_a_mouse(page: Page):
    page.goto("/?trial=gbsg2")
    toggle = page.get_by_role("button", name="GBSG-2")
    toggle.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".dropdown-menu.show")).to_have_count(0)
    expect(toggle).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".dropdown-item", has_text="6-MP"), "ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="6-MP")).to_be_visible()


def test_the_filter_panel_is_used_without_a_mouse(page: Page):
    page.goto("/?trial=gbsg2")
    expect(page.locator("#count")).to_have_text("686 patients")
    tab_to(page, page.get_by_role("button", name="Filter"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Filter the cohort")).to_be_visible()
    expect(page.locator(".offcanvas.show:not(.showing) .filter-factor").first).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
    level = page.get_by_label(re.compile("^Post"))
    tab_to(page, level)
    page.keyboard.press("Space")
    expect(page.locator("#count")).to_have_text("Exploratory: 396 of 686 patients")
    expect(level).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#filter-button")).to_be_focused()


@pytest.mark.parametrize(
    ("link", "row", "patients", "filtered"),
    [
        ("/subgroups?trial=gbsg2", "Postmenopausal", "396 of 686 patients", "where.MENOSTAT=Post"),
        ("/transplant?trial=inovate", "CR/CRi", "171 of 326 patients", "where.PATH.RESPFL=Y"),
    ],
)
def test_what_a_figure_does_when_clicked_its_table_does_from_the_keyboard(
    page: Page, link: str, row: str, patients: str, filtered: str
):
    page.goto(link)
    if "subgroups" in link:
        tab_to(page, page.get_by_text("The same numbers as a table"))
        page.keyboard.press("Enter")
    button = page.get_by_role("button", name=row, exact=True)
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text(f"Exploratory: {patients}")
    assert filtered in page.url
    complete(page, link.partition("?")[0])  # a key that goes down before the table is drawn anew and up after is lost
    expect(button).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#count")).to_have_text(patients.split(" of ")[1])


def test_every_control_is_reached_with_the_tab_key(page: Page):
    missed = {}
    for path in ("/", "/survival", "/subgroups", "/safety", "/transplant"):
        page.goto(f"{path}?trial=inovate")
        complete(page, path)
        controls = page.evaluate(
            """() => {
                window.waiting = new Set([...document.querySelectorAll('a[href], button, input, select, summary')]
                    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.ag-root'))
                    .filter((one) => one.type !== 'radio' || one.checked));
                document.addEventListener('focusin', (event) => window.waiting.delete(event.target));
                return window.waiting.size;
            }"""
        )
        assert controls > 15
        for _ in range(controls + 40):
            page.keyboard.press("Tab")
            if not page.evaluate("window.waiting.size"):
                break
        missed[path] = page.evaluate("[...window.waiting].map((one) => one.outerHTML.slice(0, 200))")
    assert {path: those for path, those in missed.items() if those} == {}


def test_the_first_tab_leads_past_the_header(page: Page):
    page.goto("/?trial=freireich6mp")
    expect(page.locator("#count")).to_have_text("42 patients")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_segment_is_chosen_with_the_arrow_keys(page: Page):
    page.goto("/survival?trial=freireich6mp")
    expect(page.locator("#count")).to_have_text("42 patients")
    tab_to(page, page.get_by_role("radio", name="Survival"))
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("scale=incidence$"))


@pytest.mark.parametrize(("path", "words"), [("/", False), ("/survival", True)])
def test_how_to_read_is_a_circle_on_a_card_and_words_on_a_page(page: Page, path: str, words: bool):
    page.goto(f"{path}?trial=freireich6mp")
    complete(page, path)
    summary = page.locator(".explain summary", has_text="How to read this").first
    box = summary.bounding_box()
    assert box
    assert (box["width"] > 60) == words
    tab_to(page, summary)
    page.keyboard.press("Enter")
    expect(page.locator(".explain p").first).to_be_visible()
