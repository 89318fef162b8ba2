"""Many photos at once, as the gallery of a phone gives them: all arrive, or are told by name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, FilePayload, Page, expect

from bot.channels.web.doors import limits
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.fakes.echo import EchoDesk, utc_now
from tests.support.documents import zipped
from tests.support.pictures import photo_of_a_phone, picture

NAMES = [f"photo{number}.jpg" for number in range(1, 11)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[EchoDesk]:
    """A desk with the limits of a town."""
    desk = EchoDesk(tmp_path, utc_now, MCU_FLOOD_LIMIT="30")
    await desk.start()
    yield desk
    await desk.stop()


def photo(name: str, content: bytes = b"") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content or picture()}


async def attaches(page: Page, *files: FilePayload) -> None:
    await page.locator("#files").set_input_files(list(files))


async def says(page: Page, text: str) -> None:
    await page.get_by_label("Ваше сообщение").fill(text)
    await page.keyboard.press("Enter")


async def test_ten_photos_together_arrive_in_their_order(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    photos = [photo(name, photo_of_a_phone(number)) for number, name in enumerate(NAMES)]

    await attaches(page, *photos)
    await says(page, "Вот яма")  # before they are there

    pictures = page.locator(".mine").get_by_role("img")
    await expect(pictures).to_have_count(10, timeout=30_000)
    assert [file.name for file in desk.bot.events[0].files] == NAMES
    assert desk.bot.events[0].text == "Вот яма"
    assert complaints_of(page) == []


async def test_a_busy_server_is_asked_again_without_a_word(
    desk: EchoDesk, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    monkeypatch.setattr(limits, "UPLOADS", 0)
    async with page.expect_response(lambda response: response.status == 429) as busy:
        await attaches(page, *(photo(name) for name in NAMES))
    answer = await busy.value
    attached = page.get_by_label("Прикреплённые файлы")

    await expect(attached.get_by_text("photo10.jpg")).to_be_visible()
    await expect(attached.get_by_role("alert")).to_have_count(0)
    monkeypatch.undo()
    await expect(attached.get_by_role("img")).to_have_count(10, timeout=20_000)

    assert (await answer.all_headers())["retry-after"]
    assert (await answer.json())["busy"]


async def test_what_does_not_load_is_named_and_loads_on_a_press(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await attaches(page, photo("photo1.jpg"))
    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_role("img", name="photo1.jpg")).to_be_visible()
    desk.kept.away = True
    await attaches(page, photo("photo2.jpg"))
    failed = attached.get_by_role("listitem").filter(has_text="photo2.jpg")
    await expect(failed.get_by_role("alert")).to_have_text(desk.texts("web-file-later"))

    await says(page, "Вот яма")  # it is tried once more, and said by name
    await expect(page.locator("#notice")).to_contain_text("Не загрузилось: photo2.jpg")
    desk.kept.away = False
    await failed.get_by_role("button", name="Повторить: photo2.jpg").click()
    await expect(attached.get_by_role("img")).to_have_count(2)
    await page.get_by_role("button", name="Отправить").click()

    await expect(page.locator(".mine").get_by_role("img")).to_have_count(2)
    [event] = desk.bot.events
    assert [file.name for file in event.files] == ["photo1.jpg", "photo2.jpg"]
    assert event.text == "Вот яма"


async def test_each_refused_file_is_named_with_its_reason_and_holds_up_nothing(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")

    await attaches(
        page,
        photo("яма.jpg"),
        {"name": "архив.zip", "mimeType": "", "buffer": zipped({"яма.jpg": picture()})},
        {"name": "пусто.txt", "mimeType": "text/plain", "buffer": b""},
    )
    attached = page.get_by_label("Прикреплённые файлы")
    for name, why in (("архив.zip", "archive"), ("пусто.txt", "empty")):
        refused = attached.get_by_role("listitem").filter(has_text=name)
        await expect(refused.get_by_role("alert")).to_contain_text(desk.texts(f"file-why-{why}"))
    await says(page, "Вот яма")

    await expect(page.locator(".mine").get_by_role("img")).to_have_count(1)
    await expect(attached).to_be_hidden()


async def test_an_eleventh_photo_is_named(desk: EchoDesk, context: BrowserContext) -> None:
    page = await open_page(context, f"{desk.url}/chat")

    await attaches(page, *(photo(name) for name in [*NAMES, "лишняя.jpg"]))

    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_role("img")).to_have_count(10, timeout=20_000)
    over = attached.get_by_role("listitem").filter(has_text="лишняя.jpg")
    await expect(over.get_by_role("alert")).to_have_text(desk.texts("web-too-many-files"))


async def test_a_photo_is_taken_away_before_it_is_sent(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await attaches(page, *(photo(name) for name in NAMES[:3]))
    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_role("img")).to_have_count(3)

    await attached.get_by_role("button", name="Убрать файл photo2.jpg").click()
    await expect(page.get_by_label("Ваше сообщение")).to_be_focused()
    await says(page, "Две ямы")

    await expect(page.locator(".mine").get_by_role("img")).to_have_count(2)
    assert [file.name for file in desk.bot.events[0].files] == ["photo1.jpg", "photo3.jpg"]
