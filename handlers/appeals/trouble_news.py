"""News of a channel or a staff chat that takes nothing of ours, for a chat that works."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from handlers.appeals import standing
from handlers.turn import Work
from storage.messages import Address, Priority, Reply
from storage.outbox import troubles
from storage.people import accounts, residents
from storage.tables import Trouble
from storage.town import municipalities


def begin(work: Work, where: Address, cause: str, since: datetime) -> list[Reply]:
    """It has lasted: keep it, and tell it once in a chat that works. ``where`` as in the table."""
    text = work.texts(f"trouble-{cause}", since=work.time(since), **_named(work, where))
    told = [
        replace(_to(chat, text), holds=standing.in_trouble(where))
        for chat in _readers(work, where)[:1]
    ]
    troubles.begin(work.session, where, cause, since, str(told[0].to) if told else "")
    return told


def end(work: Work, trouble: Trouble) -> list[Reply]:
    """It is over: tell whoever was told, and the main staff chat, which may read now what came."""
    where = Address(trouble.channel, trouble.chat)
    key = "trouble-over-chat" if trouble.chat else "trouble-over"
    text = work.texts(
        key, since=work.time(trouble.since), until=work.time(work.now), **_named(work, where)
    )
    readers = [Address.parse(trouble.told)] if trouble.told else []
    if trouble.chat:
        readers.append(where)
    elif main := municipalities.main_staff_chat(work.session, work.municipality.id):
        readers.append(main.address)
    troubles.end(work.session, trouble)
    return [_to(chat, text) for chat in dict.fromkeys(readers)]


def blind(work: Work, where: Address) -> list[Reply]:
    """The bot cannot read that staff chat any more: tell another chat, which works."""
    return _told_elsewhere(work, where, "trouble-blind")


def sees_again(work: Work, where: Address) -> list[Reply]:
    """The bot reads that staff chat again: tell another chat, as before."""
    return _told_elsewhere(work, where, "trouble-blind-over")


def _told_elsewhere(work: Work, where: Address, key: str) -> list[Reply]:
    text = work.texts(key, chat=str(where))
    return [_to(chat, text) for chat in _readers(work, where)[:1]]


def _readers(work: Work, where: Address) -> list[Address]:
    """The chats in which it can be read, the best first: of the staff, else of admins."""
    down = {(one.channel, one.chat) for one in troubles.present(work.session)}
    down.add((where.channel, where.chat))
    staff = sorted(municipalities.staff_chats(work.session), key=lambda chat: not chat.main)
    served = work.settings.served
    return [
        chat
        for chat in (*(one.address for one in staff), *_admins(work))
        if chat.channel in served
        and (chat.channel, troubles.WHOLE) not in down
        and (chat.channel, chat.chat) not in down
    ]


def _admins(work: Work) -> Iterator[Address]:
    """Yield the private chats of admins who have written to the bot: it may write to them."""
    for admin in work.settings.admins:
        channel, _, account = admin.partition(":")
        found = residents.find(work.session, channel, account)
        way = accounts.way_to(work.session, found, channel, account) if found else None
        if way and not way.blocked_at:
            yield way.address


def _named(work: Work, where: Address) -> dict[str, str]:
    return {"channel": work.texts(f"channel-{where.channel}"), "chat": str(where)}


def _to(chat: Address, text: str) -> Reply:
    return Reply(to=chat, text=text, push=True, priority=Priority.URGENT)
