"""How an answer reaches a resident: a notification, the same chat on another device."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.protocol import Part
from storage.tables import WebMessage, WebSubscription
from storage.web import messages
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.channels.web.consent import consents
from tests.fakes.echo import EchoDesk

PHONE: ViewportSize = {"width": 390, "height": 844}


async def a_chat(desk: EchoDesk, context: BrowserContext) -> Page:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Яма на Мира")
    await page.get_by_role("button", name="Отправить написанное").click()
    await expect(page.get_by_text("Вы написали: Яма на Мира")).to_be_visible()
    await consents(desk, desk.bot.events[-1].person.account)
    return page


async def test_a_chat_is_opened_on_another_device_by_the_digits(
    desk: EchoDesk, context: BrowserContext, chromium: Browser
) -> None:
    page = await a_chat(desk, context)
    phone = await chromium.new_context(viewport=PHONE, locale="ru-RU")

    await page.get_by_role("button", name="Как узнать об ответе").click()
    await page.get_by_role("button", name="Открыть на другом устройстве").click()
    digits = await page.locator("#code .digits").inner_text()
    other = await open_page(phone, f"{desk.url}/chat/device")
    await other.get_by_label("Код").fill(digits)
    await other.get_by_role("button", name="Открыть чат").click()

    await expect(other.get_by_text("Вы написали: Яма на Мира")).to_be_visible()
    await other.get_by_label("Ваше сообщение").fill("Пишу с телефона")
    await other.get_by_role("button", name="Отправить написанное").click()
    await page.get_by_role("button", name="Закрыть").click()
    await expect(page.get_by_text("Вы написали: Пишу с телефона")).to_be_visible()
    await expect(page.locator("#code")).to_be_empty()  # who looks later sees no code
    assert complaints_of(page) == complaints_of(other) == []
    await phone.close()


async def test_the_link_is_copied_and_says_when_it_ends(
    desk: EchoDesk, context: BrowserContext
) -> None:
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await a_chat(desk, context)

    await page.get_by_role("button", name="Как узнать об ответе").click()
    await page.get_by_role("button", name="Открыть на другом устройстве").click()
    await page.get_by_role("button", name="Скопировать ссылку").click()
    await expect(page.get_by_role("button", name="Скопировали")).to_be_visible()
    digits = (await page.locator("#code .digits").inner_text()).replace(" ", "")

    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{desk.url}/chat/device?code={digits}"
    await expect(page.locator("#code")).to_contain_text("Действует один раз, до")
    await expect(page.get_by_role("button", name="Получить новую ссылку")).to_be_enabled()


async def test_who_has_said_nothing_yet_is_told_why_there_is_no_code(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")

    await page.get_by_role("button", name="Как узнать об ответе").click()
    await page.get_by_role("button", name="Открыть на другом устройстве").click()

    await expect(page.locator("#code")).to_contain_text("Переписки пока нет")


# A browser's maker is not reachable from a test: what it would answer.
MAKER = """
    let subscription = null;
    PushManager.prototype.subscribe = async () => {
        subscription = {
            endpoint: "https://fcm.googleapis.com/fcm/send/anna",
            unsubscribe: async () => { subscription = null; return true; },
        };
        return subscription;
    };
    PushManager.prototype.getSubscription = async () => subscription;
