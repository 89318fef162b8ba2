"""The web chat: its messages, sessions, codes, uploads, filings."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, partial


class WebMessage(Base):
    """The web chat's own history: what its page shows after a reconnect."""

    __tablename__ = "web_messages"
    __table_args__ = (
        UniqueConstraint("chat", "origin"),
        Index("ix_web_messages_chat", "chat", "id"),
        # Pages ask for what is newer than an id: that of a deleted message is never given again.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chat: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(100))  # in:<client id> or out:<delivery key>
    author: Mapped[str] = mapped_column(String(64), default="")  # empty: the bot
    author_name: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class WebSession(Base):
    """An employee's browser in the web chat; only the hash of its token is kept.

    ``staff_chat_id`` and ``asked_by`` are of the code that opened it: it ends with either.
    A resident's account is made of the token of the browser that they began in. Rows of residents
    are of their further devices (storage.web.devices), of before that, or of who left their chat
    (storage.web.residents).
    """

    __tablename__ = "web_sessions"
    __table_args__ = (
        Index(
            "ix_web_sessions_staff",
            "seen_at",
            sqlite_where=text("staff = 1"),
            postgresql_where=text("staff = true"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    staff: Mapped[bool] = mapped_column(default=False)
    staff_chat_id: Mapped[int | None] = mapped_column(ForeignKey("staff_chats.id"))
    asked_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class WebCode(Base):
    """A one-time code that opens the staff room; ``used_by`` is the browser that used it.

    ``staff_chat_id`` is the chat that it was asked in, ``asked_by`` who asked, as
    ``channel:account``; empty: nobody who might leave that chat (an admin, the terminal).
    """

    __tablename__ = "web_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    admin: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(200), default="")
    staff_chat_id: Mapped[int | None] = mapped_column(ForeignKey("staff_chats.id"))
    asked_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    expires_at: Mapped[datetime]
    used_by: Mapped[str] = mapped_column(String(64), default="")
    used_at: Mapped[datetime | None]


class WebDeviceCode(Base):
    """A one-time code that opens a resident's chat on one more device: the last one they asked for.

    ``used_by`` is the browser that used it.
    """

    __tablename__ = "web_device_codes"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_by: Mapped[str] = mapped_column(String(64), default="")
    used_at: Mapped[datetime | None]


class WebSubscription(Base):
    """A resident's browser that wants to be told of news: the address that its maker gave it.

    ``due_at``: there is news to tell then; None: all was told. ``tries`` failed since it was last told
    of any. ``browser`` is the one that asked (bot.channels.web.events.Visitor).
    """

    __tablename__ = "web_subscriptions"
    __table_args__ = (partial("ix_web_subscriptions_due", "due_at", where="due_at IS NOT NULL"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account: Mapped[str] = mapped_column(String(64), index=True)
    browser: Mapped[str] = mapped_column(String(16))
    endpoint: Mapped[str] = mapped_column(Text)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class WebUpload(Base):
    """A file that somebody uploaded to the web chat. Its bytes are in the file store at ``key``.

    ``said``: it is part of a message. ``owner`` is an account; empty: to be deleted. ``network``:
    the marks of the address it came from, for a day (storage.web.uploads).
    """

    __tablename__ = "web_uploads"
    __table_args__ = (
        Index(
            "ix_web_uploads_unsaid",
            "created_at",
            sqlite_where=text("said = 0"),
            postgresql_where=text("said = false"),
        ),
        partial("ix_web_uploads_network", "network", where="network <> ''"),
    )

    ref: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(String(200))
    said: Mapped[bool] = mapped_column(default=False)
    network: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime]


class WebFiling(Base):
    """An appeal was filed on the web from there: a hash of an address, no word of whose or which."""

    __tablename__ = "web_filings"
    __table_args__ = (Index("ix_web_filings_source_at", "source", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
