"""An outbox row made ready to be sent, with all that sending needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.delivery.layout import fit
from bot.failures import Blocked, Moved, RetryLater, Undeliverable, Unsendable
from bot.protocol import Attachment, Limits, Part
from config.texts import Texts
from storage import files, outbox
from storage.appeals import card_lists, message_ties
from storage.messages import Button, Reply
from storage.tables import KeptFile, OutboxMessage
from storage.town import municipalities

NOT_SENT = (Undeliverable, Moved, RetryLater)  # what an adapter raises on purpose
PARTS, REVISIONS = 16, 8  # delivery keys of one outbox row

Lane = tuple[str, str]  # channel, lane


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbox row as it is sent."""

    id: int
    revision: int
    lane: Lane
    push: bool
    reply: Reply
    parts: tuple[Part, ...]
    parts_sent: int  # of an earlier try, which was broken off
    stands: str  # id of the message in this chat that it edits or answers: a card, a list
    waits_for_file: bool
    picked_at: datetime
    coming: tuple[int, ...] = ()  # files that are not there yet and follow it
    changed: Part | None = None  # as which ``stands`` is to stand; None: it is not edited
    is_listed: bool = False  # ``stands`` is the list that has the appeal: its card was never opened

    @property
    def is_edit(self) -> bool:
        """Whether a message that stands is changed."""
        if self.changed is None or self.parts_sent:
            return False
        may_be = self.reply.card and not self.reply.fresh and not self.is_listed
        return bool(self.reply.instead) or (may_be and bool(self.stands))

    @property
    def is_apart(self) -> bool:
        """Whether it goes by itself, as it failed while others got through."""
        return self.lane[1].startswith(outbox.APART)

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

    def key(self, number: int) -> int:
        """Of a part: unique for ever, and the same when it is tried again after a crash."""
        return (self.id * REVISIONS + self.revision % REVISIONS) * PARTS + number % PARTS


@dataclass(slots=True)
class Outcome:
    """The outcome of sending a parcel: filled in while it is sent, kept by ``note_outcomes``."""

    parcel: Parcel
    how: str = ""  # sent, retry, refused, closed, blocked, moved; empty: broken off
    at: datetime | None = None  # when the messenger took all of it
    ids: list[str] = field(default_factory=list)  # of the messages that it became
    with_text: list[str] = field(default_factory=list)  # those of them that have its text
    parts_sent: int = 0
    lost_card: bool = False  # the message that should have been edited is not there
    became: str = ""  # the id of the message of its spot that was edited into it
    retry_after: float | None = None  # seconds
    apart_after: int | None = None  # tries with the same error; then it no longer holds up its lane
    cause: str = ""  # of a retry: away, token, limit
    moved_to: str = ""
    error: str = ""

    def fail(self, error: Undeliverable | Moved | RetryLater) -> None:
        """Note why it was not sent."""
        self.error = "" if isinstance(error, Moved) else str(error)
        match error:
            case Unsendable():
                self.how = "refused"
            case Blocked():
                self.how = "blocked"
            case Undeliverable():
                self.how = "closed"
            case Moved():
                self.how, self.moved_to = "moved", error.chat
            case RetryLater():
                self.how, self.cause = "retry", error.cause
                self.retry_after, self.apart_after = error.seconds, error.tries


def row_of(key: int) -> int:
    """The outbox row that a delivery key is of."""
    return key // (REVISIONS * PARTS)


def prepare(
    session: Session,
    row: OutboxMessage,
    limits: Limits,
    texts: Texts,
    now: datetime,
) -> Parcel:
    """Everything about a row as it stands now."""
    reply = Reply.from_json({**row.reply, "to": {"channel": row.channel, "chat": row.chat}})
    card, line = None, None
    if reply.appeal and (reply.card or reply.under_card):
        home = municipalities.home_of(session, reply.to)
        card = message_ties.card(session, reply.appeal, home)
        line = None if card else card_lists.find(session, reply.appeal, home)
    coming, attachments = _attachments(session, reply.files, row.channel)
    if coming:
        # Locked, so that whoever brings the file now sees that this message waits for it.
        coming, attachments = _attachments(session, reply.files, row.channel, lock=True)
    waits = not attachments if reply.late else now - row.created_at < files.LATE
    shown = reply
    if line and reply.under_card and not reply.rows:
        opens = Button(texts("list-open"), f"show:{reply.appeal}")
        shown = replace(shown, rows=((opens,),))
    if coming and not reply.late:  # it was said before
        shown = shown.and_then(texts("file-coming", count=len(coming)))
    if missing := len(reply.files) - len(attachments) - len(coming):
        others = "yes" if attachments else "no"
        shown = shown.and_then(texts("file-lost", count=missing, others=others))
    parts = _marked(fit(shown, limits, attachments), reply)
    changed = parts[0] if parts else None
    if reply.otherwise:
        with_text = [part for part in parts if part.text]
        changed = with_text[0] if len(with_text) == 1 else None
        parts = _marked(fit(replace(shown, text=reply.otherwise), limits, attachments), reply)
    return Parcel(
        id=row.id,
        revision=row.revision,
        lane=(row.channel, row.lane),
        push=row.push,
        reply=reply,
        parts=tuple(replace(part, news=True) for part in parts) if row.push else tuple(parts),
        changed=changed,
        parts_sent=row.parts_sent,
        stands=reply.instead or (card.message if card else line.message if line else ""),
        is_listed=line is not None,
        waits_for_file=bool(coming) and waits,
        picked_at=now,
        coming=coming,
    )


def _marked(parts: Sequence[Part], reply: Reply) -> Sequence[Part]:
    """The parts, sent or edited, with what they are: a card, a message for one person alone."""
    if not (reply.only or reply.card):
        return parts
    return [replace(part, only=reply.only, card=reply.card) for part in parts]


def _attachments(
    session: Session, ids: Sequence[int], channel: str, *, lock: bool = False
) -> tuple[tuple[int, ...], list[Attachment]]:
    """The ids of those that are still to come, and those that are there."""
    kept = files.by_ids(session, ids, lock=lock) if ids else []
    found = [(file, _attachment(file, channel)) for file in kept]
    coming = tuple(
        file.id for file, attachment in found if not attachment and file.state == "waiting"
    )
    return coming, [attachment for _, attachment in found if attachment]


def _attachment(file: KeptFile, channel: str) -> Attachment | None:
    """By its id in its own channel, by its bytes in another; None: not there (yet)."""
    if not files.is_there(file, channel):
        return None
    ref = file.ref if file.address.channel == channel else ""
    return Attachment(file.kind, file.name, file.mime, ref=ref, key=file.key)  # type: ignore[arg-type]
