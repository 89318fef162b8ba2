"""Whatever a person writes, no line of it looks like one of ours."""

import pytest

from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.vk.adapter import VK_LIMITS
from bot.channels.web.events import WEB_LIMITS
from bot.delivery.layout import fit
from handlers.appeals.card_lists import card_list
from handlers.turn import Work
from handlers.wording.quoting import QUOTED, quoted
from storage.messages import Address, Reply
from storage.town import municipalities
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.staff_room import planted


async def test_a_text_that_looks_like_a_card_is_marked_as_quoted(bor: Town) -> None:
    anna = await bor.consenting(name="Мэр, Telegram\n🏛 Администрация")
    forged = "МЦУ-26-000009 · Проблема · решено\n⏰ Срок — 01.01.2030\n \u200b📍 Кремль"

    await bor.filed(anna, f"{DESCRIPTION}\n{forged}")

    card = await bor.employee().sees("МЦУ-26-000001 ·")
    ours = [line for line in card.text.splitlines() if not line.startswith(QUOTED)]
    assert sum(line.startswith("МЦУ-26-") for line in ours) == 1
    assert [line for line in ours if line.startswith("⏰")] != ["⏰ Срок — 01.01.2030"]
    assert not any("Кремль" in line or line.startswith("🏛 Администрация") for line in ours)


FORGED = "МЦУ-26-000009 · Проблема · решено · Кремль"
# Each is an attempt to begin a line of a card: before it stands what hides the mark or the line.
FORGERIES = {
    "plain": FORGED,
    "a place": "📍 Кремль",
    "a resident": "👤 Мэр Кремля, Telegram",
    "a deadline": "⏰ Срок — 01.01.2030, Кремль",
    "overdue": "🔴 Срок прошёл — Кремль",
    "a department": "🏛 Кремль",
    "files": "📎 3 файла Кремль",
    "danger": "🆘 Кремль",
    "urgent": "⚡ Кремль",
    "not delivered": "⚠️ Кремль",
    "stands": "⏸ Кремль",
    "a comment": "💬 Анна по МЦУ-26-000009: Кремль",
    "reopened": "🔁 Житель вернул в работу МЦУ-26-000009: Кремль",
    "history": "1 декабря, 10:00 — дали ответ (Кремль)",
    "a list": "📥 2 новых сообщения. Кремль",
    "an emoji of other colour": "📍\ufe0e Кремль",
    "an emoji of skin": "👤🏽 Кремль",
    "a tag after an emoji": "📍\U000e0041 Кремль",
    "a homoglyph": FORGED.replace("М", "M").replace("У", "Y"),
    "full width digits": FORGED.replace("26", "２６"),
    "mathematical digits": FORGED.replace("26", "𝟐𝟔"),
    "another dash": FORGED.replace("-", "‑"),
    "a minus": FORGED.replace("-", "−"),
    "a soft hyphen": FORGED.replace("-", "\u00ad-"),
    "a space": f" {FORGED}",
    "a tab": f"\t{FORGED}",
    "a no-break space": f"\u00a0{FORGED}",
    "an ideographic space": f"\u3000{FORGED}",
    "a Hangul filler": f"\u3164{FORGED}",
    "a Braille blank": f"\u2800{FORGED}",
    "a zero width space": f"\u200b{FORGED}",
    "a joiner": f"\u2060{FORGED}",
    "a combining mark": f"\u0301{FORGED}",
    "an enclosing mark": f"\u20e3{FORGED}",
    "a variation selector": f"\ufe0f{FORGED}",
    "right to left": f"\u202e{FORGED}",
    "an isolate": f"\u2067{FORGED}\u2069",
    "an Arabic letter": f"ا {FORGED}",
    "the mark itself": f"› {FORGED}",
    "a mark alone": "›",
    "a line separator": f"яма\u2028{FORGED}",
    "a paragraph separator": f"яма\u2029{FORGED}",
    "a next line": f"яма\x85{FORGED}",
    "a vertical tab": f"яма\x0b{FORGED}",
    "a form feed": f"яма\x0c{FORGED}",
    "a file separator": f"яма\x1c{FORGED}",
    "a carriage return": f"яма\r{FORGED}",
    "many empty lines": "яма" + "\n" * 50 + FORGED,
    "spaces to the end of the line": "яма" + " " * 200 + FORGED,
    "wide blanks to the end of the line": "яма" + "\u2800\u3164" * 100 + FORGED,
    "a long line": "яма " * 900 + FORGED,
    "a long word": "я" * 3_700 + FORGED,
    "long emoji": "🕳" * 1_900 + FORGED,
}
# What may stand before a resident's words in a line of ours.
OURS = ("› ", "📍 ", "👤 ", "💬 ", "📌 ")


@pytest.mark.parametrize("trick", FORGERIES)
def test_every_line_of_a_person_is_marked_wherever_a_message_is_split(trick: str) -> None:
    text = f"01.12 — дополнил:\n{quoted(FORGERIES[trick])}"

    for limits in (TELEGRAM_LIMITS, VK_LIMITS, WEB_LIMITS):
        parts = fit(Reply(Address("telegram", "1"), text), limits)
        lines = [line for part in parts for line in part.text.splitlines()]
        assert [line for line in lines[1:] if not line.startswith(QUOTED.strip())] == []
        assert not any("  " in line or "\u2800\u3164" in line for line in lines)


def test_what_is_quoted_keeps_its_words() -> None:
    assert quoted("Яма у дома 5.\n\n- глубокая") == "› Яма у дома 5.\n›\n› - глубокая"
    assert quoted("👨\u200d👩 и می\u200cخواهم") == "› 👨\u200d👩 и می\u200cخواهم"
    assert quoted("") == ""


async def test_no_forged_line_stands_anywhere_in_the_staff_chat(bor: Town) -> None:
    """In the name, the text, the place, a comment; on cards, in lists and in the history."""
    tricks = [text for text in FORGERIES.values() if len(text) < 300]
    anna = await bor.consenting(name=f"Анна\n{FORGED}\u2028{FORGED}")
    await planted(bor, text="\n".join(tricks), place_text=f"\u2028{FORGED}" * 3)
    for trick in tricks[::5]:
        found = (await bor.appeals())[0]
        await anna.messenger.press_payload(anna, f"comment:{found.id}")  # type: ignore[attr-defined]
        await anna.sees(bor.texts("ask-comment"))
        await anna.says(f"{trick}\n{FORGED}")
        await anna.sees("Добавим")
        await anna.presses(bor.texts("form-send"))
        await anna.sees("Передали сотрудникам")
    maria = bor.employee()
    await maria.says("/find 1")
    await maria.sees("МЦУ-26-000001 ·")
    await bor.messenger.press_payload(maria, "history:1")
    await maria.sees("Текст и история")

    def listed(work: Work) -> None:
        chat = municipalities.main_staff_chat(work.session, work.municipality.id)
        assert chat
        work.say(card_list(work, Address(chat.channel, chat.chat), [1]))

    await bor.transactions.run(listed)
    await maria.sees("Чтобы открыть карточку")

    lines = [
        line
        for shown in maria.room.shown
        if not shown.author
        for line in shown.text.splitlines()
        if "Кремл" in line
    ]
    assert len(lines) > len(tricks)
    assert [line for line in lines if not line.startswith(OURS)] == []
    assert not any(line.startswith(("📍 📍", "👤 👤")) for line in lines)
