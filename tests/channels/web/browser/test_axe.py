"""No page has a fault that axe finds: on a phone and wide, in light and dark, at every step."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, expect

from bot.protocol import Part
from storage.messages import Address, Button, Call
from tests.channels.web.browser.axe import faults, script
from tests.channels.web.browser.pages import JPEG, open_page
from tests.fakes.echo import MENU, STAFF, EchoDesk
from tests.support.servers.process import BotProcess
from tests.support.towns.live import TEXTS

PHOTO: FilePayload = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
SECONDS = 20_000


@pytest.fixture(autouse=True)
def _axe() -> None:
    script()


async def test_the_pages_around_the_chats(desk: EchoDesk, context: BrowserContext) -> None:
    found = []
    for path in ("/chat", "/staff", "/chat/left", "/chat/device"):
        page = await context.new_page()
        await page.goto(desk.url + path)
        found += await faults(page)
    page = await open_page(context, await desk.link(desk=True))
    found += await faults(page)
    await page.get_by_role("button", name="Войти").click()
    staff = page.frame_locator('iframe[title="Чат сотрудников"]')
    await expect(staff.get_by_text("Вы вошли как")).to_be_attached()
    found += await faults(page)
    login = await context.new_page()
    await login.goto(f"{desk.url}/staff?code=123456789012")
    found += await faults(login)

    assert found == []


async def test_all_that_a_resident_may_see(desk: EchoDesk, context: BrowserContext) -> None:
    page = await open_page(context, f"{desk.url}/chat")
    found = []
    await page.set_input_files("#files", [PHOTO])
    await page.get_by_label("Ваше сообщение").fill("Пахнет газом https://example.ru")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("Вы написали: Пахнет газом")).to_be_visible()
    account = Address("web", desk.bot.events[0].person.account)
    call = Call("Пахнет газом?", (("Позвонить 112", "112"), ("104 — газ", "104")))
    await desk.bot.says(account, Part("Звоните 112. Что можно: /new и /my", call=call))
    tones = tuple(
        (Button(tone, f"t={tone}", tone=tone, number=n),)  # type: ignore[arg-type]
        for n, tone in enumerate(("plain", "primary", "good", "bad"), 1)
    )
    await desk.bot.says(account, Part("Старая", tones))
    await desk.bot.says(account, replace(Part("Выберите", (*tones, *MENU)), about=True))
    await expect(page.get_by_text("Выберите")).to_be_visible()
    found += await faults(page)

    await page.get_by_role("button", name="Ответить").last.click()
    desk.kept.away = True
    await page.set_input_files("#files", [PHOTO])
    await expect(page.get_by_label("Прикреплённые файлы")).to_contain_text("яма.jpg")
    await page.get_by_role("button", name="Меню").click()
    found += await faults(page)
    await page.keyboard.press("Escape")
    await context.set_offline(True)
    await expect(page.get_by_text("Нет связи.")).to_be_visible()
    found += await faults(page)
    await context.set_offline(False)
    for opener, closer in (("Как узнать об ответе", "reached"), ("Выйти", "stay")):
        await page.get_by_role("banner").get_by_role("button", name=opener).click()
        await expect(page.locator(f"#{closer}")).to_be_visible()
        found += await faults(page)
        await page.locator(f"#{closer}").click()

    assert found == []


async def test_all_that_an_employee_may_see(desk: EchoDesk, context: BrowserContext) -> None:
    page = await open_page(context, await desk.link(admin=True))
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_text("Вы вошли как")).to_be_visible()
    take = ((Button("Взять", "take", tone="primary"), Button("Отказать", "no", tone="bad")),)
    for n in range(70):
        await desk.bot.says(STAFF, Part(f"Новость {n}"))
    await desk.bot.says(STAFF, Part("🆘 №7\nПахнет газом", take, alarm=True))
    other = await open_page(context, await desk.link())
    await other.get_by_label("Ваше сообщение").fill("Кто возьмёт?")
    await other.keyboard.press("Enter")
    await expect(page.get_by_text("Сотрудник написал: Кто возьмёт?")).to_be_visible()
    await page.reload()
    await expect(page.locator("#alarms")).to_be_visible()
    found = await faults(page)
    await page.get_by_role("button", name="Меню").click()
    found += await faults(page)

    assert found == []


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[BotProcess]:
    async with BotProcess(tmp_path, {}, terminal=True) as process:
        yield process


async def asked(page: Page, before: str = "") -> str:
    """The last question with buttons, once it is another than before."""
    last = page.locator(".message.bot:has(.buttons)").last
    await expect(last).not_to_have_text(before, timeout=SECONDS)
    pressed = last.locator("button[aria-disabled=true]")  # it waits for its answer still
    await expect(pressed).to_have_count(0, timeout=SECONDS)
    return await last.inner_text()


async def goes_on(page: Page) -> None:
    """Answer what was asked last, in the plainest way there is."""
    last = page.locator(".message.bot:has(.buttons)").last
    for key in ("consent-yes", "form-send", "menu-report"):
        button = last.get_by_role("button", name=TEXTS(key), exact=True)
        if await button.count():
            await button.click()
            return
    text = await last.inner_text()
    if TEXTS("ask-place") in text:
        await says(page, "улица Мира, 5")
    elif TEXTS("ask-what") in text:
        await says(page, "Яма на дороге, машины объезжают её по тротуару")
    else:
        await last.get_by_role("button").first.click()


async def says(page: Page, text: str) -> None:
    await page.get_by_label(TEXTS("web-input")).fill(text)
    await page.get_by_role("button", name=TEXTS("web-send")).click()


async def test_every_step_of_filing_and_answering(bot: BotProcess, chromium: Browser) -> None:
    context = await chromium.new_context(locale="ru-RU")
    resident, staff = await context.new_page(), await context.new_page()
    [line] = [one for one in bot.printed if one.startswith(TEXTS("run-staff", url="").strip())]
    await staff.goto(line.split()[-1])
    await staff.get_by_role("button", name=TEXTS("web-login-enter")).click()
    await staff.goto(f"{bot.url}/staff")
    await resident.goto(f"{bot.url}/nowhere")
    found = await faults(resident)
    await resident.goto(f"{bot.url}/chat")
    await resident.get_by_role("button", name=TEXTS("web-start")).click()
    steps, text = 0, ""
    while "МЦУ-" not in text:
        steps += 1
        assert steps < 15, text
        text = await asked(resident, text)
        found += await faults(resident)
        await goes_on(resident) if "МЦУ-" not in text else None

    card = staff.locator(".message.bot", has_text="Яма на дороге").first
    await expect(card).to_be_visible(timeout=SECONDS)
    found += await faults(staff)
    await card.get_by_role("button", name=TEXTS("staff-answer")).click()
    await expect(staff.get_by_text(TEXTS("staff-answer-text", kind="problem"))).to_be_visible(
        timeout=SECONDS
    )
    found += await faults(staff)
    await says(staff, "Яму засыпали сегодня утром")
    send = staff.get_by_role("button", name=TEXTS("form-send"), exact=True).last
    await expect(send).to_be_visible(timeout=SECONDS)
    found += await faults(staff)
    await send.click()
    answer = resident.locator(".bot", has_text="Яму засыпали сегодня утром")
    await expect(answer).to_be_visible(timeout=SECONDS)
    found += await faults(staff) + await faults(resident)
    await resident.get_by_role("button", name=TEXTS("web-menu"), exact=True).click()
    await resident.get_by_role("button", name=TEXTS("menu-my")).last.click()
    await expect(resident.locator(".bot").last).to_contain_text("МЦУ-", timeout=SECONDS)
    found += await faults(resident)

    assert steps >= 4
    assert found == []
    await context.close()