"""


async def subscribed(desk: EchoDesk) -> list[str]:
    async with desk.database.begin() as session:
        return list(await session.scalars(select(WebSubscription.endpoint)))


async def test_who_filed_is_asked_once_whether_to_be_told_of_the_answer(
    desk: EchoDesk, context: BrowserContext
) -> None:
    await context.grant_permissions(["notifications"])
    await context.add_init_script(MAKER)
    page = await a_chat(desk, context)
    offer = page.locator("#offer")

    await desk.bot.says(desk.bot.events[-1].address, Part("Приняли! Номер 1", about=True))
    await expect(offer).to_contain_text("Сообщить вам, когда он будет?")
    await offer.get_by_role("button", name="Да, сообщите").click()
    await expect(offer).to_contain_text("Готово: сообщим об ответе")
    assert await subscribed(desk) == ["https://fcm.googleapis.com/fcm/send/anna"]
    await page.reload()
    await expect(page.get_by_text("Приняли! Номер 1")).to_be_visible()
    await expect(offer).to_be_hidden()

    await page.get_by_role("button", name="Как узнать об ответе").click()
    await page.get_by_role("button", name="Сообщать мне об ответах").click()  # the maker forgot
    await expect(page.locator("#push-told")).to_contain_text("Готово")
    await page.get_by_role("button", name="Больше не сообщать").click()
    await expect(page.locator("#push-told")).to_contain_text("Извещений больше не будет")
    assert await subscribed(desk) == []
    assert complaints_of(page) == []


async def test_who_says_not_now_is_not_asked_again(desk: EchoDesk, context: BrowserContext) -> None:
    page = await a_chat(desk, context)
    await desk.bot.says(desk.bot.events[-1].address, Part("Приняли! Номер 1", about=True))

    await page.locator("#offer").get_by_role("button", name="Не сейчас").click()
    await page.reload()
    await expect(page.get_by_text("Приняли! Номер 1")).to_be_visible()

    await expect(page.locator("#offer")).to_be_hidden()


async def test_a_knock_shows_what_is_new_and_nothing_while_the_chat_is_read(
    desk: EchoDesk, context: BrowserContext
) -> None:
    await context.grant_permissions(["notifications"])
    await context.add_init_script(MAKER)
    page = await a_chat(desk, context)
    async with context.expect_event("serviceworker") as starting:
        await page.get_by_role("button", name="Как узнать об ответе").click()
        await page.get_by_role("button", name="Сообщать мне об ответах").click()
    worker = await starting.value
    await expect(page.locator("#push-told")).to_contain_text("Готово")
    news = Part("Взяли в работу: Отдел дорог", news=True)
    await desk.bot.says(desk.bot.events[-1].address, news)
    knock = """async () => {
        const shown = [];
        self.registration.showNotification = async (title, { body }) => {
            shown.push(`${title}: ${body}`);
        };
        await tell();
        return shown;
    }"""

    assert await worker.evaluate(knock) == []  # the resident is looking at it
    await page.goto(f"{desk.url}/chat/device")

    assert await worker.evaluate(knock) == ["Город Верхний: Взяли в работу: Отдел дорог"]


# What a browser shows is not seen from a test: what its worker still has there.
TOLD = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/static/");
    return (await registration.getNotifications()).map((one) => one.body);
}"""
TELL = """async (body) => {
    const registration = await navigator.serviceWorker.getRegistration("/static/");
    await registration.showNotification("Город Верхний", { body, tag: "news" });
}"""


async def erases(desk: EchoDesk, _page: Page) -> None:
    account = desk.bot.events[-1].person.account

    def take(session: Session) -> list[WebMessage]:
        return messages.delete_messages(session, messages.latest(session, account, 100))

    async with desk.database.begin() as session:
        gone = await session.run_sync(take)
    desk.adapter.forget(gone)


async def leaves(_desk: EchoDesk, page: Page) -> None:
    await page.get_by_role("button", name="Выйти").click()
    await page.locator("#leave-form").get_by_role("button", name="Выйти").click()
    await page.wait_for_url("**/chat/left")


@pytest.mark.parametrize("goes", [erases, leaves])
async def test_what_was_told_leaves_the_screen_with_the_chat(
    desk: EchoDesk, context: BrowserContext, goes: Callable[[EchoDesk, Page], Awaitable[None]]
) -> None:
    await context.grant_permissions(["notifications"])
    await context.add_init_script(MAKER)
    page = await a_chat(desk, context)
    await page.get_by_role("button", name="Как узнать об ответе").click()
    await page.get_by_role("button", name="Сообщать мне об ответах").click()
    await expect(page.locator("#push-told")).to_contain_text("Готово")
    await page.get_by_role("button", name="Закрыть").click()
    await page.evaluate(TELL, "Взяли в работу")
    assert await page.evaluate(TOLD) == ["Взяли в работу"]

    await goes(desk, page)

    async with asyncio.timeout(10):
        while await page.evaluate(TOLD):  # noqa: ASYNC110 - a browser sets no event of ours
            await asyncio.sleep(0.1)
    assert complaints_of(page) == []
