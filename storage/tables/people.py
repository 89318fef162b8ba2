"""Residents, their consent and its withdrawal, bans, drafts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.messages import Address
from storage.our_accounts import OurChannel, is_another
from storage.tables.base import Base, BigId, InChat, partial


class Reached(InChat):
    """A way to a person: a chat of an account of theirs, through an account of ours.

    ``through``: the account of ours that it wrote to last, as a channel; empty: to the first. No
    other one can write to that person.
    """

    if TYPE_CHECKING:  # as in InChat
        account: Mapped[str]
        through: Mapped[str]
        blocked_at: Mapped[datetime | None]

    @property
    def address(self) -> Address:
        """The chat with the account of ours that the person wrote to."""
        return Address(self.through or self.channel, self.chat)

    @property
    def awaits_first_word(self) -> bool:
        """Whether our present account has to be written to before it can write."""
        return is_another(self.through)

    @property
    def is_open(self) -> bool:
        """Whether what is said there arrives, as far as is known."""
        return not (self.blocked_at or self.awaits_first_word)


class Resident(Reached, Base):
    """A person who wrote to the bot, from one account or several. No name before consent.

    ``channel``, ``account``, ``chat``, ``blocked_at`` and ``through`` are those of the home: the
    account of theirs that pushes go to (storage.people.accounts). ``home_fixed``: the person chose
    it; else it is the one that they wrote from last.
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
    home_fixed: Mapped[bool] = mapped_column(default=False, server_default=false())


class Account(Reached, Base):
    """An account in a channel, and the person whose it is.

    The ``chat``, ``through`` and ``blocked_at`` of the home stand in the resident's row; here they
    are as they were when it became the home, at ``home_at``. ``came_with`` is the account that
    entered the code by which they came to this person together. ``wrong_codes`` are the tries to join
    another account with a wrong code, the last one ``wrong_at`` (storage.people.link_codes).
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("channel", "account"),
        Index("ix_accounts_chat", "channel", "chat"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64))
    through: Mapped[str] = mapped_column(OurChannel(16), default="", server_default="")
    blocked_at: Mapped[datetime | None]  # the messenger does not deliver there
    created_at: Mapped[datetime]
    home_at: Mapped[datetime]
    came_with: Mapped[int | None] = mapped_column(BigId)
    wrong_codes: Mapped[int] = mapped_column(default=0, server_default="0")
    wrong_at: Mapped[datetime | None]


class LinkCode(Base):
    """A one-time code that joins another account to the person of this one: the last one they asked for.

    ``sheet`` is the beginning of the code, by which wrong tries are counted against it;
    ``entered_by`` is the account that entered it and is asked whether to join.
    """

    __tablename__ = "link_codes"

    account_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    )
    sheet: Mapped[str] = mapped_column(String(2), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    wrong_tries: Mapped[int] = mapped_column(default=0)
    entered_by: Mapped[int | None] = mapped_column(BigId, index=True)


class Consent(Base):
    """Every consent given and withdrawn, append-only (152-ФЗ: version and time are kept).

    ``account_id``: the account in which it was said, once the person has several.
    """

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(16))  # given, refused, withdrawn
    version: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[int | None] = mapped_column(BigId)


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
