"""Previews: drawn once, shown to those who see the picture, gone with it."""

import asyncio
import io

import aiohttp
import pytest
from PIL import Image

from bot.channels.web.files.previews import Previews
from bot.examining.temporary import TemporaryFile
from bot.protocol import Attachment, Part
from tests.fakes.echo import STAFF, EchoDesk
from tests.fakes.messenger import Upload
from tests.fakes.web import Page, WebPeople
from tests.support.pictures import photo_of_a_phone, picture, telling

LARGE = photo_of_a_phone(1)
PHOTO = Upload(LARGE, "яма.jpg")


async def small(page: Page, path: str) -> tuple[int, bytes]:
    async with page.http.get(f"{page.people.url}/files/{path}") as response:
        return response.status, await response.read() if response.ok else b""


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as image:
        return image.size


async def test_a_preview_is_drawn_once_for_all_who_ask(desk: EchoDesk, web: WebPeople) -> None:
    olga = web.employee("Ольга")
    page = await olga.opens()
    await desk.kept.write("a/1.jpg", LARGE)
    photo = Attachment("photo", "яма.jpg", "image/jpeg", key="a/1.jpg")
    number = await desk.bot.says(STAFF, Part("Карточка", attachments=(photo,)))
    tried = desk.kept.tried

    answers = await asyncio.gather(*(small(page, f"{number}/0/small") for _ in range(5)))

    assert {status for status, _ in answers} == {200}
    [content] = {content for _, content in answers}
    assert size_of(content) == (400, 300)
    assert len(content) < len(LARGE) / 5
    assert desk.kept.tried == tried + 1
    assert desk.kept.keys() == ["a/1.jpg", "a/1.jpg.small"]


async def test_who_asks_for_many_keeps_nobody_elses_waiting(
    desk: EchoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, hangs = desk.examiner.preview, asyncio.Event()

    async def slow_for_one(came: TemporaryFile, owner: str) -> TemporaryFile:
        if owner == "guest.1":
            await hangs.wait()
        return await preview(came, owner)

    monkeypatch.setattr(desk.examiner, "preview", slow_for_one)
    previews = Previews(desk.kept, desk.examiner)
    for name in (*map(str, range(10)), "other"):
        await desk.kept.write(f"{name}.jpg", LARGE)

    many = [asyncio.create_task(previews.find(f"{n}.jpg", "guest.1")) for n in range(10)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(10):
        assert await previews.find("other.jpg", "guest.2") == "other.jpg.small"

    hangs.set()
    assert await asyncio.gather(*many) == [f"{n}.jpg.small" for n in range(10)]


async def test_nobody_else_sees_a_preview(
    desk: EchoDesk, web: WebPeople, browser: aiohttp.ClientSession
) -> None:
    anna, boris, olga = web.person("1", "Анна"), web.person("2", "Борис"), web.employee("Ольга")
    own, other, staff = await anna.opens(), await boris.opens(), await olga.opens()
    [ref] = await own.uploads((PHOTO,))
    assert (await small(own, f"own/{ref}"))[0] == 200

    said = await own.says("", "", [ref])
    strangers = [await small(page, f"own/{ref}") for page in (other, staff)]
    strangers += [await small(page, f"{said.id}/0/small") for page in (other, staff)]
    async with browser.get(f"{desk.url}/files/{said.id}/0/small") as stranger:
        strangers.append((stranger.status, b""))

    assert {status for status, _ in strangers} == {404}
    assert (await small(own, f"{said.id}/0/small"))[0] == 200
    assert (await small(staff, f"own/{ref}?room=staff"))[0] == 404


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_every_picture_that_a_page_shows_has_one(
    desk: EchoDesk, web: WebPeople, kind: str
) -> None:
    page = await web.person("1").opens()

    [ref] = await page.uploads((Upload(picture(kind, (900, 1200)), f"яма.{kind.lower()}"),))
    status, content = await small(page, f"own/{ref}")

    assert status == 200
    assert size_of(content) == (300, 400)


async def test_a_picture_that_cannot_be_drawn_is_shown_itself_and_not_tried_again(
    desk: EchoDesk, web: WebPeople
) -> None:
    page = await web.employee("Ольга").opens()
    broken = picture()[:30]
    await desk.kept.write("a/1.jpg", broken)
    photo = Attachment("photo", "яма.jpg", "image/jpeg", key="a/1.jpg")
    number = await desk.bot.says(STAFF, Part("Карточка", attachments=(photo,)))

    answers = [await small(page, f"{number}/0/small")]
    tried = desk.kept.tried
    answers.append(await small(page, f"{number}/0/small"))

    assert answers == [(200, broken)] * 2
    assert desk.kept.tried == tried


async def test_a_preview_tells_nothing_and_goes_with_its_picture(
    desk: EchoDesk, web: WebPeople
) -> None:
    page = await web.person("1").opens()
    [ref] = await page.uploads((Upload(telling("JPEG", 6, (800, 600)), "яма.jpg"),))
    _, content = await small(page, f"own/{ref}")
    [key, preview] = sorted(desk.kept.keys())

    await desk.kept.delete(key)

    assert preview == f"{key}.small"
    assert size_of(content) == (300, 400)
    assert b"Exif" not in content
    assert desk.kept.keys() == []


async def test_no_preview_outlives_a_picture_that_was_deleted_while_it_was_drawn(
    desk: EchoDesk, web: WebPeople
) -> None:
    page = await web.employee("Ольга").opens()
    await desk.kept.write("a/1.jpg", LARGE)
    photo = Attachment("photo", "яма.jpg", "image/jpeg", key="a/1.jpg")
    number = await desk.bot.says(STAFF, Part("Карточка", attachments=(photo,)))
    desk.kept.written.clear()
    desk.kept.goes_on.clear()

    asking = asyncio.create_task(small(page, f"{number}/0/small"))
    await desk.kept.written.wait()
    desk.kept.objects.delete("a/1.jpg")
    desk.kept.goes_on.set()

    assert (await asking)[0] == 404
    assert desk.kept.keys() == []


async def test_files_that_are_no_pictures_and_refs_of_nobody_have_none(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna = web.person("1", "Анна")
    page = await anna.opens()
    [ref] = await page.uploads((Upload("Заметки".encode(), "а.txt", "text/plain", "document"),))
    said = await page.says("", "", [ref])

    assert (await small(page, f"own/{ref}"))[0] == 404
    assert (await small(page, f"{said.id}/0/small"))[0] == 404
    assert (await small(page, f"own/{'x' * 32}"))[0] == 404


async def test_pages_say_later_while_the_store_is_away(desk: EchoDesk, web: WebPeople) -> None:
    page = await web.person("1").opens()
    [ref] = await page.uploads((PHOTO,))
    desk.kept.away = True

    assert (await small(page, f"own/{ref}"))[0] == 503
    desk.kept.away = False
    assert (await small(page, f"own/{ref}"))[0] == 200
