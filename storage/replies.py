"""Reply, what goes out: its text, its rows of buttons, and how it is to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any, Literal, Self

from storage.addresses import Address

Tone = Literal["plain", "primary", "good", "bad"]
Edits = Literal["", "pressed and last", "pressed", "pressed or last"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its press comes back as ``Event.press``, or it asks for a location, or opens a URL.

    ``number`` answers the option if buttons do not fit (0: no option).
    """

    label: str
    press: str = ""
    kind: Literal["press", "location", "url"] = "press"
    url: str = ""
    tone: Tone = "plain"
    number: int = 0

    def to_json(self) -> dict[str, Any]:
        """A plain dict of its fields."""
        return {name: getattr(self, name) for name in self.__slots__}


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """Numbers to call at once: a line of words, and each number with the label of its button."""

    text: str
    numbers: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """A plain dict of its fields."""
        return {"text": self.text, "numbers": [list(one) for one in self.numbers]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(data["text"], tuple((label, number) for label, number in data["numbers"]))


class Priority(IntEnum):
    """The order in which a scarce staff chat is sent messages. From NEW on cards may go in a list."""

    LATER = -1  # a card that stands is changed
    USUAL = 0
    NEW = 1
    URGENT = 2  # a topic with a short deadline
    DANGER = 3  # words of danger to life: before answers in a dialogue


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to a chat. Text is plain: no markup, every adapter shows it literally.

    ``files`` are ids of kept files (storage.files). ``appeal`` ties the sent message to an appeal,
    so that a reply to it finds the appeal. ``card``: the appeal's card in this chat, edited in
    its place; ``fresh``: the card is sent again and is the one that is edited from now on.
    ``under_card``: sent as an answer to that card. ``prompt``: a question to one employee, so a
    reply to it is no message to the resident. ``push``: not the answer to what a person just did;
    dialogue goes before it. ``coalesce``: an unsent reply with the same key
    in the same chat is replaced by this one. ``priority``: what goes first of what is pushed.
    ``late``: its files come after the message they were sent with, so each goes as soon as it is there.
    ``lists``: appeals whose cards this message stands for. ``instead``: the id of the message in
    this chat that becomes this one; if that cannot be, ``otherwise`` is sent as a message of its own,
    and nothing if it is empty. ``entry``: the entry of the appeal's history whose words it says, so
    that they can be corrected. ``after``: how many seconds it waits, to be called back. ``holds``: the condition
    under which it stays true (handlers.appeals.standing); if it has waited and does not hold any
    more, it is not sent. Empty: it is always true. ``call``: whom to call at once; a channel that
    can keeps it in sight. ``alarm``: a card that stands out until somebody takes it. ``fill``: words
    for the field of who writes, if the channel can put them there. ``spot``: the form or menu whose
    keyboard it is; it takes the place of the message that stood there, or of those that it ``ends``,
    or else takes away their buttons. ``edits``: which of them it may become: the one whose button was
    ``pressed`` (its id), the last message of ours in the chat; empty: none. ``only``: the account to
    which alone it is shown if the channel can do that; empty: to all in the chat.
    """

    to: Address
    text: str = ""
    rows: Rows = ()
    files: tuple[int, ...] = ()
    appeal: int | None = None
    card: bool = False
    fresh: bool = False
    under_card: bool = False
    prompt: bool = False
    push: bool = False
    coalesce: str = field(default="", compare=False)
    priority: Priority = field(default=Priority.USUAL, compare=False)
    lists: tuple[int, ...] = ()
    instead: str = ""
    late: bool = False
    holds: str = ""
    otherwise: str = ""
    entry: int | None = None
    after: int = 0
    call: Call | None = None
    alarm: bool = False
    fill: str = ""
    spot: str = field(default="", compare=False)
    ends: tuple[str, ...] = field(default=(), compare=False)
    pressed: str = field(default="", compare=False)
    edits: Edits = field(default="", compare=False)
    only: str = field(default="", compare=False)

    def to_json(self) -> dict[str, Any]:
        """A plain dict that ``from_json`` reads back."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "to": {"channel": self.to.channel, "chat": self.to.chat},
            "rows": [[button.to_json() for button in row] for row in self.rows],
            "priority": int(self.priority),
            "call": self.call.to_json() if self.call else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; what a newer program added is left out."""
        return cls(
            **{
                **known_fields(cls, data),
                "to": Address(**data["to"]),
                "rows": tuple(tuple(Button(**b) for b in row) for row in data["rows"]),
                "files": tuple(data["files"]),
                "priority": Priority(data.get("priority", Priority.USUAL)),
                "lists": tuple(data.get("lists", ())),
                "call": Call.from_json(call) if (call := data.get("call")) else None,
                "ends": tuple(data.get("ends", ())),
            }
        )

    def and_then(self, text: str) -> Self:
        """The same reply with a further paragraph."""
        return replace(self, text=f"{self.text}\n\n{text}".strip())


def known_fields(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this program knows; a newer one may have added some."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in data.items() if name in names}
