"""A town's own page with the bubble that opens the chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from tests.channels.web.browser.pages import PHONE
from tests.fakes.echo import EchoDesk, utc_now

TOWN = '<!doctype html><html lang="ru"><title>Город</title><h1>Город Верхний</h1><script src="{}/static/embed.js" async></script>'


class Site:
    """A town's own site, and our chat, which it may embed or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        application = web.Application()
        application.router.add_get("/", self._page)
        self.server = TestServer(application)

    async def start(self, *, allowed: bool) -> None:
        await self.server.start_server()
        origin = str(self.server.make_url("/")).rstrip("/")
        other = "https://other.example"
        self.desk = EchoDesk(
            self.folder, utc_now, MCU_WEB_EMBED=origin if allowed else other, MCU_COLOUR="#8b0000"
        )
        await self.desk.start()

    async def stop(self) -> None:
        await self.desk.stop()
        await self.server.close()

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=TOWN.format(self.desk.url), content_type="text/html")

    async def opened(self, browser: Browser) -> Page:
        page = await browser.new_page(viewport=PHONE)
        await page.goto(str(self.server.make_url("/")))
        await page.get_by_role("button", name="Чат с городом").click()
        return page


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    yield site
    await site.stop()


async def test_a_resident_writes_on_the_towns_own_page(site: Site, chromium: Browser) -> None:
    await site.start(allowed=True)

    page = await site.opened(chromium)
    chat = page.frame_locator("iframe")
    await chat.get_by_role("button", name="Начать").click()
    await expect(chat.get_by_text("Что случилось?")).to_be_visible()

    bubble = page.get_by_role("button", name="Закрыть")
    await expect(bubble).to_have_css("background-color", "rgb(139, 0, 0)")
    leave = await chat.get_by_role("button", name="Выйти").bounding_box()
    close = await bubble.bounding_box()
    assert leave
    assert close
    assert close["y"] + close["height"] <= leave["y"]  # it covers no button of the chat
    await bubble.click()
    await expect(page.locator("iframe")).to_be_hidden()
    await page.get_by_role("button", name="Чат с городом").click()
    await expect(chat.get_by_text("Что случилось?")).to_be_visible()
    await page.close()


async def test_a_site_that_was_not_named_cannot(site: Site, chromium: Browser) -> None:
    await site.start(allowed=False)

    page = await site.opened(chromium)

    await expect(page.locator("iframe")).to_be_visible()
    await expect(page.frame_locator("iframe").get_by_text("Здравствуйте")).to_have_count(0)
    await page.close()


async def test_the_chat_alone_may_be_framed_and_its_cookie_is_of_that_site_alone(
    site: Site,
) -> None:
    await site.start(allowed=True)
    origin = str(site.server.make_url("/")).rstrip("/")
    headers = {"Sec-Fetch-Dest": "iframe", "X-Forwarded-Proto": "https"}

    async with ClientSession() as browser:
        for path in ("/chat", "/chat/left"):
            async with browser.get(site.desk.url + path) as response:
                policy = response.headers["Content-Security-Policy"]
                assert f"frame-ancestors 'self' {origin};" in policy
        for path in ("/", "/staff", "/staff?code=1", "/chat/device"):
            async with browser.get(site.desk.url + path) as response:
                assert "frame-ancestors 'self';" in response.headers["Content-Security-Policy"]
        async with browser.get(f"{site.desk.url}/chat", headers=headers) as response:
            own, usual = sorted(response.headers.getall("Set-Cookie"), key=len, reverse=True)
    assert "SameSite=Lax" in usual
    assert "Partitioned" not in usual
    assert own.endswith("SameSite=None; Secure; Partitioned")
    assert own.split(";")[0] == usual.split(";")[0]


async def test_the_loader_is_small(site: Site) -> None:
    await site.start(allowed=True)

    async with (
        ClientSession() as browser,
        browser.get(f"{site.desk.url}/static/embed.js") as response,
    ):
        text = await response.text()

    assert len(text.encode()) <= 2048
    assert "#8b0000" in text


async def test_a_towns_page_that_was_opened_by_a_poster_opens_the_chat_with_its_code(
    site: Site, chromium: Browser
) -> None:
    await site.start(allowed=True)
    page = await chromium.new_page(viewport=PHONE)

    await page.goto(f"{site.server.make_url('/')}?place=x7k2ab&topic=")
    await page.get_by_role("button", name="Чат с городом").click()
    await expect(page.frame_locator("iframe").get_by_text("Что случилось?")).to_be_visible()

    assert [(event.text, event.start) for event in site.desk.bot.events] == [("/start", "p-x7k2ab")]
    await page.close()
