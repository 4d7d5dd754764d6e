"""The forest as a figure: what stands where, what is cut, and that nothing overlaps."""

from __future__ import annotations

from itertools import pairwise

import pytest

from analysis.estimate import Estimate
from components.forest import Axis, Column, Line, figure

RATIO = Axis("ratio", ("← favours A", "#0b6e8f"), ("favours B →", "#c8692b"))
PERCENT = Axis("difference", ("← favours B", "#c8692b"), ("favours A →", "#0b6e8f"), factor=100)


def estimate(value, low, high, error=0.2):
    return Estimate(value, low, high, 0.95, "test", error)


def line(label, found, **more):
    return Line(label=label, text=f"text of {label}", cells=("1/2",), estimate=found, click=f"where.X={label}", **more)


def draw(lines, axis=RATIO, stacked=False, row=20):
    width = 330 if stacked else 540
    return figure(lines, [Column("Events/N", 76)], "HR (95% CI)", axis, width, row, stacked)


def points(drawn, **wanted):
    """The traces whose fields are `wanted`."""
    return [trace for trace in drawn["data"] if all(trace.get(name) == value for name, value in wanted.items())]


def squares(drawn):
    return next(t for t in points(drawn, mode="markers") if t["marker"]["symbol"] == "square")


def arrows(drawn):
    return next(t for t in points(drawn, mode="markers") if t["marker"]["symbol"] != "square")


ALL = line("all", estimate(0.75, 0.57, 0.99, 0.14))


def test_squares_stand_at_the_estimates_with_areas_as_the_information():
    drawn = draw([ALL, line("one", estimate(0.5, 0.25, 1.0, 0.28)), line("other", estimate(1.5, 0.9, 2.5, 0.42))])
    found = squares(drawn)
    assert found["x"] == [0.75, 0.5, 1.5]
    areas = [size**2 for size in found["marker"]["size"]]
    assert areas[1] / areas[0] == pytest.approx((0.14 / 0.28) ** 2)
    assert found["marker"]["size"][2] == 5.0  # no smaller than can be seen


def test_an_interval_beyond_the_axis_ends_in_an_arrow_and_its_text_stays():
    drawn = draw([ALL, line("wide", estimate(2.0, 0.01, 400.0, 2.7)), line("open", estimate(1.0, None, 2.0, 1.0))])
    low, high = (10**end for end in drawn["layout"]["xaxis"]["range"])
    assert (low, high) == pytest.approx((1 / 8, 8))
    found = arrows(drawn)
    assert found["marker"]["symbol"] == ["triangle-left", "triangle-right", "triangle-left"]
    assert found["x"] == pytest.approx([low, high, low])
    assert "text of wide" in points(drawn, mode="text")[1]["text"]


def test_an_estimate_is_seen_where_its_interval_need_not_be():
    drawn = draw([ALL, line("far", estimate(12.0, 3.0, 48.0, 0.7))])
    assert 12.0 in squares(drawn)["x"]
    assert 12 < 10 ** drawn["layout"]["xaxis"]["range"][1] < 17


def test_grey_lines_do_not_stretch_the_axis_and_lines_without_estimate_draw_nothing():
    drawn = draw([ALL, line("small", estimate(1.1, 0.05, 20.0, 1.6), faint=True), line("none", None, faint=True)])
    assert drawn["layout"]["xaxis"]["tickvals"] == [0.5, 1, 2]
    assert len(squares(drawn)["x"]) == 2
    assert arrows(drawn)["marker"]["symbol"] == ["triangle-left", "triangle-right"]


def test_the_first_estimate_is_dashed_and_no_effect_is_solid():
    dashed = [trace for trace in draw([ALL])["data"] if trace.get("line", {}).get("dash")]
    assert dashed[0]["x"][0] == 0.75
    solid = draw([ALL])["data"][0]
    assert solid["x"][0] == 1.0
    assert draw([ALL], PERCENT)["data"][0]["x"][0] == 0.0


