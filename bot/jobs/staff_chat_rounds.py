"""Look every hour which staff chats are open to strangers, and who of the site's employees left."""

from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.inbox.members import Members
from bot.inbox.staff_chats import SAID_FOR, Rooms
from bot.transactions import Transactions
from handlers.turn import Work
from storage.inbox import events
from storage.messages import Address, ChatMember, Reply
from storage.town import municipalities, staff_members, web_access

KEPT_FOR = 30 * SAID_FOR

log = structlog.get_logger()


async def look(transactions: Transactions, rooms: Rooms, members: Members) -> None:
    """Warn each staff chat that is open to strangers, once a day.

    Also ask whether those who took codes for the site are still in their staff chat.
    """

    def read(work: Work) -> tuple[list[Address], set[ChatMember]]:
        session = work.session
        staff_members.forget(session, work.now - KEPT_FOR)
        rooms.learn(session)
        chats = [chat.address for chat in municipalities.staff_chats(session)]
        return chats, _askers(session, work)

    chats, askers = await transactions.run(read, wake=False)
    for chat in chats:
        if ways := await rooms.ways_in(chat):
            log.warning("staff_chat_open", channel=chat.channel, chat=chat.chat)
            await transactions.run(partial(_warn, to=chat, ways=ways))
    for member in sorted(askers):
        await members.lets(member)


def _askers(session: Session, work: Work) -> set[ChatMember]:
    """Who asked for the codes of the sessions that go on, where they may have left the chat."""
    found = set()
    for number, asker in web_access.askers(session, work.now):
        chat = municipalities.staff_chat(session, number)
        channel, _, account = asker.partition(":")
        if chat and chat.channel == channel:
            found.add(ChatMember(channel, chat.chat, account).of_group)
    return found


def _warn(work: Work, to: Address, ways: Sequence[str]) -> None:
    """The word for the chat, once a day: at the first look of the day, at a start too."""
    mark = f"open:{work.today}:{to.chat}"[:100]
    if events.seen(work.session, to.channel, [mark]):
        return
    events.mark_seen(work.session, to.channel, mark, work.now)
    work.say(Reply(to=to, text=work.texts("staff-chat-open", why="\n".join(ways)), push=True))
