"""The staff's page and the desk: logging in, answering, reading on; and all pages on a phone."""

import re

from playwright.async_api import Browser, BrowserContext, ViewportSize, expect

from bot.protocol import Part
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.fakes.echo import STAFF, EchoDesk

PHONE: ViewportSize = {"width": 360, "height": 640}


async def test_newcomer_files_and_answers_at_the_printed_address(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, await desk.link(desk=True))
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
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/staff")

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
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, await desk.link())
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
    newest = page.get_by_role("button", name="↓ 1 новое")
    await expect(newest).to_be_visible()
    await expect(page.get_by_text("Новость 20", exact=True)).to_be_in_viewport()
    await newest.click()

    await expect(page.get_by_text("Самая новая")).to_be_in_viewport()
    await expect(newest).not_to_be_visible()
