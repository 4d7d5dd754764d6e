"""The four cards of INO-VATE as one: a click on any of them changes all of them, and Back restores all of them."""

from __future__ import annotations

import json
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, Page, expect

ARMS = {"Inotuzumab": "Inotuzumab ozogamicin", "SoC": "Standard of care"}


def card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def drawn(page: Page, title: str, words: str) -> Locator:
    """The text `words` in the figure of a card."""
    return card(page, title).locator("svg text", has_text=re.compile(rf"^\s*{re.escape(words)}$"))


def rows(address: str, view: str, query: str) -> list[dict]:
    with urlopen(f"{address}/numbers/{view}.json{query}") as answer:  # noqa: S310
        return json.load(answer)["rows"]


class Numbers:
    """What every card must say for a link, from the numbers that the server gives for it."""

    def __init__(self, address: str, query: str) -> None:
        survival, subgroups, safety, path = (
            rows(address, view, query) for view in ("survival", "subgroups", "safety", "transplant")
        )
        find = {(r["quantity"], r["arm"]): r for r in survival if "arm" in r}
        self.ratio = f"{find['hazard_ratio', ARMS['Inotuzumab']]['estimate']:.2f}"
        p = find["log_rank", ARMS["Inotuzumab"]]["p_value"]
        self.p = "p withheld" if p is None else f"p = {p:.4f}"
        self.arms = {arm: find["median", arm]["n"] for arm in ARMS.values()}
        self.medians = {short: f"{find['median', arm]['estimate']:.1f}" for short, arm in ARMS.items()}
        self.rates = [f"{100 * find['rate', arm]['estimate']:.1f}%" for arm in ARMS.values()]
        self.forest = [f"{r['estimate']:.2f}" for r in subgroups if r["factor"] == "" or r["subgroup"] == "This cohort"]
        self.forest_p = [f"p = {r['interaction_p']:.4f}" for r in subgroups if r["subgroup"] == "This cohort"]
        any_event = {
            r["arm"]: r for r in safety if (r["quantity"], r["class"], r["term"]) == ("patients_chosen", "", "")
        }
        self.any_event = {
            short: f"{any_event[arm]['percent']:.1f}% ({any_event[arm]['estimate']} of {any_event[arm]['n']})"
            for short, arm in ARMS.items()
        }
        self.transplant = {
            short: f"{100 * r['estimate']:.1f}%"
            for short, arm in ARMS.items()
            for r in path
            if r["quantity"] == "share" and (r["arm"], r["group"]) == (arm, "any of Transplant")
        }
        flows = [r for r in path if r["quantity"] == "flow"]
        self.nodes = {
            name: sum(r["n"] for r in flows if r["group"] == name)
            for name in ("CR/CRi", "No CR/CRi", "Direct to HSCT", "No HSCT", "Dead")
        }


def see(page: Page, numbers: Numbers, filtered: bool) -> None:
    """Every card, the bar and its count say `numbers`."""
    n = sum(numbers.arms.values())
    expect(page.locator("#count")).to_have_text(f"Exploratory: {n} of 326 patients" if filtered else "326 patients")
    for arm, size in numbers.arms.items():
        expect(page.get_by_label(f"{arm} (n={size})")).to_be_attached()
    survival = card(page, "Survival")
    expect(survival.locator(".stat .number")).to_have_text([numbers.ratio, numbers.p, *numbers.medians.values()])
    for rate in numbers.rates:
        expect(drawn(page, "Survival", rate)).to_be_visible()
    forest = card(page, "Subgroups").locator(".stat .number")
    if filtered:  # the interaction leads, the cohort follows, and everyone else stands beside it
        expect(forest).to_have_count(3)
        expect(forest.nth(0)).to_have_text(numbers.forest_p[0])
        expect(forest.nth(1)).to_have_text(numbers.forest[1])
    else:
        expect(forest).to_have_text(numbers.forest)
    for short in ARMS:
        any_event = card(page, "Adverse events").locator(".stat", has_text=f"Any event, {short}")
        expect(any_event).to_contain_text(numbers.any_event[short])
        transplant = card(page, "Path to transplant").locator(".stat", has_text=f"Transplant, {short}")
        expect(transplant.locator(".number")).to_have_text(numbers.transplant[short])
    for name, size in numbers.nodes.items():
        expect(drawn(page, "Path to transplant", f"{name} {size}")).to_have_count(1 if size else 0)
    expect(page.locator(".chip")).to_have_count(1 if filtered else 0)


