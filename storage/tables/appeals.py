"""Appeals, their history, and the messages that belong to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.our_accounts import OurChannel
from storage.tables.base import NOT_WARNED, OPEN_ONES, SILENT_ONES, Base, BigId, InChat, partial
from storage.tables.people import Resident
from storage.tables.town import StaffChat, Topic


class Appeal(Base):
    """An appeal that a resident filed. ``state`` is one of handlers.appeals.lifecycle.State."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("municipality_id", "year", "serial"),
        Index("ix_appeals_resident", "resident_id", "id"),
        partial("ix_appeals_open", "municipality_id", "deadline_at", "id", where=OPEN_ONES),
        partial("ix_appeals_open_of_chat", "staff_chat_id", "deadline_at", "id", where=OPEN_ONES),
        partial("ix_appeals_to_warn", "deadline_at", "id", where=f"{OPEN_ONES} AND {NOT_WARNED}"),
        partial("ix_appeals_silent", "state", "state_at", "id", where=SILENT_ONES),
        partial("ix_appeals_states", "state", where=OPEN_ONES),
        partial(
            "ix_appeals_wordless",
            "id",
            where="words_kept IS 0",
            postgresql="words_kept IS false",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    draft_key: Mapped[str] = mapped_column(String(160), unique=True)  # a draft is filed once
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    place_text: Mapped[str] = mapped_column(Text, default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    place_normalised: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")  # its words as in appeal_words
    words_kept: Mapped[bool] = mapped_column(default=False, server_default=false())  # there
    state: Mapped[str] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    state_at: Mapped[datetime]  # since when it is in this state
    first_answer_due: Mapped[datetime]
    first_answered_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reminded: Mapped[bool] = mapped_column(default=False)  # the resident, of this state
    warned: Mapped[str] = mapped_column(
        String(8), default=""
    )  # the staff, of the deadline: soon, due
    undelivered: Mapped[bool] = mapped_column(default=False)  # the last push did not arrive
    staff_chat_id: Mapped[int] = mapped_column(ForeignKey("staff_chats.id"))
    # Who moved it last of the staff, as in the history; empty while it is nobody's.
    employee: Mapped[str] = mapped_column(String(80), default="", server_default="")
    employee_name: Mapped[str] = mapped_column(String(200), default="", server_default="")

    resident: Mapped[Resident] = relationship()
    topic: Mapped[Topic] = relationship()
    staff_chat: Mapped[StaffChat] = relationship()


class AppealWord(Base):
    """A word, as storage.appeals.search compares it, and an appeal that has it.

    What is here can be made again from the appeals, so no key binds it to them.
    """

    __tablename__ = "appeal_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(
        # By code points, so that the beginning of a word is a stretch of the index.
        String(40).with_variant(String(40, collation="C"), "postgresql"),
        primary_key=True,
    )
    appeal_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)


class HistoryEntry(Base):
    """An entry of an appeal's history, append-only. ``actor`` is ``channel:account`` or ``system``."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), index=True)
    at: Mapped[datetime]
    role: Mapped[str] = mapped_column(String(16))  # resident, employee, system
    actor: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(200), default="")
    action: Mapped[str] = mapped_column(String(24))
    state_from: Mapped[str] = mapped_column(String(16), default="")
    state_to: Mapped[str] = mapped_column(String(16), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ChatMessage(InChat, Base):
    """A message in a messenger that belongs to an appeal, so that a reply to it finds the appeal."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        UniqueConstraint("channel", "chat", "message"),
        Index("ix_chat_messages_card", "appeal_id", "role"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(OurChannel(16))
    chat: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(String(64))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"))
    role: Mapped[str] = mapped_column(String(16))  # card, sent, came, prompt (to an employee)
    album: Mapped[str] = mapped_column(String(64), default="", index=True)
    seen: Mapped[str] = mapped_column(String(16), default="", server_default="")  # Event.look
    entry_id: Mapped[int | None] = mapped_column(BigId)  # of the history, whose words it says
    at: Mapped[datetime]


class ListedAppeal(InChat, Base):
    """An appeal shown in a staff chat as a line of a list, its card not sent unless opened.

    ``message`` is the list's id there, empty until it is sent.
    """

    __tablename__ = "listed_appeals"
    __table_args__ = (Index("ix_listed_appeals_message", "channel", "chat", "message"),)

    channel: Mapped[str] = mapped_column(OurChannel(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("appeals.id"), primary_key=True, index=True
    )
    message: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime]
