"""Film the walks of docs/pleasure.md: the real bot of this checkout, a browser, pictures.

Run from the repository's folder after ``make lint``: .venv/bin/python docs/images/film.py [WALK...]

Lay the file into an older checkout, and ``BEFORE=1`` names its pictures "before". A walk reads what is
asked and answers that, so the same steps serve both. Chromium needs a font with emoji, as
fonts-noto-color-emoji of Debian; else they are empty boxes.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from aiohttp import web  # noqa: E402
from aiohttp.test_utils import TestServer  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402
from playwright.async_api import (  # noqa: E402
    Browser,
    FilePayload,
    FrameLocator,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
)

from config.texts import Texts  # noqa: E402
from tests.support.servers.process import BotProcess  # noqa: E402
from tests.support.servers.staff_codes import staff_code  # noqa: E402

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


Side = Page | FrameLocator


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


async def danger(film: Film) -> None:
    """Gas is smelt, and the phone shows whom to call."""
    page = await film.resident()
    await say(page, GAS)
    await settles(page)
    await snap(page, "2-consent")
    await press(page, AGREED)
    await files(page, "Пахнет сильно, третий этаж", until=SEND)
    await snap(page, "2-summary")


async def slip(film: Film) -> None:
    """An employee has sent an answer with a mistake."""
    resident, staff = await film.filed(), await film.employee()
    await answers(staff, TEXTS("staff-answer"), "Яму засыпали, фото прилогаем.")
    await hear(resident, "прилогаем")
    if WHEN == "before":
        await staff.locator("#scroll").evaluate("it => it.scrollTo(0, 0)")
        await snap(staff, "5-corrected")
    else:
        await press(staff, "Исправить ответ", staff.locator("#log .message.bot").first)
        await snap(staff, "5-correcting")
        await say(staff, "Яму засыпали, фото прилагаем.")
        await press(staff, SEND)
        await snap(staff, "5-corrected")
    await snap(resident, "5-resident")


async def who(film: Film) -> None:
    """Two employees, one card."""
    maria, olga = await film.employee(), await film.employee("Ольга")
    resident = await film.filed()
    await press(maria, TEXTS("staff-take"))
    await settles(olga, 2)
    await snap(olga, "6-taken")
    await answers(maria, TEXTS("staff-ask"), "С какой стороны дома яма?")
    await hear(resident, "С какой стороны")
    await say(resident, "Со стороны аптеки")
    await settles(olga, 2)
    await snap(olga, "6-who-has-it")


async def room(film: Film) -> None:
    """A busy morning: cards come while a pointer rests on a button."""
    staff = await film.employee()
    for text in (POTHOLE, "Яма на дороге у дома 7, темно и не видно"):
        await film.filed(text)
    await settles(staff, 2)
    await staff.get_by_role("button", name=TEXTS("staff-take")).last.hover()
    for house in (9, 11):
        await film.filed(f"Яма на дороге у дома {house}, пробил колесо")
    await settles(staff, 2)
    await snap(staff, "6-room")


async def own_room(film: Film) -> None:
    """The admin's menus: among the cards, or in a room of their own."""
    admin = await film.admin()
    await say(admin, "/admin")
    await press(admin, "Разделы")
    await film.filed()
    await settles(admin, 2)
    await snap(admin, "6-admin")


async def reaching(film: Film) -> None:
    """An answer is to be seen on another device, too."""
    page = await film.consenting()
    await files(page, POTHOLE, POTHOLES)
    if WHEN == "after":
        await snap(page, "7-offer")
        await declines(page)
        await page.locator("#reach").click()
        await page.locator("#give-code").click()
        await page.locator("#code svg, #code img").first.wait_for()
    await snap(page, "7-device")


async def keyboard(film: Film) -> None:
    """One step back from the field, without a mouse."""
    page = await film.consenting(WIDE)
    await files(page, POTHOLE, until=POTHOLES)
    await page.locator("#text").focus()
    await page.keyboard.press("Shift+Tab")
    await snap(page, "21-keyboard")


