"""Sessions of employees: they end by a command, unused, or by logging out; residents have none."""

import asyncio
import hashlib

import aiohttp
from aiohttp import ClientSession
from sqlalchemy import select

from bot.commands.web_access import WebAccess
from storage.tables import WebSession
from tests.channels.web.doors.login import LOGIN, enters, page_of
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople


async def test_a_session_that_was_ended_does_nothing_more(desk: EchoDesk, clock: Clock) -> None:
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        olga, ivan = web.employee("Ольга"), web.employee("Иван")
        page = await olga.opens()
        await ivan.opens()
        access = WebAccess(desk.database, desk.settings, desk.texts, clock)
        told, _ = await access.listed()
        [line] = [line for line in told.splitlines() if "Ольга" in line]
        said = len(desk.bot.events)

        assert await access.end(line.partition(".")[0]) == (
            desk.texts("sessions-ended", count=1),
            0,
        )
        # Her page does not know it yet
        await page.send({"type": "say", "id": "0" * 32, "text": "Ещё слово"})
        async with page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as socket:
            assert (await socket.receive(timeout=10)).data == 4401
        await ivan.says("Я остаюсь")

        assert [event.text for event in desk.bot.events[said:]] == ["Я остаюсь"]
        assert LOGIN in await page_of(page.http, f"{desk.url}/staff")
        upload = page.http.post(f"{desk.url}/files?room=staff", headers=page.headers, data={})
        async with upload as response:
            assert response.status == 403


async def test_the_open_page_of_an_ended_session_is_closed(desk: EchoDesk, clock: Clock) -> None:
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        page = await web.employee("Ольга").opens()
        resident = await web.person("42").opens()
        async with (
            page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as tab,
            resident.http.ws_connect(f"{desk.url}/ws/chat", headers=resident.headers) as chat,
        ):
            await desk.adapter.ended.look()
            await tab.send_json({"type": "ping"})
            assert (await tab.receive_json(timeout=10))["type"] == "pong"
            await WebAccess(desk.database, desk.settings, desk.texts, clock).end("all")
            closing = asyncio.create_task(desk.adapter.ended.look())

            assert (await tab.receive(timeout=10)).data == 4401
            await closing
            await chat.send_json({"type": "ping"})
            assert (await chat.receive_json(timeout=10))["type"] == "pong"


async def test_a_session_ends_after_a_month_unused(
    desk: EchoDesk, browser: ClientSession, clock: Clock
) -> None:
    await enters(browser, desk, await desk.code(), "Ольга")
    for _ in range(3):
        clock.passes(days=29)
        assert "Вы вошли как Ольга" in await page_of(browser, f"{desk.url}/staff")
    clock.passes(days=31)

    assert LOGIN in await page_of(browser, f"{desk.url}/staff")
    await desk.adapter.sweep()
    async with desk.database.begin() as session:
        assert (await session.scalars(select(WebSession))).all() == []


async def test_a_session_that_an_older_version_opened_goes_on(desk: EchoDesk, clock: Clock) -> None:
    token = "t" * 43
    opened = WebSession(
        token_hash=hashlib.sha256(f":{token}".encode()).hexdigest(),
        account="Ольга",
        name="Ольга",
        staff=True,
        staff_chat_id=1,
        created_at=clock(),
        seen_at=clock(),
    )
    async with desk.database.begin() as session:
        session.add(opened)

    async with ClientSession(headers={"Cookie": f"mcu_staff={token}"}) as browser:
        assert "Вы вошли как Ольга" in await page_of(browser, f"{desk.url}/staff")


async def test_logging_out_takes_the_files_from_the_browser(
    desk: EchoDesk, browser: ClientSession
) -> None:
    await enters(browser, desk, await desk.code())

    async with browser.post(
        f"{desk.url}/staff/logout", headers={"Origin": desk.url}, allow_redirects=False
    ) as response:
        assert response.headers["Clear-Site-Data"] == '"cache"'
        assert response.headers["Cache-Control"] == "no-store"
    assert LOGIN in await page_of(browser, f"{desk.url}/staff")


async def test_resident_has_no_way_into_the_staff_room(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    olga = web.employee("Ольга")
    await olga.says("Между нами")
    page = await web.person("42").opens()

    async with page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as socket:
        message = await socket.receive(timeout=10)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == 4401
    async with page.http.get(f"{desk.url}/staff") as response:
        assert LOGIN in await response.text()
    async with page.http.post(
        f"{desk.url}/files?room=staff", headers=page.headers, data={"x": "y"}
    ) as response:
        assert response.status == 403


async def test_employee_who_logs_out_is_a_stranger(desk: EchoDesk, web: WebPeople) -> None:
    page = await web.employee("Ольга").opens()

    async with page.http.ws_connect(f"{desk.url}/ws/staff", headers=page.headers) as tab:
        await tab.send_json({"type": "hello"})
        await tab.receive_json(timeout=10)
        await page.http.post(f"{desk.url}/staff/logout", headers=page.headers)
        assert (await tab.receive(timeout=10)).data == 4401

    async with page.http.get(f"{desk.url}/staff") as response:
        assert LOGIN in await response.text()
