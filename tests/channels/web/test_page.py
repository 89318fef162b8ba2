"""The pages in a real browser: keyboard, phone, a line that breaks, nothing but text from people."""

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)
from sqlalchemy.orm import Session

from bot.protocol import Part
from storage.messages import Address
from storage.tables import WebMessage
from storage.web import messages
from tests.channels.web.test_proof_of_work import becomes_busy
from tests.fakes.echo import STAFF, EchoDesk, utc_now

CHROMIUM = shutil.which("chromium")
PHONE: ViewportSize = {"width": 360, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c"
    "1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0"
    "000b080001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bff"
    "c400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a10823"
    "42b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a5354555657"
    "58595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aa"
    "b2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8"
    "f9faffda0008010100003f00fbd3ffd9"
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[EchoDesk]:
    desk = EchoDesk(tmp_path, utc_now)
    await desk.start()
    yield desk
    await desk.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(viewport=WIDE, locale="ru-RU")
    yield context
    await context.close()


async def open_page(browser: BrowserContext, url: str) -> Page:
    """A page that fails the test where the browser complains (a blocked script, an error)."""
    page = await browser.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.extend([line.text] * (line.type == "error")))
    page.complaints = complaints  # type: ignore[attr-defined]
    await page.goto(url)
    return page


def complaints_of(page: Page) -> list[str]:
    found: list[str] = page.complaints  # type: ignore[attr-defined]
    return found


