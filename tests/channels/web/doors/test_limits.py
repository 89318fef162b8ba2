"""How much one person, one page and one address may bring."""

import aiohttp
import pytest
from aiohttp import ClientSession
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.web.doors.limits import REMEMBERED, Allowances
from bot.http.turnstile import Asker, Turnstile
from storage.people import residents
from storage.tables import WebMessage, WebSession
from tests.channels.web.doors.login import page_of
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk, utc_now
from tests.fakes.messenger import Upload
from tests.fakes.web import WebPeople, WebPerson, given_cookie
from tests.support.pictures import picture


async def test_a_frame_that_is_nested_without_end_is_refused(desk: EchoDesk) -> None:
    headers = {"Origin": desk.url, "Cookie": await given_cookie(desk.url)}
    async with (
        ClientSession() as http,
        http.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket,
    ):
        for deep in ("[" * 100_000, '{"type":' * 20_000, "[" * 10_000 + "]" * 10_000):
            await socket.send_str(deep)
            assert (await socket.receive_json(timeout=10))["type"] == "refused"
        await socket.send_str("x" * (257 * 1024))
        assert (await socket.receive(timeout=10)).data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_looking_at_the_chat_keeps_nothing(desk: EchoDesk) -> None:
    for _ in range(20):
        headers = {"Origin": desk.url, "Cookie": await given_cookie(desk.url)}
        async with (
            ClientSession() as http,
            http.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket,
        ):
            await socket.send_json({"type": "hello"})
            assert (await socket.receive_json(timeout=10))["messages"] == []

    async with desk.database.begin() as session:
        assert (await session.scalars(select(WebSession))).all() == []
        assert (await session.scalars(select(WebMessage))).all() == []


async def test_a_flood_from_a_page_is_told_kindly_and_ends(guarded: EchoDesk, clock: Clock) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        anna, boris = web.person("1", "Анна"), web.person("2", "Борис")
        for n in range(60):
            await anna.says(f"Сообщение {n}")
        await anna.says("Шестьдесят первое")
        await anna.sees("слишком часто")
        await boris.says("А я пишу впервые")
        await boris.sees("Вы написали: А я пишу впервые")
        clock.passes(seconds=10)
        await anna.says("Подождала")
        await anna.sees("Вы написали: Подождала")

    async with guarded.database.begin() as session:
        texts = [row.content["text"] for row in await session.scalars(select(WebMessage))]
    assert "Шестьдесят первое" not in texts


async def test_a_page_that_asks_without_end_is_hung_up_on(guarded: EchoDesk) -> None:
    headers = {"Origin": guarded.url, "Cookie": await given_cookie(guarded.url)}
    async with (
        ClientSession() as http,
        http.ws_connect(f"{guarded.url}/ws/chat", headers=headers) as socket,
    ):
        for _ in range(1300):
            await socket.send_str('{"type":"ping"}')
        pongs = 0
        while (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pongs += 1

    assert socket.closed  # with our code, unless what we did not read resets the line first
    assert pongs <= 1200


async def test_who_has_business_here_does_not_wait_behind_strangers(
    guarded: EchoDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[Asker] = []

    async def enters(_turnstile: Turnstile, _address: str, asker: Asker) -> bool:
        entered.append(asker)
        return True

    monkeypatch.setattr(Turnstile, "enter", enters)

    async def lane(person: WebPerson) -> Asker:
        page = await person.opens()
        entered.clear()
        await page.file("1", 0)
        [asker] = entered
        return asker

    async with WebPeople(guarded.url, guarded.code, twice=False) as web:
        maria, anna = web.employee("Мария"), web.person("1", "Анна")
        assert await lane(maria) is Asker.KNOWN
        assert await lane(anna) is Asker.MODEST
        await anna.says("Здравствуйте")
        assert await lane(anna) is Asker.MODEST
        event = guarded.bot.events[-1]

        def consents(session: Session) -> None:
            now = utc_now()
            residents.find_or_add(session, 1, event.member, now).consent_at = now

        async with guarded.database.begin() as session:
            await session.run_sync(consents)
        await anna.says("Я согласна")
        assert await lane(anna) is Asker.KNOWN

        boris = web.person("2", "Борис")
        lanes = [await lane(boris) for _ in range(12)]
        assert (lanes[0], lanes[-1]) == (Asker.MODEST, Asker.PRESSING)
        clock.passes(minutes=1)
        assert await lane(boris) is Asker.MODEST


async def test_one_person_has_so_many_pages_and_a_whole_office_has_its_own(
    guarded: EchoDesk,
) -> None:
    cookies = [await given_cookie(guarded.url) for _ in range(62)]
    async with ClientSession() as http:

        async def opened(person: int) -> aiohttp.ClientWebSocketResponse:
            headers = {"Origin": guarded.url, "Cookie": cookies[person]}
            return await http.ws_connect(f"{guarded.url}/ws/chat", headers=headers)

        pages = [await opened(1) for _ in range(30)]
        one_more = await opened(1)
        assert (await one_more.receive(timeout=10)).data == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        for person in range(2, 62):  # behind one address
            page = await opened(person)
            await page.send_json({"type": "hello"})
            assert (await page.receive_json(timeout=10))["type"] == "history"
            pages.append(page)
        for page in pages:
            await page.close()
        again = await opened(1)
        await again.send_json({"type": "hello"})
        assert (await again.receive_json(timeout=10))["type"] == "history"
        await again.close()


async def test_files_of_a_day_have_an_end(guarded: EchoDesk) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        anna, boris = web.person("1"), web.person("2")
        await anna.sends(Upload(picture(), "яма.jpg"))
        account = guarded.bot.events[0].person.account
        left = guarded.adapter._limits._bytes[0]
        for amount in (10**8, 10**6, 10**4, 100, 1):
            while left.take(account, amount):
                pass
        await anna.sends(Upload(picture(), "ещё.jpg"))
        await anna.sees("Файлов от вас пришло слишком много")
        await boris.sends(Upload(picture(), "яма.jpg"))
        await boris.sees("Вы написали")

    assert len(guarded.bot.events) == 2


async def test_an_upload_of_what_is_no_file_is_refused_at_once(
    desk: EchoDesk, browser: ClientSession
) -> None:
    await page_of(browser, f"{desk.url}/chat")
    kind = "multipart/form-data; boundary=b"
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nwords\r\n--b--\r\n'
    bodies = [(kind, part), (kind, b"--b\r\nno header\r\n\r\n"), ("multipart/form-data", part)]

    for content_type, body in bodies:
        headers = {"Origin": desk.url, "Content-Type": content_type}
        async with browser.post(f"{desk.url}/files", data=body, headers=headers) as response:
            assert response.status == 400


def test_the_memory_of_allowances_is_bounded(clock: Clock) -> None:
    allowances = Allowances(2, 1, clock)

    for n in range(REMEMBERED + 50):
        assert allowances.take(str(n))
    assert len(allowances._buckets) == REMEMBERED
    last = str(REMEMBERED + 49)
    assert allowances.take(last)
    assert not allowances.take(last)
    clock.passes(seconds=1)
    assert allowances.take(last)
    clock.passes(seconds=-3600)
    assert not allowances.take(last)
