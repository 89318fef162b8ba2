"""A town for fault tests: its staff on the site, its residents in one messenger, its clock in hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes import vk
from tests.fakes.max import FakeMax
from tests.fakes.max import server as max_server
from tests.fakes.max.server import Request
from tests.fakes.telegram import FakeTelegram, server
from tests.fakes.vk import FakeVk
from tests.faults.world.fast_clock_bot import ClockFile
from tests.faults.world.ledger import Tally
from tests.support.towns.live import LiveTown, live_town

SEND = {"telegram": "sendMessage", "vk": "messages.send", "max": "POST /messages"}
TITLES = {"telegram": "Telegram", "vk": "ВКонтакте", "max": "MAX", "web": "сайт"}


@dataclass
class FaultTown:
    """The town, the channel of its residents, and the clock."""

    town: LiveTown
    channel: str
    clock: ClockFile
    upload: asyncio.Task[None] | None = None
    tally: Tally = field(default_factory=Tally)  # of what a shared course of events came to

    @property
    def title(self) -> str:
        """The messenger's name in the table."""
        return TITLES[self.channel]

    @property
    def fake(self) -> FakeTelegram | FakeVk | FakeMax:
        """The messenger of the residents."""
        fake = self.town.messengers[self.channel]
        assert isinstance(fake, FakeTelegram | FakeVk | FakeMax)
        return fake

    def stumbles(self, fault: str, times: int = 1) -> None:
        """Let the next messages meet that: see ``STUMBLES``."""
        status, body, after = STUMBLES[fault]
        fake, send = self.fake, SEND[self.channel]
        if isinstance(fake, FakeTelegram):
            wait = RETRY_AFTER if status == 429 else None
            fake.fail_next(send, status, retry_after=wait, body=body, times=times, after=after)
        elif isinstance(fake, FakeMax):
            fake.retry_after = RETRY_AFTER
            fake.fail_next(send, status, body, times=times, after=after)
        else:
            fake.break_next(send, status, body or "", times=times, after=after)

    @property
    def sent_at(self) -> list[float]:
        """When a message was asked to be sent, by the real clock."""
        fake = self.fake
        if isinstance(fake, FakeVk):
            return [call.at for call in fake.requests if call.method == SEND["vk"]]
        return fake.called_at(SEND[self.channel])

    @property
    def calls_too_early(self) -> int:
        """Messages that were sent though the bot had been asked to wait, and knew it.

        MAX counts by the chat, so another chat's messages may go.
        """
        fake, knows = self.fake, 0.3  # seconds for an answer to come and to be read
        wait = RETRY_AFTER / self.clock.speed
        if isinstance(fake, FakeMax):
            sent = [(call.at, call.query["chat_id"]) for call in fake.requests if _sends(call)]
            slowed = fake.slowed
        else:
            sent = [(at, "") for at in self.sent_at]
            slowed = [] if isinstance(fake, FakeVk) else [(at, "") for at in fake.slowed]
        return sum(
            since + knows < at < since + wait - 0.01 and to == whom
            for since, whom in slowed
            for at, to in sent
        )

    @property
    def asked(self) -> int:
        """How many calls of any method the messenger has had."""
        polls = len(self.fake.long_poll.asked) if isinstance(self.fake, FakeVk) else 0
        return len(self.fake.requests) + polls

    async def release(self) -> None:
        """Let go of what hangs."""
        await self.fake.release()

    async def goes_down(self) -> None:
        """The messenger drops every connection."""
        await self.fake.go_down()

    async def comes_back(self) -> None:
        await self.fake.come_back()


def _sends(call: Request) -> bool:
    return call.name == SEND["max"]


RETRY_AFTER = 4
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
assert server.HANGS == vk.HANGS == max_server.HANGS
# A status, a body in place of JSON, and whether the message is shown all the same.
STUMBLES: Mapping[str, tuple[int, str | None, bool]] = {
    "429": (429, None, False),
    "500": (500, "", False),
    "502": (502, PAGE, False),
    "hangs": (vk.HANGS, None, False),
    "reset": (0, None, False),
    "lost": (0, None, True),
    "garbage": (200, '{"ok": tr', False),
}


@asynccontextmanager
async def fault_town(
    folder: Path,
    channel: str = "telegram",
    *,
    staff: str = "web",
    database_url: str = "",
    webhooks: bool = False,
    twice: bool = False,
    speed: float = 1,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[FaultTown]:
    """A running town."""
    clock = ClockFile(folder, speed)
    async with live_town(
        folder,
        channels={channel},
        staff=staff,
        database_url=database_url,
        environ=environ,
        webhooks=webhooks,
        twice=twice,
        module="tests.faults.world.fast_clock_bot",
    ) as town:
        yield FaultTown(town, channel, clock)
