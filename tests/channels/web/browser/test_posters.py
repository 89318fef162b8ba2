"""A poster opens the chat on a phone: from the command that made it to the appeal that was filed."""

import asyncio
import re
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.async_api import Browser, expect

from tests.channels.web.browser.pages import PHONE, complaints_of, open_page
from tests.support.servers.command_line import command
from tests.support.servers.process import BotProcess
from tests.support.towns.live import TEXTS

LIFT = "Лифт, ул. Мира, 7"
WORDS = "Лифт стоит между этажами второй день"


async def test_a_newcomer_files_from_a_poster_that_a_command_made_beside_the_bot(
    tmp_path: Path, chromium: Browser
) -> None:
    async with BotProcess(tmp_path, {}) as bot:
        made = await asyncio.to_thread(
            command, tmp_path, "poster", "--place", LIFT, "--topic", "house/lift"
        )
        assert made.returncode == 0, made.stdout + made.stderr
        [code] = re.findall(r"код (p-\w+)", made.stdout)
        [found] = zxingcpp.read_barcodes(Image.open(tmp_path / f"Плакат {code}.png"))
        query = found.text.partition("/?")[2]

        context = await chromium.new_context(viewport=PHONE, locale="ru-RU", has_touch=True)
        page = await open_page(context, f"{bot.url}/?{query}")
        page.set_default_timeout(20_000)
        await page.get_by_role("button", name=TEXTS("consent-yes")).click()
        await expect(page.get_by_text("Напишите, что здесь случилось")).to_be_visible()
        await page.get_by_label(TEXTS("web-input")).fill(WORDS)
        await page.get_by_role("button", name=TEXTS("web-send")).click()
        summary = page.locator(".bot", has_text="Проверьте").last
        await expect(summary).to_contain_text(LIFT)
        await expect(summary).to_contain_text("Лифт")
        await page.reload()
        await page.get_by_role("button", name=TEXTS("form-send"), exact=True).last.click()
        await expect(page.locator(".bot", has_text="МЦУ-").last).to_be_visible()

        assert query == f"place={code.removeprefix('p-')}"
        assert page.url == f"{bot.url}/chat"
        assert await page.get_by_text("Напишите, что здесь случилось").count() == 1
        assert complaints_of(page) == []
        await context.close()


async def test_a_poster_that_is_old_greets_as_usual(tmp_path: Path, chromium: Browser) -> None:
    async with BotProcess(tmp_path, {}) as bot:
        context = await chromium.new_context(viewport=PHONE, locale="ru-RU")
        page = await open_page(context, f"{bot.url}/?place=%3Cimg%20src=x%20onerror=alert(1)%3E")
        page.set_default_timeout(20_000)

        await expect(page.get_by_text(TEXTS("start-unknown"))).to_be_visible()
        await expect(page.get_by_role("button", name=TEXTS("consent-yes"))).to_be_visible()

        assert await page.locator("img[src=x]").count() == 0
        assert complaints_of(page) == []
        await context.close()