TOWN = """<!doctype html><html lang="ru"><title>Город Верхний</title>
<style>body{{font:17px sans-serif;margin:0;color:#222}}header{{background:#8b0000;color:#fff;padding:18px 40px;font-size:26px}}
main{{padding:20px 40px;max-width:640px}}</style>
<header>Город Верхний</header><main><h2>Новости</h2><p>Движение по улице Мира откроют в пятницу.</p>
<p>В субботу у Дома культуры — ярмарка.</p></main>{}</html>"""
ARMS = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44"><path d="M4 3h36v22q0 12-18 17Q4 37 4 25z" fill="#8b0000"/>
<path d="M10 30l12-16 12 16z" fill="#fff"/><circle cx="22" cy="11" r="4" fill="#ffd54a"/></svg>"""


async def embedding(film: Film) -> None:
    """The chat on the town's own site, in its colour, with its coat of arms."""
    frame = f'<iframe src="{film.bot.url}/chat" width="400" height="560" style="position:fixed;right:24px;bottom:24px"></iframe>'
    loader = f'<script src="{film.bot.url}/static/embed.js" async></script>'
    shown = frame if WHEN == "before" else loader

    async def home(_request: web.Request) -> web.Response:
        return web.Response(text=TOWN.format(shown), content_type="text/html")

    application = web.Application()
    application.router.add_get("/", home)
    async with TestServer(application) as site:
        if WHEN == "after":
            arms = film.bot.folder / "arms.svg"
            await asyncio.to_thread(arms.write_text, ARMS)
            await film.starts_anew(
                MCU_WEB_EMBED=str(site.make_url("/")).rstrip("/"),
                MCU_COLOUR="#8b0000",
                MCU_LOGO=str(arms),
            )
            shown = f'<script src="{film.bot.url}/static/embed.js" async></script>'
        page = await film.blank()
        await page.goto(str(site.make_url("/")))
        if WHEN == "after":
            await page.get_by_role("button", name="Чат с городом").click()
            chat = page.frame_locator("iframe")
            await chat.locator("#start").click()
            await chat.locator("#log .buttons").first.wait_for()
        await snap(page, "22-embed")


async def thanks(film: Film) -> None:
    """Thanks, and a question that is answered."""
    page = await film.consenting()
    for text, name in (
        ("Спасибо дворнику Марии, двор всегда чистый!", "thanks"),
        ("Когда откроется каток на стадионе?", "question"),
    ):
        wish = TEXTS(f"kind-{name}")
        await files(page, text, wish if WHEN == "before" else "")
        await declines(page)
        await snap(page, f"9-{name}")
    staff = await film.employee()
    label = TEXTS("staff-answer") if WHEN == "before" else "✅ Ответить"
    await answers(staff, label, "Каток откроем 10 декабря.", "каток")
    await hear(page, "10 декабря")
    await snap(page, "9-question")


async def once(film: Film) -> None:
    """What was said is not asked again."""
    page = await film.consenting()
    text = "Огромная яма на дороге у подъезда 3, ул. Мира 12"
    if WHEN == "before":
        await say(page, text)
        await snap(page, "14-kind")
        await press(page, TEXTS("kind-problem"))
        await press(page, POTHOLES)
    else:
        await files(page, text, POTHOLES, until="✅ Да, ")
    await snap(page, "14-place")
    await files(page, "ул. Мира, 12", until=SEND)
    await snap(page, "14-summary")


async def first(film: Film) -> None:
    """The first contact."""
    page = await film.resident()
    await page.locator("#start").click()
    await settles(page)
    await snap(page, "15")


async def link(film: Film) -> None:
    """A link that was used up is opened once more."""
    address = film.link("run-staff")
    page = await film.blank()
    await page.goto(address)
    await page.get_by_role("button", name=TEXTS("web-login-enter")).click()
    await page.locator("iframe.side-staff").wait_for()
    other = await film.blank(PHONE)
    await other.goto(address)
    await snap(other, "22-link")


async def slow(film: Film) -> None:
    """A slow line, a second and a half after the address was opened."""
    page = await film.blank(PHONE)
    await slows(page, latency=400, rate=50_000)
    await page.goto(f"{film.bot.url}/chat", wait_until="commit")
    await settles(page, 0.7)
    await snap(page, "22-slow")


async def data(film: Film) -> None:
    """One's data: how to have it deleted."""
    page = await film.consenting()
    await say(page, "/help")
    if WHEN == "after":
        await press(page, TEXTS("menu-data"))
    await snap(page, "13-data")


