"""Words in a figure, which no tool in a browser can judge: are their colours dark enough where they stand?"""

import pytest

from components.forest.frame import BAND, CHOSEN
from components.theme import ARM_COLOURS, ARM_INKS, INK, MUTED, PAPER


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def on_paper(colour: str, opacity: float) -> str:
    """What a tint of `colour` looks like on white."""
    parts = (round(int(colour[i : i + 2], 16) * opacity + 255 * (1 - opacity)) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)  # the grey that just misses AA


@pytest.mark.parametrize("ink", [*ARM_INKS, INK, MUTED])
def test_words_can_be_read_on_paper_on_bands_and_on_tints(ink):
    tints = [on_paper(colour, 0.14) for colour in ARM_COLOURS]
    for ground in (PAPER, BAND, CHOSEN, *tints):
        assert contrast(ink, ground) >= 4.5, ground
