"""Troubles that the staff is told of: channels and staff chats that take nothing of ours."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.messages import Address
from storage.tables import Trouble

WHOLE = ""  # the chat of a trouble that is the whole channel's


def present(session: Session) -> list[Trouble]:
    """Those that have not ended."""
    return list(session.scalars(select(Trouble).order_by(Trouble.since)))


def find(session: Session, where: Address) -> Trouble | None:
    """The trouble of that channel or chat."""
    return session.get(Trouble, (where.channel, where.chat))


def begin(session: Session, where: Address, cause: str, since: datetime, told: str) -> None:
    """Keep that it began."""
    session.add(
        Trouble(channel=where.channel, chat=where.chat, cause=cause, since=since, told=told)
    )
    session.flush()


def end(session: Session, trouble: Trouble) -> None:
    """Keep that it is over."""
    session.delete(trouble)
    session.flush()
