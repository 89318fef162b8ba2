"""Correcting one's own message on the page."""

from playwright.async_api import BrowserContext, Page, expect

from tests.channels.web.browser.pages import complaints_of, open_page
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk


async def said(desk: EchoDesk, context: BrowserContext) -> Page:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Яма у дома 5")
    await page.get_by_role("button", name="Отправить написанное").click()
    await expect(page.get_by_text("Вы написали: Яма у дома 5")).to_be_visible()
    return page


async def test_own_words_are_corrected_in_their_place(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await said(desk, context)
    text = page.get_by_label("Ваше сообщение")
    await text.fill("А ещё фонарь")  # begun before the slip was seen

    await page.locator(".mine").get_by_role("button", name="Исправить").click()
    await expect(text).to_be_focused()
    await expect(text).to_have_value("Яма у дома 5")
    await expect(page.get_by_text("Исправляем сообщение")).to_be_visible()
    await text.fill("Яма у дома 7")
    await page.keyboard.press("Enter")

    own = page.locator(".mine")
    await expect(own).to_have_count(1)
    await expect(own).to_contain_text("Яма у дома 7")
    await expect(own).to_contain_text("исправлено")
    await expect(text).to_have_value("А ещё фонарь")
    assert [(event.text, event.edited) for event in desk.bot.events] == [
        ("Яма у дома 5", False),
        ("Яма у дома 7", True),
    ]
    assert complaints_of(page) == []


async def test_a_correction_goes_on_after_a_reload_and_can_be_left(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await said(desk, context)
    text = page.get_by_label("Ваше сообщение")
    await page.locator(".mine").get_by_role("button", name="Исправить").click()
    await text.fill("Яма у дома 7")

    await page.reload()
    await expect(page.get_by_text("Исправляем сообщение")).to_be_visible()
    await expect(text).to_have_value("Яма у дома 7")
    await page.get_by_role("button", name="Не исправлять").click()

    await expect(text).to_have_value("")
    await expect(page.locator(".mine")).to_contain_text("Яма у дома 5")
    assert len(desk.bot.events) == 1


async def test_too_late_a_correction_gives_the_words_back(
    desk: EchoDesk, context: BrowserContext, clock: Clock
) -> None:
    page = await said(desk, context)
    await page.locator(".mine").get_by_role("button", name="Исправить").click()
    await page.get_by_label("Ваше сообщение").fill("Яма у дома 7")
    clock.passes(minutes=16)

    await page.keyboard.press("Enter")

    await expect(page.locator("#notice")).to_have_text(desk.texts("web-edit-late"))
    await expect(page.get_by_label("Ваше сообщение")).to_have_value("Яма у дома 7")
    await expect(page.locator(".mine")).to_contain_text("Яма у дома 5")
