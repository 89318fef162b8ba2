"""Replies on their way to a messenger."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, defer

from storage.database.in_lists import has_id_of, is_one_of, keys_as
from storage.messages import Address
from storage.tables import OPEN_ONES, SILENT_ONES, Appeal, ChatMessage, OutboxMessage, in_chat

WAITS = "waits"  # the outcome, so far, of a message whose file is not there yet
ERASED = "erased"  # the outcome of a message of which nothing may be left
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the next cleaning takes it
LISTED = "listed"  # the outcome of a card that became a line in a list of cards
CLOSED = "closed"  # the outcome, so far, of a message whose chat takes nothing now
HELD = "undeliverable"  # the outcome of what waits for a person who closed the chat
REFUSED = "refused"  # the outcome of a message that the messenger takes in no form
OUTDATED = "outdated"  # the outcome of what was not true any more when it could be sent
APART = "refused:"  # how the lanes begin of messages that hold up no other
LEAVES_REPLY = defer(OutboxMessage.reply)  # whoever settles does not read it
OF_LIVING = exists().where(
    Appeal.id == OutboxMessage.appeal_id,
    or_(text(f"appeals.{OPEN_ONES}"), text(f"appeals.{SILENT_ONES}")),
)
FILE_RETRY = timedelta(seconds=30)  # whoever brings the file hurries it
LATE_RETRY = timedelta(minutes=10)  # of files that may take days

Name = tuple[Address, str]  # a chat, and the ``coalesce`` of a message there


def waiting_cards(
    session: Session, chat: Address, now: datetime, from_priority: int
) -> list[OutboxMessage]:
    """Cards of that priority and above that a chat has not been shown, due and not refused."""
    stands = exists().where(
        ChatMessage.appeal_id == OutboxMessage.appeal_id,
        ChatMessage.role == "card",
        in_chat(ChatMessage, chat),
    )
    query = select(OutboxMessage).where(
        in_chat(OutboxMessage, chat),
        OutboxMessage.coalesce.startswith("card:"),
        OutboxMessage.priority >= from_priority,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.next_at <= now,
        OutboxMessage.parts_sent == 0,
        OutboxMessage.lane.not_like(f"{APART}%"),
        ~stands,
    )
    return list(session.scalars(query.order_by(OutboxMessage.priority.desc(), OutboxMessage.id)))


def waits(session: Session, chat: Address, coalesce: str) -> bool:
    """Whether a message of that name is on its way to the chat."""
    query = select(OutboxMessage.id).where(
        in_chat(OutboxMessage, chat),
        OutboxMessage.coalesce == coalesce,
        OutboxMessage.done_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def newest(session: Session, chat: Address, coalesce: str) -> OutboxMessage | None:
    """The newest message of that name to the chat, sent or not."""
    query = select(OutboxMessage).where(
        in_chat(OutboxMessage, chat), OutboxMessage.coalesce == coalesce
    )
    return session.scalar(query.order_by(OutboxMessage.id.desc()).limit(1))


def is_erased(session: Session, row_id: int) -> bool:
    """Whether nothing may be left of the message; whoever erases it now is waited for."""
    query = select(OutboxMessage.outcome).where(OutboxMessage.id == row_id)
    return session.scalar(query.with_for_update(read=True)) == ERASED


def list_name(appeal_ids: Collection[int]) -> str:
    """The ``coalesce`` of the list of these appeals."""
    return f"list:{min(appeal_ids)}"


def unsent_lists(session: Session, chat: Address) -> list[tuple[int, ...]]:
    """The appeals of each list that is on its way to the chat."""
    query = select(OutboxMessage.reply).where(
        in_chat(OutboxMessage, chat),
        OutboxMessage.coalesce.startswith("list:"),
        OutboxMessage.done_at.is_(None),
    )
    return [tuple(reply["lists"]) for reply in session.scalars(query)]


def listed_instead(
    session: Session, chat: Address, appeal_ids: Sequence[int], now: datetime
) -> None:
    """Mark the waiting cards and files of these appeals as listed: files come when a card is opened."""
    session.execute(
        update(OutboxMessage)
        .where(
            in_chat(OutboxMessage, chat),
            OutboxMessage.coalesce.in_(
                [f"{what}:{appeal_id}" for what in ("card", "files") for appeal_id in appeal_ids]
            ),
            OutboxMessage.done_at.is_(None),
        )
        .values(done_at=now, outcome=LISTED)
    )


def lock(session: Session, ids: Sequence[int]) -> dict[int, OutboxMessage]:
    """The rows as they stand, locked until the end of the transaction, by id."""
    found = session.scalars(_locked(session.get_bind().dialect.name), {"ids": ids})
    return {row.id: row for row in found}


@cache
def _locked(dialect: str) -> Select[OutboxMessage]:
    these = select(OutboxMessage).where(has_id_of("ids", dialect, OutboxMessage.id))
    locked = these.order_by(OutboxMessage.id).options(LEAVES_REPLY).with_for_update()
    return locked.execution_options(populate_existing=True)


def lock_named(
    session: Session, names: Collection[Name], *, unsent: bool = False
) -> Sequence[OutboxMessage]:
    """The messages of these names, or the unsent ones, locked in the order of their ids."""
    if not names:
        return ()
    dialect = session.get_bind().dialect.name
    keys = keys_as("names", dialect, [(chat.channel, chat.chat, name) for chat, name in names])
    return session.scalars(_named(dialect, unsent=unsent), keys).all()


@cache
def _named(dialect: str, *, unsent: bool) -> Select[OutboxMessage]:
    name = (OutboxMessage.channel, OutboxMessage.chat, OutboxMessage.coalesce)
    named = select(OutboxMessage).where(is_one_of("names", dialect, *name))
    if unsent:
        # Not "done_at IS NULL": SQLite would go through all that waits, by an index of done_at.
        named = named.where(case((OutboxMessage.done_at.is_(None), 1), else_=0) == 1)
    locked = named.order_by(OutboxMessage.id).options(LEAVES_REPLY).with_for_update()
    return locked.execution_options(populate_existing=True)


def wait_for_file(row: OutboxMessage, now: datetime, *, late: bool = False) -> None:
    """The message steps out of its lane until its file is there; what follows goes on.

    ``late``: it may be days.
    """
    row.lane = f"file:{row.id}"
    row.outcome = WAITS
    row.next_at = now + (LATE_RETRY if late else FILE_RETRY)


def hurry_waiting(session: Session, now: datetime) -> None:
    """A file has come (or never will): what waits for one is looked at again."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.outcome == WAITS, OutboxMessage.done_at.is_(None))
        .values(next_at=now)
    )


