"""A town for fault tests: its staff on the site, its residents in one messenger, its clock in hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes import vk
from tests.fakes.telegram import server
from tests.faults.world.fast_clock_bot import ClockFile
from tests.faults.world.ledger import Tally
from tests.support.towns.live import LiveTown, live_town

SEND = {"telegram": "sendMessage", "vk": "messages.send"}
TITLES = {"telegram": "Telegram", "vk": "ВКонтакте", "web": "сайт"}


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

    def stumbles(self, fault: str, times: int = 1) -> None:
        """Let the next messages meet that: see ``STUMBLES``."""
        status, body, after = STUMBLES[fault]
        if self.channel == "telegram":
            wait = RETRY_AFTER if status == 429 else None
            self.town.telegram.fail_next(
                SEND["telegram"], status, retry_after=wait, body=body, times=times, after=after
            )
        else:
            self.town.vk.break_next(SEND["vk"], status, body or "", times=times, after=after)

    @property
    def sent_at(self) -> list[float]:
        """When a message was asked to be sent, by the real clock."""
        if self.channel == "telegram":
            return self.town.telegram.called_at(SEND["telegram"])
        return [call.at for call in self.town.vk.requests if call.method == SEND["vk"]]

    @property
    def asked(self) -> int:
        """How many calls of any method the messenger has had."""
        if self.channel == "telegram":
            return len(self.town.telegram.requests)
        return len(self.town.vk.requests) + len(self.town.vk.long_poll.asked)

    async def release(self) -> None:
        """Let go of what hangs."""
        await self.town.messengers[self.channel].release()

    async def goes_down(self) -> None:
        """The messenger drops every connection."""
        fake = self.town.telegram if self.channel == "telegram" else self.town.vk
        await fake.go_down()

    async def comes_back(self) -> None:
        fake = self.town.telegram if self.channel == "telegram" else self.town.vk
        await fake.come_back()


RETRY_AFTER = 4
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
assert server.HANGS == vk.HANGS
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
