"""Take the screenshot of README.md: the real bot, a message filed and answered in a browser.

Run from the repository's folder after ``make lint``: .venv/bin/python docs/images/make_screenshot.py
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.async_api import FrameLocator, async_playwright  # noqa: E402

from config.texts import Texts  # noqa: E402
from tests.support.servers.process import BotProcess  # noqa: E402
from tests.support.servers.staff_codes import staff_code  # noqa: E402

PICTURE = ROOT / "docs" / "images" / "desk.png"
TEXTS = Texts.load()


async def say(frame: FrameLocator, text: str) -> None:
    """Write a message and see it in the chat."""
    await frame.locator("#text").fill(text)
    await frame.locator("#text").press("Enter")
    await frame.locator(".mine").filter(has_text=text).last.wait_for()


async def hear(frame: FrameLocator, fragment: str) -> None:
    """Wait for a message of the bot."""
    await frame.locator("#log").get_by_text(fragment).last.wait_for()


async def press(frame: FrameLocator, label: str) -> None:
    """Press the newest button with that in its label."""
    button = frame.locator("#log").get_by_role("button", name=label).last
    await button.wait_for()
    await button.click()


async def file_and_answer(resident: FrameLocator, staff: FrameLocator) -> None:
    """A hole in the road, from the first word to the answer."""
    await resident.locator("#start").click()
    await press(resident, TEXTS("consent-yes"))
    await press(resident, TEXTS("menu-report"))
    await hear(resident, TEXTS("ask-what"))
    await say(resident, "На дороге у дома 5 глубокая яма, машины объезжают её по тротуару")
    await press(resident, "Ямы и выбоины")
    await hear(resident, TEXTS("ask-place"))
    await say(resident, "ул. Мира, 5")
    await press(resident, TEXTS("form-send"))
    await press(staff, TEXTS("staff-answer"))
    await hear(staff, TEXTS("staff-answer-text", kind="problem"))
    await say(staff, "Яму засыпали и заасфальтировали сегодня утром.")
    await press(staff, TEXTS("form-send"))
    await resident.get_by_role("button", name=TEXTS("resident-solved")).wait_for()


async def main() -> None:
    """Start, play, photograph, stop."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        environ = {"MCU_MUNICIPALITY": "Город Верхний"}
        async with BotProcess(Path(folder), environ) as bot, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            size = {"width": 1280, "height": 900}
            page = await browser.new_page(viewport=size, locale="ru-RU")  # type: ignore[arg-type]
            page.set_default_timeout(15_000)
            await page.goto(f"{bot.url}/staff")
            await page.get_by_label("Ваше имя").fill("Ольга")
            await page.get_by_label("Код входа").fill(await staff_code(bot.database_url))
            await page.keyboard.press("Enter")
            await page.wait_for_selector("#log-out")
            await page.goto(f"{bot.url}/")
            resident = page.frame_locator("iframe.side-resident")
            staff = page.frame_locator("iframe.side-staff")
            await file_and_answer(resident, staff)
            await staff.locator("#log").get_by_text(TEXTS("state-answered")).first.wait_for()
            await staff.locator("#scroll").evaluate("scroll => scroll.scrollTo(0, 90)")
            await page.screenshot(path=PICTURE)
            await browser.close()
            await bot.stop()


if __name__ == "__main__":
    asyncio.run(main())
