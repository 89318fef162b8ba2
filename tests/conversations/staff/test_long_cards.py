"""A card keeps its number, place, name and deadline, however long what people wrote is."""

import pytest

from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.vk.adapter import VK_LIMITS
from bot.channels.web.events import WEB_LIMITS
from bot.delivery.layout import fit
from config.lengths import units
from handlers.appeals.card import card
from handlers.turn import Work
from storage import appeals
from storage.messages import Reply
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.staff_room import change, planted

CHANNELS = {"telegram": TELEGRAM_LIMITS, "vk": VK_LIMITS, "web": WEB_LIMITS}
LONG = {
    "emoji": "🕳" * 3900,
    "families": "👨‍👩‍👧‍👦" * 1000,
    "lines": "яма\n" * 3000,
    "accents": "я\u0301" * 5000,
    "letters": "Яма у дома. " * 900,
}


@pytest.mark.parametrize("name", LONG)
async def test_a_long_text_takes_nothing_else_from_the_card(bor: Town, name: str) -> None:
    cards: list[Reply] = []

    def draw(work: Work) -> None:
        found = appeals.get(work.session, 1)
        assert found
        found.text = LONG[name]
        found.place_text = "ул. Мира, " + "🏠" * 400
        found.department = "Отдел дорог " * 16
        found.resident.name = "Анна " + "🌹" * 150
        cards.append(card(work, found))

    await planted(bor, 1)
    await change(bor, draw)

    for limits in CHANNELS.values():
        [part] = fit(cards[0], limits)
        assert units(part.text) <= limits.text
        assert part.text.startswith("МЦУ-26-000001 · ⚠️ Проблема · принято")
        for kept in (
            "📍 ул. Мира, 🏠",
            "👤 Анна 🌹",
            "🏛 Отдел дорог",
            "⏰ Срок — ",
            "кнопка «История»",
        ):
            assert kept in part.text
        assert part.rows


async def test_what_a_card_leaves_out_stands_behind_its_button(bor: Town) -> None:
    maria = bor.employee()
    anna = await bor.consenting()
    text = f"{DESCRIPTION}. " + "🕳" * 1500 + " Конец."
    await bor.filed(anna, text)
    shown = await maria.sees("МЦУ-26-000001 ·")
    assert "Конец." not in shown.text

    await maria.presses("История", on=shown)

    await maria.sees("Конец.")


@pytest.mark.parametrize(
    "name", ["\u3164", "\u200b\u200b", "\u2800", "\u0301\u0301", "\u202e", "\u2066\u2069"]
)
async def test_whose_name_does_not_show_is_called_a_resident(bor: Town, name: str) -> None:
    anna = await bor.consenting(name=name)

    await bor.filed(anna)

    card = await bor.employee().sees("МЦУ-26-000001 ·")
    assert "👤 Житель, Telegram" in card.text
