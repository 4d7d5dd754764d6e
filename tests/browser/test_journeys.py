"""What readers do with the page, and the numbers they must then see."""

from __future__ import annotations

import json
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

FREIREICH = "/survival?trial=freireich6mp"


def headline(page: Page, label: str):
    """The headline number above `label`."""
    return page.locator(".stat", has=page.get_by_text(label, exact=True)).locator(".number")


def numbers(address: str, query: str) -> list[dict]:
    with urlopen(f"{address}/numbers/survival.json{query}") as answer:  # noqa: S310
        return json.load(answer)["rows"]


def test_the_6mp_trial_shows_the_numbers_of_its_textbooks(page: Page):
    # R: coxph(Surv(t, status) ~ Rx): 0.2076 (0.0925-0.4659); survdiff p 4.17e-05; survfit medians 23 (log-log 13-NA), 8
    page.goto(FREIREICH)
    expect(headline(page, "HR, 95% CI")).to_have_text("0.21")
    expect(page.locator(".stat").first.locator(".interval")).to_have_text(re.compile(r"\(0\.09–0\.47\)"))
    expect(headline(page, "Log-rank, 2-sided")).to_have_text("p < 0.0001")
    expect(headline(page, "Median wk, 6-MP")).to_have_text("23")
    expect(headline(page, "Median wk, Placebo")).to_have_text("8")
    # Freireich 1963 as in every textbook: at risk at 10 weeks 15 and 8
    expect(page.locator(".annotation-text", has_text=re.compile("^15$"))).to_have_count(1)
    expect(page.locator(".annotation-text", has_text=re.compile("^6-MP$"))).to_have_count(2)


def test_switching_an_arm_off_leaves_one_curve_and_back_restores_it(page: Page):
    page.goto(FREIREICH)
    expect(headline(page, "HR, 95% CI")).to_have_text("0.21")
    page.get_by_text("Placebo (n=21)").click()
    expect(headline(page, "HR, 95% CI")).to_have_count(0)
    expect(headline(page, "Median wk, 6-MP")).to_have_text("23")
    assert page.url.endswith("arms=6mp")
    page.go_back()
    expect(headline(page, "HR, 95% CI")).to_have_text("0.21")
    expect(page.get_by_label("Placebo (n=21)")).to_be_checked()
    page.go_forward()
    expect(headline(page, "HR, 95% CI")).to_have_count(0)
    expect(page.get_by_label("Placebo (n=21)")).not_to_be_checked()


def test_the_last_arm_stays_on(page: Page):
    page.goto(FREIREICH)
    page.get_by_text("Placebo (n=21)").click()
    expect(headline(page, "HR, 95% CI")).to_have_count(0)
    page.get_by_text("6-Mercaptopurine (n=21)").click()
    expect(page.get_by_label("6-Mercaptopurine (n=21)")).to_be_checked()
    expect(headline(page, "Median wk, 6-MP")).to_have_text("23")


def test_another_endpoint_changes_the_numbers_the_link_and_a_new_tab(page: Page, context: BrowserContext, address: str):
    page.goto("/survival?trial=small")
    rows = {r["arm"]: r for r in numbers(address, "?trial=small&endpoint=PFS") if r["quantity"] == "median"}
    expected = f"{rows['Placebo']['estimate']:.1f}".removesuffix(".0")
    placebo = headline(page, "Median d, Placebo")
    before = placebo.inner_text()
    assert before != expected
    page.get_by_label("Endpoint").select_option("PFS")
    expect(placebo).to_have_text(expected)
    assert "endpoint=PFS" in page.url
    other = context.new_page()
    other.goto(page.url)
    expect(headline(other, "Median d, Placebo")).to_have_text(expected)
    expect(other.get_by_label("Endpoint")).to_have_value("PFS")
    page.reload()
    expect(placebo).to_have_text(expected)
    page.go_back()
    expect(placebo).to_have_text(before)
    expect(page.get_by_label("Endpoint")).to_have_value("OS")


def test_a_deep_link_opens_every_control_in_its_state(page: Page):
    page.goto(
        "/survival?trial=freireich6mp&milestone=20&scale=incidence&band=off&rows=all&interval=plain&unit=months&medians=off"
    )
    expect(page.get_by_label("Milestone")).to_have_value("20")
    expect(page.get_by_role("radio", name="Cumulative incidence")).to_be_checked()
    expect(page.get_by_label("Bands")).not_to_be_checked()
    expect(page.get_by_label("Medians")).not_to_be_checked()
    expect(page.get_by_label("Interval")).to_have_value("plain")
    expect(headline(page, "Median mo, Placebo")).to_have_text("1.8")  # 8 weeks x 7 / 30.4375
    expect(page.locator(".annotation-text", has_text="Censored")).to_have_count(2)


def test_a_typed_milestone_gives_the_rates_of_r(page: Page):
    # R: summary(survfit(Surv(t, status) ~ Rx, conf.type = "log-log"), times = 10): 0.7529 (0.5032-0.8894), 0.3810
    page.goto("/survival?trial=freireich6mp")
    page.get_by_label("Milestone").fill("10")
    page.get_by_label("Milestone").press("Enter")
    expect(page.get_by_role("columnheader", name="Event-free at 10 wk, % (95% CI)")).to_be_visible()
    expect(page.get_by_role("cell", name="75.3 (50.3–88.9)")).to_be_visible()
    expect(page.locator(".annotation-text", has_text="75.3%")).to_have_count(1)


