"""Drive the pages of one installation as people do, and take their pictures."""

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize

from config.texts import Texts
from tests.support.servers.process import BotProcess
from tests.support.servers.staff_codes import staff_code

ROOT = Path(__file__).resolve().parents[3]
TEXTS = Texts.load()
WHEN = "before" if os.environ.get("BEFORE") else "after"
WALKS_FOLDER = Path(os.environ.get("PICTURES") or ROOT / "docs" / "images" / "walks")
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
POTHOLE = "На дороге у дома 5 глубокая яма, машины объезжают её по тротуару"
POTHOLES = "Ямы и выбоины"
GAS = "Сильный запах газа в подъезде, ул. Мира 12"
AGREED = TEXTS("consent-yes")
SEND = TEXTS("form-send")
# What is pressed when it is asked and a walk has no wish of its own, the first that is there.
ANOTHER = "Нет, новое"  # asked where one's last news was about an appeal
PLAIN_ANSWERS = (AGREED, SEND, TEXTS("files-none"), "✅ Да, ", ANOTHER, TEXTS("kind-problem"))


@dataclass
class Film:
    """One installation and one browser, for one walk."""

    bot: BotProcess
    browser: Browser

    async def resident(self, size: ViewportSize = PHONE) -> Page:
        """The chat on a phone, as a newcomer opens it."""
        touch = size == PHONE
        page = await self._page(size, touch=touch)
        await page.goto(f"{self.bot.url}/chat")
        return page

    async def consenting(self, size: ViewportSize = PHONE) -> Page:
        """The chat past the greeting and the consent."""
        page = await self.resident(size)
        await page.locator("#start").click()
        await press(page, AGREED)
        await settles(page)
        return page

    async def filed(self, text: str = POTHOLE, topic: str = POTHOLES, **wishes: str) -> Page:
        """A resident of their own who has filed something."""
        page = await self.consenting()
        await files(page, text, topic, **wishes)
        await declines(page)
        return page

    async def employee(self, name: str = "Мария", size: ViewportSize = WIDE) -> Page:
        """The staff room."""
        page = await self._page(size)
        await page.goto(f"{self.bot.url}/staff")
        await page.get_by_label(TEXTS("web-login-name")).fill(name)
        await page.get_by_label(TEXTS("web-login-code")).fill(
            await staff_code(self.bot.database_url)
        )
        await page.keyboard.press("Enter")
        await page.locator("#log-out").wait_for()
        await declines(page)
        return page

    async def admin(self) -> Page:
        """Where the admin works, by the link that the terminal tells."""
        page = await self._page(WIDE)
        await page.goto(self.link("run-admin"))
        await page.get_by_role("button", name=TEXTS("web-login-enter")).click()
        await page.locator("iframe.side-staff").wait_for()
        await page.goto(f"{self.bot.url}/{'staff' if WHEN == 'before' else 'admin'}")
        return page

    async def starts_anew(self, **environ: str) -> None:
        """Start it with other settings."""
        await self.bot.stop()
        self.bot.environ = {**self.bot.environ, **environ}
        await self.bot.start()

    def link(self, key: str) -> str:
        """An address that the terminal tells."""
        told = TEXTS(key, url="").strip()
        return next(line.split()[-1] for line in self.bot.printed if line.startswith(told))

    async def blank(self, size: ViewportSize = WIDE) -> Page:
        """A window of a browser that was never here."""
        return await self._page(size)

    async def _page(self, size: ViewportSize, *, touch: bool = False) -> Page:
        context = await self.browser.new_context(
            viewport=size,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            has_touch=touch,
            is_mobile=touch,
        )
        page = await context.new_page()
        page.set_default_timeout(15_000)
        return page


async def settles(page: Page, seconds: float = 1) -> None:
    """Let come what is on its way."""
    await page.wait_for_timeout(seconds * 1000)


async def declines(page: Page) -> None:
    """Put away the offer of sound or of a knock, if there is one."""
    await settles(page)
    if await page.locator("#offer-no").is_visible():
        await page.locator("#offer-no").click()
        await page.mouse.move(300, 5)  # a pointer at the messages would hold them


