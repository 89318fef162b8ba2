"""Erasing what belongs to a person: cut off at once, the rest in lots that others wait for little.

Each lot may be repeated: what is erased already is passed over.
"""

import json
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from config.settings.channels import CHANNELS
from storage import outbox
from storage.appeals import FOR_CARDS, card_lists, search
from storage.erasure import pending
from storage.messages import Address
from storage.our_accounts import channel_of
from storage.people import accounts, dialogues, residents
from storage.tables import (
    Appeal,
    ChatMessage,
    Erasure,
    HistoryEntry,
    KeptFile,
    OutboxMessage,
    ParkedEvent,
    Reached,
    Resident,
    WebMessage,
    in_chat_of_any,
)
from storage.web import devices, messages, subscriptions, uploads

ERASED = "deleted"  # the account of what is nobody's
NUMBER = re.compile(r"\d\d-\d{6,12}")


def cut_off(session: Session, resident: Resident, mark: str, now: datetime) -> None:
    """Cut a person off: nothing of theirs is shown, sent or fetched; ``Erasure`` has the rest to do.

    Few statements, however many appeals there are. ``mark`` takes the place of their texts.
    """
    residents.hold(session, resident)
    ways = accounts.ways_to(session, resident)
    mine = Appeal.resident_id == resident.id
    session.execute(
        update(Appeal)
        .where(mine)
        .values(text=mark, place_text="", place_normalised="", lat=None, lon=None)
    )
    of_mine = select(Appeal.id).where(mine)
    _erase_history(session, HistoryEntry.appeal_id.in_(of_mine))
    outbox.erase(session, OutboxMessage.appeal_id.in_(of_mine), OutboxMessage.done_at.is_(None))
    session.execute(
        update(KeptFile)
        .where(
            KeptFile.state == "waiting",
            or_(*(_is_from(way) for way in ways)),
        )
        .values(state="refused", ref="")
    )
    for way in ways:
        _begin(session, resident, way, now, refused=False)
    accounts.forget(session, [resident.id])
    resident.account = f"deleted-{resident.id}"
    resident.chat = resident.name = ""
    resident.withdrawn_at = now


def refuse(session: Session, resident: Resident, now: datetime) -> None:
    """Erase everything that was said before consent was refused; the refusal stays."""
    residents.hold(session, resident)
    for way in accounts.ways_to(session, resident):
        _begin(session, resident, way, now, refused=True)


def _is_from(way: Reached) -> ColumnElement[bool]:
    return and_(KeptFile.channel == way.channel, KeptFile.account == way.account)


def _begin(
    session: Session, resident: Resident, way: Reached, now: datetime, *, refused: bool
) -> None:
    channel, account = way.channel, way.account
    _disown_files(session, _is_from(way), KeptFile.appeal_id.is_(None))
    dialogues.forget_account(session, channel, account)
    outbox.erase(
        session,
        in_chat_of_any(OutboxMessage, session, way.address),
        OutboxMessage.done_at.is_(None),
    )
    if CHANNELS[channel].has_own_history:
        uploads.disown(session, account)
        devices.forget_account(session, account)
        subscriptions.forget_account(session, account)
    pending.note(session, resident, way, now, refused=refused)


# Lots


def erase_appeals(
    session: Session, erasure: Erasure, staff: Collection[Address], most: int
) -> tuple[list[Appeal], list[WebMessage]]:
    """Take all that is left out of the next appeals; state and times stay.

    The appeals, and the messages that are gone from staff chats of the web. ``staff``: those chats.
    """
    query = (
        select(Appeal)
        .where(Appeal.resident_id == erasure.resident_id, Appeal.draft_key.not_like("deleted:%"))
        .order_by(Appeal.id)
        .limit(most)
        .with_for_update(of=Appeal)
    )
    found = list(session.scalars(query.options(*FOR_CARDS)))
    ids = [appeal.id for appeal in found]
    if not ids:
        return [], []
    search.forget(session, found)
    for appeal in found:
        appeal.draft_key = f"deleted:{appeal.id}"  # it named the chat
    _erase_history(session, HistoryEntry.appeal_id.in_(ids))
    _disown_files(session, KeptFile.appeal_id.in_(ids))
    _erase_sent_lists(session, ids)
    outbox.erase(session, OutboxMessage.appeal_id.in_(ids))
    dialogues.drop_about(session, staff, ids)
    gone = _erase_from_staff_room(session, ids)
    mine = [
        in_chat_of_any(ChatMessage, session, chat) for chat in pending.chats_of(session, erasure)
    ]
    session.execute(delete(ChatMessage).where(or_(*mine), ChatMessage.appeal_id.in_(ids)))
    return found, gone


def erase_sent(session: Session, erasure: Erasure, most: int) -> int:
    """Take everything out of the next messages that were sent to the person; how many."""
    query = select(OutboxMessage.id).where(
        in_chat_of_any(OutboxMessage, session, erasure.address),
        OutboxMessage.id <= erasure.last_sent,
    )
    ids = session.scalars(query.limit(most)).all()
    outbox.erase(session, OutboxMessage.id.in_(ids))
    return len(ids)


