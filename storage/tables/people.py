"""Residents, their consent and its withdrawal, bans, drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.messages import Address
from storage.our_accounts import OurChannel, is_another
from storage.tables.base import Base, BigId, InChat, partial


class Resident(InChat, Base):
    """An account in a channel that wrote to the bot. No name before consent.

    ``through``: the account of ours that it wrote to last, as a channel; empty: to the first. No
    other one can write to that person.
    """

    __tablename__ = "residents"
    __table_args__ = (
        UniqueConstraint("channel", "account"),
        Index("ix_residents_chat", "channel", "chat"),
        partial(
            "ix_residents_strangers", "channel", "created_at", where="consent_at IS NULL"
        ),  # they are cleaned away on the web; of those who consented there are years
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    channel: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    greeted_at: Mapped[datetime | None]
    consent_version: Mapped[str] = mapped_column(String(32), default="")
    consent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # consent withdrawn, personal data deleted
    blocked_at: Mapped[datetime | None]  # the messenger does not deliver to them
    through: Mapped[str] = mapped_column(OurChannel(16), default="", server_default="")

    @property
    def address(self) -> Address:
        """The chat with the account of ours that the person wrote to."""
        return Address(self.through or self.channel, self.chat)

    @property
    def awaits_first_word(self) -> bool:
        """Whether our present account has to be written to before it can write."""
        return is_another(self.through)


class Consent(Base):
    """Every consent given and withdrawn, append-only (152-ФЗ: version and time are kept)."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(16))  # given, refused, withdrawn
    version: Mapped[str] = mapped_column(String(32))


class Erasure(InChat, Base):
    """A person whose words are being erased: by what they are found. The row goes last.

    ``refused``: consent was refused and the resident stays; else it was withdrawn. What was said
    stands in the web chat up to ``last_line`` and in the outbox up to ``last_sent``; what comes
    later is of who came back. ``told``: the word that all is erased is in the outbox.
    """

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    channel: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64))
    refused: Mapped[bool] = mapped_column(default=False)
    last_line: Mapped[int] = mapped_column(BigInteger, default=0)
    last_sent: Mapped[int] = mapped_column(BigInteger, default=0)
    told: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    next_at: Mapped[datetime]


class Ban(Base):
    """An account that may not write any more.

    ``mark`` is a salted hash of it (storage.people.bans), so that the ban outlives ``/delete_me`` without
    keeping the account; ``appeal_id`` is the appeal over which it was pronounced.
    """

    __tablename__ = "bans"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), index=True)
    actor: Mapped[str] = mapped_column(String(80))  # the employee, as the history keeps them
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class Dialogue(InChat, Base):
    """The unfinished forms of one person in one chat: ``drafts``, the last one is active.

    A draft is ``{"form", "key", "answers", "subject", "notes"}``, see handlers.forms.form.Draft.
    """

    __tablename__ = "dialogues"

    channel: Mapped[str] = mapped_column(OurChannel(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    drafts: Mapped[list[Any]] = mapped_column(default=list)
    updated_at: Mapped[datetime] = mapped_column(index=True)
