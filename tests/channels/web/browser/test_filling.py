"""Words that are to be corrected stand in the field of who writes, and nothing typed is lost."""

from playwright.async_api import BrowserContext, Page, expect

from bot.protocol import Part
from storage.messages import Address, Button
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.fakes.echo import EchoDesk

WAS = "Разбита детская площадка\nво дворе дома 5"
ASK = Part("Исправьте текст", ((Button("Оставить как было", "form=restore.what#k"),),), fill=WAS)


async def _chat(desk: EchoDesk, context: BrowserContext) -> tuple[Page, Address]:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_label("Ваше сообщение").fill("Яма на Мира")
    await page.get_by_role("button", name="Отправить написанное").click()
    await expect(page.get_by_text("Вы написали: Яма на Мира")).to_be_visible()
    return page, desk.bot.events[-1].address


async def test_the_old_text_stands_in_the_field(desk: EchoDesk, context: BrowserContext) -> None:
    page, chat = await _chat(desk, context)

    await desk.bot.says(chat, ASK)

    await expect(page.get_by_label("Ваше сообщение")).to_have_value(WAS)
    assert complaints_of(page) == []


async def test_what_is_being_typed_stays(desk: EchoDesk, context: BrowserContext) -> None:
    page, chat = await _chat(desk, context)
    await page.get_by_label("Ваше сообщение").fill("а ещё там")

    await desk.bot.says(chat, ASK)

    await expect(page.get_by_text("Исправьте текст")).to_be_visible()
    await expect(page.get_by_label("Ваше сообщение")).to_have_value("а ещё там")


async def test_it_is_there_again_after_a_reload(desk: EchoDesk, context: BrowserContext) -> None:
    page, chat = await _chat(desk, context)
    await desk.bot.says(chat, ASK)
    await expect(page.get_by_label("Ваше сообщение")).to_have_value(WAS)

    await page.reload()

    await expect(page.get_by_label("Ваше сообщение")).to_have_value(WAS)


async def test_who_leaves_it_as_it_was_has_an_empty_field(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page, chat = await _chat(desk, context)
    await desk.bot.says(chat, ASK)
    await expect(page.get_by_label("Ваше сообщение")).to_have_value(WAS)

    await page.get_by_role("button", name="Оставить как было").click()

    await expect(page.get_by_label("Ваше сообщение")).to_have_value("")
