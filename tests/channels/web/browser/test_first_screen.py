"""The first contact fits on one screen of a phone, and whom to call stays on it all the way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.channels.web.browser.pages import complaints_of, open_page
from tests.support.servers.process import BotProcess
from tests.support.towns.live import TEXTS

PHONE: ViewportSize = {"width": 390, "height": 844}
GAS = "Запах газа на дороге, там яма, ул. Мира 12"


@pytest.fixture
async def page(tmp_path: Path, chromium: Browser) -> AsyncIterator[Page]:
    """The chat of a running bot on a phone, not begun."""
    async with BotProcess(tmp_path, {}) as bot:
        context = await chromium.new_context(viewport=PHONE, locale="ru-RU", has_touch=True)
        page = await open_page(context, f"{bot.url}/chat")
        page.set_default_timeout(20_000)
        yield page
        assert complaints_of(page) == []
        await context.close()


def button(page: Page, label: str) -> Locator:
    """The newest button of that label."""
    return page.get_by_role("button", name=label, exact=True).last


async def writes(page: Page, text: str) -> None:
    await page.get_by_label(TEXTS("web-input")).fill(text)
    await page.get_by_role("button", name=TEXTS("web-send")).click()


async def test_greeting_and_consent_are_on_the_screen_together(page: Page) -> None:
    await page.get_by_role("button", name=TEXTS("web-start")).click()
    await expect(button(page, TEXTS("consent-yes"))).to_be_visible()

    greeting = page.locator(".bot", has_text="Здравствуйте").last
    await expect(greeting).to_be_in_viewport(ratio=1)
    for label in ("consent-yes", "consent-no", "consent-read"):
        await expect(button(page, TEXTS(label))).to_be_in_viewport(ratio=1)


async def test_whom_to_call_stays_on_the_screen_until_it_is_filed(page: Page) -> None:
    call = page.get_by_text(TEXTS("danger-again-gas")).last
    await writes(page, GAS)
    await expect(button(page, TEXTS("consent-yes"))).to_be_visible()
    await expect(call).to_be_in_viewport()

    await button(page, TEXTS("consent-yes")).click()
    for step in (
        button(page, "🛣 Ямы и выбоины на дороге"),
        button(page, TEXTS("place-proposed", place="ул. Мира, 12")),
        button(page, TEXTS("form-send")),
    ):
        await expect(step).to_be_visible()
        await expect(call).to_be_in_viewport()
        await step.click()

    await expect(page.locator(".bot").last).to_contain_text("104 или 112")