def set_apart(row: OutboxMessage) -> None:
    """The message goes on by itself, and what follows it does not wait for it."""
    row.lane = f"{APART}{row.id}"


def revive(session: Session, chat: Address, now: datetime) -> None:
    """A resident takes messages again: what was not delivered meanwhile goes out after all.

    What is on its way just now is hurried too: whatever comes of it says nothing of the chat any
    more (``storage.outbox.coming_back``). What is not true any more is found out when it is picked
    (``Reply.holds``).
    """
    held = and_(OutboxMessage.outcome == HELD, OutboxMessage.push)
    session.execute(
        update(OutboxMessage)
        .where(in_chat(OutboxMessage, chat), or_(held, OutboxMessage.done_at.is_(None)))
        .values(done_at=None, outcome="", attempts=0, next_at=now)
    )


def hurry_closed(session: Session, chat: Address, now: datetime) -> None:
    """A chat takes messages again: what waits for that is looked at now."""
    session.execute(
        update(OutboxMessage)
        .where(
            in_chat(OutboxMessage, chat),
            OutboxMessage.outcome == CLOSED,
            OutboxMessage.done_at.is_(None),
        )
        .values(outcome="", next_at=now)
    )


def bring_over(session: Session, chat: Address, to: Address, now: datetime) -> None:
    """Address to this chat whatever waits in one with another account of ours, as if it were new.

    What is not true any more is found out when it is picked (``Reply.holds``).
    """
    waits = or_(OutboxMessage.done_at.is_(None), OutboxMessage.outcome == HELD)
    session.execute(
        update(OutboxMessage)
        .where(in_chat(OutboxMessage, chat), waits, OutboxMessage.push)
        .values(
            channel=to.channel,
            done_at=None,
            outcome="",
            attempts=0,
            parts_sent=0,
            next_at=now,
        )
    )


def pull_forward(session: Session, now: datetime, latest: datetime) -> None:
    """Send now what waits for a time after ``latest``: the clock was wrong when it was put off."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.next_at > latest)
        .values(next_at=now)
    )


def forget_done(session: Session, before: datetime, limit: int = 1000) -> int:
    """Delete at most ``limit`` that were dealt with before ``before``; return their number.

    Their texts are personal data. What is held for a person stays while its appeal lives. The
    newest row stays too: SQLite would give its id once more, and the key that a messenger and the
    web chat know a message by is made of it.
    """
    newest = session.scalar(select(func.max(OutboxMessage.id)))
    kept = and_(OutboxMessage.outcome == HELD, OF_LIVING)
    old = select(OutboxMessage.id).where(OutboxMessage.done_at < before, ~kept)
    found = session.scalars(old.order_by(OutboxMessage.done_at).limit(limit))
    ids = [row_id for row_id in found if row_id != newest]
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
    return len(ids)


def give_up(session: Session, now: datetime, before: datetime, limit: int = 1000) -> int:
    """End at most ``limit`` that wait since ``before`` and are of no appeal that lives.

    Return their number.
    """
    old = select(OutboxMessage.id).where(
        OutboxMessage.done_at.is_(None), OutboxMessage.created_at < before, ~OF_LIVING
    )
    ids = session.scalars(old.limit(limit)).all()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .values(done_at=now, outcome="given_up")
    )
    return len(ids)


def erase(session: Session, *which: ColumnElement[bool]) -> None:
    """Take everything out of these messages, sent or not; they are not sent any more.

    The empty rows go with the next cleaning. Deleted at once, on SQLite their ids would be given
    again, while one of them may be just on its way: what comes of it is not to be taken for what
    came of another message.
    """
    session.execute(
        update(OutboxMessage)
        .where(*which)
        .values(
            chat="",
            lane="",
            coalesce="",
            reply={},
            appeal_id=None,
            push=False,
            error="",
            outcome=ERASED,
            done_at=LONG_AGO,
        )
    )


def backoff(attempts: int, longest: timedelta = timedelta(minutes=10)) -> timedelta:
    """Doubling from a second to the longest."""
    return min(timedelta(seconds=2.0 ** min(attempts, 20)), longest)
