"""The tables. Times are UTC; texts from people are kept as they came."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite keeps no zone, so it is taken off and put on again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a naive datetime is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a timezone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


# Conditions of partial indexes: of years of appeals these hold a few. Queries say them word by word.
OPEN_ONES = "state IN ('new', 'need_info', 'in_work', 'forwarded', 'reopened')"
SILENT_ONES = "state IN ('need_info', 'answered')"
NOT_WARNED = "warned <> 'due'"


def partial(name: str, *columns: str, where: str, postgresql: str = "") -> Index:
    """An index of the rows that meet a condition, on both databases."""
    return Index(
        name,
        *columns,
        sqlite_where=text(where),
        postgresql_where=text(postgresql or where),
    )


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only


class Base(DeclarativeBase):
    """All tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Municipality(Base):
    """Whose residents, categories and appeals these are. One for now."""

    __tablename__ = "municipalities"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    tree_version: Mapped[int] = mapped_column(default=1)  # counts up when categories change
    last_year: Mapped[int] = mapped_column(default=0)  # the appeals' numbers start anew each year
    last_number: Mapped[int] = mapped_column(default=0)
    delivery_salt: Mapped[int] = mapped_column(BigInteger, default=0)  # see bot.first_start
    digest_on: Mapped[str] = mapped_column(String(10), default="")  # the last digest's date


class StaffChat(Base):
    """A staff chat: the main one (no category needs it) or one that categories are bound to.

    ``configured`` is the address as the settings or ``/bind`` named it, ``channel`` and ``chat``
    where it is now (a Telegram group gets a new id when it becomes a supergroup).
    """

    __tablename__ = "staff_chats"
    __table_args__ = (UniqueConstraint("channel", "chat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    configured: Mapped[str] = mapped_column(String(100), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(64))
    main: Mapped[bool] = mapped_column(default=False)


class StaffMember(Base):
    """What the messenger said of an account when it acted in a staff chat: ``inside``, ``asked_at``."""

    __tablename__ = "staff_members"

    staff_chat_id: Mapped[int] = mapped_column(ForeignKey("staff_chats.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    inside: Mapped[bool]
    asked_at: Mapped[datetime]


class Category(Base):
    """The upper level of the tree."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("municipality_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    code: Mapped[str] = mapped_column(String(32))
    emoji: Mapped[str] = mapped_column(String(16), default="")
    title: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(200), default="")
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    staff_chat_id: Mapped[int | None] = mapped_column(ForeignKey("staff_chats.id"))

    topics: Mapped[list["Topic"]] = relationship(
        back_populates="category", order_by="Topic.position, Topic.id"
    )
    staff_chat: Mapped[StaffChat | None] = relationship()


class Topic(Base):
    """The lower level: what an appeal is about. ``days`` are calendar days to the deadline."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("category_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), index=True)
    code: Mapped[str] = mapped_column(String(32))
    emoji: Mapped[str] = mapped_column(String(16), default="")
    title: Mapped[str] = mapped_column(String(100))
    days: Mapped[int] = mapped_column(default=30)
    fast_track: Mapped[bool] = mapped_column(default=False)
    needs_place: Mapped[bool] = mapped_column(default=True)
    department: Mapped[str] = mapped_column(String(200), default="")  # empty: the category's
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)

    category: Mapped[Category] = relationship(back_populates="topics")


class BindCode(Base):
    """A code that makes a group the staff chat of a category. It works once, for an hour.

    ``asked_in`` is the chat where an admin got it. A code dies with too many ``wrong_tries``
    of anybody anywhere.
    """

    __tablename__ = "bind_codes"

    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(6))
    asked_in: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime]
    wrong_tries: Mapped[int] = mapped_column(default=0)


class Resident(Base):
    """An account in a channel that wrote to the bot. No name before consent."""

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


class Consent(Base):
    """Every consent given and withdrawn, append-only (152-ФЗ: version and time are kept)."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(16))  # given, refused, withdrawn
    version: Mapped[str] = mapped_column(String(32))


class Erasure(Base):
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


class Dialogue(Base):
    """What one person is in the middle of, in one chat: ``drafts``, the last one is active.

    A draft is ``{"form", "key", "answers", "subject", "notes"}``, see handlers.forms.form.Draft.
    """

    __tablename__ = "dialogues"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    drafts: Mapped[list[Any]] = mapped_column(default=list)
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Appeal(Base):
    """What a resident filed. ``state`` is one of handlers.appeals.lifecycle.State."""

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
    """What happened to an appeal, append-only. ``actor`` is ``channel:account`` or ``system``."""

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


class KeptFile(Base):
    """A file from a person, or one that we made.

    ``state``: waiting (to be fetched into the store), stored (at ``key``), refused, gone, checked
    (see below), noted (of a resident who has not consented: not fetched). ``content`` is the whole
    text of a file that we made: it is not fetched from a messenger but goes to the store from here.
    ``chat`` is where it came from, and where it is told that it was not taken; empty: nowhere.
    ``purpose``: empty (for people), or ``import:<chat>``: a category file that an admin
    (``channel``, ``account``) sent in that chat. Such a file is fetched whatever its kind and goes to
    ``handlers.admin.tree_file`` in place of the store; checked: it is right, and ``content`` has it.
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
    name: Mapped[str] = mapped_column(String(255), default="")
    mime: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    key: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(80), default="")
    content: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Look(Base):
    """A look through a file that began and has come to no verdict yet: written before it begins.

    ``digest``: SHA-256 of the file. ``life``: the process that looks; one that died leaves its row.
    """

    __tablename__ = "looks"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    life: Mapped[str] = mapped_column(String(32), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(index=True)


class OutboxMessage(Base):
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
    channel: Mapped[str] = mapped_column(String(16))
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


class ChatMessage(Base):
    """A message in a messenger that belongs to an appeal, so that a reply to it finds the appeal."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        UniqueConstraint("channel", "chat", "message"),
        Index("ix_chat_messages_card", "appeal_id", "role"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(String(64))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"))
    role: Mapped[str] = mapped_column(String(16))  # card, sent, came, prompt (to an employee)
    album: Mapped[str] = mapped_column(String(64), default="", index=True)
    at: Mapped[datetime]


class ListedAppeal(Base):
    """An appeal shown in a staff chat as a line of a list, its card not sent unless opened.

    ``message`` is the list's id there, empty until it is sent.
    """

    __tablename__ = "listed_appeals"
    __table_args__ = (Index("ix_listed_appeals_message", "channel", "chat", "message"),)

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("appeals.id"), primary_key=True, index=True
    )
    message: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime]


class SeenEvent(Base):
    """An event that has been dealt with; what comes again is known by it."""

    __tablename__ = "seen_events"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class ParkedEvent(Base):
    """What could not be decoded or handled: kept whole, with the error, to be run again."""

    __tablename__ = "parked_events"
    __table_args__ = (
        Index("ix_parked_events_channel", "channel"),
        partial("ix_parked_events_waiting", "id", where="settled_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    event_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))  # update (raw), event (decoded)
    content: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Cursor(Base):
    """How far a channel has been read (VK's ``ts``)."""

    __tablename__ = "cursors"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


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
    A resident's account is made of the browser's token: rows of residents are of before that, or
    of who left their chat (see storage.web.residents).
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


class WebUpload(Base):
    """A file that somebody uploaded to the web chat. Its bytes are in the file store at ``key``.

    ``said``: it is part of a message. ``owner`` is an account; empty: to be deleted. ``network``:
    the marks of where it came from, for a day (storage.web.uploads).
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


class InstallationValue(Base):
    """What an installation keeps about itself, the same for all replicas: see storage.installation."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
