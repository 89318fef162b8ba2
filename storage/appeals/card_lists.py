"""Appeals that a staff chat has been shown as a line of a list."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session, aliased

from storage import outbox
from storage.messages import Address
from storage.tables import ListedAppeal, in_chat


def note(session: Session, chat: Address, appeal_ids: Sequence[int], now: datetime) -> None:
    """The appeals stand in a list that is about to be sent."""
    session.execute(
        delete(ListedAppeal).where(
            in_chat(ListedAppeal, chat), ListedAppeal.appeal_id.in_(appeal_ids)
        )
    )
    session.add_all(
        ListedAppeal(channel=chat.channel, chat=chat.chat, appeal_id=appeal_id, at=now)
        for appeal_id in appeal_ids
    )
    session.flush()


def sent(session: Session, chat: Address, appeal_ids: Sequence[int], message: str) -> None:
    """The list of these appeals has become that message."""
    session.execute(
        update(ListedAppeal)
        .where(in_chat(ListedAppeal, chat), ListedAppeal.appeal_id.in_(appeal_ids))
        .values(message=message)
    )


def find(session: Session, appeal_id: int, chat: Address) -> ListedAppeal | None:
    """The appeal's line in that chat; None: it is in no list there."""
    return session.get(ListedAppeal, (chat.channel, chat.chat, appeal_id))


@dataclass(frozen=True, slots=True)
class List:
    """A list of appeals in a staff chat; ``message`` is empty until it is sent."""

    chat: Address
    message: str
    appeal_ids: tuple[int, ...]


def lists_with(session: Session, appeal_ids: Collection[int]) -> list[List]:
    """The lists that have one of these appeals, each whole; whoever asks has locked the appeals.

    So none gets into another list meanwhile. But a list may be sent meanwhile, or once more: those
    on their way are read before the sent ones, and these with all their lines in one statement.
    """
    of_these = ListedAppeal.appeal_id.in_(appeal_ids)
    chats = session.execute(select(ListedAppeal.channel, ListedAppeal.chat).where(of_these))
    found = [
        List(chat, "", ids)
        for chat in sorted({Address(*row) for row in chats})
        for ids in outbox.unsent_lists(session, chat)
        if {*ids} & {*appeal_ids}
    ]
    line = aliased(ListedAppeal)
    same_list = and_(
        line.channel == ListedAppeal.channel,
        line.chat == ListedAppeal.chat,
        line.message == ListedAppeal.message,
    )
    is_sent = ListedAppeal.message != ""
    lines = select(line.channel, line.chat, line.message, line.appeal_id)
    lines = lines.join(ListedAppeal, same_list).where(of_these, is_sent).distinct()
    sent = defaultdict[tuple[Address, str], list[int]](list)
    for channel, chat, message, appeal_id in session.execute(lines.order_by(line.appeal_id)):
        sent[Address(channel, chat), message].append(appeal_id)
    return found + [List(chat, message, tuple(ids)) for (chat, message), ids in sent.items()]


def is_list(session: Session, chat: Address, message: str) -> bool:
    """Whether the message is a list of appeals."""
    of_message = select(ListedAppeal.appeal_id).where(
        in_chat(ListedAppeal, chat), ListedAppeal.message == message
    )
    return bool(message) and session.scalar(of_message.limit(1)) is not None
