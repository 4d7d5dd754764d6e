"""A card that says a sentence instead of showing a figure."""

import pytest

from components import card


def test_a_card_with_a_sentence_has_a_figure_that_plotly_draws_as_small_as_it_is_asked_to() -> None:
    shown = card.parts(card.Message("No patients match."), "/numbers/survival.{kind}")
    # what is under 10 pixels is no height to Plotly, which then takes 450
    assert shown["figure"]["layout"]["height"] == card.LEAST == 10
    assert shown["figure"]["data"] == []
    assert shown["height"] == {"height": 10}


def test_the_box_of_a_figure_is_as_tall_as_the_figure() -> None:
    filled = card.Filled([], {"data": [], "layout": {"height": 300}}, "Counts.")
    assert card.parts(filled, "/numbers/survival.{kind}")["height"] == {"height": 300}


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("0.75 (0.57–0.99)", ["0.75", "(0.57–0.99)"]),
        ("−77.7 (−98.6 to −56.9); p < 0.0001", ["−77.7", "(−98.6 to −56.9);", "p < 0.0001"]),
        ("44 (52.4; 41.2–63.4)", ["44", "(52.4; 41.2–63.4)"]),
        ("p = 0.0105", ["p = 0.0105"]),
    ],
)
def test_a_cell_breaks_between_an_estimate_and_its_interval_only(text: str, phrases: list[str]) -> None:
    content = card.cell(text).children
    parts = [content] if isinstance(content, str) else [p if isinstance(p, str) else p.children for p in content]
    assert "".join(parts) == text
    assert [part for part in parts if part != " "] == phrases


def test_the_table_of_a_card_is_there_as_words_alone() -> None:
    counts = card.table("Counts", ["Arm", "n"], [["A", "5"]])
    filled = card.Filled([], {"data": [], "layout": {"height": 300}}, "Counts.", table=counts)
    shown = card.parts(filled, "/numbers/survival.{kind}")["numbers"]
    assert '"5"' in getattr(shown, "data-written")
