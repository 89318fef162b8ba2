"""Appeals that a staff chat has been shown as a line of a list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

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
    """The lists that have one of these appeals, each whole."""
    rows = session.scalars(select(ListedAppeal).where(ListedAppeal.appeal_id.in_(appeal_ids)))
    found = []
    for chat, message in dict.fromkeys((row.address, row.message) for row in rows):
        if message:
            listed = tuple(session.scalars(_of_message(chat, message)))
            found.append(List(chat, message, listed))
        else:
            unsent = outbox.unsent_lists(session, chat)
            found += [List(chat, "", ids) for ids in unsent if {*ids} & {*appeal_ids}]
    return found


def is_list(session: Session, chat: Address, message: str) -> bool:
    """Whether the message is a list of appeals."""
    return bool(message) and session.scalar(_of_message(chat, message).limit(1)) is not None


def _of_message(chat: Address, message: str) -> Select[int]:
    """Return the query for the appeals in the list that the message is."""
    return select(ListedAppeal.appeal_id).where(
        in_chat(ListedAppeal, chat), ListedAppeal.message == message
    )
