"""The slide of the survival view: curves as a chart with its data, the numbers at risk in a table under its ticks."""

from components.slides.survival.pages import pages

__all__ = ["pages"]