def test_dragging_the_dashed_line_moves_the_milestone(page: Page):
    page.goto("/survival?trial=freireich6mp&milestone=10")
    expect(page.locator(".annotation-text", has_text="75.3%")).to_have_count(1)
    box = page.locator(".shapelayer path").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_url(re.compile(r"milestone=1[1-9](\.\d)?$"))
    moved = page.url.split("milestone=")[1]
    assert 11 < float(moved) < 20
    expect(page.get_by_label("Milestone")).to_have_value(moved)


def test_hovering_reads_both_curves(page: Page):
    page.goto(FREIREICH)
    expect(headline(page, "HR, 95% CI")).to_have_text("0.21")
    plot = page.locator(".nsewdrag").first.bounding_box()
    assert plot
    page.mouse.move(plot["x"] + plot["width"] * 10.2 / 35, plot["y"] + plot["height"] / 2)
    label = page.locator(".hoverlayer")
    expect(label).to_contain_text("6-MP 75.3% (50.3–88.9), 15 at risk")
    expect(label).to_contain_text("Placebo 38.1% (18.3–57.8), 8 at risk")


def test_a_hostile_link_is_ignored_with_a_notice_and_never_markup(page: Page):
    page.goto("/survival?trial=freireich6mp&endpoint=%3Cimg%20src=x%20onerror=alert(1)%3E&milestone=NaN&zoom=9")
    notices = page.locator(".notice")
    expect(notices).to_have_count(3)
    expect(notices.first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(headline(page, "HR, 95% CI")).to_have_text("0.21")
    expect(page.locator("main img")).to_have_count(0)


def test_a_dismissed_notice_stays_away_and_one_that_is_settled_goes(page: Page):
    page.goto("/survival?trial=freireich6mp&zoom=9&by=ECOG")
    notices = page.locator(".notice")
    expect(notices).to_have_count(2)
    expect(notices.last).to_have_text("This trial has no factor “ECOG”; the curves are by arm.")
    for left in (1, 0):
        notices.first.get_by_role("button").click()
        expect(notices).to_have_count(left)
    page.get_by_text("Placebo (n=21)").click()
    expect(headline(page, "HR, 95% CI")).to_have_count(0)
    expect(notices).to_have_count(0)


def test_labels_from_data_are_text_in_page_figure_and_hover(page: Page):
    page.goto("/survival?trial=small")
    expect(page.get_by_label("Drug <b>X</b> (n=30)")).to_be_visible()
    expect(page.locator(".annotation-text", has_text="Drug <b>X</b>").first).to_be_visible()
    expect(page.get_by_role("rowheader", name="Drug <b>X</b>").first).to_be_visible()


def test_the_picker_opens_another_trial_and_names_what_is_wrong_with_a_broken_one(page: Page):
    page.goto(FREIREICH)
    page.get_by_role("button", name="6-MP").click()
    broken = page.locator(".dropdown-item", has_text="cannot be opened")
    expect(broken).to_contain_text("adtte.csv, row")
    page.locator(".dropdown-item", has_text="GBSG-2").click()
    expect(headline(page, "HR, 95% CI")).to_have_text("0.69")  # R: coxph(Surv(time, cens) ~ horTh): 0.6949
    page.goto("/?trial=torn")
    expect(page.get_by_role("heading", name=re.compile("could not be opened"))).to_be_visible()
    expect(page.locator("li.error").first).to_contain_text("CNSR")


def test_a_path_that_leads_nowhere_says_so(context: BrowserContext):
    page = context.new_page()
    answer = page.goto("/nowhere")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is no page here")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("path", ["/", "/survival"])
def test_nothing_overflows_at_any_width(page: Page, width: int, path: str):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{path}?trial=gbsg2")
    expect(headline(page, "HR, 95% CI")).to_have_text("0.69")
    expect(page.locator(".annotation-text", has_text="At risk")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => {
            return [...document.querySelectorAll('.annotation-text')].filter((text) => {
                const svg = text.closest('.main-svg').getBoundingClientRect();
                const box = text.getBoundingClientRect();
                return box.left < svg.left - 1 || box.right > svg.right + 1 || box.bottom > svg.bottom + 1;
            }).map((text) => text.textContent);
        }"""
    )
    assert cut == []


@pytest.mark.parametrize("width", [1366, 1280, 1024, 768])
def test_every_page_is_in_sight_in_the_navigation_and_every_number_in_its_table(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 768})
    page.goto("/survival")
    expect(page.get_by_text("no sign against").first).to_be_visible()
    outside = """([boxes, shown]) => [...document.querySelectorAll(shown)].filter((inner) => {
        const box = inner.closest(boxes).getBoundingClientRect();
        return inner.getBoundingClientRect().right > box.right + 1;
    }).map((inner) => inner.textContent)"""
    assert page.evaluate(outside, [".page-header", ".nav-item"]) == []
    assert page.evaluate(outside, [".page-header nav", ".nav-item"]) == []
    if width >= 1024:
        assert page.evaluate(outside, [".numbers-table", ".numbers-table td"]) == []


def test_every_control_is_reached_and_used_from_the_keyboard(page: Page):
    page.goto("/survival?trial=freireich6mp")
    expect(headline(page, "HR, 95% CI")).to_have_text("0.21")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('id') || document.activeElement.className"))
    for name in ("endpoint", "milestone", "unit", "interval", "rows", "band", "censored", "medians"):
        assert any(f'"control":"{name}"' in element for element in reached), name
    page.get_by_label("Bands").focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("band=off"))


def test_a_filter_makes_a_cohort_with_its_counts_and_back_undoes_it(page: Page, address: str):
    page.goto("/survival?trial=gbsg2")
    expect(headline(page, "HR, 95% CI")).to_have_text("0.69")
    page.get_by_role("button", name="Filter").click()
    grade = page.locator(".filter-factor", has_text="Tumour grade")
    expect(grade.locator(".filter-level").first).to_have_text("I3348")  # grade I: 33 and 48 patients
    grade.get_by_text("III", exact=True).click()
    page.keyboard.press("Escape")
    # R: coxph(Surv(time, cens) ~ horTh, GBSG2, subset = tgrade == "III")
    expect(page.locator("#count")).to_have_text("Exploratory: 161 of 686 patients")
    expect(page.get_by_label("Hormonal therapy (n=50)")).to_be_attached()
    [ratio] = [r for r in numbers(address, "?trial=gbsg2&where.TGRADE=III") if r["quantity"] == "hazard_ratio"]
    expect(headline(page, "HR, 95% CI")).to_have_text(f"{ratio['estimate']:.2f}")
    expect(headline(page, "Log-rank, 2-sided")).to_have_text("p withheld")
    page.get_by_text("Show P values").click()
    expect(headline(page, "Log-rank, 2-sided")).to_contain_text("p = 0.")
    page.get_by_role("button", name="Remove the filter Tumour grade: III").click()
    expect(page.locator("#count")).to_have_text("686 patients")
    page.go_back()
    expect(page.locator("#count")).to_have_text("Exploratory: 161 of 686 patients")


def test_a_cohort_stands_beside_everyone_else_with_the_interaction_first(page: Page):
    page.goto("/survival?trial=gbsg2&where.MENOSTAT=Post&complement=on&reveal=on")
    expect(page.get_by_role("heading", name="Everyone else in the population (290 of 686)")).to_be_visible()
    expect(page.locator(".beside")).to_contain_text("Cohort by arm interaction: p = 0.")
    expect(page.locator(".beside .annotation-text", has_text="At risk")).to_be_visible()


def test_curves_by_a_factor_and_the_panels_below(page: Page):
    page.goto("/survival?trial=gbsg2&by=TGRADE&lower=difference&area=on")
    expect(page.get_by_role("rowheader", name="Tumour grade: III").first).to_be_visible()
    expect(page.locator(".annotation-text", has_text="Minus I, points (95% CI)")).to_be_visible()
    page.get_by_label("Below").select_option("hazard")
    expect(page.locator(".annotation-text", has_text="HR over time, smoothed (95% band)")).to_be_visible()
    expect(page.locator(".card-method")).to_contain_text("not randomized against each other")


def test_the_horizon_of_the_mean_is_slid_and_back_undoes_it(page: Page):
    page.goto("/survival?trial=gbsg2&unit=days")
    slider = page.get_by_label("Mean to, as a slider")
    # tapply(GBSG2$time, GBSG2$horTh, max): 2659 and 2563 days
    expect(slider).to_have_attribute("max", "2563")
    expect(slider).to_have_value("2563")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"tau=2562$"))
    expect(page.get_by_role("columnheader", name="Mean to 2562 d")).to_be_visible()
    page.go_back()
    expect(slider).to_have_value("2563")
    expect(page.get_by_role("columnheader", name="Mean to 2563 d")).to_be_visible()


def test_a_zoom_is_kept_while_its_axis_is_the_same_and_only_then(page: Page):
    def shown() -> list[float]:
        return page.evaluate("() => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range.map(Math.round)")

    page.goto("/survival?trial=gbsg2&unit=days")
    expect(page.locator(".js-plotly-plot .xtick text").last).to_be_visible()
    whole = shown()
    plot = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert plot
    middle = plot["y"] + plot["height"] / 3
    page.mouse.move(plot["x"] + 0.05 * plot["width"], middle)
    page.mouse.down()
    page.mouse.move(plot["x"] + 0.3 * plot["width"], middle, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "whole => document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[1] < whole", arg=whole[1] / 2
    )
    near = shown()
    page.get_by_label("Bands").uncheck()
    expect(page.locator(".js-plotly-plot path.js-fill")).to_have_count(0)
    assert shown() == near
    page.get_by_label("Time in").select_option("months")
    expect(page.locator(".js-plotly-plot .xtick text").last).to_have_text("96")
    assert shown() == [0, 96]
