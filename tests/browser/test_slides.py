"""The panel of slides: choose, order, export, and the file that arrives."""

from pathlib import Path

from playwright.sync_api import Page, expect
from pptx import Presentation


def test_a_deck_is_chosen_ordered_and_downloaded(page: Page, tmp_path: Path):
    page.goto("/?trial=gbsg2")
    page.get_by_role("button", name="Export slides").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("button", pressed=True)).to_have_count(2)
    panel.get_by_role("button", name="Move Subgroups up").click()
    expect(panel.locator("li").first).to_contain_text("Subgroups")
    with page.expect_download() as arriving:
        panel.get_by_role("button", name="PowerPoint").click()
    arriving.value.save_as(tmp_path / "deck.pptx")
    assert arriving.value.suggested_filename.startswith("gbsg2-slides-all")
    titles = [slide.shapes.title.text for slide in Presentation(tmp_path / "deck.pptx").slides]
    assert titles[1].startswith("RFS HR 0.69")
    assert titles[-1] == "Methods and data"
    expect(panel.get_by_role("status")).to_contain_text("Saved as gbsg2-slides-all")
    with page.expect_download() as arriving:
        panel.get_by_role("button", name="Report, HTML").click()
    arriving.value.save_as(tmp_path / "report.html")
    assert arriving.value.suggested_filename.startswith("gbsg2-report-all")
    report = (tmp_path / "report.html").read_text()
    assert report.index("Subgroups: RFS") < report.index("Recurrence-free survival</h2>")
    expect(panel.get_by_role("button", name="Report, HTML")).to_be_enabled()
    panel.get_by_role("button", name="Survival", exact=True).click()
    expect(panel.get_by_role("button", name="Survival", exact=True)).to_have_attribute("aria-pressed", "false")
