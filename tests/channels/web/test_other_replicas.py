"""What pages here hear of other replicas too late, they catch up on."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiohttp import ClientWebSocketResponse, WSMsgType

from bot.channels.web.doors.sessions import hash_of
from bot.channels.web.other_replicas import Peers
from bot.channels.web.sockets import LEFT_CHAT
from bot.replicas.link import Alone
from storage.web import residents
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople


class Hearing(Alone):
    """A link whose notices a test makes up."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: dict[str, Callable[[float], None]] = {}

    def listen(
        self, topic: str, hear: Callable[[str], None], missed: Callable[[float], None]
    ) -> None:
        """Keep what is to be called."""
        self.missed[topic] = missed


async def closed(socket: ClientWebSocketResponse) -> object:
    """The code with which it is closed, after what is still shown."""
    while (frame := await socket.receive(timeout=10)).type is WSMsgType.TEXT:
        pass
    return frame.data


async def test_a_page_whose_leaving_was_not_heard_of_is_closed_all_the_same(
    desk: EchoDesk, web: WebPeople
) -> None:
    anna, boris = web.person("1"), web.person("2")
    await anna.says("Яма")
    account = desk.bot.events[-1].person.account
    await boris.says("Свалка")
    leaving, staying = (await anna.opens()).http, (await boris.opens()).http
    [cookie] = [one.value for one in leaving.cookie_jar if "resident" in one.key]
    link, url = Hearing(), f"{desk.url}/ws/chat"
    peers = Peers(desk.database, desk.adapter._lines, link, desk.clock)
    listening = asyncio.create_task(peers.run())

    async with (
        leaving.ws_connect(url, headers={"Origin": desk.url}) as gone,
        staying.ws_connect(url, headers={"Origin": desk.url}) as stays,
    ):
        async with desk.database.begin() as session:  # at another replica
            token = hash_of(cookie, staff=False)
            await session.run_sync(residents.leave, token, account, desk.clock())
        closing = asyncio.create_task(closed(gone))
        link.missed[LEFT_CHAT](1.0)
        assert await closing == 4402
        await stays.send_json({"type": "ping"})
        while (await stays.receive_json(timeout=10))["type"] != "pong":
            pass

    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
