"""The web chat over its socket: what people say arrives once, what they miss they catch up on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.web.adapter import WebAdapter
from bot.channels.web.conversation import Talk
from bot.examining.formats.content import examine
from bot.files.store import FileStore, StoreAway
from bot.protocol import Attachment, CannotEdit, FileGone, Part
from bot.replicas.link import Alone
from config.settings import load_settings
from storage.inbox import events
from storage.messages import Address, Button
from storage.tables import WebMessage
from storage.web import messages as webchat
from tests.fakes.echo import STAFF, EchoDesk, utc_now
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople
from tests.support.pictures import PLACE, picture, telling

JPEG = examine(picture()).content
PHOTO = Upload(JPEG, "яма.jpg")


def kept_keys(desk: EchoDesk) -> list[str]:
    """What stands in the store of files."""
    found = desk.kept._store.list().collect()
    return [str(one["path"]) for one in found]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[EchoDesk]:
    desk = EchoDesk(tmp_path, utc_now)
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def web(desk: EchoDesk) -> AsyncIterator[WebPeople]:
    async with WebPeople(desk.url, desk.code) as people:
        yield people


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


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


async def test_what_is_sent_again_does_nothing_twice(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")  # sends everything twice

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
        await page._send(frame)
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


async def test_page_catches_up_after_a_restart_of_the_server(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    await anna.says("До перерыва")
    before = await anna.sees("Вы написали")
    account = desk.bot.events[0].person.account
    page = await anna.opens()

    await desk.shut()
    page._ready.clear()
    await desk.adapter.edit(Address("web", account), before.id, Part("Исправлено"))
    await desk.bot.says(Address("web", account), Part("Пока вас не было"))
    saying = asyncio.create_task(anna.says("После перерыва"))
    await desk.reopen()
    await saying

    texts = [shown.text for shown in anna.room.shown]
    assert texts[:3] == ["До перерыва", "Исправлено", "Пока вас не было"]
    assert "После перерыва" in texts


async def test_page_that_was_away_gets_what_it_missed_and_what_was_edited(desk: EchoDesk) -> None:
    web = WebPeople(desk.url)
    anna = web.person("42", "Анна")
    await anna.says("Первое")
    first = await anna.sees("Вы написали: Первое")
    page = await anna.opens()
    account = Address("web", desk.bot.events[0].person.account)
    long_ago = (utc_now() - timedelta(hours=1)).isoformat()
    for n in range(120):
        await desk.bot.says(account, Part(f"Новость {n}"))
    last = await desk.bot.says(account, Part("Последняя"))
    await desk.adapter.edit(account, first.id, Part("Исправлено"))

    near = await hello(page, first=1, last=int(last), edited=long_ago)
    far = await hello(page, first=1, last=1, edited=long_ago)
    new = await hello(page)

    assert near["reset"] is False
    assert "Исправлено" in [message["text"] for message in near["messages"]]
    assert far["reset"] is True
    assert new["reset"] is True
    assert new["more"] is True
    assert new["messages"][-1]["text"] == "Последняя"
    await web.stop()


async def hello(page: Any, **seen: Any) -> Any:
    """A fresh socket's answer to what a page says it has."""
    url = f"{page.people.url}/ws/{page.name}"
    async with page.http.ws_connect(url, headers=page.headers) as socket:
        await socket.send_json({"type": "hello", **seen})
        return await socket.receive_json(timeout=10)


