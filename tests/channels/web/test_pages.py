"""The pages of the site: their headers, which there are, and what the check says of them."""

from pathlib import Path

import aiohttp

from bot.channels.web.adapter import WebAdapter
from bot.replicas.link import Alone
from config.settings import load_settings
from tests.fakes.echo import STAFF, EchoDesk, utc_now


async def test_a_browser_is_told_to_drop_its_copies_of_files(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{desk.url}/erased") as response:
        assert response.headers["Clear-Site-Data"] == '"cache"'
        assert response.headers["Cache-Control"] == "no-store"


async def test_pages_have_strict_headers_and_health_is_told(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    for path in ("/", "/chat", "/staff", "/static/chat.js"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["Referrer-Policy"] == "same-origin"
            assert "<script>" not in await response.text()
    for path in ("/static/..%2f..%2fserver.py", "/static/none.js", "/files/1/0"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert response.status == 404
    async with browser.get(f"{desk.url}/healthz") as response:
        assert await response.json() == {"status": "ok"}


async def test_a_poster_that_opens_the_first_page_leads_to_the_residents_chat(
    desk: EchoDesk, browser: aiohttp.ClientSession
) -> None:
    for path, chat in {
        "/?place=x7k2": "/chat?place=x7k2",
        "/?topic=roads&utm=1": "/chat?topic=roads",
        "/?place=%22%3E%0d%0a&place=2": "/chat?place=%22%3E%0D%0A",
    }.items():
        async with browser.get(f"{desk.url}{path}", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, chat)
    async with browser.get(f"{desk.url}/?utm=1", allow_redirects=False) as response:
        assert response.status == 200


async def test_without_a_staff_room_the_first_page_is_the_residents(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    desk = EchoDesk(
        tmp_path,
        utc_now,
        MCU_TELEGRAM_TOKEN="123456:" + "A" * 35,
        MCU_STAFF_CHAT="telegram:-1001",
    )
    await desk.start()

    async with browser.get(desk.url) as response:
        assert response.url.path == "/chat"

    await desk.stop()


async def test_staff_room_alone_has_no_page_for_residents(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    desk = EchoDesk(
        tmp_path,
        utc_now,
        MCU_TELEGRAM_TOKEN="123456:" + "A" * 35,
        MCU_STAFF_CHAT="web:staff",
        MCU_WEB_CHAT="off",
    )
    await desk.start()

    async with browser.get(desk.url) as response:
        assert response.url.path == "/staff"
        assert response.status == 200
    for path in ("/chat", "/ws/chat"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert response.status == 404
    headers = {"Origin": desk.url, "Cookie": "mcu_resident=" + "a" * 43}
    async with browser.post(f"{desk.url}/files", headers=headers, data={"a": "b"}) as response:
        assert response.status == 403

    await desk.stop()


async def test_check_tells_who_can_reach_the_chat(desk: EchoDesk) -> None:
    by_hand = await desk.adapter.check(STAFF)
    settings = load_settings({"MCU_WEB_HOST": "0.0.0.0"})  # noqa: S104
    adapter = WebAdapter(desk.database, settings, desk.texts, desk.kept, desk.examiner, Alone())
    open_to_all = await adapter.check(STAFF)

    assert [finding.ok for finding in (*by_hand, *open_to_all)] == [True] * 4
    assert "только на этом компьютере" in by_hand[0].text
    assert "одноразовым кодам" in by_hand[1].text
    assert "HTTPS" in open_to_all[0].text
    assert "одноразовым кодам" in open_to_all[1].text
