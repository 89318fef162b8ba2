"""The protocol of a channel's adapter: its limits, and how it receives, sends and fetches."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

from aiohttp.web import RouteDef

from storage.messages import Address, Call, Event, FileKind, Rows
from storage.tables import WebMessage


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
    ``messages_per_minute``: a limit of this chat alone, in addition to the channel's rate.
    ``shows_presses``: what was pressed stands in the chat as a message of the person.
    ``pushes_per_second``: the rate of pushes that this chat takes for long; more pass for a while.
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
    shows_presses: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate at which a channel takes messages, over all its chats.

    ``at_once``: how many messages may be on their way at the same time. ``is_paced_there``: the
    adapter makes its calls one after the other at this rate, answers in a dialogue first.
    """

    messages_per_second: float
    at_once: int = 32
    is_paced_there: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on its way out: sent by its ``ref`` in its own channel, else by its bytes at ``key``.

    At least one of the two is set; if both are, the ref is tried first.
    """

    kind: FileKind
    name: str
    mime: str
    ref: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a Reply on its way out, fitted into a chat's limits by ``layout.fit``.

    ``keyboard``: the place of the rows. All attachments fit one album of the channel. ``call`` and
    ``alarm`` as in the Reply. ``about``: it is about an appeal, so that a reply to it makes sense.
    ``fill``: words for the field in which the person writes.
    ``only``: the account to which alone it is shown if the channel can do that; empty: to all.
    ``news``: it was not just asked for. ``card``: it is the card of an appeal.
    """

    text: str = ""
    rows: Rows = ()
    keyboard: Literal["inline", "keyboard"] = "inline"
    attachments: tuple[Attachment, ...] = ()
    call: Call | None = None
    alarm: bool = False
    about: bool = False
    fill: str = ""
    only: str = ""
    news: bool = field(default=False, compare=False)
    card: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``python -m bot check``: what was looked at, whether it is right, what to do."""

    subject: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's standing in a group: whether it is inside, and whether it writes as the group."""

    inside: bool
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class OpenDialogue:
    """A dialogue that nobody answered; an employee opens it by ``link``."""

    address: Address
    name: str
    link: str


# Of a gap: updates went to ``elsewhere``, or are ``shared`` with another program; the messenger's pushing is ``off`` still; else we were away.
GapCause = Literal["", "elsewhere", "shared", "off"]

# Those since a moment that is asked about; None: the messenger does not tell.
Dialogues = Awaitable[Sequence[OpenDialogue] | None]


class EventSink(Protocol):
    """The receiver of all that adapters bring, implemented by ``bot.inbox.inbox.Inbox``."""

    async def accept(self, event: Event) -> None:
        """Keep the event and its replies; return after the commit. Raises Unavailable."""

    async def park(
        self, channel: str, event_id: str, raw: Any, error: str, sender: Event | None = None
    ) -> None:
        """Keep an update that could not be decoded; apologise to ``sender``. Raises Unavailable."""

    async def cursor(self, channel: str) -> str | None:
        """Return the mark up to which the channel has been read, None at first."""

    async def move_cursor(self, channel: str, cursor: str) -> None:
        """Keep the mark up to which the channel has been read. Raises Unavailable."""

    async def tell_gap(
        self,
        channel: str,
        mark: str,
        dialogues: Callable[[datetime | None], Dialogues],
        *,
        since: datetime | None = None,
        cause: GapCause = "",
    ) -> None:
        """Tell the staff that messages were lost, once for a ``mark``. Raises Unavailable.

        ``since``: the last contact; None: only the last message is known.
        """


class FileSource(Protocol):
    """The source from which adapters read kept files, implemented by ``bot.files.store.FileStore``.

    A file is read while it is sent, so that no album of large files lies in memory.
    """

    async def size(self, key: str) -> int:
        """The size of a kept file in bytes. Raises FileNotFoundError, RetryLater."""

    def chunks(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a kept file, piece by piece. Raises FileNotFoundError, RetryLater."""


class Adapter(Protocol):
    """A messenger, or the web chat.

    ``account``: the id of the bot or community whose token it has; empty in the web chat.
    ``polls``: ``receive`` asks the messenger. Only one replica at a time may ask with one token.
    ``examines``: files that ``fetch`` gives went through the examiner when they came.
    """

    channel: str
    rate: Rate
    account: str
    polls: bool
    examines: bool

    def limits_of(self, chat: str) -> Limits:
        """Return the limits of ``chat``."""

    async def start(self, inbox: EventSink) -> None:
        """Get ready: set the menu of commands and the webhook.

        A messenger that is away is no error.
        """

    async def receive(self) -> None:
        """Bring what comes to the inbox until cancelled; look whether it comes if webhooks bring it.

        An update is acknowledged only after ``accept`` or ``park`` returned.
        """

    def routes(self) -> Sequence[RouteDef]:
        """HTTP routes of this channel: its webhook, its pages."""

    async def send(self, to: Address, part: Part, *, key: int, reply_to: str = "") -> list[str]:
        """Send one part; return the ids of the messages it became, the text's first.

        ``key`` is unique to this part for ever, and the same when it is tried again.
        Raises Undeliverable, Blocked, Unsendable, RetryLater, Moved.
        """

    async def edit(self, to: Address, message: str, part: Part) -> None:
        """Change text and buttons of a sent message. Raises CannotEdit, Undeliverable, RetryLater."""

    def fetch(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes of a file that came. Raises FileGone, FileTooLarge, RetryLater."""

    async def check(self, staff_chat: Address | None) -> list[Finding]:
        """Try the token, and the rights in ``staff_chat`` if it is in this channel."""

    async def close(self) -> None:
        """Close the connections."""


@runtime_checkable
class Rereader(Protocol):
    """An adapter whose updates can be parked undecoded."""

    async def read_again(self, raw: Any) -> Event | None:
        """Decode a parked update with today's code; return None if there is nothing to do.

        May raise any error.
        """


@runtime_checkable
class Sweeper(Protocol):
    """An adapter that keeps files of its own."""

    async def sweep(self) -> int:
        """Delete the files that nobody needs; return their number."""


@runtime_checkable
class Shower(Protocol):
    """An adapter whose open pages show messages that the database keeps."""

    def show(self, message: WebMessage) -> None:
        """Show a message on open pages as it is after a change."""

    def forget(self, messages: Collection[WebMessage]) -> None:
        """Take deleted messages off the open pages."""


@runtime_checkable
class Site(Protocol):
    """An adapter whose pages people open in a browser."""

    def missing_page(self) -> str:
        """The page for an address that does not exist."""


@runtime_checkable
class Inviter(Protocol):
    """An adapter whose channel is opened by links that bring a code: see ``Event.start``."""

    async def invitation(self, code: str) -> str:
        """The link that begins by the code; empty if there is none. Raises RetryLater."""


async def invitation_of(adapter: Adapter, code: str) -> str:
    """Return the link that opens the channel with a code, empty if it has none. Raises RetryLater."""
    return await adapter.invitation(code) if isinstance(adapter, Inviter) else ""


@runtime_checkable
class Doorkeeper(Protocol):
    """An adapter whose messenger tells who may come into a group, and who is in."""

    async def ways_in(self, chat: str) -> Sequence[str]:
        """Return the ways by which strangers come into the group, each with what to do about it.

        Empty: the group is closed, as far as the messenger tells. Raises Untold.
        """

    async def standing(self, chat: str, account: str) -> Standing:
        """The account's standing in the group now. Raises Untold."""
