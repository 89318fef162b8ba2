"""Keyboards that go from the page while somebody is at its end."""

from playwright.async_api import BrowserContext, expect

from bot.protocol import Part
from storage.messages import Button
from tests.channels.web.browser.pages import complaints_of, open_page
from tests.fakes.echo import EchoDesk

LEFT = "() => { const s = document.getElementById('scroll'); return s.scrollHeight - s.scrollTop - s.clientHeight < 5; }"


async def test_a_page_at_its_end_stays_there_while_a_keyboard_goes(
    desk: EchoDesk, context: BrowserContext
) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    await page.get_by_role("button", name="Начать").click()
    await expect(page.get_by_text("Что случилось?")).to_be_visible()
    to = desk.bot.events[0].address
    rows = tuple((Button(f"Ответ {n}", f"answer={n}"),) for n in range(6))
    for n in range(1, 4):
        await desk.adapter.send(to, Part(f"Новость {n}", rows), key=n)
    [asked] = await desk.adapter.send(to, Part("Где это?", rows), key=4)
    await page.wait_for_function(LEFT)

    await desk.adapter.send(to, Part("Проверьте, пожалуйста", rows), key=5)
    await desk.adapter.edit(to, asked, Part("Где это?"))

    question = page.locator(".message").filter(has_text="Где это?")
    await expect(question.get_by_role("button", name="Ответ 1")).to_have_count(0)
    await page.wait_for_function(LEFT)
    assert complaints_of(page) == []