async def ten(film: Film) -> None:
    """Ten photos at once from a gallery, over the line of a phone."""
    await film.starts_anew(MCU_FLOOD_LIMIT="30")  # the limits of a town
    page = await film.consenting()
    await slows(page, latency=100, rate=400_000)
    await page.locator("#text").fill("Ямы на улице Мира, вот фото")
    await page.locator("#files").set_input_files([photo(number) for number in range(1, 11)])
    await settles(page, 20)
    await snap(page, "1-photos")


async def correcting(film: Film) -> None:
    """One's own message on the site."""
    page = await film.consenting()
    await files(page, "На дороге у дома 5 глубокая яма, машины объежают её", until=POTHOLES)
    own = page.locator(".mine").filter(has_text="объежают")
    if WHEN == "after":
        await own.get_by_role("button", name="Исправить").click()
    await own.evaluate("it => it.scrollIntoView({ block: 'center' })")
    await snap(page, "5-web")


async def reload(film: Film) -> None:
    """A reload in the middle of writing."""
    page = await film.consenting()
    await page.locator("#files").set_input_files([photo(1)])
    await settles(page, 2)
    await page.locator("#text").fill("Длинный текст, который набирали десять минут: у дома 5 яма")
    await settles(page)
    await page.reload()
    await settles(page, 2)
    await snap(page, "12-reload")


async def pictures(film: Film) -> None:
    """Photos in the messages, and one of them opened."""
    page = await film.consenting()
    await page.locator("#files").set_input_files([photo(number) for number in range(1, 4)])
    await settles(page, 3)
    await snap(page, "19-attached")
    await say(page, "Ямы на улице Мира у дома 5")
    await settles(page, 3)
    if WHEN == "before":
        async with page.context.expect_page() as opening:
            await page.locator(".mine .files a").nth(1).click()
        page = await opening.value
    else:
        await page.locator(".mine .files a").nth(1).click()
    await settles(page, 2)
    await snap(page, "19-viewer")


async def reasons(film: Film) -> None:
    """Files that cannot be taken."""
    page = await film.consenting()
    sound = (
        b"RIFF$\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0D\xac\0\0\x88X\x01\0\x02\0\x10\0data\0\x10\0\0"
    )
    await page.locator("#files").set_input_files(
        [
            photo(1),
            {"name": "voice.wav", "mimeType": "audio/wav", "buffer": sound + bytes(4096)},
            {"name": "программа.exe", "mimeType": "", "buffer": b"MZ" + bytes(4096)},
        ]
    )
    await settles(page, 4)
    await snap(page, "22-reasons")


async def news(film: Film) -> None:
    """News of an appeal."""
    staff, page = await film.employee(), await film.filed()
    await press(staff, TEXTS("staff-take"))
    await settles(page, 2)
    await snap(page, "13-news")


async def lists(film: Film) -> None:
    """The lists of a resident and of the staff."""
    page = await film.consenting()
    for text, topic in (
        (POTHOLE, POTHOLES),
        ("Фонарь не горит у дома 7, темно", ""),
        ("Во дворе дома 3 не вывозят мусор третью неделю", ""),
        ("Снег и лёд на тротуаре у школы, люди падают", ""),
    ):
        await files(page, text, topic, place="возле школы № 3")
    await declines(page)
    staff = await film.employee()
    await press(staff, TEXTS("staff-take"), staff.locator(".message.bot", has_text="глубокая яма"))
    await settles(page, 2)
    await say(page, "/my")
    await snap(page, "17-my")
    await say(staff, "/open")
    await snap(staff, "17-open")


async def importing(film: Film) -> None:
    """A tree with an empty section goes out and comes back."""
    admin = await film.admin()
    await say(admin, "/admin")
    await press(admin, "Новый раздел")
    await say(admin, "Парки и скверы")
    await press(admin, "Без значка")
    await press(admin, "Не указывать")
    await say(admin, "/export")
    await settles(admin, 3)
    async with admin.expect_download() as loading:
        await admin.locator(".bot .files a").last.click()
    tree = film.bot.folder / "categories.yaml"
    await (await loading.value).save_as(tree)
    await say(admin, "/import")
    await admin.locator("#files").set_input_files(tree)
    await settles(admin, 2)
    await admin.locator("#send").click()
    await settles(admin, 6)
    await snap(admin, "18-import")


