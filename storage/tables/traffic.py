"""Messages on their way out, events that came in."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.our_accounts import OurAddress, OurChannel
from storage.tables.base import Base, BigId, InChat, partial


class OutboxMessage(InChat, Base):
    """A Reply on its way. ``lane`` keeps order: one at a time in a lane, oldest first."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unsent",
            "channel",
            "lane",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_outbox_coalesce", "channel", "chat", "coalesce"),
        Index(
            "ix_outbox_due",
            "channel",
            "push",
            "priority",
            "next_at",
            "id",
            "lane",
            "chat",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(OurChannel(16))
    chat: Mapped[str] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(96))
    push: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column(default=0, server_default="0")  # storage.messages
    coalesce: Mapped[str] = mapped_column(String(64), default="")
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"), index=True)
    reply: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)  # counts up when the reply is replaced
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(16), default="")  # sent, undeliverable, given_up
    error: Mapped[str] = mapped_column(String(300), default="")


class SeenEvent(Base):
    """An event that has been dealt with; what comes again is known by it."""

    __tablename__ = "seen_events"

    channel: Mapped[str] = mapped_column(OurChannel(16), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class ParkedEvent(Base):
    """An event that could not be decoded or handled: kept whole, with the error, to be run again."""

    __tablename__ = "parked_events"
    __table_args__ = (
        Index("ix_parked_events_channel", "channel"),
        partial("ix_parked_events_waiting", "id", where="settled_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(OurChannel(16))
    event_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))  # update (raw), event (decoded)
    content: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Cursor(Base):
    """The place up to which a channel has been read (VK's ``ts``, the time of Telegram's last contact)."""

    __tablename__ = "cursors"

    channel: Mapped[str] = mapped_column(OurChannel(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class Trouble(Base):
    """A channel that takes nothing of ours, or one staff chat, and has not for some time.

    ``chat`` is empty if it is the whole channel. ``told`` is the address of whom it was told,
    empty if nobody could be.
    """

    __tablename__ = "troubles"

    channel: Mapped[str] = mapped_column(OurChannel(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64), primary_key=True)
    cause: Mapped[str] = mapped_column(String(16))  # away, token, limit, closed
    since: Mapped[datetime]
    told: Mapped[str] = mapped_column(OurAddress(100), default="")
