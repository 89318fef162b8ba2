"""What every messenger's adapter is: its limits, and how it receives, sends and fetches."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from aiohttp.web import RouteDef

from storage.messages import Address, Event, FileKind, Rows
from storage.tables import WebMessage


class Undeliverable(Exception):
    """The chat does not take messages (blocked, deleted): no retry will help."""


class Unsendable(Undeliverable):
    """This message is taken in no form; the chat takes others."""


class RetryLater(Exception):
    """The messenger asks to wait. ``seconds`` from now; ``everywhere``: the whole channel waits.

    ``tries``: met so often in a row, it is the message that is at fault, and not the moment.
    """

    def __init__(
        self,
        reason: str,
        seconds: float | None = None,
        *,
        everywhere: bool = False,
        tries: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.everywhere = everywhere
        self.tries = tries


class Moved(Exception):
    """The group has a new id: send there."""

    def __init__(self, chat: str) -> None:
        super().__init__("the group has a new id")
        self.chat = chat


class CannotEdit(Exception):
    """The messenger refuses to edit this message (too old, gone): send a new one."""


class FileGone(Exception):
    """The messenger does not give this file (any more): no retry will help."""


class FileTooLarge(Exception):
    """The file is larger than what we take."""


class Untold(Exception):
    """The messenger does not say: it is away, or shows this to administrators only."""


class Unavailable(Exception):
    """The event could not be kept (the database is away): do not acknowledge, try again."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How many buttons fit under a message."""

    rows: int
    columns: int
    buttons: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one chat; texts in UTF-16 code units if the messenger counts so.

    ``inline`` is the keyboard of one message, ``keyboard`` the one below the input field
    (None: there is none, or we do not need it). ``location`` is which of the two can hold
    a location button (an empty string: none). ``album``: files in one message.
    ``album_buttons``: a message with several files may have buttons too.
    ``messages_per_minute`` is a limit that this chat has besides the channel's.
    ``pushes_per_second`` is what this chat takes for long; more pass for a while.
    """

    text: int
    caption: int
    label: int
    payload: int
    inline: Grid
    keyboard: Grid | None
    location: Literal["", "inline", "keyboard"]
    album: int
    album_buttons: bool = False
    messages_per_minute: float | None = None
    pushes_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate at which a channel takes messages, over all its chats.

    ``at_once``: how many messages may be on their way at the same time.
    """

    messages_per_second: float
    at_once: int = 32


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way out: by its ``ref`` in its own channel, else by its bytes at ``key``.

    At least one of the two is set; where both are, the ref is tried first.
    """

    kind: FileKind
    name: str
    mime: str
    ref: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What goes out in one piece: a Reply fitted into a chat's limits by ``layout.fit``.

    ``keyboard`` says where the rows go. All attachments fit one album of the channel.
    """

    text: str = ""
    rows: Rows = ()
    keyboard: Literal["inline", "keyboard"] = "inline"
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``python -m bot check``: what was looked at, whether it is right, what to do."""

    subject: str
    ok: bool
    text: str


class EventSink(Protocol):
    """Where adapters bring what came. Implemented by ``bot.inbox.inbox.Inbox``."""

    async def accept(self, event: Event) -> None:
        """Keep the event and its replies; returns after commit. Raises Unavailable."""

    async def park(self, channel: str, event_id: str, raw: Any, error: str) -> None:
        """Keep an update that could not be decoded. Raises Unavailable."""

    async def cursor(self, channel: str) -> str | None:
        """How far the channel has been read (None at first)."""

    async def move_cursor(self, channel: str, cursor: str) -> None:
        """Keep how far the channel has been read. Raises Unavailable."""


class FileSource(Protocol):
    """Where adapters read kept files. Implemented by ``bot.files.store.FileStore``.

    A file is read while it is sent, so that no album of large ones lies in memory.
    """

    async def size(self, key: str) -> int:
        """Bytes of a kept file. Raises FileNotFoundError, RetryLater."""

    def chunks(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a kept file, piece by piece. Raises FileNotFoundError, RetryLater."""


class Adapter(Protocol):
    """A messenger.

    ``account`` is whose token it has: the bot's or community's id (none in the web chat).
    ``polls``: ``receive`` asks the messenger, and only one replica at a time may ask for a token.
    ``examines``: what ``fetch`` gives has been through the examiner when it came.
    """

    channel: str
    rate: Rate
    account: str
    polls: bool
    examines: bool

    def limits_of(self, chat: str) -> Limits:
        """The limits of that chat."""

    async def start(self, inbox: EventSink) -> None:
        """Make ready: commands menu, webhook. Raises nothing for a messenger that is away."""

    async def receive(self) -> None:
        """Bring what comes to the inbox until cancelled; returns at once where webhooks do it.

        Acknowledges an update only after ``accept`` or ``park`` returned.
        """

    def routes(self) -> Sequence[RouteDef]:
        """HTTP routes of this channel: its webhook, its pages."""

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Send one part; the ids of the messages it became, the text's first.

        ``key`` is unique to this part for ever and the same when it is tried again.
        Raises Undeliverable, Unsendable, RetryLater, Moved.
        """

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change text and buttons of a sent message. Raises CannotEdit, Undeliverable, RetryLater."""

    def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of a file that came. Raises FileGone, RetryLater."""

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Try the token, and the rights in the staff chat where it is in this channel."""

    async def close(self) -> None:
        """Give connections back."""


@runtime_checkable
class Rereader(Protocol):
    """An adapter whose updates can be parked undecoded."""

    async def read_again(self, raw: Any) -> Event | None:
        """Decode a parked update with today's code; None: nothing is to be done. Raises anything."""


@runtime_checkable
class Sweeper(Protocol):
    """An adapter that keeps files of its own."""

    async def sweep(self) -> int:
        """Delete those that nobody needs; how many."""


@runtime_checkable
class Shower(Protocol):
    """An adapter whose open pages show messages that are kept here."""

    def show(self, message: WebMessage) -> None:
        """Show it as it has been changed."""

    def forget(self, messages: Collection[WebMessage]) -> None:
        """Show these no more, they are deleted."""


@runtime_checkable
class Site(Protocol):
    """An adapter whose pages people open in a browser."""

    def missing_page(self) -> str:
        """The page of an address that there is not."""


@runtime_checkable
class Doorkeeper(Protocol):
    """An adapter whose messenger tells who may come into a group, and who is in."""

    async def ways_in(self, chat: str) -> Sequence[str]:
        """How strangers come into the group, each in words with what to do about it.

        None: it is closed, as far as the messenger tells. Raises Untold.
        """

    async def is_inside(self, chat: str, account: str) -> bool:
        """Whether the account is in the group now. Raises Untold."""
