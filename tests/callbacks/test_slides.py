"""Every exported presentation opened again, and its texts, cells, charts and notes held against the analysis."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from analysis.views import VIEWS
from app import create_app
from callbacks import export, request
from callbacks.cards import CARDS
from callbacks.workspace import Workspace
from components.format import ratio, share, value_of
from data.catalog import Catalog
from settings import Settings

WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
TRIALS = (
    "trial=inovate",
    "trial=gbsg2",
    "trial=freireich6mp",
    "trial=inovate&where.SALVAGE=1",
    "trial=gbsg2&arms=hormonal-therapy",
)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app().server.test_client()


def opened(client: FlaskClient, path: str):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Presentation(io.BytesIO(answer.data))


def shapes(container):
    for shape in container:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from shapes(shape.shapes)


def words(slide) -> str:
    texts = [s.text_frame.text for s in shapes(slide.shapes) if s.has_text_frame]
    texts += [cell.text for s in slide.shapes if s.has_table for row in s.table.rows for cell in row.cells]
    return "\n".join(texts)


def sizes(slide) -> list[float]:
    found = [int(size) / 100 for size in slide._element.xpath(".//a:rPr/@sz")]
    for shape in slide.shapes:
        if shape.has_chart:
            found.append(shape.chart.font.size.pt)
    return found


def test_every_view_with_numbers_has_a_slide():
    assert set(CARDS) == set(VIEWS)


@pytest.mark.parametrize("query", TRIALS)
@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_view_exports(client: FlaskClient, view: str, query: str):
    for slide in opened(client, f"/slides/{view}.pptx?{query}").slides:
        text, notes = words(slide), slide.notes_slide.notes_text_frame.text
        assert slide.shapes.title.text
        assert min(sizes(slide)) >= 14
        assert "trialboard" in text
        assert "trialboard" in notes
        assert f"{CARDS[view].path}?trial=" in notes
        if "inovate" in query:
            assert "Synthetic patients" in text
            assert "Cancer 2019" in notes
        if "where" in query:
            assert "exploratory" in text.lower()
            assert re.search(r"\d+ of \d+ patients", text)
            assert "exploratory" in notes


def test_the_chart_holds_the_curves_and_the_table_the_numbers_at_risk(client: FlaskClient):
    deck = opened(client, "/slides/survival.pptx?trial=gbsg2&unit=years")
    (slide,) = deck.slides
    workspace = Workspace(Catalog(()))
    result = request.read(workspace, "?trial=gbsg2&unit=years").result("survival")
    chart = next(s.chart for s in slide.shapes if s.has_chart)
    series = {s.name: s for s in chart.plots[0].series}
    for group in result.groups:
        drawn = series[group.group.label]
        pairs = list(zip(drawn.iter_values(), drawn._element.xpath("c:xVal//c:v/text()"), strict=True))
        for at in (0.5, 2.0, 4.0):
            expected = group.curve.survival[group.curve.time <= at][-1]
            found = [y for y, x in pairs if float(x) <= at][-1]
            assert found == pytest.approx(100 * expected, abs=0.01)
    table = next(s.table for s in slide.shapes if s.has_table)
    for row, group in zip(table.rows, result.groups, strict=True):
        cells = [cell.text for cell in row.cells]
        assert cells[0] == group.group.short
        assert cells[1:] == [str(n) for n in group.at_risk.at_risk.tolist()][:: len(result.ticks) // (len(cells) - 1)]
    ratio_ = value_of(result.comparisons[0].hazard_ratio, ratio)
    assert f"HR {ratio_}" in slide.shapes.title.text
    assert ratio_ in words(slide).split("\n")


def test_the_columns_of_the_numbers_at_risk_are_centred_under_the_ticks(client: FlaskClient):
    (slide,) = opened(client, "/slides/survival.pptx?trial=inovate").slides
    frame = next(s for s in slide.shapes if s.has_table)
    chart = next(s for s in slide.shapes if s.has_chart)
    layout = chart.chart._chartSpace.find(".//{*}plotArea/{*}layout/{*}manualLayout")
    x, w = (float(layout.find(f"{{*}}{name}").get("val")) for name in "xw")
    left, wide = chart.left + x * chart.width, w * chart.width
    columns = [column.width for column in frame.table.columns]
    middles = [frame.left + sum(columns[:k]) + columns[k] / 2 for k in range(1, len(columns))]
    for k, middle in enumerate(middles):
        assert middle == pytest.approx(left + wide * k / (len(middles) - 1), abs=6000)  # half a point


def test_the_cells_of_adverse_events_are_those_of_the_analysis(client: FlaskClient):
    (slide,) = opened(client, "/slides/safety.pptx?trial=inovate").slides
    result = request.read(Workspace(Catalog(())), "?trial=inovate").result("safety")
    table = next(s.table for s in slide.shapes if s.has_table)
    for cells, row in zip(list(table.rows)[1:], result.ranked, strict=False):
        expected = [f"{n} ({share(p)}%)" for n, p in zip(row.counts["chosen"], row.share, strict=True)]
        assert [cell.text for cell in cells.cells][:3] == [row.label, *expected]


@pytest.mark.parametrize("template", [None, "classic.potx"])
def test_the_forest_goes_on_until_every_group_has_its_row(client: FlaskClient, tmp_path: Path, template: str | None):
    if template:
        Presentation().save(tmp_path / template)
        client = lent(tmp_path / template)
    slides = opened(client, "/slides/subgroups.pptx?trial=inovate").slides
    result = request.read(Workspace(Catalog(())), "?trial=inovate").result("subgroups")
    rows = [
        row.cells[1].text for slide in slides for s in slide.shapes if s.has_table for row in list(s.table.rows)[2:]
    ]
    assert sorted(rows) == sorted(row.label for section in result.factors for row in section.rows)


def test_the_baseline_goes_on_where_a_template_has_less_room(tmp_path: Path):
    Presentation().save(tmp_path / "classic.potx")
    slides = opened(lent(tmp_path / "classic.potx"), "/slides/baseline.pptx?trial=inovate").slides
    result = request.read(Workspace(Catalog(())), "?trial=inovate").result("baseline")
    rows = [row for slide in slides for s in slide.shapes if s.has_table for row in list(s.table.rows)[1:]]
    assert len(rows) == sum(row.kind != "mean" for block in result.blocks for row in block.rows)
    named = [row.cells[0].text for row in rows if row.cells[0].text]
    assert len(named) == len(result.blocks)


def test_a_deck_has_the_views_in_the_order_chosen_between_title_and_methods(client: FlaskClient):
    slides = list(opened(client, "/slides/deck.pptx?trial=gbsg2&views=subgroups,survival").slides)
    titles = [slide.shapes.title.text for slide in slides]
    assert titles[0] == "Hormonal therapy in node-positive breast cancer"
    assert titles[1].startswith("RFS HR")
    assert titles[-2].startswith("Recurrence-free survival: HR") or "HR" in titles[-2]
    assert titles[-1] == "Methods and data"
    assert "Kaplan–Meier" in words(slides[-1])


def test_the_deck_of_an_unnamed_choice_is_that_of_the_overview_within_five_seconds(client: FlaskClient):
    start = time.perf_counter()
    slides = list(opened(client, "/slides/deck.pptx?trial=inovate").slides)
    assert time.perf_counter() - start < 5
    names = re.findall(r"^(\S[^:]*): http", slides[-1].notes_slide.notes_text_frame.text, flags=re.M)
    assert names == ["Survival", "Subgroups", "Adverse events", "Path to transplant"]
    assert "No patient in this data set exists" in words(slides[-1])


def test_unknown_views_and_broken_trials_are_sentences(client: FlaskClient, trials: Path):
    assert client.get("/slides/nothing.pptx").status_code == 404
    assert client.get("/slides/deck.pptx?views=nothing").status_code == 404
    torn = create_app([trials]).server.test_client().get("/slides/survival.pptx?trial=torn")
    assert (torn.status_code, "could not be opened" in torn.text) == (422, True)


def test_labels_of_the_data_are_text(trials: Path):
    client = create_app([trials]).server.test_client()
    for view in ("survival", "safety", "event"):
        (slide,) = opened(client, f"/slides/{view}.pptx?trial=small").slides
        assert "<b>" in words(slide)


def lent(template: Path) -> FlaskClient:
    return create_app(settings=Settings(slide_template=template)).server.test_client()


def test_a_template_lends_its_placeholders_and_size(tmp_path: Path):
    template = Presentation()
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "An old slide"
    template.save(tmp_path / "department.pptx")
    made = opened(lent(tmp_path / "department.pptx"), "/slides/deck.pptx?trial=gbsg2")
    assert made.slide_width == template.slide_width
    assert "An old slide" not in "".join(words(slide) for slide in made.slides)
    slide = made.slides[1]
    assert slide.slide_layout.name == "Title and Content"
    assert [p.placeholder_format.type for p in slide.placeholders] == [1, 7]
    assert (slide.shapes.title.left, slide.shapes.title.top) == (
        slide.slide_layout.placeholders[0].left,
        slide.slide_layout.placeholders[0].top,
    )
    assert slide._element.xpath('.//a:schemeClr[@val="tx2"]')
    assert "cannot be opened" in lent(tmp_path / "none.pptx").get("/slides/survival.pptx").text


def test_the_command_line_makes_the_same_files(tmp_path: Path):
    target = tmp_path / "slide.pptx"
    assert export.main(["http://example.org/survival?trial=gbsg2", "--to", str(target)]) == 0
    notes = Presentation(target).slides[0].notes_slide.notes_text_frame.text
    assert "http://example.org/survival?trial=gbsg2" in notes
    assert export.main(["/survival?trial=gbsg2", "--to", str(tmp_path / "numbers.csv")]) == 0
    assert "hazard_ratio" in (tmp_path / "numbers.csv").read_text()
    assert export.main(["/survival?trial=gbsg2", "--to", str(tmp_path / "code.py")]) == 0
    assert "CoxPHFitter" in (tmp_path / "code.py").read_text()
    assert export.main(["/?trial=gbsg2", "--to", str(tmp_path / "numbers.csv")]) == 1
    assert export.main(["/safety?trial=inovate", "--views", "event", "--to", str(tmp_path / "event.csv")]) == 0
    assert "cumulative_incidence" in (tmp_path / "event.csv").read_text()
    assert export.main(["/?trial=gbsg2", "--to", str(tmp_path / "report.html")]) == 0
    assert "Recurrence-free survival" in (tmp_path / "report.html").read_text()
    assert export.main(["/reproduction?trial=inovate", "--to", str(tmp_path / "none.py")]) == 1
    assert export.main(["/nowhere", "--to", str(target)]) == 1


def test_the_command_line_writes_the_code(tmp_path: Path):
    to = tmp_path / "survival.py"
    assert export.main(["/survival?trial=gbsg2&where.TGRADE=II", "--to", str(to)]) == 0
    assert "CoxPHFitter" in to.read_text()
    assert "isin(['II'])" in to.read_text()
    assert export.main(["/?trial=gbsg2", "--to", str(tmp_path / "all.py")]) == 1


@pytest.mark.skipif(shutil.which("soffice") is None or shutil.which("pdftotext") is None, reason="needs LibreOffice")
def test_rendered_no_word_leaves_its_box(client: FlaskClient, tmp_path: Path):
    """LibreOffice draws the decks; each word it writes must lie in a box that holds this word."""
    Presentation().save(tmp_path / "department.potx")
    every = f"/slides/deck.pptx?trial=inovate&where.SALVAGE=1&views={','.join(VIEWS)}"
    files = {
        "deck": client.get(every),
        "classic": lent(tmp_path / "department.potx").get(every),
        "plain": client.get("/slides/deck.pptx?trial=gbsg2"),
    }
    for name, answer in files.items():
        (tmp_path / f"{name}.pptx").write_bytes(answer.data)
    run(tmp_path, "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
        *(f"{name}.pptx" for name in files))  # fmt: skip
    for name in files:
        run(tmp_path, "pdftotext", "-bbox", f"{name}.pdf", f"{name}.html")
        rendered = (tmp_path / f"{name}.html").read_text().split("<page ")[1:]
        slides = list(Presentation(tmp_path / f"{name}.pptx").slides)
        checked = 0
        for page, slide in zip(rendered, slides, strict=True):
            boxes = [box for shape in shapes(slide.shapes) for box in boxes_of(shape)]
            for found in WORD.finditer(page):
                x0, y0, x1, y1 = map(float, found.groups()[:4])
                # the box of a word has room for accents and tails: the letters are its middle
                y0, y1 = 0.7 * y0 + 0.3 * y1, 0.3 * y0 + 0.7 * y1
                word = unescape(found.group(5))
                held = any(
                    left - 1 <= x0 and x1 <= right + 1 and top - 1 <= y0 and y1 <= bottom + 1 and word in said
                    for left, top, right, bottom, said in boxes
                )
                assert held, (name, slide.shapes.title.text, word, (x0, y0, x1, y1))
                checked += 1
        assert checked > 100


def run(folder: Path, program: str, *arguments: str) -> None:
    command = [str(shutil.which(program)), *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


def boxes_of(shape):
    """The boxes of the texts of a shape in points, each with what stands in it; in a chart its ticks."""
    left, top, right, bottom = (
        v / 12700 for v in (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
    )
    if shape.has_text_frame and shape.text_frame.text:
        yield left, top, right, bottom, shape.text_frame.text
    elif shape.has_chart:
        axes = (shape.chart.category_axis, shape.chart.value_axis)
        steps = [(axis.major_unit, int(axis.maximum_scale / axis.major_unit) + 1) for axis in axes]
        ticks = " ".join(f"{k * unit:g}" for unit, many in steps for k in range(many))
        yield left, top, right, bottom, ticks
    elif shape.has_table:
        y = top
        for row in shape.table.rows:
            x = left
            for cell, column in zip(row.cells, shape.table.columns, strict=True):
                yield x, y, x + column.width / 12700, y + row.height / 12700, cell.text
                x += column.width / 12700
            y += row.height / 12700
