"""What is being written survives a reload, and is nobody else's."""

from playwright.async_api import Browser, BrowserContext, FilePayload, expect

from bot.channels.web.events import STAFF
from bot.protocol import Part
from storage.messages import Address
from tests.channels.web.browser.pages import JPEG, complaints_of, open_page
from tests.fakes.echo import EchoDesk

PHOTO: FilePayload = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
LONG = "Длинный текст, который набирали десять минут\nсо второй строкой"


async def test_text_and_files_are_there_after_a_reload(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    text = page.get_by_label("Ваше сообщение")
    await page.locator("#files").set_input_files(PHOTO)
    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_role("img", name="яма.jpg")).to_be_visible()
    await text.fill(LONG)

    await page.reload()

    await expect(text).to_have_value(LONG)
    await expect(attached.get_by_role("img", name="яма.jpg")).to_be_visible()
    await page.get_by_role("button", name="Отправить написанное").click()
    await expect(page.locator(".mine").get_by_role("img")).to_be_visible()
    await page.reload()
    await expect(page.locator(".mine")).to_have_count(1)
    await expect(text).to_have_value("")
    await expect(attached).to_be_hidden()
    assert desk.bot.events[0].text == LONG
    assert len(desk.bot.events) == 1
    assert complaints_of(page) == []


async def test_a_file_that_was_on_its_way_is_asked_for_again_by_its_name(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    desk.kept.away = True
    await page.locator("#files").set_input_files(PHOTO)
    attached = page.get_by_label("Прикреплённые файлы")
    await expect(attached.get_by_role("alert")).to_be_visible()

    await page.reload()

    await expect(attached.get_by_text("яма.jpg")).to_be_visible()
    await expect(attached.get_by_role("alert")).to_have_text(desk.texts("web-attach-again"))


async def test_the_message_that_is_answered_is_still_answered_after_a_reload(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, await desk.link())
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()
    await desk.bot.says(Address("web", STAFF), Part("Карточка: яма"))
    await page.locator(".bot").get_by_role("button", name="Ответить").click()
    await page.get_by_label("Ваше сообщение").fill("Завтра")

    await page.reload()
    await expect(page.locator("#answered")).to_have_text("Карточка: яма")
    await page.get_by_role("button", name="Отправить написанное").click()

    await expect(page.locator(".mine .quote")).to_contain_text("Карточка: яма")


async def test_another_page_does_not_offer_what_one_has_sent(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Яма")
    other = await open_page(context, f"{desk.url}/chat")
    await expect(other.get_by_label("Ваше сообщение")).to_have_value("Яма")

    await page.get_by_role("button", name="Отправить написанное").click()

    await expect(other.get_by_label("Ваше сообщение")).to_have_value("")


async def test_who_leaves_leaves_nothing_that_was_being_written(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Тайна")
    await page.get_by_role("button", name="Выйти").click()

    await page.locator("#leave-form").get_by_role("button", name="Выйти").click()

    await expect(page.get_by_text("Вы вышли из чата")).to_be_visible()
    assert "Тайна" not in await page.evaluate("JSON.stringify(localStorage)")


async def test_enter_is_a_new_line_under_a_thumb(desk: EchoDesk, chromium: Browser) -> None:
    phone = await chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = await open_page(phone, f"{desk.url}/chat")
    text = page.get_by_label("Ваше сообщение")
    await expect(text).to_have_attribute("enterkeyhint", "enter")

    await text.tap()
    await page.keyboard.type("Первая строка")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Вторая строка")
    await expect(text).to_have_value("Первая строка\nВторая строка")
    await page.get_by_role("button", name="Отправить написанное").tap()

    await expect(page.get_by_text("Вы написали: Первая строка")).to_be_visible()
    assert [event.text for event in desk.bot.events] == ["Первая строка\nВторая строка"]
    await phone.close()