@pytest.fixture
def whole(page: Page, address: str) -> Numbers:
    """The trial as it opens, on the screen, with what its report prints."""
    page.goto("/")
    numbers = Numbers(address, "?trial=inovate")
    # Kantarjian et al., Cancer 2019;125:2474-87
    assert (numbers.ratio, numbers.p) == ("0.75", "p = 0.0105")
    assert numbers.medians == {"Inotuzumab": "7.7", "SoC": "6.2"}
    assert [float(rate.rstrip("%")) for rate in numbers.rates] == pytest.approx([22.8, 10.0], abs=0.11)
    assert (numbers.nodes["CR/CRi"], numbers.nodes["Direct to HSCT"]) == (171, 88)
    assert numbers.transplant == {"Inotuzumab": "48.2%", "SoC": "22.2%"}
    assert numbers.any_event["SoC"].endswith("of 143)")
    see(page, numbers, filtered=False)
    return numbers


def follow(page: Page, address: str, whole: Numbers, chip: str, n: int) -> None:
    """After a click: the link holds a cohort of `n` patients, every card shows it, and Back restores all of it."""
    page.wait_for_url(re.compile(r"\?where\."))
    expect(page.locator(".chip")).to_contain_text(chip)
    cohort = Numbers(address, "?trial=inovate&" + page.url.split("?")[1])
    assert sum(cohort.arms.values()) == n
    before, after = vars(whole), vars(cohort)
    assert all(after[name] != before[name] for name in ("arms", "medians", "rates", "forest", "any_event", "nodes"))
    see(page, cohort, filtered=True)
    page.go_back()
    see(page, whole, filtered=False)
    assert "where" not in page.url
    page.go_forward()
    see(page, cohort, filtered=True)


def test_a_line_of_the_forest_changes_every_card_and_back_restores_them(page: Page, address: str, whole: Numbers):
    line = drawn(page, "Subgroups", "First").bounding_box()
    assert line
    page.mouse.click(line["x"] + line["width"] / 2, line["y"] + line["height"] / 2)
    # Kantarjian et al., Figure 3: 213 patients in first salvage as on the case report form
    follow(page, address, whole, "Salvage: First", 213)
    assert page.url.endswith("/?where.SALVAGE=1")
    expect(page.get_by_text("immortal-time bias")).to_have_count(0)


def test_a_node_of_the_path_changes_every_card_and_back_restores_them(page: Page, address: str, whole: Numbers):
    node = drawn(page, "Path to transplant", "Direct to HSCT 88")
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box
    page.mouse.click(box["x"] - 6, box["y"] + box["height"] / 2)
    follow(page, address, whole, "Transplant: Direct to HSCT", 88)
    expect(page.get_by_text("immortal-time bias")).to_be_visible()


def test_an_adverse_event_changes_every_card_and_back_restores_them(page: Page, address: str, whole: Numbers):
    events = rows(address, "safety", "?trial=inovate")
    had = {r["arm"]: r for r in events if (r["quantity"], r["term"]) == ("patients_any", "Thrombocytopenia")}
    term = drawn(page, "Adverse events", "Thrombocytopenia").first
    term.scroll_into_view_if_needed()
    box = term.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] + 60, box["y"] + box["height"] / 2)
    follow(page, address, whole, "Adverse event: Thrombocytopenia", sum(r["estimate"] for r in had.values()))
    expect(page.get_by_text("immortal-time bias")).to_be_visible()
