"""Failures of channels and of keeping, as exceptions: each says what may still be done."""

from typing import Literal

from storage.messages import Event


class Undeliverable(Exception):
    """The chat takes nothing of ours now (a closed topic, no right to write): it may open again.

    An error about the chat whose cause nobody knows is this one, and not ``Blocked``.
    """


class Blocked(Undeliverable):
    """The person takes nothing of ours: they closed the chat, or their account is no more.

    Only for errors that say so; the staff reads it.
    """


class Unsendable(Undeliverable):
    """The chat takes this message in no form; it takes others."""


Cause = Literal["away", "token", "limit"]


class RetryLater(Exception):
    """It cannot be done now, but may be done later: the messenger asks to wait, or does not answer.

    ``seconds``: how long it asks to wait, if it says so. ``everywhere``: the whole channel waits.
    ``tries``: after this number of the same error in a row the message is at fault, and not the
    moment. ``cause``: what the staff is told if nothing gets through for long: the messenger does
    not answer, it does not accept our token, it limits us.
    """

    def __init__(
        self,
        reason: str,
        seconds: float | None = None,
        *,
        everywhere: bool = False,
        tries: int | None = None,
        cause: Cause = "away",
    ) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.everywhere = everywhere
        self.tries = tries
        self.cause: Cause = cause


class Moved(Exception):
    """The group has a new id: send to ``chat``."""

    def __init__(self, chat: str) -> None:
        super().__init__("the group has a new id")
        self.chat = chat


class CannotEdit(Exception):
    """The messenger refuses to edit this message (too old, gone): send a new one."""


class FileGone(Exception):
    """The messenger does not give this file (any more): no retry will help."""


class FileTooLarge(Exception):
    """The file is larger than we take."""


class Untold(Exception):
    """The messenger does not tell: it is away, or shows this to administrators only."""


class NothingReadable(Exception):
    """Nothing that an update says can be read; ``sender``: who said it, as an event without content."""

    def __init__(self, sender: Event) -> None:
        super().__init__("nothing of it can be read")
        self.sender = sender


class Unavailable(Exception):
    """The event could not be kept (the database is away): do not acknowledge, try again."""