def erase_lines(session: Session, erasure: Erasure, most: int) -> list[WebMessage]:
    """Delete the next lines of the person's own web chat."""
    query = select(WebMessage).where(
        WebMessage.chat == erasure.account, WebMessage.id <= erasure.last_line
    )
    return messages.delete_messages(session, session.scalars(query.limit(most)).all())


def erase_parked(session: Session, erasure: Erasure, after: int, most: int) -> int:
    """Delete, of the next parked events, those that name the person or one of the appeals.

    Where to go on; 0: no more.
    """
    query = select(ParkedEvent).where(ParkedEvent.id > after, ParkedEvent.at <= erasure.at)
    lot = session.scalars(query.order_by(ParkedEvent.id).limit(most)).all()
    numbers = {row.id: set(NUMBER.findall(json.dumps(row.content))) for row in lot}
    theirs = _numbers_of(session, erasure, {one for found in numbers.values() for one in found})
    for row in lot:
        named = channel_of(row.channel) == erasure.channel and _names(row.content, erasure.account)
        if named or numbers[row.id] & theirs:
            session.delete(row)
    return lot[-1].id if len(lot) == most else 0


def unkept_files(session: Session, most: int) -> dict[int, str]:
    """Files of nobody, their keys (empty: no bytes) by their ids."""
    query = select(KeptFile.id, KeptFile.key).where(
        KeptFile.appeal_id.is_(None),
        KeptFile.created_at == outbox.LONG_AGO,
        KeptFile.account == ERASED,
    )
    return {row.id: row.key for row in session.execute(query.limit(most))}


def finish(session: Session, erasure: Erasure, last_word: OutboxMessage | None) -> None:
    """All is done: the address that was kept for it goes, and what was last said to it."""
    if last_word:
        outbox.erase(
            session,
            in_chat_of_any(OutboxMessage, session, erasure.address),
            OutboxMessage.id <= last_word.id,
            OutboxMessage.done_at.is_not(None),
        )
    session.delete(erasure)


# What they are made of


def _erase_history(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(HistoryEntry)
        .where(which, HistoryEntry.role == "resident")
        .values(text="", actor=ERASED, actor_name="")
    )


def _disown_files(session: Session, *which: ColumnElement[bool]) -> None:
    """Files of nobody; their bytes, then their rows, are deleted by ``bot.jobs.erasing``."""
    session.execute(
        update(KeptFile)
        .where(*which)
        .values(
            appeal_id=None,
            history_id=None,
            state="refused",
            ref="",
            name="",
            content=None,
            message="",
            same="",
            account=ERASED,
            created_at=outbox.LONG_AGO,
        )
    )


def _erase_sent_lists(session: Session, ids: Sequence[int]) -> None:
    """The outbox's copies of lists that had the appeals; in the chat they are edited.

    One that is on its way gets new words, so it must not become a sent one meanwhile.
    """
    names = [
        (found.chat, outbox.list_name(found.appeal_ids))
        for found in card_lists.lists_with(session, ids)
    ]
    sent = [row.id for row in outbox.lock_named(session, names) if row.done_at]
    if sent:
        outbox.erase(session, OutboxMessage.id.in_(sent))


def _erase_from_staff_room(session: Session, ids: Sequence[int]) -> list[WebMessage]:
    """What was shown in a staff chat that is ours to erase, but for the card that is edited."""
    # By the appeal alone: with the channel SQLite would look through all messages of the channel.
    query = select(ChatMessage).where(ChatMessage.appeal_id.in_(ids)).order_by(ChatMessage.id)
    shown = [
        row for row in session.scalars(query) if CHANNELS[channel_of(row.channel)].has_own_history
    ]
    edited = {(row.appeal_id, row.chat): row.id for row in shown if row.role == "card"}
    gone = [
        int(row.message)
        for row in shown
        if row.message.isdecimal() and row.id != edited.get((row.appeal_id, row.chat))
    ]
    return messages.delete_messages(session, messages.of_ids(session, gone))


def _numbers_of(session: Session, erasure: Erasure, numbers: Collection[str]) -> set[str]:
    """Those numbers (year and serial) that are of the person's appeals."""
    serials = {int(number.partition("-")[2]) for number in numbers}
    query = select(Appeal.number).where(
        Appeal.resident_id == erasure.resident_id, Appeal.serial.in_(serials)
    )
    return {"-".join(number.rsplit("-", 2)[-2:]) for number in session.scalars(query)}


def _names(content: Any, account: str) -> bool:
    """Whether a value anywhere in the JSON is that account."""
    if isinstance(content, dict):
        return any(_names(value, account) for value in content.values())
    if isinstance(content, list):
        return any(_names(value, account) for value in content)
    return str(content) == account