async def test_older_messages_come_on_demand(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()
    await anna.says("Начало")
    await anna.sees("Вы написали")
    account = Address("web", desk.bot.events[0].person.account)
    for n in range(70):
        await desk.bot.says(account, Part(f"Новость {n}"))

    async with page.http.ws_connect(f"{desk.url}/ws/chat", headers=page.headers) as socket:
        await socket.send_json({"type": "hello"})
        newest = await socket.receive_json(timeout=10)
        await socket.send_json({"type": "older", "before": newest["messages"][0]["id"]})
        older = await socket.receive_json(timeout=10)

    assert len(newest["messages"]) == 60
    assert older["messages"][0]["text"] == "Начало"
    assert older["more"] is False


async def test_two_tabs_show_the_same(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()

    async with page.http.ws_connect(f"{desk.url}/ws/chat", headers=page.headers) as tab:
        await tab.send_json({"type": "hello"})
        assert (await tab.receive_json(timeout=10))["type"] == "history"
        await anna.says("Видно в обеих")
        own = await tab.receive_json(timeout=10)
        answer = await tab.receive_json(timeout=10)

    assert own["message"]["text"] == "Видно в обеих"
    assert own["message"]["mine"]
    assert answer["message"]["text"] == "Вы написали: Видно в обеих"


@pytest.mark.parametrize("room", ["chat", "staff"])
async def test_what_is_said_while_a_page_gets_its_history_is_not_lost_on_it(
    desk: EchoDesk, web: WebPeople, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    """A page begins anew with its history: what came before that and is not in it would be gone."""
    anna, olga = web.person("42", "Анна"), web.employee("Ольга")
    await anna.says("Здесь яма")
    to = STAFF if room == "staff" else Address("web", desk.bot.events[0].person.account)
    old = await desk.bot.says(to, Part("Прежнее"))
    page = await (olga if room == "staff" else anna).opens()
    read = Talk._history

    async def meanwhile(talk: Talk, *arguments: Any) -> dict[str, Any]:
        history = await read(talk, *arguments)
        await desk.bot.says(to, Part("Между тем"))
        await desk.bot.adapter.edit(to, old, Part("Новое"))
        return history

    monkeypatch.setattr(Talk, "_history", meanwhile)
    async with page.http.ws_connect(f"{desk.url}/ws/{room}", headers=page.headers) as tab:
        await tab.send_json({"type": "hello"})
        history = await tab.receive_json(timeout=10)
        said, changed = [(await tab.receive_json(timeout=10))["message"] for _ in range(2)]

    assert history["reset"]
    assert history["messages"][-1]["text"] == "Прежнее"
    assert (said["text"], changed["text"]) == ("Между тем", "Новое")
    assert changed["id"] == history["messages"][-1]["id"]


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


async def test_files_come_as_one_event_and_are_shown_to_all_of_the_chat(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna, olga = web.person("42", "Анна"), web.employee("Ольга")
    notes = Upload("Заметки".encode(), "../заметки.txt", "image/png", "document")

    await anna.sends(PHOTO, notes, caption="Вот яма")

    await anna.sees_file(JPEG)
    card = await olga.sees_file(JPEG)
    [event] = desk.bot.events
    assert [(f.kind, f.name, f.mime) for f in event.files] == [
        ("photo", "яма.jpg", "image/jpeg"),
        ("document", "заметки.txt", "text/plain"),
    ]
    assert event.text == "Вот яма"
    assert card.files == [JPEG, notes.content]
    assert [shown.files for shown in anna.room.shown if shown.author] == [[JPEG, notes.content]]
    fetched = b"".join([chunk async for chunk in desk.adapter.fetch(event.files[0].ref)])
    assert fetched == JPEG


async def test_kept_files_are_shown_by_their_key(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.says("Жду файл")
    await anna.sees("Вы написали")
    account = Address("web", desk.bot.events[0].person.account)
    await desk.kept.write("a/1", JPEG)

    photo = Attachment("photo", "ответ.jpg", "image/jpeg", key="a/1")
    page = Attachment("document", "злой.html", "text/html", key="a/1")
    lost = Attachment("document", "нет.pdf", "application/pdf", key="a/2")
    await desk.bot.says(account, Part("Готово", attachments=(photo, page, lost)))
    shown = await anna.sees_file(JPEG)

    http = (await anna.opens()).http
    async with http.get(f"{desk.url}/files/{shown.id}/0") as inline:
        assert inline.content_type == "image/jpeg"
        assert inline.headers["Content-Disposition"].startswith("inline")
        assert "default-src 'none'" in inline.headers["Content-Security-Policy"]
        assert inline.headers["X-Content-Type-Options"] == "nosniff"
    async with http.get(f"{desk.url}/files/{shown.id}/1") as download:
        assert download.content_type == "application/octet-stream"
        assert download.headers["Content-Disposition"].startswith("attachment")
    for missing in (2, 3):
        async with http.get(f"{desk.url}/files/{shown.id}/{missing}") as gone:
            assert gone.status == 404


async def test_nobody_else_sees_a_file(
    desk: EchoDesk, web: WebPeople, browser: aiohttp.ClientSession
) -> None:
    anna, boris, olga = web.person("1", "Анна"), web.person("2", "Борис"), web.employee("Ольга")
    await anna.sends(PHOTO)
    own = await anna.sees_file(JPEG)
    card = await olga.sees_file(JPEG)
    anna_page, boris_page, staff_page = await anna.opens(), await boris.opens(), await olga.opens()

    assert await anna_page.file(own.id, 0) == JPEG
    assert await boris_page.file(own.id, 0) == b""
    assert await staff_page.file(own.id, 0) == b""
    assert await anna_page.file(card.id, 0) == b""
    async with browser.get(f"{desk.url}/files/{card.id}/0") as stranger:
        assert stranger.status == 404


async def test_ref_of_another_person_cannot_be_said(desk: EchoDesk, web: WebPeople) -> None:
    anna, boris = web.person("1", "Анна"), web.person("2", "Борис")
    [ref] = await (await anna.opens()).uploads((PHOTO,))

    await boris.opens()
    await (await boris.opens()).says("", "", [ref])

    await boris.sees("Не нашли приложенный файл")
    assert not desk.bot.events


async def test_refs_that_are_no_refs_find_nothing(desk: EchoDesk) -> None:
    for ref in ("", "../staff-token", "x" * 32, "/etc/passwd"):
        with pytest.raises(FileGone):
            async for _ in desk.adapter.fetch(ref):
                pass


async def test_too_large_upload_gets_a_kind_answer_and_leaves_nothing(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")

    await anna.sends(Upload(bytes(20 * 1024 * 1024 + 1), "video.mp4"))
    await anna.sees("больше 20 МБ")

    assert not desk.bot.events
    assert kept_keys(desk) == []


async def test_an_upload_loses_what_it_tells_before_anybody_sees_it(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna, olga = web.person("42", "Анна"), web.employee("Ольга")
    told = telling("JPEG", 6)

    await anna.sends(Upload(told, "IMG\u202e_1.jpg.exe", "text/html", "document"), caption="Яма")

    card = await olga.sees("Карточка: Яма")
    assert card.files == [examine(told).content]
    assert PLACE not in card.files[0]
    [file] = desk.bot.events[0].files
    assert (file.name, file.mime, file.kind) == ("IMG_1.jpg", "image/jpeg", "photo")


@pytest.mark.parametrize(
    "content",
    [b"MZ" + bytes(400), b"PK\x03\x04" + bytes(400), b"<svg onload='x()'/>", JPEG[:100], b""],
)
async def test_programs_archives_pages_and_broken_pictures_are_refused_at_once(
    desk: EchoDesk, web: WebPeople, content: bytes
) -> None:
    anna = web.person("42", "Анна")

    await anna.sends(Upload(content, "яма.jpg", "image/jpeg"))

    await anna.sees("Этот файл взять не можем.")
    assert kept_keys(desk) == []


class AwayStore(FileStore):
    """It does not answer."""

    async def write(self, key: str, content: bytes | Path) -> None:
        raise StoreAway("away")

    async def chunks(self, key: str) -> AsyncIterator[bytes]:
        raise StoreAway("away")
        yield b""


async def test_pages_say_later_while_the_store_is_away(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.sends(PHOTO)
    shown = await anna.sees_file(JPEG)
    page = await anna.opens()
    away = AwayStore(desk.kept._store)
    desk.adapter._files._store = desk.adapter._uploads._store = away

    async with page.http.get(f"{desk.url}/files/{shown.id}/0") as answer:
        assert answer.status == 503
    await anna.sends(PHOTO)

    await anna.sees("Сейчас файл принять не получилось")
    desk.adapter._files._store = desk.adapter._uploads._store = desk.kept
    assert await page.file(shown.id, 0) == JPEG


async def test_upload_that_was_never_said_is_swept(tmp_path: Path) -> None:
    moment = utc_now()

    def clock() -> datetime:
        return moment

    desk = EchoDesk(tmp_path, clock)
    await desk.start()
    async with WebPeople(desk.url) as web:
        anna = web.person("42", "Анна")
        await anna.sends(PHOTO)
        [forgotten] = await (await web.page(anna, anna.room)).uploads((PHOTO,))
        assert await desk.adapter.sweep() == 0
        moment += timedelta(days=2)

        assert await desk.adapter.sweep() == 1

    [event] = desk.bot.events
    assert [chunk async for chunk in desk.adapter.fetch(event.files[0].ref)] == [JPEG]
    with pytest.raises(FileGone):
        async for _ in desk.adapter.fetch(forgotten):
            pass
    await desk.stop()


async def test_other_sites_are_refused(desk: EchoDesk, browser: aiohttp.ClientSession) -> None:
    evil = {"Origin": "https://evil.example"}

    for headers in (evil, {}, {"Origin": "null"}):
        for room in ("chat", "staff"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect(f"{desk.url}/ws/{room}", headers=headers)
            assert refused.value.status == 403
        for path in ("/staff", "/staff/logout", "/files"):
            async with browser.post(f"{desk.url}{path}", headers=headers, data={}) as response:
                assert response.status == 403


async def test_address_of_the_installation_counts_as_our_own(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_PUBLIC_URL="https://bot.example.ru/")
    await desk.start()
    async with browser.get(f"{desk.url}/chat") as response:
        cookie = response.cookies["__Host-mcu_resident"]

    headers = {"Origin": "https://bot.example.ru", "Cookie": f"{cookie.key}={cookie.value}"}
    async with browser.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket:
        await socket.send_json({"type": "hello"})
        assert (await socket.receive_json(timeout=10))["messages"] == []

    await desk.stop()


async def test_resident_has_no_way_into_the_staff_room(
    desk: EchoDesk, web: WebPeople, browser: aiohttp.ClientSession
) -> None:
    olga = web.employee("Ольга")
    await olga.says("Между нами")
    page = await web.person("42").opens()

    async with page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as socket:
        message = await socket.receive(timeout=10)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == 4401
    async with page.http.get(f"{desk.url}/staff") as response:
        assert "Вход для сотрудников" in await response.text()
    async with page.http.post(
        f"{desk.url}/files?room=staff", headers=page.headers, data={"x": "y"}
    ) as response:
        assert response.status == 403


async def test_employee_is_not_a_resident_of_the_same_name(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.says("Моё")
    account = desk.bot.events[0].person.account

    thief = web.employee(account)
    await thief.says("Чужое")

    assert desk.bot.events[1].person.account != account


async def test_employee_who_logs_out_is_a_stranger(desk: EchoDesk, web: WebPeople) -> None:
    page = await web.employee("Ольга").opens()

    async with page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as tab:
        await tab.send_json({"type": "hello"})
        await tab.receive_json(timeout=10)
        await page.http.post(f"{desk.url}/staff/logout", headers=page.headers)
        assert (await tab.receive(timeout=10)).data == 4401

    async with page.http.get(f"{desk.url}/staff") as response:
        assert "Вход для сотрудников" in await response.text()


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


def forget(session: Session, account: str) -> None:
    webchat.delete_messages(session, webchat.latest(session, account, 100))


async def test_forgotten_resident_begins_anew(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    said = await anna.says("Забудьте меня")
    account = desk.bot.events[0].person.account

    async with desk.database.begin() as session:
        await session.run_sync(forget, account)
    # Her open page knows the old ids: it would take a new message of such an id for an old one
    assert int(await desk.bot.says(Address("web", account), Part("Удалили"))) > int(said.id)
    async with desk.database.begin() as session:
        await session.run_sync(forget, account)
    page = await anna.opens()
    history = await hello(page)

    assert history["messages"] == []
    async with desk.database.begin() as session:
        messages = (
            await session.scalars(select(WebMessage).where(WebMessage.chat == account))
        ).all()
    assert not messages


async def test_a_browser_is_told_to_drop_its_copies_of_files(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{desk.url}/erased") as response:
        assert response.headers["Clear-Site-Data"] == '"cache"'
        assert response.headers["Cache-Control"] == "no-store"


async def test_what_was_erased_is_not_kept_anew_when_a_page_sends_it_again(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("42", "Анна")
    page = await anna.opens()
    frame = {"type": "say", "text": "Тайная яма", "id": "1" * 32}
    await page._send(frame)
    await anna.sees("Вы написали")
    account = desk.bot.events[0].person.account
    async with desk.database.begin() as session:
        await session.run_sync(forget, account)
        await session.run_sync(
            lambda rows: events.mark_seen(rows, "web", desk.bot.events[0].id, utc_now())
        )

    await page._send(frame)
    await anna.says("Ещё что-то")

    async with desk.database.begin() as session:
        theirs = select(WebMessage.content).where(WebMessage.chat == account)
        kept = (await session.scalars(theirs)).all()
    assert not [one for one in kept if "Тайная" in one["text"]]


async def test_pages_have_strict_headers_and_health_is_told(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    for path in ("/", "/chat", "/staff", "/static/chat.js"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["Referrer-Policy"] == "same-origin"
            assert "<script>" not in await response.text()
    for path in ("/static/..%2f..%2fserver.py", "/static/none.js", "/files/1/0"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert response.status == 404
    async with browser.get(f"{desk.url}/healthz") as response:
        assert await response.json() == {"status": "ok"}


async def test_without_a_staff_room_the_first_page_is_the_residents(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    desk = EchoDesk(
        tmp_path,
        utc_now,
        MCU_TELEGRAM_TOKEN="123456:" + "A" * 35,
        MCU_STAFF_CHAT="telegram:-1001",
    )
    await desk.start()

    async with browser.get(desk.url) as response:
        assert response.url.path == "/chat"

    await desk.stop()


async def test_staff_room_alone_has_no_page_for_residents(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    desk = EchoDesk(
        tmp_path,
        utc_now,
        MCU_TELEGRAM_TOKEN="123456:" + "A" * 35,
        MCU_STAFF_CHAT="web:staff",
        MCU_WEB_CHAT="off",
    )
    await desk.start()

    async with browser.get(desk.url) as response:
        assert response.url.path == "/staff"
        assert response.status == 200
    for path in ("/chat", "/ws/chat"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert response.status == 404
    headers = {"Origin": desk.url, "Cookie": "mcu_resident=" + "a" * 43}
    async with browser.post(f"{desk.url}/files", headers=headers, data={"a": "b"}) as response:
        assert response.status == 403

    await desk.stop()


async def test_check_tells_who_can_reach_the_chat(desk: EchoDesk) -> None:
    by_hand = await desk.adapter.check(STAFF)
    settings = load_settings({"MCU_WEB_HOST": "0.0.0.0"})  # noqa: S104
    adapter = WebAdapter(desk.database, settings, desk.texts, desk.kept, desk.examiner, Alone())
    open_to_all = await adapter.check(STAFF)

    assert [finding.ok for finding in (*by_hand, *open_to_all)] == [True] * 4
    assert "только на этом компьютере" in by_hand[0].text
    assert "Надёжнее убрать" in by_hand[1].text
    assert "HTTPS" in open_to_all[0].text
    assert "одноразовым кодам" in open_to_all[1].text


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