async def test_file_a_message_with_the_keyboard_only(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    keys = page.keyboard

    await expect(page.get_by_role("button", name="Начать")).to_be_visible()
    await page.get_by_label("Ваше сообщение").focus()
    for _ in range(9):
        await keys.press("Shift+Tab")
        if await page.evaluate("document.activeElement.id") == "start":
            break
    await keys.press("Enter")
    await expect(page.get_by_text("Что случилось?")).to_be_visible()
    await page.get_by_label("Ваше сообщение").focus()
    for _ in range(9):
        await keys.press("Shift+Tab")
        if "Спросить" in await page.evaluate("document.activeElement.textContent"):
            break
    await keys.press("Enter")
    await expect(page.get_by_text("Нажато: ask")).to_be_visible()
    await page.get_by_label("Ваше сообщение").focus()
    await keys.type("Первая строка")
    await keys.press("Shift+Enter")
    await keys.type("Вторая строка")
    await keys.press("Enter")
    await expect(page.get_by_text("Вы написали: Первая строка")).to_be_visible()

    assert [event.text or event.press for event in desk.bot.events] == [
        "/start",
        "ask",
        "Первая строка\nВторая строка",
    ]
    assert complaints_of(page) == []


async def test_html_and_links_of_people_are_shown_as_text(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")

    attack = '<img src=x onerror="document.title=1"><b>жирно</b> (https://example.ru/a?b=1). javascript:alert(1)'
    await page.get_by_label("Ваше сообщение").fill(attack)
    await page.keyboard.press("Enter")

    own = page.locator(".mine .text")
    await expect(own).to_have_text(attack)
    link = own.get_by_role("link")
    await expect(link).to_have_count(1)
    await expect(link).to_have_attribute("href", "https://example.ru/a?b=1")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    assert await page.locator("#log img").count() == 0
    assert complaints_of(page) == []


async def test_what_is_written_without_a_line_sends_itself(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("До обрыва")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Вы написали: До обрыва")).to_be_visible()

    await browser.set_offline(True)
    await expect(page.get_by_text("Нет связи.")).to_be_visible()
    await page.get_by_label("Ваше сообщение").fill("Без связи")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Отправится, когда появится связь")).to_be_visible()
    await browser.set_offline(False)

    await expect(page.get_by_text("Вы написали: Без связи")).to_be_visible()
    await expect(page.get_by_text("Нет связи.")).not_to_be_visible()
    assert [event.text for event in desk.bot.events] == ["До обрыва", "Без связи"]


async def test_server_that_was_away_is_caught_up_with_even_by_a_new_page(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Первое")
    await page.keyboard.press("Enter")
    before = page.get_by_text("Вы написали: Первое")
    await expect(before).to_be_visible()
    account = Address("web", desk.bot.events[0].person.account)
    message = await page.locator(".bot").get_attribute("data-id")

    await desk.shut()
    await expect(page.get_by_text("Нет связи.")).to_be_visible()
    await page.get_by_label("Ваше сообщение").fill("Второе")
    await page.keyboard.press("Enter")
    await desk.adapter.edit(account, str(message), Part("Исправлено"))
    await desk.reopen()

    await expect(page.get_by_text("Исправлено")).to_be_visible()
    await expect(page.get_by_text("Вы написали: Второе")).to_be_visible()
    await expect(before).to_have_count(0)
    await expect(page.locator(".waiting")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_text("Вы написали: Второе")).to_be_visible()
    assert [event.text for event in desk.bot.events] == ["Первое", "Второе"]


async def test_photo_is_uploaded_and_shown_on_both_sides(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    staff = await open_page(browser, await desk.link())
    await staff.get_by_role("button", name="Войти").click()

    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Прикрепить файлы").click()
    chooser = await choosing.value
    photo: FilePayload = {"name": "яма $& 1.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    notes: FilePayload = {
        "name": "заметки $& 2.txt",
        "mimeType": "text/plain",
        "buffer": "Текст".encode(),
    }
    await chooser.set_files([photo, notes])
    await expect(
        page.get_by_label("Прикреплённые файлы").get_by_text("заметки $& 2.txt")
    ).to_be_visible()
    await page.get_by_label("Ваше сообщение").fill("Вот яма")
    await page.keyboard.press("Enter")

    for side in (page.locator(".mine"), page.locator(".bot"), staff.locator(".bot")):
        image = side.get_by_role("img", name="Фото яма $& 1.jpg")
        await expect(image).to_be_visible()
        await expect(image).to_have_js_property("naturalWidth", 1)
        await expect(side.get_by_role("link", name="Скачать файл заметки $& 2.txt")).to_be_visible()
    async with page.expect_download() as loading:
        await (
            page.locator(".mine").get_by_role("link", name="Скачать файл заметки $& 2.txt").click()
        )
    assert (await (await loading.value).path()).read_text() == "Текст"
    assert complaints_of(page) == []


async def test_file_too_large_is_told_before_it_travels(
    desk: EchoDesk, browser: BrowserContext, tmp_path: Path
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    large = tmp_path / "видео.mp4"
    large.write_bytes(bytes(20 * 1024 * 1024 + 1))

    await page.set_input_files("#files", large)

    await expect(page.get_by_text("Файл больше 20 МБ")).to_be_visible()
    await expect(page.get_by_label("Прикреплённые файлы")).not_to_be_visible()


async def test_place_by_the_browser_or_a_kind_word_where_it_is_refused(
    desk: EchoDesk, chromium: Browser
) -> None:
    allowed = await chromium.new_context(
        geolocation={"latitude": 55.75, "longitude": 37.61}, permissions=["geolocation"]
    )
    refused = await chromium.new_context()
    near, far = [await open_page(context, f"{desk.url}/chat") for context in (allowed, refused)]

    for page in (near, far):
        await page.get_by_role("button", name="Начать").click()
        await page.get_by_role("button", name="Моё место").click()

    await expect(near.get_by_text("Место: 55.75, 37.61")).to_be_visible()
    await expect(far.get_by_text("напишите адрес словами")).to_be_visible()
    await expect(far.get_by_role("button", name="Моё место")).to_be_enabled()
    await allowed.close()
    await refused.close()


async def test_newcomer_files_and_answers_at_the_printed_address(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, await desk.link(desk=True))
    await page.get_by_role("button", name="Войти").click()
    resident = page.frame_locator('iframe[title="Чат жителя"]')
    staff = page.frame_locator('iframe[title="Чат сотрудников"]')

    await resident.get_by_role("button", name="Начать").click()
    await resident.get_by_label("Ваше сообщение").fill("Не горит фонарь")
    await resident.get_by_role("button", name="Отправить написанное").click()
    card = staff.locator(".message", has_text="Карточка: Не горит фонарь")
    await card.get_by_role("button", name="Взять в работу").click()
    await expect(staff.get_by_text("В работе у: Сотрудник")).to_be_visible()
    await staff.locator(".bot").get_by_role("button", name="Ответить").click()
    await expect(staff.locator("#answered")).to_have_text("В работе у: Сотрудник")
    await staff.get_by_label("Ваше сообщение").fill("Завтра починим")
    await staff.get_by_role("button", name="Отправить написанное").click()

    await expect(resident.get_by_text("Ответ: Завтра починим")).to_be_visible()
    await expect(staff.locator(".mine .quote")).to_have_text(re.compile("В работе у"))
    assert "code" not in page.url
    assert complaints_of(page) == []


async def test_employee_logs_in_and_out_with_the_form(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/staff")

    await page.get_by_label("Ваше имя").fill("Ольга Петрова")
    await page.get_by_label("Код входа").fill("не тот")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("код не подходит")
    await expect(page.get_by_label("Ваше имя")).to_have_value("Ольга Петрова")
    await page.get_by_label("Код входа").fill(await desk.code())
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Вы вошли как Ольга Петрова")).to_be_visible()
    await page.get_by_role("button", name="Выйти").click()

    await expect(page.get_by_role("heading", name="Вход для сотрудников")).to_be_visible()


async def test_phone_has_no_sideways_scroll_and_big_targets(
    desk: EchoDesk, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_role("button", name="Начать").click()
    await expect(page.get_by_text("Что случилось?")).to_be_visible()
    await page.get_by_label("Ваше сообщение").fill("Длинноесловобезпробелов" * 20)
    await page.get_by_role("button", name="Отправить написанное").click()
    await expect(page.locator(".bot")).to_have_count(2)
    login = await open_page(context, f"{desk.url}/staff")
    link = await open_page(context, await desk.link(desk=True))
    both = await open_page(context, await desk.link(desk=True))
    await both.get_by_role("button", name="Войти").click()
    await expect(both.locator(".side-resident")).to_be_visible()

    for shown in (page, login, link, both):
        assert await shown.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    assert await page.evaluate(
        "document.querySelector('#scroll').scrollWidth <= document.querySelector('#scroll').clientWidth"
    )
    for target in await page.locator("button:visible").all():
        box = await target.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 44
    await expect(both.locator(".side-staff")).to_be_hidden()
    await both.get_by_label("Чат сотрудников", exact=True).first.check(force=True)
    await expect(both.locator(".side-staff")).to_be_visible()
    await expect(both.locator(".side-resident")).to_be_hidden()
    await context.close()


async def test_reader_of_old_messages_is_not_torn_away(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, await desk.link())
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()
    for n in range(70):
        await desk.bot.says(STAFF, Part(f"Новость {n}"))
    await expect(page.get_by_text("Новость 69", exact=True)).to_be_in_viewport()
    await page.reload()
    await expect(page.get_by_text("Новость 69", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("Новость 5", exact=True)).to_have_count(0)

    await page.get_by_role("button", name="Показать, что было раньше").click()
    await expect(page.get_by_text("Новость 5", exact=True)).to_have_count(1)
    await page.get_by_text("Новость 20", exact=True).scroll_into_view_if_needed()
    await desk.bot.says(STAFF, Part("Самая новая"))
    newest = page.get_by_role("button", name="К новым сообщениям")
    await expect(newest).to_be_visible()
    await expect(page.get_by_text("Новость 20", exact=True)).to_be_in_viewport()
    await newest.click()

    await expect(page.get_by_text("Самая новая")).to_be_in_viewport()
    await expect(newest).not_to_be_visible()


async def test_two_tabs_show_the_same_conversation(desk: EchoDesk, browser: BrowserContext) -> None:
    first = await open_page(browser, f"{desk.url}/chat")
    second = await open_page(browser, f"{desk.url}/chat")

    await first.get_by_label("Ваше сообщение").fill("Из первой")
    await first.keyboard.press("Enter")

    await expect(second.get_by_text("Вы написали: Из первой")).to_be_visible()
    await expect(second.locator(".mine")).to_have_count(1)
    assert len(desk.bot.events) == 1


SECRET = "Тайная яма у дома Аполлинарии"


async def erase(desk: EchoDesk) -> None:
    """Everything that was said in the resident's chat so far."""
    account = desk.bot.events[0].person.account

    def take(session: Session) -> list[WebMessage]:
        return messages.delete_messages(session, messages.latest(session, account, 100))

    async with desk.database.begin() as session:
        gone = await session.run_sync(take)
    desk.adapter.forget(gone)


async def test_what_is_erased_goes_from_every_open_page(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    other = await open_page(browser, f"{desk.url}/chat")
    photo: FilePayload = {"name": "тайна.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    await page.locator("#files").set_input_files(photo)
    await page.get_by_label("Ваше сообщение").fill(SECRET)
    await page.keyboard.press("Enter")
    for one in (page, other):
        await expect(one.get_by_text(f"Вы написали: {SECRET}")).to_be_visible()
    await other.get_by_role("button", name="Ответить").last.click()
    await other.get_by_label("Ваше сообщение").fill(f"{SECRET} и ещё")
    await page.bring_to_front()
    await page.get_by_label("Ваше сообщение").focus()

    async with page.expect_response(lambda response: response.url.endswith("/erased")) as asked:
        await erase(desk)
    await desk.bot.says(Address("web", desk.bot.events[0].person.account), Part("Удалили"))

    for one in (page, other):
        await expect(one.get_by_text("Удалили")).to_be_visible()
        await expect(one.get_by_text("Тайная")).to_have_count(0)
        await expect(one.locator("img")).to_have_count(0)
        assert "Тайная" not in await one.content()
        assert "Тайная" not in await one.evaluate("JSON.stringify({...localStorage})")
    assert await other.evaluate("document.getElementById('answered').textContent") == ""
    assert (await asked.value).status == 204  # it clears the browser's cache
    assert [complaints_of(page), complaints_of(other)] == [[], []]


async def test_a_page_that_had_no_line_meanwhile_loses_what_was_erased(
    desk: EchoDesk, browser: BrowserContext, tmp_path: Path
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill(SECRET)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"Вы написали: {SECRET}")).to_be_visible()

    await page.wait_for_function("localStorage['mcu.unsent.chat.resident'] === '[]'")
    account = desk.bot.events[0].person.account
    await desk.stop()
    with sqlite3.connect(tmp_path / "mcu.db") as database:
        database.execute("DELETE FROM web_messages")
    database.close()
    await desk.start()
    await desk.bot.says(Address("web", account), Part("Удалили"))

    await expect(page.get_by_text("Удалили")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("Тайная")).to_have_count(0)


async def test_refused_text_comes_back_to_be_changed(
    desk: EchoDesk, browser: BrowserContext
) -> None:
    page = await open_page(browser, f"{desk.url}/chat")
    text = page.get_by_label("Ваше сообщение")
    await text.evaluate("box => box.maxLength = 30000")  # as if the page were older than the limit

    await text.fill("я" * 20_001)
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Разделите его")).to_be_visible()
    await expect(text).to_have_value("я" * 20_001)
    await expect(page.locator(".waiting")).to_have_count(0)


async def test_a_resident_leaves_the_chat_on_a_device_that_others_use(
    desk: EchoDesk, chromium: Browser, tmp_path: Path
) -> None:
    for width in (390, 1280):
        context = await chromium.new_context(
            viewport={"width": width, "height": 800}, locale="ru-RU"
        )
        page, other = [await open_page(context, f"{desk.url}/chat") for _ in range(2)]
        await page.get_by_label("Ваше сообщение").fill("Тайна улицы Мира")
        await page.keyboard.press("Enter")
        await expect(other.get_by_text("Вы написали: Тайна")).to_be_visible()
        await page.get_by_role("button", name="Выйти").click()
        await expect(page.get_by_text("вы не увидите")).to_be_visible()
        await page.screenshot(path=tmp_path / f"leaving-{width}.png")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.get_by_role("button", name="Остаться").click()
        await expect(page.get_by_text("вы не увидите")).to_be_hidden()
        await page.get_by_role("button", name="Выйти").click()

        await page.locator("#leave-form").get_by_role("button", name="Выйти").click()

        for tab in (page, other):
            await expect(tab.get_by_text("Вы вышли из чата")).to_be_visible()
            assert "Тайна" not in await tab.content()
        await page.screenshot(path=tmp_path / f"left-{width}.png")
        assert not [c for c in await context.cookies() if "resident" in str(c.get("name"))]
        assert "Тайна" not in str(await page.evaluate("JSON.stringify(localStorage)"))
        await page.get_by_role("link", name="Открыть чат с городом").click()
        await expect(page.get_by_role("button", name="Начать")).to_be_visible()
        assert complaints_of(page) == []
        await context.close()


async def test_a_browser_does_the_work_it_is_asked_for_and_sends_what_was_written(
    tmp_path: Path, browser: BrowserContext
) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_FLOOD_LIMIT="30")
    await desk.start()
    await becomes_busy(desk)
    page = await open_page(browser, f"{desk.url}/chat")
    try:
        for said in ("Яма на улице Мира", "И открытый люк"):
            await page.get_by_label("Ваше сообщение").fill(said)
            await page.keyboard.press("Enter")
            await expect(page.get_by_text(f"Вы написали: {said}")).to_be_visible(timeout=60_000)
        await expect(page.locator("#notice")).to_be_empty()
    finally:
        await desk.stop()

    assert complaints_of(page) == []
    assert [event.text for event in desk.bot.events] == ["Яма на улице Мира", "И открытый люк"]
