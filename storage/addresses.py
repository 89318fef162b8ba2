"""Addresses of chats, of topics in groups, and of whoever acts there."""

from dataclasses import dataclass
from typing import Self

from storage import bounds

TOPIC = "/"  # before the topic's number in an address: no messenger has it in a chat's id


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A chat in a channel, or a topic of a group; as text ``telegram:-1001234567890/17``."""

    channel: str
    chat: str

    def __post_init__(self) -> None:
        """Bound it."""
        object.__setattr__(self, "chat", bounds.mark(self.chat, bounds.MOST_ID))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``channel:chat``. Raises ValueError if it is not of that form."""
        channel, colon, chat = text.partition(":")
        if not (channel and colon and chat):
            raise ValueError(f"{text!r} is not of the form channel:chat")
        return cls(channel, chat)

    @property
    def group(self) -> "Address":
        """The chat without its topic: who is in it, its limits and its message ids are the group's."""
        return Address(self.channel, self.chat.partition(TOPIC)[0]) if self.topic else self

    @property
    def topic(self) -> str:
        """The topic of the group; empty: the group itself, or a chat that has none."""
        return self.chat.partition(TOPIC)[2]

    def in_group(self, chat: str) -> "Address":
        """The same topic under another id of its group."""
        return Address(self.channel, f"{chat}{TOPIC}{self.topic}" if self.topic else chat)

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"


@dataclass(frozen=True, slots=True, order=True)
class ChatMember:
    """An account in a chat: whose dialogue it is, and who acts in a group."""

    channel: str
    chat: str
    account: str

    @property
    def address(self) -> Address:
        """The chat."""
        return Address(self.channel, self.chat)

    @property
    def of_group(self) -> "ChatMember":
        """The same account in the group, whichever topic it acted in."""
        return ChatMember(self.channel, self.address.group.chat, self.account)
