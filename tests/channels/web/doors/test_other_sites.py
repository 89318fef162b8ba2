"""Other sites and hosts: they send nothing, log nobody in, plant no cookie, frame no page."""

from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.channels.web.doors.login import LOGIN, enters
from tests.fakes.echo import EchoDesk, utc_now


async def test_cookies_behind_https_cannot_be_planted_by_another_host(
    tmp_path: Path, browser: ClientSession
) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_PUBLIC_URL="https://bot.example.ru")
    await desk.start()
    planted = {"Cookie": f"mcu_staff={'a' * 43}; mcu_resident={'b' * 43}"}

    async with browser.get(f"{desk.url}/chat", headers=planted) as response:
        cookie = response.cookies["__Host-mcu_resident"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert cookie.value != "b" * 43
    async with browser.get(f"{desk.url}/staff", headers=planted) as response:
        assert LOGIN in await response.text()

    await desk.stop()


async def test_no_other_site_logs_anybody_in_or_out(desk: EchoDesk, browser: ClientSession) -> None:
    code = await desk.code()
    form = {"code": code}

    for origin in ("https://evil.example", "null", "", f"{desk.url}.evil.example", "javascript:"):
        for path in ("/staff", "/staff/logout", "/files"):
            async with browser.post(
                f"{desk.url}{path}",
                data=form,
                headers={"Origin": origin, "X-Forwarded-Host": "evil.example"},
            ) as response:
                assert response.status == 403
    assert (await enters(browser, desk, code))[0] == 200


async def test_private_pages_are_framed_by_us_alone_and_kept_nowhere(
    desk: EchoDesk, browser: ClientSession
) -> None:
    await enters(browser, desk, await desk.code())

    for path in ("/", "/chat", "/staff", "/staff?code=1&as=admin"):
        async with browser.get(f"{desk.url}{path}") as response:
            assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert response.headers["Cache-Control"] == "no-store"


async def test_other_sites_are_refused(desk: EchoDesk, browser: ClientSession) -> None:
    evil = {"Origin": "https://evil.example"}

    for headers in (evil, {}, {"Origin": "null"}):
        for room in ("chat", "staff"):
            with pytest.raises(WSServerHandshakeError) as refused:
                await browser.ws_connect(f"{desk.url}/ws/{room}", headers=headers)
            assert refused.value.status == 403
        for path in ("/staff", "/staff/logout", "/files"):
            async with browser.post(f"{desk.url}{path}", headers=headers, data={}) as response:
                assert response.status == 403


async def test_address_of_the_installation_counts_as_our_own(
    tmp_path: Path, browser: ClientSession
) -> None:
    desk = EchoDesk(tmp_path, utc_now, MCU_PUBLIC_URL="https://bot.example.ru/")
    await desk.start()
    async with browser.get(f"{desk.url}/chat") as response:
        cookie = response.cookies["__Host-mcu_resident"]

    headers = {"Origin": "https://bot.example.ru", "Cookie": f"{cookie.key}={cookie.value}"}
    async with browser.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket:
        await socket.send_json({"type": "hello"})
        assert (await socket.receive_json(timeout=10))["messages"] == []

    await desk.stop()
