"""Signs that deceive the eye or break a program: kept as they came, shown harmlessly."""

import unicodedata

import pytest

from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.web.events import WEB_LIMITS
from bot.delivery.hidden_signs import (
    BREAKS,
    MOST_MARKS,
    ORDINARY,
    TAGS,
    without_hidden_signs,
)
from bot.delivery.layout import fit
from config.lengths import units
from config.signs import HIDDEN
from storage.messages import Address, Button, Reply
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import all_rows

RIGHT_TO_LEFT, ZERO_WIDTH, ISOLATE = "\u202e", "\u200b", "\u2067"
TRICKS = {
    "right to left": (f"Акт {RIGHT_TO_LEFT}gpj.exe", "Акт gpj.exe"),
    "isolates": (f"{ISOLATE}яма\u2069", "яма"),
    "zero width": (f"я{ZERO_WIDTH}м{ZERO_WIDTH}а\ufeff", "яма"),
    "a soft hyphen": ("я\u00adма", "яма"),
    "tags": ("яма" + "".join(chr(0xE0000 + ord(c)) for c in "ban me"), "яма"),
    "controls": ("я\x1b[31mма\x07", "я[31mма"),
    "line separators": ("яма\u2028📍 Кремль", "яма\n📍 Кремль"),
    "a lone surrogate": ("яма\ud83d", "яма"),
    "a heap of marks": ("я" + "\u0301" * 10_000, "я" + "\u0301" * MOST_MARKS),
}
KEPT = (
    "Мы́ть й ё",
    "👨‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می‌خواهم",
    "Việt Nam",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_hidden_signs_are_not_shown(trick: str) -> None:
    written, shown = TRICKS[trick]

    assert without_hidden_signs(written) == shown


def test_no_sign_that_is_passed_unlooked_at_is_taken_out_or_counted() -> None:
    passed = [chr(point) for point in range(0x110000) if ORDINARY.fullmatch(chr(point))]

    assert {unicodedata.category(sign) for sign in passed}.isdisjoint({"Mn", "Me", "Cf", "Cs"})
    assert not [s for s in passed if HIDDEN.search(s) or BREAKS.search(s) or TAGS.search(s)]
    assert ORDINARY.fullmatch("🚰 Нет воды? «ул. Мира, 5» — №2026-000012\n")


@pytest.mark.parametrize("text", KEPT)
def test_letters_and_emoji_of_real_people_stay(text: str) -> None:
    assert without_hidden_signs(text) == text


@pytest.mark.parametrize("limits", [TELEGRAM_LIMITS, WEB_LIMITS], ids=["telegram", "web"])
@pytest.mark.parametrize("trick", TRICKS)
def test_texts_and_labels_of_every_channel_go_through_the_same_place(
    trick: str, limits: object
) -> None:
    written, shown = TRICKS[trick]
    reply = Reply(Address("telegram", "1"), written, ((Button(written, "x:1", number=1),),))

    (part,) = fit(reply, limits)  # type: ignore[arg-type]

    assert part.text == shown
    assert part.rows[0][0].label == shown


def test_an_emoji_is_not_cut_in_the_middle() -> None:
    reply = Reply(Address("telegram", "1"), "🕳" * 5000)

    parts = fit(reply, TELEGRAM_LIMITS)

    assert "".join(part.text for part in parts) == "🕳" * 5000
    assert all(units(part.text) <= TELEGRAM_LIMITS.text for part in parts)


@pytest.mark.parametrize("trick", TRICKS)
async def test_tricks_in_name_text_and_place_are_kept_and_harm_no_card(
    bor: Town, trick: str
) -> None:
    written, shown = TRICKS[trick]
    anna = await bor.consenting(name=f"Анна {written}"[:60])

    await bor.filed(anna, f"{DESCRIPTION} {written}"[:3900])

    card = await bor.employee().sees("МЦУ-26-000001 ·")
    assert shown.splitlines()[0] in card.text
    hidden = [c for c in card.text if unicodedata.category(c) in {"Cf", "Cs", "Cc"} and c != "\n"]
    assert hidden == []
    assert "parked_events" not in await all_rows(bor)
    kept = (await bor.appeals())[0].text
    assert kept.startswith(DESCRIPTION)
    assert trick == "a lone surrogate" or written[:8] in kept  # no database takes a half sign


async def test_nul_and_half_signs_stop_no_conversation(bor: Town) -> None:
    anna = await bor.consenting(name="Ан\0на\udc00")

    await bor.filed(anna, f"{DESCRIPTION}\0\ud83d у дома")
    maria = bor.employee()
    await maria.says("/find яма\0\u202e")

    await maria.sees("МЦУ-26-000001 ·")
    assert "parked_events" not in await all_rows(bor)
