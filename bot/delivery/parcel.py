"""An outbox row made ready to be sent, with all that sending needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.delivery.layout import fit
from bot.protocol import Attachment, Limits, Moved, Part, RetryLater, Undeliverable, Unsendable
from config.texts import Texts
from storage import files
from storage.appeals import card_lists, message_ties
from storage.messages import Button, Reply
from storage.tables import KeptFile, OutboxMessage

FILE_WAIT = timedelta(minutes=10)  # then a message goes without its file
NOT_SENT = (Undeliverable, Moved, RetryLater)  # what an adapter raises on purpose
PARTS, REVISIONS = 16, 8  # delivery keys of one outbox row


@dataclass
class Parcel:
    """What is sent, and what came of it: filled in by sending, read by settling."""

    id: int
    revision: int
    lane: tuple[str, str]
    push: bool
    reply: Reply
    parts: list[Part]
    parts_sent: int
    card: str  # the message id of the appeal's card in this chat, or of what is changed
    waits_for_file: bool
    is_listed: bool = False  # ``card`` is the list that has the appeal: its card was never opened
    load: int = 0  # what it takes of the messenger's budget
    start_at: float = 0.0  # by the event loop's clock
    is_paced: bool = False  # it goes as a push, which nobody is waiting for
    ids: list[str] = field(default_factory=list)
    outcome: str = ""  # sent, retry, refused, undeliverable, moved; empty: broken off
    retry_after: float | None = None
    tries: int | None = None  # after so many of the same error it counts as refused
    lost_card: bool = False
    moved_to: str = ""
    error: str = ""

    @property
    def chat(self) -> tuple[str, str]:
        """Channel and chat."""
        return self.reply.to.channel, self.reply.to.chat

    @property
    def is_edit(self) -> bool:
        """Whether a message that stands is changed."""
        if self.reply.instead:
            return True
        may_be = self.reply.card and not self.reply.fresh and not self.is_listed
        return may_be and bool(self.card) and not self.parts_sent

    @property
    def is_needless(self) -> bool:
        """Whether it changes a card that nobody has opened: it will be fresh when it is."""
        return self.reply.card and not self.reply.fresh and self.is_listed

    @property
    def messages(self) -> int:
        """How many messages the messenger will count: each file of an album is one."""
        if self.is_edit:
            return 1
        return sum(max(1, len(part.attachments)) for part in self.parts[self.parts_sent :])

    def fail(self, error: Undeliverable | Moved | RetryLater) -> None:
        """Note why it was not sent."""
        self.error = "" if isinstance(error, Moved) else str(error)
        match error:
            case Unsendable():
                self.outcome = "refused"
            case Undeliverable():
                self.outcome = "undeliverable"
            case Moved():
                self.outcome, self.moved_to = "moved", error.chat
            case RetryLater():
                self.outcome, self.retry_after, self.tries = "retry", error.seconds, error.tries

    def key(self, number: int) -> int:
        """Of a part: unique for ever, and the same when it is tried again after a crash."""
        return (self.id * REVISIONS + self.revision % REVISIONS) * PARTS + number % PARTS


def row_of(key: int) -> int:
    """The outbox row that a delivery key is of."""
    return key // (REVISIONS * PARTS)


def prepare(
    session: Session,
    row: OutboxMessage,
    limits: Mapping[str, Limits],
    texts: Texts,
    now: datetime,
) -> Parcel:
    """Everything about a row as it stands now."""
    reply = Reply.from_json({**row.reply, "to": {"channel": row.channel, "chat": row.chat}})
    card, line = None, None
    if reply.appeal and (reply.card or reply.under_card):
        card = message_ties.card(session, reply.appeal, row.channel, row.chat)
        line = None if card else card_lists.find(session, reply.appeal, row.channel, row.chat)
    waiting, attachments = _attachments(session, reply.files, row.channel)
    if waiting:
        # Locked, so that whoever brings the file now sees that this message waits for it.
        waiting, attachments = _attachments(session, reply.files, row.channel, lock=True)
    shown = reply
    if line and reply.under_card and not reply.rows:
        opens = Button(texts("list-open"), f"show:{reply.appeal}")
        shown = replace(shown, rows=((opens,),))
    if missing := len(reply.files) - len(attachments):
        shown = shown.and_then(texts("file-lost", count=missing))
    return Parcel(
        id=row.id,
        revision=row.revision,
        lane=(row.channel, row.lane),
        push=row.push,
        reply=reply,
        parts=fit(shown, limits[row.channel], attachments),
        parts_sent=row.parts_sent,
        card=reply.instead or (card.message if card else line.message if line else ""),
        is_listed=line is not None,
        waits_for_file=waiting and now - row.created_at < FILE_WAIT,
    )


def _attachments(
    session: Session, ids: Sequence[int], channel: str, *, lock: bool = False
) -> tuple[bool, list[Attachment]]:
    """Whether one is still to come, and those that are there."""
    kept = files.by_ids(session, ids, lock=lock) if ids else []
    found = [(file, _attachment(file, channel)) for file in kept]
    waiting = any(not attachment and file.state == "waiting" for file, attachment in found)
    return waiting, [attachment for _, attachment in found if attachment]


def _attachment(file: KeptFile, channel: str) -> Attachment | None:
    """By its id in its own channel, by its bytes in another; None: not there (yet).

    A document goes on only once its content has been looked at; photos and videos of a messenger
    are what they say.
    """
    if file.state in {"refused", "gone"} or (file.kind == "document" and not file.key):
        return None
    ref = file.ref if file.channel == channel else ""
    if not ref and not file.key:
        return None
    return Attachment(file.kind, file.name, file.mime, ref=ref, key=file.key)  # type: ignore[arg-type]
