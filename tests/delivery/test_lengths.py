"""Texts are cut in the messengers' units, and no sign on screen is torn apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.vk.adapter import VK_LIMITS
from bot.channels.vk.keyboards import LABEL
from bot.delivery.layout import fit, split
from config.lengths import cut, head, units
from storage.messages import Address, Button, Reply

SIGNS = {
    "an emoji": "🕳",
    "a family": "👨‍👩‍👧‍👦",
    "a tone": "👍🏽",
    "a flag": "🇷🇺",
    "a flag of a part": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "a key": "1\ufe0f\u20e3",
    "an accent": "а\u0301",
    "a variation": "❄\ufe0f",
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_cut_text_has_whole_signs_only(name: str) -> None:
    sign = SIGNS[name]
    text = sign * 100

    for most in range(units(sign), 90):
        kept = head(text, most)
        assert kept == sign * (units(kept) // units(sign))
        assert most - units(sign) < units(kept) <= most
        assert units(cut(text, most)) <= most


@pytest.mark.parametrize("name", SIGNS)
def test_a_long_message_is_split_between_signs(name: str) -> None:
    text = SIGNS[name] * 3000

    chunks = split(text, TELEGRAM_LIMITS.text)

    assert "".join(chunks) == text
    assert all(units(chunk) <= TELEGRAM_LIMITS.text for chunk in chunks)
    assert all(chunk == SIGNS[name] * (len(chunk) // len(SIGNS[name])) for chunk in chunks)


def test_a_label_is_cut_between_signs() -> None:
    rows = ((Button("🕳" * 60, "a:1"),),)

    for limits in (TELEGRAM_LIMITS, VK_LIMITS):
        [part] = fit(Reply(Address("vk", "1"), "Что это?", rows), limits)
        label = part.rows[0][0].label
        assert units(label) <= limits.label
        assert set(label) == {"🕳", "…"}
    assert VK_LIMITS.label == LABEL


@given(st.text(max_size=200), st.integers(1, 120))
def test_a_beginning_is_never_longer_and_always_the_beginning(text: str, most: int) -> None:
    kept = head(text, most)

    assert text.startswith(kept)
    assert units(kept) <= most
    assert kept == text or units(text) > most


def test_a_heap_of_marks_is_cut_somewhere() -> None:
    assert units(head("а" + "\u0301" * 9000, 4096)) == 4096
