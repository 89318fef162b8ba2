"""A browser that never filed works a moment where very much comes from its address; nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse
from sqlalchemy import select

from bot.channels.web.doors.newcomers import Newcomers
from bot.channels.web.doors.proof_of_work import BITS, is_solved
from bot.channels.web.doors.seal import Seal
from storage.tables import WebMessage
from tests.channels.web.doors.filings import becomes_busy
from tests.fakes.clock import Clock
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople, given_cookie, solved
from tests.support.towns.conversation import Town
from tests.support.towns.staff_room import look, planted


class RawPage:
    """A page that says what a test wants."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def asks(self, **frame: object) -> dict[str, Any]:
        """The first answer that is no message."""
        await self.socket.send_json(frame)
        while True:
            answer: dict[str, Any] = await self.socket.receive_json(timeout=20)
            if answer["type"] not in {"message", "history"}:
                return answer

    async def says(self, text: str) -> dict[str, Any]:
        return await self.asks(type="say", id="0123456789", text=text)

    async def worked(self, task: str, answer: str) -> dict[str, Any]:
        """What it hears when it says so and then the same again."""
        await self.socket.send_json({"type": "worked", "task": task, "answer": answer})
        return await self.says("Яма")


@pytest.fixture
async def page(guarded: EchoDesk) -> AsyncIterator[RawPage]:
    headers = {"Origin": guarded.url, "Cookie": await given_cookie(guarded.url)}
    async with (
        ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        http.ws_connect(f"{guarded.url}/ws/chat", headers=headers) as socket,
    ):
        yield RawPage(socket)


async def kept(desk: EchoDesk) -> int:
    async with desk.database.begin() as session:
        return len((await session.scalars(select(WebMessage))).all())


async def test_nothing_is_kept_before_the_work_is_done(guarded: EchoDesk, page: RawPage) -> None:
    await becomes_busy(guarded)

    asked = await page.says("Яма")
    assert asked["type"] == "work"
    assert asked["bits"] == BITS
    task = asked["task"]
    assert await page.says("Яма") == asked  # the same, however often
    wrong = next(str(n) for n in range(1000) if not is_solved(task, str(n)))
    assert await page.worked(task, wrong) == asked
    other = await Seal(guarded.database).challenge("somebody", guarded.clock().date().isoformat())
    assert await page.worked(other, solved(other, BITS)) == asked
    assert await kept(guarded) == 0
    assert guarded.bot.events == []

    assert (await page.worked(task, solved(task, BITS)))["type"] == "ack"
    assert [event.text for event in guarded.bot.events] == ["Яма"]


async def test_yesterdays_work_is_none_of_today(
    guarded: EchoDesk, page: RawPage, clock: Clock
) -> None:
    await becomes_busy(guarded)
    task = (await page.says("Яма"))["task"]
    clock.passes(days=1)
    await becomes_busy(guarded)

    again = await page.worked(task, solved(task, BITS))

    assert again["type"] == "work"
    assert again["task"] != task


async def test_where_few_write_and_from_elsewhere_nobody_works(
    guarded: EchoDesk, page: RawPage
) -> None:
    await becomes_busy(guarded, filings=9)
    await becomes_busy(guarded, "192.0.2.7")

    assert (await page.says("Яма"))["type"] == "ack"


async def test_many_new_people_at_once_make_an_address_busy(
    guarded: EchoDesk, page: RawPage
) -> None:
    async with WebPeople(guarded.url, twice=False) as web:
        for n in range(11):
            await web.person(f"{n}").says("Здравствуйте")

        assert (await page.says("Яма"))["type"] == "work"

        late = web.person("late")  # an ordinary page does it by itself
        await late.says("И я")
        await late.sees("Вы написали: И я")


async def test_an_employee_never_works(guarded: EchoDesk) -> None:
    await becomes_busy(guarded)
    async with WebPeople(guarded.url, guarded.code, twice=False) as web:
        maria = web.employee("Мария")
        await maria.says("Доброе утро")
        await maria.sees("Сотрудник написал: Доброе утро")


async def test_who_has_filed_before_is_known(bor: Town) -> None:
    await planted(bor, account="guest1", channel="web")

    assert await look(bor, lambda session: Newcomers.has_filed(session, "guest1"))
    assert not await look(bor, lambda session: Newcomers.has_filed(session, "guest2"))
