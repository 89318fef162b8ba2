"""Questions to messengers about staff chats: who may come into each, and who has left it.

Nothing is asked inside a transaction. A messenger that does not answer in time is not waited for.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot.failures import Untold
from bot.protocol import Adapter, Doorkeeper, Standing
from bot.recent import Recent
from storage.messages import Address, ChatMember, Event
from storage.town import staff_members

PATIENCE = 3.0  # seconds that an event waits for its messenger's answer
SAID_FOR = timedelta(days=1)  # so long an account counts as a member
ASK_AGAIN_AFTER = timedelta(
    minutes=1
)  # whoever is outside may have come back, or show the name again; a messenger that was away too
DOORS_FOR = timedelta(seconds=10)  # a stranger's group cannot make us ask without end
MOST = 10_000  # remembered, the newest

log = structlog.get_logger()


class Rooms:
    """Asks the messengers, and remembers what they said."""

    def __init__(self, adapters: Iterable[Adapter], clock: Callable[[], datetime]) -> None:
        self.patience = PATIENCE
        adapters = tuple(adapters)
        self._channels = {one.channel for one in adapters}
        self._keepers = {one.channel: one for one in adapters if isinstance(one, Doorkeeper)}
        self._clock = clock
        self._known: staff_members.Known = {}
        self._asking: dict[ChatMember, asyncio.Task[Standing | None]] = {}
        self._untold: Recent[ChatMember, datetime] = Recent(MOST)
        self._anonymous: Recent[ChatMember, bool] = Recent(MOST)  # as was told to this process
        self._doors: Recent[Address, tuple[datetime, Sequence[str] | None]] = Recent(MOST)

    def learn(self, session: Session) -> None:
        """Read what was said of members, here or to another replica."""
        self._known = staff_members.known(session)

    async def close(self) -> None:
        """Give up the questions that still wait for a messenger: it is about to be closed."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    # Who is in

    async def is_member(self, member: ChatMember) -> tuple[bool, bool]:
        """Whether the account may act in that staff chat; and whether that was said just now.

        Asked once a day. If the messenger does not answer, its last word stands, and an
        account of which it never said anything may act: it is asked again with the next press.
        """
        inside, at = self._known.get(member, (True, None))
        # Who is outside or anonymous may have changed that just now; and of a restart is not known
        # who is.
        hidden = self._anonymous.get(member)
        span = SAID_FOR if inside and not hidden else ASK_AGAIN_AFTER
        is_known = at and self._is_fresh(at, span) and (hidden is not None or not inside)
        if member.channel not in self._keepers or is_known:
            return inside, False
        if (failed := self._untold.get(member)) and self._is_fresh(failed, ASK_AGAIN_AFTER):
            return inside, False
        asking = self._asking.get(member)
        if asking is None:
            asking = self._asking[member] = asyncio.create_task(self._ask(member))
            asking.add_done_callback(lambda _: self._asking.pop(member, None))
        await asyncio.wait({asking}, timeout=self.patience)
        said = asking.result() if asking.done() and not asking.cancelled() else None
        if said is None:
            self._untold.note(member, self._clock())
            log.warning("membership_untold", channel=member.channel, chat=member.chat)
            return inside, False
        self._known[member] = (said.inside, self._clock())
        self._anonymous.note(member, said.anonymous)
        return said.inside, True

    def is_anonymous(self, member: ChatMember) -> bool:
        """Whether the account writes in the group's name, as far as was told."""
        return bool(self._anonymous.get(member))

    async def _ask(self, member: ChatMember) -> Standing | None:
        try:
            return await self._keepers[member.channel].standing(member.chat, member.account)
        except Untold:
            return None
        except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw stops no employee
            log.error("membership_failed", channel=member.channel, error=type(error).__name__)  # noqa: TRY400
            return None

    # Who may come in

    async def with_doors(self, event: Event) -> Event:
        """The event with the messenger's word on the group's doors; as it is if it gives none."""
        address = event.address.group
        at, ways = self._doors.get(address, (None, None))
        if at is None or not self._is_fresh(at, DOORS_FOR):
            ways = await self.ways_in(address)
            self._doors.note(address, (self._clock(), ways))
        if ways is None:
            return event
        return replace(event, doors="open" if ways else "closed", doors_why="\n".join(ways))

    async def ways_in(self, address: Address) -> Sequence[str] | None:
        """The ways in for strangers, in words; None: it is not told. The site's rooms are ours."""
        keeper = self._keepers.get(address.channel)
        if keeper is None:
            return () if address.channel in self._channels else None
        try:
            async with asyncio.timeout(self.patience):
                return await keeper.ways_in(address.group.chat)
        except (Untold, TimeoutError):
            return None
        except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw tells nothing
            log.error("doors_failed", channel=address.channel, error=type(error).__name__)  # noqa: TRY400
            return None

    def _is_fresh(self, at: datetime, span: timedelta) -> bool:
        return timedelta(0) <= self._clock() - at < span
