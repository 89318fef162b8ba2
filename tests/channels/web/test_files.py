"""Files of the web chat: shown to those who are in the chat, clean, and to nobody else."""

from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.examining.formats.content import examine
from bot.failures import FileGone
from bot.protocol import Attachment, Part
from storage.messages import Address
from tests.fakes.echo import EchoDesk, utc_now
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople
from tests.support.pictures import PLACE, picture, telling

JPEG = examine(picture()).content
PHOTO = Upload(JPEG, "яма.jpg")


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
    assert desk.kept.keys() == []


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
    assert desk.kept.keys() == []


async def test_pages_say_later_while_the_store_is_away(desk: EchoDesk, web: WebPeople) -> None:
    anna = web.person("42", "Анна")
    await anna.sends(PHOTO)
    shown = await anna.sees_file(JPEG)
    page = await anna.opens()
    desk.kept.away = True

    async with page.http.get(f"{desk.url}/files/{shown.id}/0") as answer:
        assert answer.status == 503
    await anna.sends(PHOTO)

    await anna.sees("Сейчас файл принять не получилось")
    desk.kept.away = False
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
