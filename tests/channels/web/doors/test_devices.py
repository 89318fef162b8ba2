"""A resident's chat on another device: by a code, once, and by nobody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import erasure
from storage.people import residents
from storage.tables import Erasure
from storage.web import devices
from tests.channels.web.consent import consents
from tests.channels.web.doors.login import page_of
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk, code_in
from tests.fakes.web import Page, WebPeople

NO_LONGER = "Эта ссылка уже не действует"


@pytest.fixture
async def other() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


async def a_chat_of(desk: EchoDesk, web: WebPeople, said: str = "Яма на Мира") -> tuple[Page, str]:
    """The page of a resident who has consented and said something, and their account."""
    anna = web.person("42")
    await anna.says(said)
    account = desk.bot.events[-1].person.account
    await consents(desk, account)
    return await anna.opens(), account


async def link_of(desk: EchoDesk, page: Page) -> str:
    url = f"{desk.url}/chat/device/code"
    async with page.http.post(url, headers={"Origin": desk.url}) as response:
        assert response.status == 200
        return str((await response.json())["link"])


async def joins(http: ClientSession, desk: EchoDesk, code: str, **headers: str) -> tuple[int, str]:
    """Press the button of the page; status and text of the page it leads to."""
    headers = {"Origin": desk.url} | {name.replace("_", "-"): of for name, of in headers.items()}
    url = f"{desk.url}/chat/device"
    async with http.post(url, data={"code": code}, headers=headers) as response:
        return response.status, await response.text()


async def history_of(http: ClientSession, desk: EchoDesk) -> list[dict[str, Any]]:
    url = f"{desk.url}/ws/chat"
    async with http.ws_connect(url, headers={"Origin": desk.url}) as socket:
        await socket.send_json({"type": "hello"})
        frame = await socket.receive_json(timeout=10)
        return list(frame["messages"])


async def test_a_link_opens_the_same_chat_on_another_device(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    page, account = await a_chat_of(desk, web)
    link = await link_of(desk, page)

    for _ in range(2):  # a messenger's preview
        shown = await page_of(browser, link)
        assert "Нажмите «Открыть чат»" in shown
        assert "Если ссылку прислал другой человек, не открывайте" in shown
    status, _ = await joins(browser, desk, code_in(link))
    history = await history_of(browser, desk)
    url = f"{desk.url}/ws/chat"
    async with browser.ws_connect(url, headers={"Origin": desk.url}) as socket:
        await socket.send_json({"type": "say", "id": "0" * 32, "text": "Пишу с телефона"})
        await web.person("42").sees("Пишу с телефона")

    assert status == 200
    assert [message["text"] for message in history if message["mine"]] == ["Яма на Мира"]
    assert desk.bot.events[-1].person.account == account
    assert await history_of(page.http, desk)  # the first device has it still


async def test_a_code_is_typed_with_spaces_and_works_once(
    desk: EchoDesk, web: WebPeople, browser: ClientSession, other: ClientSession
) -> None:
    page, _ = await a_chat_of(desk, web)
    code = code_in(await link_of(desk, page))
    await page_of(browser, f"{desk.url}/chat/device")

    assert (await joins(browser, desk, f" {code[:4]} {code[4:8]}-{code[8:]}"))[0] == 200
    assert (await joins(browser, desk, code))[0] == 200  # the same button once more
    status, text = await joins(other, desk, code)

    assert (status, "Этот код не подходит" in text) == (403, True)
    assert NO_LONGER in await page_of(other, f"{desk.url}/chat/device?code={code}")
    async with browser.get(f"{desk.url}/chat/device?code={code}") as response:
        assert response.url.path == "/chat"


async def test_two_devices_that_use_a_code_at_once_are_not_both_let_in(
    desk: EchoDesk, web: WebPeople
) -> None:
    page, _ = await a_chat_of(desk, web)
    code = code_in(await link_of(desk, page))
    browsers = [ClientSession(cookie_jar=CookieJar(unsafe=True)) for _ in range(6)]

    answers = await asyncio.gather(*(joins(one, desk, code) for one in browsers))

    assert sorted(status for status, _ in answers) == [200] + [403] * 5
    for one in browsers:
        await one.close()


async def test_a_code_ends_after_a_quarter_of_an_hour_and_with_the_next_one(
    desk: EchoDesk, web: WebPeople, browser: ClientSession, clock: Clock
) -> None:
    page, _ = await a_chat_of(desk, web)
    first = await link_of(desk, page)
    second = await link_of(desk, page)

    assert NO_LONGER in await page_of(browser, first)
    assert NO_LONGER not in await page_of(browser, second)
    clock.passes(minutes=15)
    assert NO_LONGER in await page_of(browser, second)
    assert (await joins(browser, desk, code_in(second)))[0] == 403


async def test_only_a_resident_who_consented_gets_a_code_and_not_without_end(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    url, ours = f"{desk.url}/chat/device/code", {"Origin": desk.url}
    page, _ = await a_chat_of(desk, web)

    async with browser.post(url, headers=ours) as response:  # no cookie
        assert response.status == 403
    await page_of(browser, f"{desk.url}/chat")
    async with browser.post(url, headers=ours) as response:  # nothing said
        assert response.status == 409
        assert "Переписки пока нет" in (await response.json())["error"]
    async with page.http.post(url, headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 403
    for _ in range(20):
        await link_of(desk, page)
    async with page.http.post(url, headers=ours) as response:
        assert response.status == 429


async def test_a_host_that_no_browser_has_gets_no_code(desk: EchoDesk, web: WebPeople) -> None:
    page, _ = await a_chat_of(desk, web)
    host = "a" * 3000  # a link with it would be longer than any QR code

    url, odd = f"{desk.url}/chat/device/code", {"Origin": f"http://{host}", "Host": host}
    async with page.http.post(url, headers=odd) as response:
        assert response.status == 403


async def test_a_device_that_has_a_chat_of_its_own_is_warned(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    page, _ = await a_chat_of(desk, web)
    boris = web.person("77")
    await boris.says("Своё")
    link = await link_of(desk, page)

    assert "уже есть другая переписка" in await page_of((await boris.opens()).http, link)
    assert "уже есть другая переписка" not in await page_of(browser, link)


async def test_leaving_on_one_device_leaves_the_other_alone(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    page, _ = await a_chat_of(desk, web)
    await joins(browser, desk, code_in(await link_of(desk, page)))
    url, ours = f"{desk.url}/ws/chat", {"Origin": desk.url}

    async with (
        browser.ws_connect(url, headers=ours) as second,
        page.http.ws_connect(url, headers=ours) as first,
    ):
        leaving = asyncio.create_task(first.receive(timeout=10))
        async with page.http.post(f"{desk.url}/chat/leave", headers=ours) as response:
            assert response.url.path == "/chat/left"
        assert (await leaving).data == 4402
        await second.send_json({"type": "ping"})
        assert (await second.receive_json(timeout=10))["type"] == "pong"

    assert await history_of(browser, desk)


async def test_deleted_data_is_opened_by_no_further_device(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    page, account = await a_chat_of(desk, web)
    await joins(browser, desk, code_in(await link_of(desk, page)))
    unused = await link_of(desk, page)
    async with desk.database.begin() as session:
        await session.run_sync(devices.forget_account, account)

    await page_of(browser, f"{desk.url}/chat")
    assert await history_of(browser, desk) == []
    assert (await joins(browser, desk, code_in(unused)))[0] == 403


async def test_an_open_page_of_a_further_device_ends_with_the_data(
    desk: EchoDesk, web: WebPeople, browser: ClientSession, other: ClientSession
) -> None:
    page, account = await a_chat_of(desk, web)
    url, ours = f"{desk.url}/ws/chat", {"Origin": desk.url}
    for device in (browser, other):
        await joins(device, desk, code_in(await link_of(desk, page)))

    async with (
        page.http.ws_connect(url, headers=ours) as first,
        browser.ws_connect(url, headers=ours) as talking,
        other.ws_connect(url, headers=ours) as silent,
    ):
        async with desk.database.begin() as session:
            number = await session.run_sync(_is_erased, account)
        await talking.send_json({"type": "say", "id": "0" * 32, "text": "Я всё ещё здесь"})
        assert (await talking.receive(timeout=10)).data == 4403
        await desk.adapter.ended.look()
        await silent.send_json({"type": "hello"})  # until it has read that all is erased
        assert (await silent.receive_json(timeout=10))["type"] == "history"
        async with desk.database.begin() as session:
            await session.execute(delete(Erasure).where(Erasure.id == number))
        closing = asyncio.create_task(silent.receive(timeout=10))
        await desk.adapter.ended.look()
        assert (await closing).data == 4403
        await first.send_json({"type": "ping"})
        assert (await first.receive_json(timeout=10))["type"] == "pong"

    assert "Я всё ещё здесь" not in [event.text for event in desk.bot.events]


def _is_erased(session: Session, account: str) -> int:
    resident = residents.find(session, "web", account)
    assert resident
    erasure.cut_off(session, resident, "удалено", datetime.now(UTC))
    return session.scalars(select(Erasure.id)).one()


async def test_of_very_many_devices_the_oldest_are_strangers_again(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    page, account = await a_chat_of(desk, web)
    await joins(browser, desk, code_in(await link_of(desk, page)))
    async with desk.database.begin() as session:
        for n in range(devices.MOST):
            await session.run_sync(devices.add, f"{n:064}", account, desk.clock())

    await page_of(browser, f"{desk.url}/chat")
    assert await history_of(browser, desk) == []
    assert await history_of(page.http, desk)


async def test_who_guesses_codes_waits_and_nobody_else_does(
    desk: EchoDesk, web: WebPeople, browser: ClientSession, other: ClientSession, clock: Clock
) -> None:
    page, _ = await a_chat_of(desk, web)
    guesser = {"X_Forwarded_For": "203.0.113.7"}
    for n in range(10):
        assert (await joins(browser, desk, f"{n:012}", **guesser))[0] == 403

    status, text = await joins(browser, desk, "0" * 12, **guesser)
    assert (status, "Подождите пять минут" in text) == (429, True)
    neighbour = code_in(await link_of(desk, page))  # behind the same address
    assert (await joins(other, desk, neighbour, **guesser))[0] == 200
    for _ in range(100):
        await joins(browser, desk, "0" * 12, **guesser)
    late = code_in(await link_of(desk, page))
    assert (await joins(browser, desk, late, **guesser))[0] == 429
    clock.passes(minutes=5)
    assert (await joins(browser, desk, code_in(await link_of(desk, page)), **guesser))[0] == 200


async def test_codes_for_devices_are_kept_as_hashes_only(
    desk: EchoDesk, web: WebPeople, browser: ClientSession
) -> None:
    page, _ = await a_chat_of(desk, web)
    code = code_in(await link_of(desk, page))
    await joins(browser, desk, code)
    secrets = [code, *(cookie.value for cookie in browser.cookie_jar)]
    await desk.stop()

    kept = b"".join(path.read_bytes() for path in desk.settings.data_dir.glob("mcu.db*"))

    assert len(secrets) == 2
    assert [secret for secret in secrets if secret.encode() in kept] == []
    await desk.start()
