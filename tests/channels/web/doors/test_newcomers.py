"""New residents on the web: the bot gives them their cookie, an address has few, an admin closes."""

import asyncio
import secrets
import string
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot.channels.web.doors.newcomers import Newcomers
from bot.channels.web.doors.seal import Seal
from bot.channels.web.doors.sessions import guest_of
from storage.database import Database
from storage.migrations import migrate
from storage.tables import WebMessage, WebSession
from storage.web import newcomers
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople, given_cookie
from tests.support.towns.conversation import Town, town

STRANGER, LEFT = 4401, 4402
SITE = {"MCU_WEB_CHAT": "on"}


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def hung_up(http: ClientSession, desk: EchoDesk, cookie: str) -> int:
    """What a page with that cookie is hung up on with; 0 where it is listened to."""
    headers = {"Origin": desk.url, "Cookie": cookie}
    async with http.ws_connect(f"{desk.url}/ws/chat", headers=headers) as socket:
        await socket.send_json({"type": "hello"})
        answer = await socket.receive(timeout=20)
        return int(answer.data) if answer.type is aiohttp.WSMsgType.CLOSE else 0


# Cookies


async def test_a_cookie_that_was_made_up_opens_nothing(
    guarded: EchoDesk, http: ClientSession
) -> None:
    given = await given_cookie(guarded.url)
    signs = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_"
    spare = signs[signs.index(given[-1]) + 1]  # the same bytes: two bits of the last sign are none
    made_up = [
        f"mcu_resident={'a' * 43}",
        f"mcu_resident={secrets.token_urlsafe(32)}",
        f"{given[:-1]}{spare}",
        f"mcu_resident={given.partition('=')[2][::-1]}",
    ]

    assert await hung_up(http, guarded, given) == 0
    assert {await hung_up(http, guarded, one) for one in made_up} == {STRANGER}
    for one in made_up:
        headers = {"Origin": guarded.url, "Cookie": one}
        form = {"file": "x"}
        async with http.post(f"{guarded.url}/files", data=form, headers=headers) as response:
            assert response.status == 403


async def test_a_made_up_cookie_is_replaced_and_a_given_one_stays(
    guarded: EchoDesk, http: ClientSession
) -> None:
    given = await given_cookie(guarded.url)
    for cookie, stays in ((given, True), (f"mcu_resident={'a' * 43}", False)):
        headers = {"Cookie": cookie}
        async with http.get(f"{guarded.url}/chat", headers=headers) as response:
            now = f"mcu_resident={response.cookies['mcu_resident'].value}"
            assert (now == cookie) is stays
            assert await hung_up(http, guarded, now) == 0


