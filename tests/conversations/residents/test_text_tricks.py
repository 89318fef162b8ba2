"""What deceives the eye or breaks a program in people's words: kept as it came, shown harmlessly."""

import unicodedata

import pytest
from aiogram.types import Update

from bot.channels.telegram import events as telegram_events
from bot.channels.telegram.sending import TELEGRAM_LIMITS
from bot.channels.vk import events as vk_events
from bot.channels.vk.adapter import VK_LIMITS
from bot.channels.vk.keyboards import literal
from bot.channels.web.events import WEB_LIMITS
from bot.delivery.hidden_signs import (
    BREAKS,
    HIDDEN,
    MOST_MARKS,
    ORDINARY,
    TAGS,
    without_hidden_signs,
)
from bot.delivery.layout import fit, length
from handlers.appeals.card_lists import card_list
from handlers.turn import Work
from handlers.wording.quoting import QUOTED, quoted
from storage.messages import Address, Button, Reply
from storage.town import municipalities
from tests.fakes.clock import Clock
from tests.support.towns.conversation import DESCRIPTION, Town
from tests.support.towns.filing import all_rows
from tests.support.towns.staff_room import planted

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
    assert all(length(part.text) <= TELEGRAM_LIMITS.text for part in parts)


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
    "history": "01.12.2026 10:00 — дали ответ (Кремль)",
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


@pytest.mark.parametrize(
    "mention", ["[id1|имя]", "[club1|город]", "@id1 (имя)", "*id1 (имя)", "@all"]
)
def test_vk_makes_no_mention_of_what_people_wrote(mention: str) -> None:
    shown = literal(f"Яма {mention} тут")

    assert mention not in shown
    assert shown.replace("\u200d", "") == f"Яма {mention} тут"


@pytest.mark.parametrize(
    "message",
    [
        {"from": {"id": 5, "is_bot": True, "first_name": "Бот"}, "text": "/take"},
        {"from": {"id": 777000, "is_bot": False, "first_name": "T"}, "is_automatic_forward": True},
    ],
    ids=["a bot", "a post of a channel"],
)
def test_telegram_bots_and_channels_are_nobody(message: dict[str, object]) -> None:
    chat = {"id": -100500, "type": "supergroup", "title": "МЦУ"}
    sender = (
        {"sender_chat": {"id": -1007, "type": "channel", "title": "К"}}
        if len(message) == 2 and "text" not in message
        else {}
    )
    update = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1764500000,
            "chat": chat,
            "text": "x",
            **message,
            **sender,
        },
    }

    event = telegram_events.to_event(
        Update.model_validate(update), username="mcu_bot", now=Clock().now
    )

    assert event is None


def test_a_channel_that_speaks_in_a_group_is_never_an_admins_account() -> None:
    chat = {"id": -100500, "type": "supergroup", "title": "МЦУ"}
    stand_in = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    update = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1764500000,
            "chat": chat,
            "from": stand_in,
            "sender_chat": {"id": -1007, "type": "channel", "title": "Канал"},
            "text": "/admin",
        },
    }

    event = telegram_events.to_event(
        Update.model_validate(update), username="mcu_bot", now=Clock().now
    )

    assert event is not None
    assert event.person.account == "-1007"  # MCU_ADMINS takes digits only


def test_a_press_without_a_message_of_ours_is_nobodys() -> None:
    query = {
        "id": "1",
        "from": {"id": 5, "is_bot": False, "first_name": "Иван"},
        "chat_instance": "1",
        "inline_message_id": "abc",
        "data": "take:1",
    }

    update = Update.model_validate({"update_id": 1, "callback_query": query})

    assert telegram_events.to_event(update, username="mcu_bot", now=Clock().now) is None


@pytest.mark.parametrize("author", [-1, 0, -77])
def test_vk_communities_are_nobody(author: int) -> None:
    message = {"from_id": author, "peer_id": 2_000_000_001, "date": 1, "text": "/open"}
    press = {"user_id": author, "peer_id": 2_000_000_001, "payload": {"p": "take:1"}}

    for kind, thing in (("message_new", {"message": message}), ("message_event", press)):
        update = {"type": kind, "event_id": "1", "object": thing}
        assert vk_events.to_event(update, group_id=77, now=Clock().now) is None