async def urgent(film: Film) -> None:
    """The sign of haste on a topic of twenty days."""
    page = await film.consenting()
    await files(page, "Ямы во дворе, не проехать к подъезду", "Ямы и проезды во дворе")
    staff = await film.employee()
    await snap(staff, "22-card")


async def words(film: Film) -> None:
    """Dates and states as residents read them."""
    page = await film.filed()
    await snap(page, "23-filed")
    await say(page, "/my")
    await snap(page, "23-my")


async def alarm(film: Film) -> None:
    """The card of a danger, when others have come after it."""
    staff = await film.employee()
    await film.filed(GAS, until="МЦУ-")
    for house in (7, 9):
        await film.filed(f"Яма на дороге у дома {house}, пробил колесо")
    await settles(staff, 2)
    await snap(staff, "2-danger")


async def answer(film: Film) -> None:
    """What a colleague reads of an answer, and who gives it."""
    maria, olga = await film.employee(), await film.employee("Ольга")
    await film.filed()
    await answers(maria, TEXTS("staff-answer"), "Яму засыпали сегодня утром.")
    await settles(olga, 2)
    await snap(olga, "6-answer")


async def topics(film: Film) -> None:
    """All sections, and a word in place of a press."""
    page = await film.consenting()
    await files(page, "Посмотрите, пожалуйста, что у нас происходит", until="Экология")
    await snap(page, "10-topics")
    await say(page, "яма")
    if WHEN == "before":
        await page.locator("#scroll").evaluate(
            "it => it.scrollBy(0, [...it.querySelectorAll('.mine')].at(-1).getBoundingClientRect().top - 64)"
        )
    await snap(page, "10-word")


async def menu(film: Film) -> None:
    """Commands in the bot's words, and the menu."""
    page = await film.consenting()
    await say(page, "/help")
    if WHEN == "after":
        await page.locator("#menu-button").click()
    await snap(page, "13-menu")


async def zoom(film: Film) -> None:
    """A phone at 200 %."""
    page = await film.consenting({"width": 195, "height": 422})
    await snap(page, "20-zoom")


async def keyboards(film: Film) -> None:
    """What can be pressed once an appeal was filed; how everything is deleted."""
    page = await film.filed()
    await snap(page, "8-filed")
    await say(page, "/delete_me")
    await snap(page, "8-delete")


async def editing(film: Film) -> None:
    """A correction of the text and of the photos, and a draft that was left."""
    page = await film.consenting()
    await files(page, POTHOLE, POTHOLES, until=SEND)
    await page.locator("#files").set_input_files([photo(number) for number in range(1, 4)])
    await settles(page, 3)
    await page.locator("#send").click()
    await settles(page, 4)
    await press(page, "Файлы", asked(page))
    if WHEN == "after":
        await press(page, "Убрать лишнее", asked(page))
    await snap(page, "11-photos")
    await press(page, "Оставить как было" if WHEN == "before" else "Готово", asked(page))
    await press(page, "Описание", asked(page))
    await snap(page, "11-edit")
    await press(page, "Оставить как было", asked(page))
    await say(page, "/start")
    await snap(page, "11-draft")


async def official(film: Film) -> None:
    """Who wants a formal answer."""
    page = await film.consenting()
    await say(page, "Хочу подать официальное обращение")
    await snap(page, "16-official")
    if WHEN == "after":
        await files(page, POTHOLE, POTHOLES)
        await declines(page)
        await say(page, "/my")
        await press(page, "Ямы", asked(page))
        await press(page, "Подать официально", asked(page))
        await snap(page, "16-formal")


Walk = Callable[[Film], Awaitable[None]]
WALKS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (
        *(danger, slip, who, room, own_room, reaching, keyboard, embedding, thanks, once, first),
        *(link, slow, data, ten, correcting, reload, pictures, reasons, news, lists, importing),
        *(urgent, words, alarm, answer, topics, menu, zoom, keyboards, editing, official),
    )
}


async def film_one(browser: Browser, name: str) -> None:
    """Start an installation of its own, walk, stop."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"MCU_MUNICIPALITY": "Город Верхний", "MCU_UNDO_SECONDS": "0"}
        async with BotProcess(Path(folder), environ, terminal=True) as bot:
            await WALKS[name](Film(bot, browser))
            await bot.stop()
    for context in browser.contexts:
        await context.close()


async def main(names: list[str]) -> None:
    """Film the walks of these names, or all."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in names or WALKS:
            await film_one(browser, name)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