async def test_a_browser_that_had_a_chat_before_cookies_were_signed_goes_on(
    guarded: EchoDesk, http: ClientSession, clock: Clock
) -> None:
    token = secrets.token_urlsafe(32)
    account = guest_of(token)
    async with guarded.database.begin() as session:
        said = {"text": "Яма на улице Мира", "files": []}
        session.add(
            WebMessage(
                chat=account,
                origin="in:1",
                author=account,
                content=said,
                at=clock(),
                author_name="",
            )
        )
    headers = {"Origin": guarded.url, "Cookie": f"mcu_resident={token}"}

    async with http.get(f"{guarded.url}/chat", headers=headers) as response:
        assert response.cookies["mcu_resident"].value == token
    async with http.ws_connect(f"{guarded.url}/ws/chat", headers=headers) as socket:
        await socket.send_json({"type": "hello"})
        [message] = (await socket.receive_json(timeout=20))["messages"]

    assert message["text"] == "Яма на улице Мира"
    assert message["mine"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_replicas_agree_which_cookies_they_gave(database_url: str) -> None:
    """Also where both make the secret at the same moment."""
    databases = [Database.open(database_url) for _ in range(2)]
    await migrate(databases[0])
    one, other = (Seal(database) for database in databases)

    first, second = await asyncio.gather(one.new_token(), other.new_token())

    assert await one.is_ours(second)
    assert await other.is_ours(first)
    assert await one.sources("192.0.2.1") == await other.sources("192.0.2.1")
    for database in databases:
        await database.close()


async def test_an_address_is_told_of_by_hashes_alone(guarded: EchoDesk) -> None:
    seal = Seal(guarded.database)

    of_four = await seal.sources("192.0.2.1")
    house, flat = await seal.sources("2001:db8:1:2::/64"), await seal.sources("2001:db8:1:3::/64")

    assert len(of_four) == 1
    assert len(house) == len(flat) == 2
    assert house[0] != flat[0]
    assert house[1] == flat[1]
    assert not any("192.0.2" in one or "2001:" in one for one in (*of_four, *house))


async def test_what_residents_do_brings_where_they_are_and_employees_do_not(
    guarded: EchoDesk,
) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        await web.person("1").says("Здравствуйте")
        await web.person("1").sees("Вы написали")
    [event] = guarded.bot.events

    assert event.sources == await Seal(guarded.database).sources("127.0.0.1")
    assert "sources" not in event.to_json()


# How many


async def test_a_new_cookie_costs_a_page_and_an_address_has_few(
    guarded: EchoDesk, http: ClientSession, clock: Clock
) -> None:
    before = [await given_cookie(guarded.url) for _ in range(120)]

    async with http.get(f"{guarded.url}/chat") as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "600"
        assert "mcu_resident" not in response.cookies
        page = await response.text()
    assert "очень много новых людей" in page
    assert "112" in page
    async with http.get(f"{guarded.url}/chat", headers={"Cookie": before[0]}) as response:
        assert response.status == 200
    await given_cookie(guarded.url, "192.0.2.77")
    clock.passes(minutes=1)
    await given_cookie(guarded.url)


async def test_no_address_makes_guests_without_end(guarded: EchoDesk, clock: Clock) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        await web.person("first").says("Я здесь давно")
        for n in range(39):
            await web.person(f"{n}").says("Здравствуйте")
        late = web.person("late")
        await late.says("И я")
        await late.sees("очень много новых людей")
        await web.person("first").says("А я пишу дальше")
        await web.person("first").sees("Вы написали: А я пишу дальше")
        clock.passes(seconds=31)
        await late.says("И я, спустя минуту")
        await late.sees("Вы написали: И я, спустя минуту")


def test_a_network_of_many_addresses_has_so_many_newcomers(guarded: EchoDesk) -> None:
    kept = Newcomers(
        guarded.settings, guarded.texts, guarded.clock, Seal(guarded.database), off=False
    )

    looked = [kept.may_look(f"2001:db8:1:{n:x}::/64") for n in range(400)]

    assert looked.count(True) == 360
    assert kept.may_look("2001:db8:2::/64")


# The switch


async def test_an_admin_closes_the_site_to_new_people_for_an_hour(tmp_path: Path) -> None:
    async with town(tmp_path, environ=SITE) as bor:
        olga, maria = bor.resident("7", "Ольга"), bor.employee()
        await olga.says("/newcomers")
        await olga.presses("Закрыть на час", on=await olga.sees("открыт для новых"))
        told = await olga.sees("закрыт для новых жителей до")
        await maria.says("/newcomers")
        await maria.sees("Такой команды здесь нет")
        await olga.says("/admin")
        await olga.sees("закрыт для новых жителей до")

        assert await closed(bor)
        bor.clock.passes(hours=1)
        assert not await closed(bor)
        await olga.presses("Закрыть", on=told)
        assert await closed(bor)
        await olga.presses("Открыть сейчас", on=await olga.sees("закрыт для новых жителей до"))
        await olga.sees("открыт для новых")
        assert not await closed(bor)


async def closed(bor: Town) -> bool:
    async with bor.database.begin() as session:
        return await session.run_sync(newcomers.closed_until, bor.clock()) is not None


async def test_a_bot_without_a_chat_on_the_site_has_nothing_to_close(tmp_path: Path) -> None:
    async with town(tmp_path) as bor:
        olga = bor.resident("7", "Ольга")
        await olga.says("/newcomers")
        await olga.sees("закрывать нечего")


async def test_while_it_is_closed_who_is_known_writes_and_who_is_new_reads_why(
    guarded: EchoDesk, clock: Clock
) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        anna, boris = web.person("1", "Анна"), web.person("2", "Борис")
        await anna.says("Здравствуйте")
        await boris.opens()
        async with guarded.database.begin() as session:
            await session.run_sync(newcomers.close, clock())
        await anna.says("У нас яма")
        await anna.sees("Вы написали: У нас яма")
        await boris.says("И у нас")
        notice = await boris.sees("новых собеседников")
        assert "112" in notice.text
        assert guarded.settings.formal_url in notice.text
        clock.passes(hours=1)
        await boris.says("И у нас")
        await boris.sees("Вы написали: И у нас")


# Leaving


async def leaves(http: ClientSession, desk: EchoDesk, cookie: str, origin: str = "") -> int:
    headers = {"Origin": origin or desk.url, "Cookie": cookie}
    async with http.post(
        f"{desk.url}/chat/leave", headers=headers, allow_redirects=False
    ) as response:
        if response.status == 303:
            assert response.headers["Location"] == "/chat/left"
            assert response.headers["Clear-Site-Data"] == '"cache"'
            assert response.cookies["mcu_resident"]["max-age"] == "0"
        return response.status


async def test_who_leaves_ends_all_that_has_the_cookie(
    guarded: EchoDesk, http: ClientSession
) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        page = await web.person("1").opens()
        await web.person("1").says("Тайна улицы Мира")
        await web.person("1").sees("Вы написали")
        [given] = [one for one in page.http.cookie_jar if one.key == "mcu_resident"]
    cookie = f"mcu_resident={given.value}"
    headers = {"Origin": guarded.url, "Cookie": cookie}
    async with http.ws_connect(f"{guarded.url}/ws/chat", headers=headers) as other_tab:
        assert await leaves(http, guarded, cookie, "https://evil.example") == 403
        assert await hung_up(http, guarded, cookie) == 0

        assert await leaves(http, guarded, cookie) == 303

        assert (await other_tab.receive(timeout=20)).data == LEFT
    assert await hung_up(http, guarded, cookie) == STRANGER  # whoever noted it reads no more
    async with http.get(f"{guarded.url}/chat", headers=headers) as response:
        assert response.cookies["mcu_resident"].value != given.value
    async with guarded.database.begin() as session:
        assert (await session.scalars(select(WebMessage))).all()  # what was said is the town's
    assert await leaves(http, guarded, cookie) == 303  # pressed twice
    async with http.get(f"{guarded.url}/chat/left") as response:
        assert "Вы вышли из чата" in await response.text()


async def test_leaving_a_chat_in_which_nothing_was_said_keeps_nothing(
    guarded: EchoDesk, http: ClientSession
) -> None:
    for cookie in (await given_cookie(guarded.url), f"mcu_resident={'b' * 43}", ""):
        assert await leaves(http, guarded, cookie) == 303

    async with guarded.database.begin() as session:
        assert (await session.scalars(select(WebSession))).all() == []