def test_differences_stand_in_percentage_points_with_round_ticks():
    drawn = draw(
        [line("all", estimate(0.43, 0.34, 0.52, None)), line("one", estimate(-0.05, -0.2, 0.1, None))], PERCENT
    )
    assert squares(drawn)["x"] == pytest.approx([43.0, -5.0])
    axis = drawn["layout"]["xaxis"]
    assert axis["type"] == "linear"
    assert axis["tickvals"][0] <= -20
    assert axis["tickvals"][-1] >= 52
    assert axis["ticktext"][0].startswith("−")


@pytest.mark.parametrize("stacked", [False, True])
def test_forty_five_lines_keep_their_distance(stacked):
    lines = [ALL]
    for i in range(15):
        lines += [Line(label=f"Factor {i}", text="interaction p = 0.5", heading=True)]
        lines += [line(f"level {i} {k}", estimate(0.8, 0.5, 1.3, 0.25)) for k in range(3)]
    drawn = draw(lines, stacked=stacked, row=24)
    target = points(drawn, type="bar")[0]
    assert len(target["y"]) == 46
    bottoms = [y + height / 2 for y, height in zip(target["y"], target["width"], strict=True)]
    tops = [y - height / 2 for y, height in zip(target["y"], target["width"], strict=True)]
    assert all(top >= bottom for bottom, top in zip(bottoms[:-1], tops[1:], strict=True))
    texts = sorted(points(drawn, mode="text")[0]["y"])
    assert min(after - before for before, after in pairwise(texts)) >= 20
    assert drawn["layout"]["height"] - drawn["layout"]["margin"]["b"] == drawn["layout"]["yaxis"]["range"][0]


def test_the_whole_of_a_line_is_clicked_as_what_it_links_to():
    drawn = draw([ALL, Line(label="Factor", text="", heading=True), line("<b>F</b>", estimate(0.8, 0.5, 1.3))])
    target = points(drawn, type="bar")[0]
    assert target["customdata"] == ["where.X=all", "where.X=<b>F</b>"]
    assert drawn["layout"]["xaxis2"]["domain"] == [0, 1]
    labels = points(drawn, mode="text")[0]["text"]
    assert labels[1] == "<b>Factor</b>"
    assert labels[2].strip() == "&lt;b&gt;F&lt;/b&gt;"


def test_long_labels_are_shortened_and_captions_share_a_phone():
    name = "American Indian or Alaska Native, any other origin"
    drawn = draw([ALL, line(name, estimate(0.8, 0.5, 1.3))], stacked=True)
    label = points(drawn, mode="text")[0]["text"][1]
    assert "…" in label
    assert "1/2" in label
    long = Axis("ratio", ("← favours Cyclophosphamide alone", "#000"), ("favours Cyclophosphamide both →", "#000"))
    left, right = draw([ALL], long, stacked=True)["layout"]["annotations"]
    assert (left["x"], right["x"]) == (0, 1)
    assert left["yshift"] != right["yshift"]


def test_labels_are_cut_where_they_do_not_differ():
    levels = ["Log white blood cell count, Medium (2.31 to 3.00)", "Log white blood cell count, High (over 3.00)"]
    lines = [Line(level, "3.68 (0.73–18.60)", ("5", "4"), estimate(3.68, 0.73, 18.6)) for level in levels]
    labels = [text.strip().split("  ")[0] for text in points(draw(lines, stacked=True), mode="text")[0]["text"]]
    assert labels[0].startswith("…Medium")
    assert labels[1].endswith("…, High (over 3.00)")
    wide = figure(lines, [Column("Patients", 80), Column("Reference", 90)], "HR", RATIO, 1000, 30, False)
    assert [text.strip() for text in points(wide, mode="text")[0]["text"]] == [f"<b>{levels[0]}</b>", levels[1]]


def test_the_plot_gets_the_room_that_the_heading_of_a_factor_does_not_need():
    rows = [ALL, Line("Transplant before the trial", "interaction p = 0.6943", heading=True), line("No", None)]
    named = [ALL, line("Transplant before the trial", None)]
    starts = [draw(lines)["layout"]["xaxis"]["domain"][0] for lines in (rows, named)]
    assert starts[0] < starts[1] - 0.1
