"""The pages enlarged, by 200 % on a phone and 400 % on a desktop (WCAG 1.4.4, 1.4.10), and by keyboard."""

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from bot.protocol import Part
from storage.messages import Address, Call
from tests.channels.web.browser.pages import open_page
from tests.fakes.echo import EchoDesk

PHONE_200: ViewportSize = {"width": 195, "height": 422}
DESKTOP_400: ViewportSize = {"width": 320, "height": 256}
CALL = Call("Пахнет газом?", (("Позвонить 112", "112"), ("104 — газ", "104")))


@pytest.mark.parametrize("size", [PHONE_200, DESKTOP_400])
async def test_a_line_can_be_written_and_another_read(
    desk: EchoDesk, chromium: Browser, size: ViewportSize
) -> None:
    context = await chromium.new_context(viewport=size, locale="ru-RU")
    page = await open_page(context, f"{desk.url}/chat")
    text = page.get_by_label("Ваше сообщение")
    await text.fill("Яма")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("Вы написали: Яма")).to_be_visible()

    field, log = await text.bounding_box(), await page.locator("#scroll").bounding_box()
    head = await page.get_by_role("banner").bounding_box()
    assert field
    assert log
    assert head
    assert field["width"] >= 140  # a word of a dozen letters
    assert field["height"] <= 60  # and its label in one line
    assert log["height"] >= size["height"] * 0.45
    assert head["height"] <= 60
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    account = Address("web", desk.bot.events[0].person.account)
    await desk.bot.says(account, Part("Звоните", call=CALL))
    await expect(page.get_by_role("link", name="Позвонить 112")).to_be_in_viewport()
    log = await page.locator("#scroll").bounding_box()
    assert log
    assert log["height"] >= size["height"] * 0.2
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    await context.close()


async def test_from_the_field_the_first_answer_is_a_step_away(
    desk: EchoDesk, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport={"width": 1280, "height": 900}, locale="ru-RU")
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_role("button", name="Начать").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Что случилось?")).to_be_visible()

    await expect(page.get_by_label("Ваше сообщение")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Сообщить о проблеме")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Предложить")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Спросить")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Нажато: ask")).to_be_visible()
    name = page.get_by_role("article", name="Город Верхний")
    await expect(name.first).to_be_visible()
    await context.close()
