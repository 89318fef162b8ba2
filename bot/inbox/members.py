"""Whether whoever presses a button of a staff chat is in that chat (still)."""

from dataclasses import replace

import structlog
from sqlalchemy.orm import Session

from bot.inbox.admission import Admission
from bot.inbox.staff_chats import Rooms
from bot.transactions import Transactions
from bot.tree_cache import municipality_of
from storage.messages import ChatMember, Event
from storage.town import staff_members

log = structlog.get_logger()


class Members:
    """Asks before the transaction of an event, in one of its own."""

    def __init__(self, admission: Admission, rooms: Rooms, transactions: Transactions) -> None:
        self._admission = admission
        self._rooms = rooms
        self._transactions = transactions

    async def admitted(self, event: Event) -> Event | None:
        """The press, with what is known of whoever pressed; None: it does not count.

        In a stranger's group no press does anything. Raises Unavailable.
        """
        if self._admission.is_staff_chat(event.address) is None:
            await self._transactions.write(self._learn)
        if not self._admission.is_staff_chat(event.address):
            return event
        member = event.member.of_group
        if not await self.lets(member):
            return None
        return replace(event, anonymous=True) if self._rooms.is_anonymous(member) else event

    async def lets(self, member: ChatMember) -> bool:
        """Whether that account is in the group of a staff chat, as far as its messenger tells.

        Who is not loses what was begun and opened from there. Raises Unavailable.
        """
        inside, is_news = await self._rooms.is_member(member)
        if is_news:
            now = self._transactions.services.clock()
            await self._transactions.write(
                lambda session: staff_members.note(session, member, now, inside=inside)
            )
        if not inside:
            log.info("no_member_any_more", channel=member.channel, chat=member.chat)
        return inside

    def _learn(self, session: Session) -> None:
        self._admission.learn(session, municipality_of(session))
