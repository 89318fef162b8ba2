"""Writing on the page: by keyboard, as text alone, kept until it is sent."""

import re
from pathlib import Path

from playwright.async_api import BrowserContext, expect

from bot.protocol import Part
from storage.messages import Address
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.channels.web.doors.filings import becomes_busy
from tests.fakes.echo import EchoDesk, utc_now


async def test_file_a_message_with_the_keyboard_only(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
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
    await keys.press("Shift+Tab")
    for _ in range(3):
        await keys.press("Tab")
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
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")

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
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("До обрыва")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Вы написали: До обрыва")).to_be_visible()

    await context.set_offline(True)
    await expect(page.get_by_text("Нет связи.")).to_be_visible()
    await page.get_by_label("Ваше сообщение").fill("Без связи")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Отправится, когда появится связь")).to_be_visible()
    await context.set_offline(False)

    await expect(page.get_by_text("Вы написали: Без связи")).to_be_visible()
    await expect(page.get_by_text("Нет связи.")).not_to_be_visible()
    assert [event.text for event in desk.bot.events] == ["До обрыва", "Без связи"]


async def test_server_that_was_away_is_caught_up_with_even_by_a_new_page(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
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


async def test_two_tabs_show_the_same_conversation(desk: EchoDesk, context: BrowserContext) -> None:
    first = await open_page(context, f"{desk.url}/chat")
    second = await open_page(context, f"{desk.url}/chat")

    await first.get_by_label("Ваше сообщение").fill("Из первой")
    await first.keyboard.press("Enter")

    await expect(second.get_by_text("Вы написали: Из первой")).to_be_visible()
    await expect(second.locator(".mine")).to_have_count(1)
    assert len(desk.bot.events) == 1


async def test_refused_text_comes_back_to_be_changed(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    text = page.get_by_label("Ваше сообщение")
    await text.evaluate("box => box.maxLength = 30000")  # as if the page were older than the limit

    await text.fill("я" * 20_001)
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Разделите его")).to_be_visible()
    await expect(text).to_have_value("я" * 20_001)
    await expect(page.locator(".waiting")).to_have_count(0)


async def test_a_browser_does_the_work_it_is_asked_for_and_sends_what_was_written(
    tmp_path: Path, context: BrowserContext
) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_FLOOD_LIMIT="30")
    await desk.start()
    await becomes_busy(desk)
    page = await open_page(context, f"{desk.url}/chat")
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
