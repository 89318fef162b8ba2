"""The menu beside the field, commands that can be pressed, and what is in sight of what was said."""

import re

from playwright.async_api import Browser, BrowserContext, expect

from bot.protocol import Part
from storage.messages import Address, Button
from tests.channels.web.browser.pages import PHONE, complaints_of, open_page
from tests.fakes.echo import STAFF, EchoDesk


async def test_the_menu_says_what_a_resident_may_begin(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("я пишу")
    opener = page.get_by_role("button", name="Меню")

    await opener.click()
    await expect(opener).to_have_attribute("aria-expanded", "true")
    menu = page.get_by_role("group", name="Меню")
    await expect(menu.get_by_role("button").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(page.locator(".mine")).to_contain_text("Мои сообщения")
    await expect(menu).to_be_hidden()
    await expect(page.get_by_label("Ваше сообщение")).to_have_value("я пишу")
    await expect(page.get_by_text("Вы написали: /my")).to_be_visible()
    assert [event.text for event in desk.bot.events] == ["/my"]
    assert complaints_of(page) == []


async def test_a_search_begins_in_the_field(desk: EchoDesk, context: BrowserContext) -> None:
    page = await open_page(context, await desk.link())
    await page.get_by_role("button", name="Войти").click()

    await page.get_by_role("button", name="Меню").click()
    await page.get_by_role("button", name="Найти").click()

    await expect(page.get_by_label("Ваше сообщение")).to_have_value("/find ")
    await expect(page.get_by_label("Ваше сообщение")).to_be_focused()
    assert desk.bot.events == []


async def test_commands_of_the_bot_can_be_pressed_and_nothing_else_of_that_look(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    words = "Нажмите /new или (/my), не /sudo, не /new/x и не и/help. https://example.ru/my"
    await page.get_by_label("Ваше сообщение").fill(words)
    await page.keyboard.press("Enter")

    said = page.locator(".bot .text")
    await expect(said).to_have_text(f"Вы написали: {words}")
    await expect(said.get_by_role("button")).to_have_text(["/new", "/my"])
    await expect(page.locator(".mine .text").get_by_role("button")).to_have_count(0)
    await said.get_by_role("button", name="/new").click()

    await expect(page.get_by_text("Вы написали: /new")).to_be_visible()
    assert complaints_of(page) == []


async def test_a_message_taller_than_the_window_is_read_from_its_first_line(
    desk: EchoDesk, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport=PHONE, locale="ru-RU")
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_role("button", name="Начать").click()
    await expect(page.get_by_text("Что случилось?")).to_be_visible()
    account = Address("web", desk.bot.events[0].person.account)
    topics = tuple((Button(f"Тема {n}", f"topic={n}", number=n),) for n in range(1, 17))

    await desk.bot.says(account, Part("Выберите тему:", topics))

    await expect(page.get_by_role("button", name="Тема 16", exact=True)).to_be_attached()
    await expect(page.get_by_text("Выберите тему:")).to_be_in_viewport()
    await page.get_by_role("button", name="Тема 16", exact=True).scroll_into_view_if_needed()
    await desk.bot.says(account, Part("Новость"))
    await expect(page.get_by_text("Новость")).to_be_attached()
    await expect(page.get_by_role("button", name="Тема 15", exact=True)).to_be_in_viewport()
    await context.close()


async def test_only_what_is_about_an_appeal_can_be_answered(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_role("button", name="Начать").click()
    await expect(page.get_by_text("Что случилось?")).to_be_visible()
    account = Address("web", desk.bot.events[0].person.account)

    await desk.bot.says(account, Part("Взяли в работу", about=True))

    news = page.locator(".bot", has_text="Взяли в работу")
    await expect(news.get_by_role("button", name=re.compile("Ответить"))).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("Ответить"))).to_have_count(1)
    await desk.bot.says(STAFF, Part("Слово"))  # an employee may answer anything
    staff = await open_page(context, await desk.link())
    await staff.get_by_role("button", name="Войти").click()
    await expect(staff.get_by_role("button", name=re.compile("Ответить"))).to_have_count(1)


async def test_the_menu_leads_to_what_is_kept_before_anything_is_deleted(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")

    await page.get_by_role("button", name="Меню").click()
    await page.get_by_role("button", name="Мои данные").click()

    await expect(page.get_by_text("Вы написали: /data")).to_be_visible()
