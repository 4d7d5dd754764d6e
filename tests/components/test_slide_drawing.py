"""What the converter of figures promises: places, cuts, and that it says when it does not know something."""

from __future__ import annotations

import pytest
from pptx import Presentation

from components.slides import drawing
from components.slides.clip import inside_area, inside_line, stepped
from components.slides.measure import fit, shorten, width, wrap
from components.slides.paint import Box, Canvas

BOX = Box(0, 0, 10, 10)


def test_steps_go_across_first_and_lines_are_cut_at_the_plot():
    assert stepped([(0, 0), (1, 5)], "hv") == [(0, 0), (1, 0), (1, 5)]
    assert inside_line([(-10, 5), (20, 5)], BOX) == [[(0, 5), (10, 5)]]
    assert inside_line([(20, 20), (30, 20)], BOX) == []
    assert sorted(inside_area([(5, -5), (5, 5), (15, 5), (15, -5)], BOX)) == [(5, 0), (5, 5), (10, 0), (10, 5)]


def test_words_are_broken_and_shortened_to_their_room():
    text = "A very long title that no slide has room for " * 4
    assert all(width(line, 26, True) <= 300 for line in wrap(text, 26, 300, True))
    assert len(fit(text, 26, 300, 2, True)) == 2
    assert fit(text, 26, 300, 2, True)[-1].endswith("…")
    assert width(shorten("W" * 200, 14, 100), 14) <= 100
    assert all(width(line, 14) <= 50 for line in wrap("W" * 60, 14, 50))


def drawn(trace: dict, **layout: object) -> list:
    slide = Presentation().slides.add_slide(Presentation().slide_layouts[6])
    figure = {"data": [trace], "layout": {"margin": dict.fromkeys("lrtb", 0), "height": 1000, **layout}}
    with (canvas := Canvas(slide)).group("Figure"):
        drawing.draw(canvas, Box(0, 0, 100, 100), figure)
    return list(slide.shapes)


def test_a_point_stands_where_the_axes_say():
    axes = {"xaxis": {"range": [0, 10], "visible": False}, "yaxis": {"range": [0, 2], "type": "log", "visible": False}}
    marker = {"type": "scatter", "mode": "markers", "x": [5], "y": [10], "marker": {"size": 10, "color": "#0b6e8f"}}
    (figure,) = drawn(marker, **axes)
    (group,) = figure.shapes
    (dot,) = group.shapes
    assert (dot.left + dot.width / 2) / 12700 == pytest.approx(50, abs=0.1)
    assert (dot.top + dot.height / 2) / 12700 == pytest.approx(50, abs=0.1)
    assert dot.fill.fore_color.theme_color == 5  # accent 1: another theme recolours it


def test_what_is_not_known_leaves_nothing_half_drawn():
    slide = Presentation().slides.add_slide(Presentation().slide_layouts[6])
    canvas = Canvas(slide)
    with pytest.raises(drawing.UnknownMarkError), canvas.group("Figure"):
        drawing.draw(canvas, Box(0, 0, 100, 100), {"data": [{"type": "sankey"}], "layout": {}})
    assert list(slide.shapes) == []
