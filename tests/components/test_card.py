"""A card that says a sentence instead of showing a figure."""

from components import card


def test_a_card_with_a_sentence_has_a_figure_that_plotly_draws_as_small_as_it_is_asked_to() -> None:
    shown = card.parts(card.Message("No patients match."), "/numbers/survival.{kind}")
    # what is under 10 pixels is no height to Plotly, which then takes 450
    assert shown["figure"]["layout"]["height"] == card.LEAST == 10
    assert shown["figure"]["data"] == []
