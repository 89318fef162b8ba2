"""Common parts of all tables: types, names of constraints, partial indexes, the installation's values."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from storage.addresses import TOPIC, Address
from storage.our_accounts import channel_of, in_use


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


class InChat:
    """A row about a chat: its table has the columns ``channel`` and ``chat``."""

    if TYPE_CHECKING:  # each table declares them, in its own order
        channel: Mapped[str]
        chat: Mapped[str]

    @property
    def address(self) -> Address:
        """The address of the chat."""
        return Address(self.channel, self.chat)

    def is_in(self, chat: Address) -> bool:
        """Whether the row is about that chat."""
        return self.channel == chat.channel and self.chat == chat.chat

    def is_in_group(self, group: Address) -> bool:
        """Whether the row is about that group or one of its topics."""
        return self.channel == group.channel and self.chat.partition(TOPIC)[0] == group.chat


def in_chat(table: type[InChat], chat: Address) -> ColumnElement[bool]:
    """The condition that a row is about that chat."""
    return and_(table.channel == chat.channel, table.chat == chat.chat)


def in_group(table: type[InChat], group: Address) -> ColumnElement[bool]:
    """The condition that a row is about that group or one of its topics."""
    topics = table.chat.startswith(f"{group.chat}{TOPIC}", autoescape=True)
    return and_(table.channel == group.channel, or_(table.chat == group.chat, topics))


def in_chat_of_any(table: type[InChat], session: Session, chat: Address) -> ColumnElement[bool]:
    """The same of a chat with whichever account of ours: for what must leave nothing."""
    names = in_use(session.get_bind().dialect).all_of(channel_of(chat.channel))
    return and_(table.channel.in_(names), table.chat == chat.chat)


class InstallationValue(Base):
    """A value that an installation keeps about itself: see storage.database.installation."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