async def say(page: Page, text: str) -> None:
    """Write a message and see it in the chat."""
    await page.locator("#text").fill(text)
    await page.locator("#send").click()
    if not text.startswith("/"):
        await page.locator(".mine").filter(has_text=text.splitlines()[0]).last.wait_for()
    await settles(page)


async def press(page: Page, label: str, among: Locator | None = None) -> None:
    """Press the newest button with that in its label."""
    button = (among or page.locator("#log")).get_by_role("button", name=label).last
    more = (among or page.locator("#log")).get_by_role("button", name="Ещё действия").last
    await page.locator("#log .buttons").first.wait_for()
    if not await button.is_visible() and await more.is_visible():
        await more.click()
    await button.click()
    await settles(page)


async def hear(page: Page, fragment: str) -> None:
    """Wait for words of the bot."""
    await page.locator("#log").get_by_text(fragment).last.wait_for()


async def slows(page: Page, *, latency: int, rate: int) -> None:
    """Give it a slow line: milliseconds, bytes a second."""
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency,
            "downloadThroughput": rate,
            "uploadThroughput": rate,
        },
    )


def asked(page: Page) -> Locator:
    """The newest message with buttons."""
    return page.locator("#log .message.bot:has(.buttons)").last


async def files(
    page: Page, text: str, topic: str = "", *, place: str = "ул. Мира, 5", until: str = "МЦУ-"
) -> None:
    """Say what is the matter and answer what is asked, until something is read or can be pressed."""
    await say(page, text)
    for _ in range(12):
        question = await asked(page).inner_text()
        if until in question and ANOTHER not in question:
            return
        wishes = [*([topic] if topic else []), *PLAIN_ANSWERS]
        for label in wishes:
            if await asked(page).get_by_role("button", name=label).count():
                await press(page, label, asked(page))
                break
        else:
            if TEXTS("ask-place").split()[0] in question:
                await say(page, place)
            else:
                await asked(page).get_by_role("button").first.click()
                await settles(page)
    raise AssertionError(question)  # the walk has lost its way


async def answers(staff: Page, button: str, text: str, words: str = "") -> None:
    """Press a button of the newest card (or the one with these words), write, send."""
    cards = staff.locator("#log .message.bot", has_text=words or "МЦУ-")
    await press(staff, button, cards)
    await say(staff, text)
    await press(staff, SEND)


async def snap(page: Page, name: str, box: tuple[int, int, int, int] | None = None) -> None:
    """Keep what is seen (or a part of it) as ``<number>-<when>-<what>.webp``."""
    await settles(page, 0.8)
    number, _, what = name.partition("-")
    path = WALKS_FOLDER / "-".join(filter(None, (number, WHEN, what)))
    with Image.open(BytesIO(await page.screenshot())) as image:
        picture = image.convert("RGB").crop(box) if box else image.convert("RGB")
    picture.save(path.with_suffix(".webp"), quality=70, method=6)
    if folder := os.environ.get("PNG"):
        picture.save(Path(folder) / f"{path.name}.png")
    print(path.name, flush=True)  # noqa: T201


def photo(number: int, size: tuple[int, int] = (1600, 1200)) -> FilePayload:
    """A photo of a hole in a road, each of its own."""
    image = Image.new("RGB", size, (124, 122, 118))
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0, 0, width, height // 3), fill=(150, 180, 205 + 5 * number))
    draw.rectangle((0, height // 3, width, height // 3 + 60), fill=(96, 120, 80))
    x, y = width // 3 + 40 * number, height * 2 // 3 - 12 * number
    draw.ellipse((x - 280, y - 120, x + 280, y + 120), fill=(64, 60, 56))
    draw.ellipse((x - 200, y - 50, x + 220, y + 100), fill=(92, 104, 118))
    grain = Image.effect_noise(size, 60).convert("RGB")
    out = BytesIO()
    Image.blend(image, grain, 0.12).save(out, "JPEG", quality=88)
    return {"name": f"photo{number}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
