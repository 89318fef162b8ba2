"""Accounts of ours in the messengers: a bot, a community."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class OurAccount(Base):
    """An account that this installation has had the token of; see storage.our_accounts.

    ``account``: its id in the messenger, empty if it has none. ``number`` counts up in the
    channel. ``present``: it is the one in use, or was the last one that was.
    """

    __tablename__ = "our_accounts"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int]
    present: Mapped[bool] = mapped_column(default=True)
