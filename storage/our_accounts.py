"""Accounts of ours, which are bots or communities: a row is found under its own alone.

A messenger counts messages, updates and groups for each bot and community separately, so an id of theirs
means nothing without the account. The types below keep it in the column of the channel: ``vk`` is the
first account that an installation had, ``vk@2`` the second. The program says ``vk`` of the account
whose token it has now, whichever it is, and ``vk@1`` of another. That looks like a channel that nobody
serves: a row of it meets no event, and what is addressed to it waits in the outbox.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

ATTRIBUTE = "our_accounts"  # of a dialect: of all that is an engine's own, types are given it alone
SIGN = "@"


class AccountsUnknown(Exception):
    """A table was asked for a channel before it was known which accounts of ours are in use."""


@dataclass(frozen=True, slots=True)
class OurAccounts:
    """The accounts that an installation has had, numbered from 1 in each channel.

    ``present``: the number of the one in use; ``most``: the highest number.
    """

    present: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)

    def kept(self, name: str) -> str:
        """The name of a channel as the tables have it."""
        channel, sign, number = name.partition(SIGN)
        at = int(number) if sign else self.present.get(channel, 1)
        return channel if at == 1 else f"{channel}{SIGN}{at}"

    def said(self, kept: str) -> str:
        """The name of a channel as the program says it."""
        channel, sign, number = kept.partition(SIGN)
        at = int(number) if sign else 1
        return channel if at == self.present.get(channel, 1) else f"{channel}{SIGN}{at}"

    def others(self, channel: str) -> tuple[str, ...]:
        """The names of the accounts of a channel that are not in use."""
        numbers = range(1, self.most.get(channel, 1) + 1)
        present = self.present.get(channel, 1)
        return tuple(f"{channel}{SIGN}{at}" for at in numbers if at != present)

    def all_of(self, channel: str) -> tuple[str, ...]:
        """The names of all accounts of a channel, the one in use first."""
        return (channel, *self.others(channel))


def is_another(name: str) -> bool:
    """Whether a channel's name says an account that is not in use."""
    return SIGN in name


def channel_of(name: str) -> str:
    """The channel alone, whichever of our accounts a name says."""
    return name.partition(SIGN)[0]


def use(dialect: Dialect, accounts: OurAccounts) -> None:
    """From now on the tables that are reached by this dialect are asked as these accounts."""
    setattr(dialect, ATTRIBUTE, accounts)


def in_use(dialect: Dialect) -> OurAccounts:
    """The accounts that the tables are asked as. Raises AccountsUnknown."""
    found: OurAccounts | None = getattr(dialect, ATTRIBUTE, None)
    if found is None:
        raise AccountsUnknown
    return found


class OurChannel(TypeDecorator[str]):
    """A channel and, in the table alone, the account of ours in it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As the table has it."""
        return value and in_use(dialect).kept(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As the program says it."""
        return value and in_use(dialect).said(value)


class OurAddress(TypeDecorator[str]):
    """An address as text, ``channel:chat``, its channel as of ``OurChannel``."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As the table has it."""
        return value and _with_channel(value, in_use(dialect).kept)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As the program says it."""
        return value and _with_channel(value, in_use(dialect).said)


def _with_channel(address: str, put: Callable[[str], str]) -> str:
    channel, colon, chat = address.partition(":")
    return f"{put(channel)}{colon}{chat}"
