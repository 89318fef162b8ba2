"""Files that people sent, and looks through them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.messages import Address
from storage.our_accounts import OurChannel
from storage.tables.base import Base, BigId, InChat, partial


class KeptFile(InChat, Base):
    """A file from a person, or one that we made.

    ``state``: waiting (to be fetched into the store), stored (at ``key``), refused, gone, checked
    (see below), noted (of a resident who has not consented: not fetched). ``content`` is the whole
    text of a file that we made: it is not fetched from a messenger but goes to the store from here.
    ``ref`` means something to the account of ours it was sent to, ``through``, alone: a channel as of
    ``OurChannel``; empty: the first account.
    ``chat`` is the chat it came from, which is told if it was not taken; empty: none.
    ``message`` is the message that brought it, ``same`` as in ``storage.messages.File``.
    ``purpose``: empty (for people), or ``import:<chat>``: a category file that an admin
    (``channel``, ``account``) sent in that chat. Such a file is fetched whatever its kind and goes to
    ``handlers.admin.tree_file`` in place of the store; checked: it is right, and ``content`` has it.
    Or ``poster``: ``content`` says of which place, and the poster that is drawn goes to the store.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_due", "state", "next_at"),
        partial("ix_files_unfiled", "created_at", "id", where="appeal_id IS NULL"),
        partial("ix_files_unfiled_of", "channel", "account", where="appeal_id IS NULL"),
        Index("ix_files_of_account", "channel", "account", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64), default="", server_default="")
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"), index=True)
    history_id: Mapped[int | None] = mapped_column(ForeignKey("history.id"))
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(Text)
    through: Mapped[str] = mapped_column(OurChannel(16), default="", server_default="")
    name: Mapped[str] = mapped_column(String(255), default="")
    mime: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    key: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(80), default="")
    content: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str] = mapped_column(String(64), default="", server_default="")
    same: Mapped[str] = mapped_column(String(64), default="", server_default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def address(self) -> Address:
        """The chat it came from, with the account of ours that it came to."""
        return Address(self.through or self.channel, self.chat)


class Look(Base):
    """A look through a file that began and has come to no verdict yet: written before it begins.

    ``digest``: SHA-256 of the file. ``life``: the process that looks; one that died leaves its row.
    """

    __tablename__ = "looks"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    life: Mapped[str] = mapped_column(String(32), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(index=True)
