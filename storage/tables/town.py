"""The municipality, its category tree, its staff chats and who is in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.our_accounts import OurAddress, OurChannel
from storage.tables.base import Base, InChat


class Municipality(Base):
    """The owner of residents, categories and appeals. One for now."""

    __tablename__ = "municipalities"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    tree_version: Mapped[int] = mapped_column(default=1)  # counts up when categories change
    last_year: Mapped[int] = mapped_column(default=0)  # the appeals' numbers start anew each year
    last_number: Mapped[int] = mapped_column(default=0)
    delivery_salt: Mapped[int] = mapped_column(BigInteger, default=0)  # see bot.first_start
    digest_on: Mapped[str] = mapped_column(String(10), default="")  # the last digest's date
    # The set of new keywords that the staff was told of, and that which the admins took or left.
    words_told: Mapped[int] = mapped_column(default=0, server_default="0")
    words_settled: Mapped[int] = mapped_column(default=0, server_default="0")


class StaffChat(InChat, Base):
    """A staff chat: the main one (no category needs it) or one that categories are bound to.

    ``configured`` is the address as the settings or ``/bind`` named it, ``channel`` and ``chat``
    its address now (a Telegram group gets a new id when it becomes a supergroup).
    """

    __tablename__ = "staff_chats"
    __table_args__ = (UniqueConstraint("channel", "chat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    configured: Mapped[str] = mapped_column(OurAddress(100), unique=True)
    channel: Mapped[str] = mapped_column(OurChannel(16))
    chat: Mapped[str] = mapped_column(String(64))
    main: Mapped[bool] = mapped_column(default=False)


class StaffMember(Base):
    """The messenger's word on an account that acted in a staff chat: ``inside``, ``asked_at``."""

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

    ``asked_in`` is the chat in which an admin got it. A code dies with too many ``wrong_tries``
    of anybody anywhere.
    """

    __tablename__ = "bind_codes"

    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(6))
    asked_in: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime]
    wrong_tries: Mapped[int] = mapped_column(default=0)


class PlaceCode(Base):
    """A code on a poster: an appeal that begins by it has the place, and the topic if there is one.

    ``made_by`` is an admin's account, as ``vk:77``; empty: it was made on the command line. One that
    is not ``active`` begins nothing, and may be switched on again: the poster may hang for years.
    """

    __tablename__ = "place_codes"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    words: Mapped[str] = mapped_column(String(600), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    active: Mapped[bool] = mapped_column(default=True)
    made_by: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime]
