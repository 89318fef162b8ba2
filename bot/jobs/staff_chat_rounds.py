"""What is looked at every hour: whether a staff chat is open to strangers, who of the site's left."""

from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from bot.inbox.inbox import Inbox
from bot.inbox.staff_chats import SAID_FOR, Rooms
from handlers.turn import Work
from storage.inbox import events
from storage.messages import Address, Reply
from storage.town import municipalities, staff_members, web_access

KEPT_FOR = 30 * SAID_FOR

log = structlog.get_logger()


async def look(inbox: Inbox, rooms: Rooms) -> None:
    """Tell each open staff chat so, once a day; ask after those who let somebody into the site."""
    chats: list[Address] = []
    askers: set[tuple[str, str, str]] = set()

    def read(work: Work) -> Sequence[Reply]:
        session = work.session
        chats[:] = [Address(c.channel, c.chat) for c in municipalities.staff_chats(session)]
        askers.update(_askers(session, work))
        staff_members.forget(session, work.now - KEPT_FOR)
        rooms.learn(session)
        return ()

    await inbox.run_job(read, wake=False)
    for chat in chats:
        if ways := await rooms.ways_in(chat):
            log.warning("staff_chat_open", channel=chat.channel, chat=chat.chat)
            await inbox.run_job(lambda work, to=chat, why=ways: _warned(work, to, why))  # type: ignore[misc]
    for account in sorted(askers):
        await inbox.members.lets(account)


def _askers(session: Session, work: Work) -> set[tuple[str, str, str]]:
    """Who asked for the codes of the sessions that go on, where they may have left the chat."""
    found = set()
    for number, asker in web_access.askers(session, work.now):
        chat = municipalities.staff_chat(session, number)
        channel, _, account = asker.partition(":")
        if chat and chat.channel == channel:
            found.add((channel, chat.chat, account))
    return found


def _warned(work: Work, to: Address, ways: Sequence[str]) -> list[Reply]:
    """The word for the chat, once a day: at the first look of the day, at a start too."""
    mark = f"open:{work.date(work.now)}:{to.chat}"[:100]
    if events.seen(work.session, to.channel, [mark]):
        return []
    events.mark_seen(work.session, to.channel, mark, work.now)
    return [Reply(to=to, text=work.texts("staff-chat-open", why="\n".join(ways)), push=True)]
