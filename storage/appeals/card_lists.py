"""Which appeals a staff chat has been shown as a line of a list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import outbox
from storage.tables import ListedAppeal


def note(
    session: Session, channel: str, chat: str, appeal_ids: Sequence[int], now: datetime
) -> None:
    """The appeals stand in a list that is about to be sent."""
    session.execute(
        delete(ListedAppeal).where(
            ListedAppeal.channel == channel,
            ListedAppeal.chat == chat,
            ListedAppeal.appeal_id.in_(appeal_ids),
        )
    )
    session.add_all(
        ListedAppeal(channel=channel, chat=chat, appeal_id=appeal_id, at=now)
        for appeal_id in appeal_ids
    )
    session.flush()


def sent(
    session: Session, channel: str, chat: str, appeal_ids: Sequence[int], message: str
) -> None:
    """The list of these appeals has become that message."""
    session.execute(
        update(ListedAppeal)
        .where(
            ListedAppeal.channel == channel,
            ListedAppeal.chat == chat,
            ListedAppeal.appeal_id.in_(appeal_ids),
        )
        .values(message=message)
    )


def find(session: Session, appeal_id: int, channel: str, chat: str) -> ListedAppeal | None:
    """The appeal's line in that chat; None: it is in no list there."""
    return session.get(ListedAppeal, (channel, chat, appeal_id))


@dataclass(frozen=True, slots=True)
class List:
    """A list of appeals in a staff chat; ``message`` is empty until it is sent."""

    channel: str
    chat: str
    message: str
    appeal_ids: tuple[int, ...]


def lists_with(session: Session, appeal_ids: Collection[int]) -> list[List]:
    """The lists that have one of these appeals, each whole."""
    places: dict[tuple[str, str, str], None] = {}
    for row in session.scalars(select(ListedAppeal).where(ListedAppeal.appeal_id.in_(appeal_ids))):
        places[row.channel, row.chat, row.message] = None
    found = []
    for channel, chat, message in places:
        if message:
            found.append(List(channel, chat, message, _of_message(session, channel, chat, message)))
        else:
            unsent = outbox.unsent_lists(session, channel, chat)
            found += [List(channel, chat, "", ids) for ids in unsent if {*ids} & {*appeal_ids}]
    return found


def _of_message(session: Session, channel: str, chat: str, message: str) -> tuple[int, ...]:
    query = select(ListedAppeal.appeal_id).where(
        ListedAppeal.channel == channel, ListedAppeal.chat == chat, ListedAppeal.message == message
    )
    return tuple(session.scalars(query))


def is_list(session: Session, channel: str, chat: str, message: str) -> bool:
    """Whether the message is a list of appeals."""
    query = select(ListedAppeal.appeal_id).where(
        ListedAppeal.channel == channel,
        ListedAppeal.chat == chat,
        ListedAppeal.message == message,
    )
    return bool(message) and session.scalar(query.limit(1)) is not None
