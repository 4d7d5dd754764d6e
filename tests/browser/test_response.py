"""What readers do on the pages of response and of patients, and the numbers they must then see."""

from __future__ import annotations

from playwright.sync_api import Page, expect

NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def card(page: Page, title: str):
    """The card with that title."""
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def line(page: Page, title: str, label: str):
    """The first line of the table of a card that begins with `label`."""
    name = page.get_by_role("rowheader", name=label, exact=True)
    return card(page, title).locator("tr", has=name).first


def test_the_response_of_a_population_and_its_forest(page: Page):
    page.goto("/response?trial=inovate")
    numbers = card(page, "Response").locator("> .headline .number")
    expect(numbers).to_have_text(["73.8%", "30.9%", "+42.9", "6.30", "p < 0.0001"])
    forest = card(page, "Response by subgroup")
    expect(forest.locator(".headline .number")).to_have_text("42.9")
    forest.get_by_text("Odds ratio", exact=True).click()
    expect(forest.locator(".headline .number")).to_have_text("6.30")
    assert "forest=odds-ratio" in page.url
    page.get_by_text("mITT", exact=False).first.click()
    expect(numbers.nth(1)).to_have_text("35.0%")


def test_a_cohort_changes_every_table_and_the_way_on_keeps_it(page: Page):
    page.goto("/patients?trial=inovate&where.SEX=F")
    expect(line(page, "Baseline characteristics", "Men")).to_contain_text("0 of 73 (0.0%)")
    expect(card(page, "Trial profile").locator(".start")).to_contain_text("n = 133")
    card(page, "Later therapies").get_by_text("Open the curves").click()
    page.wait_for_url("**/survival?**")
    assert "where.SEX=F" in page.url
    assert "endpoint=OSSALV" in page.url


def test_a_trial_shows_the_cards_it_has_data_for_at_every_width(page: Page):
    for width in (1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/patients?trial=small")
        expect(page.locator("section.card h2")).to_have_text(["Trial profile", "Baseline characteristics"])
        expect(line(page, "Baseline characteristics", "Female")).to_be_visible()
        assert page.evaluate(NO_OVERFLOW)
    expect(page.get_by_role("link", name="Response")).to_have_count(0)


def test_every_figure_keeps_its_height_while_the_window_changes(page: Page):
    page.goto("/response")
    expect(page.get_by_text("Numbers:").nth(1)).to_be_visible()
    drawn = """() => {
        const figures = [...document.querySelectorAll(".card-figure .js-plotly-plot")];
        return figures.length === 3 && figures.every((figure) => {
            const { width, height } = figure._fullLayout, box = figure.querySelector(".svg-container");
            return Math.abs(box.offsetWidth - width) < 2 && box.offsetHeight === height && height > 100;
        });
    }"""
    for width in (1440, 1024, 390, 1440, 1024, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(drawn)
