"""The town's colour can be read in light and in dark, whatever colour it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings.colours import (
    DARK_PAGE,
    DARK_SURFACE,
    INK,
    PAGE,
    READABLE,
    WHITE,
    contrast,
    dark,
    darker,
    light,
)
from tests.config.variables import complaint

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_whatever_a_town_takes_can_be_read(colour: str) -> None:
    taken = darker(colour)
    day, night = light(taken), dark(taken)

    assert all(contrast(day.accent, one) >= READABLE for one in (WHITE, PAGE, day.mine))
    surfaces = (DARK_PAGE, DARK_SURFACE, INK, night.mine)
    assert all(contrast(night.accent, one) >= READABLE for one in surfaces)
    assert darker(taken) == taken


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the examples of WCAG


def test_a_colour_that_is_too_light_is_refused_with_one_that_would_do() -> None:
    line = complaint({"MCU_COLOUR": "#ffcc00"})

    assert "MCU_COLOUR" in line
    assert darker("#ffcc00") in line
