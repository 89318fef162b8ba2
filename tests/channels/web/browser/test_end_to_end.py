"""A newcomer with no token at all: ``python -m bot``, the printed address, one appeal by clicking."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, FrameLocator, Locator, expect

from tests.support.servers.process import BotProcess
from tests.support.towns.crossing import CLOSER, DESCRIPTION, TOPIC
from tests.support.towns.live import TEXTS

SECONDS = 20
PHOTO: FilePayload = {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": CLOSER.content}


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A whole program takes longer than pages alone."""
    expect.set_options(timeout=SECONDS * 1000)
    yield
    expect.set_options(timeout=5000)  # its default


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[BotProcess]:
    """The bot with nothing set, started at a terminal."""
    async with BotProcess(tmp_path, {}, terminal=True) as process:
        yield process


def desk_address(bot: BotProcess) -> str:
    """What a newcomer copies from the terminal: the address that stands behind «Рабочий стол»."""
    [line] = [line for line in bot.printed if line.startswith(TEXTS("run-staff", url="").strip())]
    return line.split()[-1]


def latest(side: FrameLocator | Locator, label: str) -> Locator:
    """The newest button of that label."""
    return side.get_by_role("button", name=label, exact=True).last


async def writes(side: FrameLocator, text: str) -> None:
    await side.get_by_label(TEXTS("web-input")).fill(text)
    await side.get_by_label(TEXTS("web-input")).press("Enter")


async def test_a_newcomer_files_an_appeal_and_answers_it(
    bot: BotProcess, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport={"width": 1400, "height": 900}, locale="ru-RU")
    page = await context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.extend([line.text] * (line.type == "error")))
    await page.goto(desk_address(bot))
    await page.get_by_label(TEXTS("web-login-name")).fill("Мария")
    await page.get_by_role("button", name=TEXTS("web-login-enter")).click()
    resident = page.frame_locator(f'iframe[title="{TEXTS("web-desk-resident")}"]')
    staff = page.frame_locator(f'iframe[title="{TEXTS("web-desk-staff")}"]')

    # On the left the resident files
    await resident.get_by_role("button", name=TEXTS("web-start")).click()
    await latest(resident, TEXTS("consent-yes")).click()
    await latest(resident, TEXTS("menu-report")).click()
    await expect(resident.get_by_text(TEXTS("ask-what"))).to_be_visible()
    await writes(resident, DESCRIPTION)
    await resident.get_by_role("button", name=TOPIC).last.click()
    await expect(latest(resident, TEXTS("place-proposed", place="ул. Мира, 5"))).to_be_visible()
    await writes(resident, "улица Мира, 5")
    await expect(latest(resident, TEXTS("form-send"))).to_be_visible()
    async with page.expect_file_chooser() as choosing:
        await resident.get_by_role("button", name=TEXTS("web-attach")).click()
    await (await choosing.value).set_files([PHOTO])
    await expect(resident.locator("#attached")).to_contain_text("яма.jpg")
    await resident.get_by_label(TEXTS("web-input")).press("Enter")
    await expect(resident.locator(".bot").last).to_contain_text(TEXTS("files-added", count=1))
    await latest(resident, TEXTS("form-send")).click()
    number = re.compile(r"МЦУ-\d\d-000001")
    await expect(resident.locator(".bot").last).to_contain_text(number)

    # On the right is its card with the photo, and the employee answers
    card = staff.locator(".message", has_text=DESCRIPTION).first
    await expect(card).to_contain_text(number)
    await expect(card).to_contain_text("улица Мира, 5")
    photo = staff.get_by_role("img").first
    await expect(photo).to_have_js_property("naturalWidth", 64)
    await card.get_by_role("button", name=TEXTS("staff-take")).click()
    await expect(card).to_contain_text(TEXTS("state-in_work"))
    await expect(resident.locator(".bot").last).to_contain_text("взяли в работу")
    await card.get_by_role("button", name=TEXTS("staff-answer")).click()
    await expect(staff.get_by_text(TEXTS("staff-answer-text", kind="problem"))).to_be_visible()
    await writes(staff, "Яму засыпали сегодня утром")
    await latest(staff, TEXTS("form-send")).click()

    # The resident reads the answer and confirms
    await expect(resident.locator(".bot").last).to_contain_text("Яму засыпали сегодня утром")
    await latest(resident, TEXTS("resident-solved")).click()
    await expect(resident.locator(".bot").last).to_contain_text("Спасибо!")
    await expect(card).to_contain_text(TEXTS("state-closed"))

    assert complaints == []
    assert "code" not in page.url
    await context.close()
    assert await bot.stop() == 0
    assert bot.troubles() == []


async def test_a_photo_that_comes_first_waits_on_the_page_for_the_consent(
    bot: BotProcess, chromium: Browser
) -> None:
    page = await chromium.new_page()
    page.set_default_timeout(SECONDS * 1000)
    await page.goto(f"{bot.url}/chat")
    await expect(page.get_by_role("button", name=TEXTS("web-start"))).to_be_visible()
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name=TEXTS("web-attach")).click()
    await (await choosing.value).set_files([PHOTO])
    await expect(page.locator("#notice")).to_have_text(TEXTS("web-file-before-consent"))
    await page.get_by_label(TEXTS("web-input")).fill(DESCRIPTION)
    await page.get_by_label(TEXTS("web-input")).press("Enter")
    await expect(page.locator("#attached")).to_contain_text("яма.jpg")

    await latest(page.locator("body"), TEXTS("consent-yes")).click()

    await expect(page.locator("#attached")).to_be_hidden()
    await expect(page.locator(".bot").last).to_contain_text(TEXTS("files-added", count=1))
    await expect(page.get_by_role("img").first).to_have_js_property("naturalWidth", 64)
    await page.close()


async def test_each_start_tells_a_link_of_its_own_that_opens_the_desk(
    bot: BotProcess, chromium: Browser
) -> None:
    before = desk_address(bot).partition("?")[2]
    await bot.stop()
    await bot.start()

    assert desk_address(bot).partition("?")[2] != before
    page = await chromium.new_page()
    await page.goto(desk_address(bot))
    await page.get_by_label(TEXTS("web-login-name")).fill("Мария")
    await page.get_by_role("button", name=TEXTS("web-login-enter")).click()
    await expect(page.locator(f'iframe[title="{TEXTS("web-desk-staff")}"]')).to_be_visible()
    await page.close()
