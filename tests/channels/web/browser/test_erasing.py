"""What was erased, or left by who went away, is on no page any more."""

import asyncio
import sqlite3
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, FilePayload, expect
from sqlalchemy.orm import Session

from bot.protocol import Part
from storage.messages import Address
from storage.tables import WebMessage
from storage.web import messages
from tests.channels.web.browser.pages import JPEG, complaints_of, open_page
from tests.fakes.echo import EchoDesk

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
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    other = await open_page(context, f"{desk.url}/chat")
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
    desk: EchoDesk, context: BrowserContext, tmp_path: Path
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill(SECRET)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"Вы написали: {SECRET}")).to_be_visible()

    # The page's policy forbids the eval with which wait_for_function asks a second time.
    async with asyncio.timeout(20):
        while await page.evaluate("localStorage['mcu.unsent.chat.resident']") != "[]":
            await page.wait_for_timeout(50)
    account = desk.bot.events[0].person.account
    await desk.stop()
    with sqlite3.connect(tmp_path / "mcu.db") as database:
        database.execute("DELETE FROM web_messages")
    database.close()
    await desk.start()
    await desk.bot.says(Address("web", account), Part("Удалили"))

    await expect(page.get_by_text("Удалили")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("Тайная")).to_have_count(0)


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
        await expect(page.get_by_text("больше не откроется")).to_be_visible()
        await page.screenshot(path=tmp_path / f"leaving-{width}.png")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.get_by_role("button", name="Остаться").click()
        await expect(page.get_by_text("больше не откроется")).to_be_hidden()
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
