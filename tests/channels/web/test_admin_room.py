"""The room of admins on the site: their menus are among no cards, and nobody else comes in."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import ClientSession, CookieJar

from tests.channels.web.doors.login import enters, page_of
from tests.fakes.echo import EchoDesk, code_in


@pytest.fixture
async def admin(desk: EchoDesk) -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        await enters(session, desk, code_in(await desk.link(admin=True)), "Ирина")
        yield session


async def says(http: ClientSession, desk: EchoDesk, room: str, text: str) -> None:
    url = f"{desk.url}/ws/{room}"
    async with http.ws_connect(url, headers={"Origin": desk.url}) as socket:
        await socket.send_json({"type": "say", "id": "0" * 32, "text": text})
        while (await socket.receive_json(timeout=10))["type"] != "ack":
            pass


async def close_code(http: ClientSession, desk: EchoDesk, room: str) -> object:
    url = f"{desk.url}/ws/{room}"
    async with http.ws_connect(url, headers={"Origin": desk.url}) as socket:
        return (await socket.receive(timeout=10)).data


async def history(http: ClientSession, desk: EchoDesk, room: str) -> list[str]:
    url = f"{desk.url}/ws/{room}"
    async with http.ws_connect(url, headers={"Origin": desk.url}) as socket:
        await socket.send_json({"type": "hello"})
        frame = await socket.receive_json(timeout=10)
        return [message["text"] for message in frame["messages"]]


async def test_what_an_admin_says_there_is_private_and_nobody_else_reads_it(
    desk: EchoDesk, admin: ClientSession, browser: ClientSession
) -> None:
    await enters(browser, desk, await desk.code(), "Ольга")

    await says(admin, desk, "admin", "/admin")
    event = desk.bot.events[-1]
    await says(admin, desk, "staff", "Всем")

    assert event.private
    assert (str(event.address), event.person.account) == ("web:admin", "admin")
    assert not desk.bot.events[-1].private
    assert "/admin" in await history(admin, desk, "admin")
    assert "/admin" not in await history(browser, desk, "staff")


async def test_only_an_admin_comes_in(
    desk: EchoDesk, admin: ClientSession, browser: ClientSession
) -> None:
    async def leads_to(http: ClientSession) -> str:
        async with http.get(f"{desk.url}/admin") as response:
            return response.url.path

    assert await leads_to(browser) == "/staff"
    assert await close_code(browser, desk, "admin") == 4401
    await enters(browser, desk, await desk.code(), "admin")

    assert await leads_to(browser) == "/staff"
    assert await close_code(browser, desk, "admin") == 4401
    assert await leads_to(admin) == "/admin"
    assert 'href="/admin"' in await page_of(admin, f"{desk.url}/staff")
    assert 'href="/admin"' not in await page_of(browser, f"{desk.url}/staff")


async def test_a_file_of_the_admins_room_is_read_by_admins_alone(
    desk: EchoDesk, admin: ClientSession, browser: ClientSession
) -> None:
    await enters(browser, desk, await desk.code(), "Ольга")
    form = aiohttp.FormData()
    form.add_field("file", b"a: 1\n", filename="tree.txt", content_type="text/plain")
    ours = {"Origin": desk.url}
    url = f"{desk.url}/files?room=admin"
    async with admin.post(url, data=form, headers=ours) as response:
        [taken] = (await response.json())["files"]
    url = f"{desk.url}/ws/admin"
    async with admin.ws_connect(url, headers=ours) as socket:
        said = {"type": "say", "id": "1" * 32, "text": "", "files": [taken["ref"]]}
        await socket.send_json(said)
        while (frame := await socket.receive_json(timeout=10))["type"] != "ack":
            pass

    async def status(http: ClientSession) -> int:
        async with http.get(f"{desk.url}/files/{frame['message']}/0") as response:
            return response.status

    assert await status(admin) == 200
    assert await status(browser) == 404
