"""The web chat over its socket: what people say and press arrives once, and is answered."""

import asyncio
from typing import Any

import pytest

from bot.channels.web.contents import part_content, shown
from bot.channels.web.events import Visitor
from bot.failures import CannotEdit
from bot.protocol import Part
from storage.messages import Address, Button
from storage.tables import WebMessage
from tests.fakes.echo import STAFF, EchoDesk, utc_now
from tests.fakes.web import WebPeople


async def test_resident_writes_and_is_answered(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")

    said = await anna.says("На улице яма")

    await anna.sees("Вы написали: На улице яма")
    [event] = desk.bot.events
    assert event.private
    assert event.person.name == "Житель"
    assert event.address == Address("web", event.person.account)
    assert event.message == said.id


async def test_press_place_and_start_reach_the_bot(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")

    await anna.says("/start")
    menu = await anna.sees("Что случилось?")
    await anna.presses("Сообщить")
    await anna.sees("Нажато: report")
    await anna.shares_place(55.75, 37.61)
    await anna.sees("Место: 55.75, 37.61")

    _, press, place = desk.bot.events
    assert (press.press, press.message) == ("report", menu.id)
    assert place.place
    assert [button.kind for button in menu.buttons][-1] == "location"


async def test_the_code_of_a_poster_reaches_the_bot_once_and_is_no_message(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()

    assert await page.does({"type": "start", "code": "p-x7k2"}) == ""
    assert await page.does({"type": "start", "code": "<b>"}) == ""

    assert [(event.text, event.start) for event in desk.bot.events] == [
        ("/start", "p-x7k2"),
        ("/start", "-"),
    ]
    await anna.sees("Что случилось?")
    assert not [shown for shown in anna.room.shown if shown.author]


async def test_an_employees_page_brings_no_code(desk: EchoDesk, web: WebPeople) -> None:
    page = await web.employee("Ольга").opens()

    await page.does({"type": "start", "code": "p-x7k2"})

    assert not desk.bot.events


async def test_what_is_sent_again_does_nothing_twice(desk: EchoDesk, web: WebPeople) -> None:
    web.late = True
    anna = web.person("42", "Анна")  # sends everything twice, and once more after the next

    for n in range(20):
        await anna.says(f"Сообщение {n}")

    own = [shown.text for shown in anna.room.shown if shown.author]
    assert own == [f"Сообщение {n}" for n in range(20)]
    assert [event.text for event in desk.bot.events] == own


async def test_same_client_id_of_two_people_is_two_events(desk: EchoDesk, web: WebPeople) -> None:
    frame = {"type": "say", "text": "Здравствуйте", "id": "0" * 32}
    first = await web.person("1").opens()
    second = await web.person("2").opens()

    for page in (first, second):
        await page.send(frame)
    await web.person("1").sees("Вы написали")
    await web.person("2").sees("Вы написали")

    assert len(desk.bot.events) == 2
    assert desk.bot.events[0].id != desk.bot.events[1].id


async def test_unavailable_bot_gets_it_when_it_is_back(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.opens()
    desk.bot.away = True

    saying = asyncio.create_task(anna.says("Пока вас не было"))
    await desk.bot.refused.wait()
    assert not desk.bot.events
    desk.bot.away = False
    await saying
    await anna.sees("Вы написали: Пока вас не было")

    assert len(desk.bot.events) == 1


async def test_staff_room_is_shared_and_shows_who_speaks(desk: EchoDesk, web: WebPeople) -> None:
    olga = web.employee("Ольга")
    ivan = web.employee("Иван Петров")
    anna = web.person("42", "Анна")
    await ivan.opens()
    await anna.says("Не горит фонарь")

    card = await olga.sees("Карточка: Не горит фонарь")
    await olga.presses("Взять", on=card)
    await ivan.sees("В работе у: Ольга")
    await ivan.says("Завтра починим", reply_to=card)
    await anna.sees("Ответ: Завтра починим")

    press, reply = desk.bot.events[1:]
    assert (press.person.name, press.address, press.private) == ("Ольга", STAFF, False)
    assert (reply.person.account, reply.person.name) == ("Иван-Петров", "Иван Петров")
    assert reply.reply_to == card.id
    assert card.edits == 1
    assert not card.buttons


async def test_what_one_employee_is_asked_no_colleague_reads(
    desk: EchoDesk, web: WebPeople
) -> None:
    olga, ivan = web.employee("Ольга"), web.employee("Иван")
    await olga.opens()
    page = await ivan.opens()
    asked = Part("Что сделано?", ((Button("Отмена", "form=cancel"),),), only="Ольга")

    [message] = await desk.adapter.send(STAFF, asked, key=1)
    await olga.sees("Что сделано?")
    await web.until_room(lambda: message in page.hidden, 20)
    await desk.adapter.edit(STAFF, message, Part("Ответ отправили"))

    await olga.sees("Ответ отправили")
    await web.until_room(lambda: message not in page.hidden, 20)


@pytest.mark.parametrize(("name", "filled"), [("Ольга", "Яму засыпали"), ("Иван", "")])
def test_what_one_employee_is_to_correct_is_in_no_colleagues_field(name: str, filled: str) -> None:
    asked = Part("Что сделано?", fill="Яму засыпали", only="Ольга")
    now = utc_now()
    message = WebMessage(
        id=1, chat="staff", origin="out:1", author="", author_name="", at=now, edited_at=None
    )
    message.content = part_content(asked)

    seen = shown(message, Visitor(name, name, staff=True, session=1))

    assert seen.get("fill", "") == filled


async def test_a_press_in_the_staff_room_is_no_message_of_its_own(
    desk: EchoDesk, web: WebPeople
) -> None:
    olga, anna = web.employee("Ольга"), web.person("42", "Анна")
    await anna.says("Не горит фонарь")
    card = await olga.sees("Карточка: Не горит фонарь")

    await olga.presses("Взять", on=card)

    await olga.sees("В работе у: Ольга")
    assert [shown.text for shown in web.staff_room.shown] == [card.text]


async def test_press_is_shown_with_the_buttons_words(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.says("/start")
    await anna.presses("Предложить")
    await anna.sees("Нажато: suggest")

    assert "💡 Предложить" in [shown.text for shown in anna.room.shown if shown.author]


async def test_press_on_a_message_of_another_chat_is_refused(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna, boris = web.person("1", "Анна"), web.person("2", "Борис")
    await anna.says("/start")
    menu = await anna.sees("Что случилось?")

    await boris.opens()
    await web.press(boris, boris.room, menu, menu.button("Сообщить"))

    await boris.sees("Не получилось это отправить")
    assert len(desk.bot.events) == 1


async def test_forged_frames_get_a_kind_answer(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()
    frames = [
        "no json",
        "[]",
        '{"type":"say"}',
        '{"type":"say","id":"../../etc/passwd","text":"x"}',
        '{"type":"place","id":"00000000","lat":1e999,"lon":2}',
        '{"type":"say","id":"00000000","text":"\\ud800"}',
        '{"type":"press","id":"00000000","payload":"' + "x" * 300 + '","message":"1"}',
        '{"type":"older","before":99999999999999999999}',
        '{"type":"hello","last":1,"edited":"0001-01-01T00:00:00Z"}',
        '{"type":"hello","last":1,"edited":"2026-01-01T00:00:00"}',
    ]

    async with page.http.ws_connect(f"{desk.url}/ws/chat", headers=page.headers) as socket:
        for frame in frames:
            await socket.send_str(frame)
            answer = await socket.receive_json(timeout=10)
            assert answer["type"] == "refused", frame

    assert not desk.bot.events


@pytest.mark.parametrize(
    "odd",
    [{"reply_to": None}, {"reply_to": 7}, {"reply_to": ["1"]}, {"reply_to": "9" * 40}, {"new": {}}],
    ids=str,
)
async def test_words_come_whatever_they_are_said_to_answer(
    desk: EchoDesk, web: WebPeople, odd: dict[str, Any]
) -> None:
    page = await web.person("42", "Анна").opens()
    await page.does({"type": "say", "text": "Открытый люк", **odd})

    assert [(e.text, e.reply_to) for e in desk.bot.events] == [("Открытый люк", "")]


@pytest.mark.parametrize("odd", [{"files": 7}, {"text": None}, {"files": [1]}], ids=str)
async def test_a_frame_that_is_not_understood_is_named_so_that_its_words_come_back(
    desk: EchoDesk, web: WebPeople, odd: dict[str, Any]
) -> None:
    page = await web.person("42", "Анна").opens()
    said = {"type": "say", "id": "0" * 32, "text": "Открытый люк"}

    async with page.http.ws_connect(f"{desk.url}/ws/chat", headers=page.headers) as socket:
        await socket.send_json(said | odd)
        answer = await socket.receive_json(timeout=10)

    assert (answer["type"], answer["id"]) == ("refused", "0" * 32)


async def test_text_too_long_or_empty_is_told_kindly(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")

    await anna.says("я" * 20_001)
    await anna.sees("Разделите его")
    await anna.says("  \n ")
    await anna.sees("ничего нет")

    assert not desk.bot.events


async def test_html_stays_text(desk: EchoDesk, web: WebPeople) -> None:
    mallory = web.employee("<b>Ольга</b>\u202e\u0000")
    anna = web.person("42")

    await anna.says("<script>alert(1)</script>")
    card = await mallory.sees("Карточка: <script>alert(1)</script>")
    await mallory.says("<i>да</i>", reply_to=card)

    await anna.sees("Ответ: <i>да</i>")
    assert desk.bot.events[1].person.name == "<b>Ольга</b>"


async def test_employee_is_not_a_resident_of_the_same_name(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.says("Моё")
    account = desk.bot.events[0].person.account

    thief = web.employee(account)
    await thief.says("Чужое")

    assert desk.bot.events[1].person.account != account


async def test_sending_with_the_same_key_again_shows_it_once(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    await anna.says("Привет")
    account = Address("web", desk.bot.events[0].person.account)

    first = await desk.adapter.send(account, Part("Один раз"), key=777)
    second = await desk.adapter.send(account, Part("Один раз"), key=777)
    await anna.sees("Один раз")

    assert first == second
    assert len([shown for shown in anna.room.shown if shown.text == "Один раз"]) == 1


async def test_edit_of_what_is_not_the_bots_is_refused(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    said = await anna.says("Моё")
    account = Address("web", desk.bot.events[0].person.account)

    for message in (said.id, "999999", "no number"):
        with pytest.raises(CannotEdit):
            await desk.adapter.edit(account, message, Part("Чужое"))


async def test_reply_of_the_bot_quotes_what_it_answers(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    said = await anna.says("Где мой ответ?")
    account = Address("web", desk.bot.events[0].person.account)

    await desk.bot.says(account, Part("Вот он"), reply_to=said.id)

    shown = await anna.sees("Вот он")
    assert shown.reply_to == said.id


async def test_a_quote_of_a_card_shows_the_residents_first_words(
    desk: EchoDesk, web: WebPeople
) -> None:
    olga = web.employee("Ольга")
    await olga.opens()
    text = "МЦУ-26-000068 · ⚠️ Проблема · принято\n🗑 Мусор\n\n› Мусор не вывозят третью неделю"
    card = await desk.bot.says(STAFF, Part(text))

    told = await desk.bot.says(STAFF, Part("Что сделано?"), reply_to=card)

    async with desk.database.reading() as session:
        kept = await session.get(WebMessage, int(told))
    assert kept is not None
    quote = {"author": "", "text": "МЦУ-26-000068 › Мусор не вывозят третью неделю"}
    assert kept.content["quote"] == quote


async def test_button_kinds_and_tones_reach_the_page(desk: EchoDesk, web: WebPeople) -> None:
    olga = web.employee("Ольга")
    await olga.opens()

    rows = (
        (Button("Карта", kind="url", url="https://osm.org/"), Button("Да", "yes", tone="good")),
    )
    await desk.bot.says(STAFF, Part("Выберите", rows))

    shown = await olga.sees("Выберите")
    assert [(b.label, b.payload, b.kind) for b in shown.buttons] == [
        ("Карта", "https://osm.org/", "url"),
        ("Да", "yes", "press"),
    ]
