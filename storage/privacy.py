"""Erasing what belongs to a person."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from storage import appeal_words, chat_messages, dialogues, listed, outbox, webchat
from storage.models import (
    Appeal,
    ChatMessage,
    HistoryEntry,
    KeptFile,
    OutboxMessage,
    ParkedEvent,
    Resident,
    WebMessage,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def appeals_of(session: Session, resident: Resident) -> list[Appeal]:
    """All appeals of a resident, oldest first."""
    return list(
        session.scalars(select(Appeal).where(Appeal.resident_id == resident.id).order_by(Appeal.id))
    )


def erase_content(session: Session, appeal: Appeal, mark: str) -> None:
    """Take out of an appeal what the resident said, where it is and the files; state stays."""
    appeal.text = mark
    appeal.place_text = appeal.place_normalised = ""
    appeal.lat = appeal.lon = None
    appeal_words.forget(session, appeal)
    appeal.draft_key = f"deleted:{appeal.id}"  # it named the chat
    session.execute(
        update(HistoryEntry)
        .where(HistoryEntry.appeal_id == appeal.id)
        .where(HistoryEntry.role == "resident")
        .values(text="", actor="deleted", actor_name="")
    )
    _disown_files(session, KeptFile.appeal_id == appeal.id)
    outbox.erase(session, OutboxMessage.appeal_id == appeal.id)
    _erase_sent_lists(session, appeal)
    _erase_from_staff_room(session, appeal)


def erase_person(session: Session, resident: Resident, now: datetime) -> None:
    """Cut the link to the person: account, chat, name, dialogues, messages."""
    channel, account, chat = resident.channel, resident.account, resident.chat
    erase_unfiled(session, resident)
    dialogues.forget_account(session, channel, account)
    chat_messages.forget_chat(session, channel, chat)
    outbox.erase(session, OutboxMessage.channel == channel, OutboxMessage.chat == chat)
    if channel == "web":
        webchat.forget(session, account)
    _erase_parked(session, channel, account)
    resident.account = f"deleted-{resident.id}"
    resident.chat = resident.name = ""
    resident.withdrawn_at = now


def erase_unfiled(session: Session, resident: Resident) -> None:
    """Files that the person sent and never filed."""
    _disown_files(
        session,
        KeptFile.channel == resident.channel,
        KeptFile.account == resident.account,
        KeptFile.appeal_id.is_(None),
    )


def _disown_files(session: Session, *which: ColumnElement[bool]) -> None:
    """Files of nobody, so old that the job that deletes abandoned files takes them next."""
    session.execute(
        update(KeptFile)
        .where(*which)
        .values(
            appeal_id=None,
            history_id=None,
            state="refused",
            ref="",
            name="",
            account="deleted",
            created_at=LONG_AGO,
        )
    )


def _erase_sent_lists(session: Session, appeal: Appeal) -> None:
    """The outbox's copies of lists that had the appeal; in the chat they are edited."""
    for found in listed.lists_with(session, [appeal.id]):
        outbox.erase(
            session,
            OutboxMessage.channel == found.channel,
            OutboxMessage.chat == found.chat,
            OutboxMessage.coalesce == outbox.list_name(found.appeal_ids),
            OutboxMessage.done_at.is_not(None),
        )


def _erase_from_staff_room(session: Session, appeal: Appeal) -> None:
    """What was shown in a staff chat that is ours to erase, but for the card that is edited."""
    shown = session.scalars(
        select(ChatMessage).where(ChatMessage.appeal_id == appeal.id, ChatMessage.channel == "web")
    ).all()
    edited = {row.chat: row.id for row in sorted(shown, key=_age) if row.role == "card"}
    ids = [
        int(row.message)
        for row in shown
        if row.message.isdecimal() and row.id != edited.get(row.chat)
    ]
    session.execute(delete(WebMessage).where(WebMessage.id.in_(ids)))


def _age(row: ChatMessage) -> int:
    return row.id


def _erase_parked(session: Session, channel: str, account: str) -> None:
    """Events of the person that could not be handled; of undecoded ones those that name them."""
    parked = session.scalars(select(ParkedEvent).where(ParkedEvent.channel == channel))
    for row in parked:
        if _names(row.content, account):
            session.delete(row)


def _names(content: Any, account: str) -> bool:
    """Whether a value anywhere in the JSON is that account."""
    if isinstance(content, dict):
        return any(_names(value, account) for value in content.values())
    if isinstance(content, list):
        return any(_names(value, account) for value in content)
    return str(content) == account
