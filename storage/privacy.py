"""Erasing what belongs to a person."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage import dialogues
from storage.models import (
    Appeal,
    ChatMessage,
    HistoryEntry,
    KeptFile,
    OutboxMessage,
    Resident,
    WebMessage,
    WebSession,
)


def appeals_of(session: Session, resident: Resident) -> list[Appeal]:
    """All appeals of a resident, oldest first."""
    return list(
        session.scalars(select(Appeal).where(Appeal.resident_id == resident.id).order_by(Appeal.id))
    )


def erase_content(session: Session, appeal: Appeal, mark: str) -> None:
    """Take out of an appeal what the resident said, where it is and the files; state stays.

    The files' bytes are deleted by the job that deletes abandoned files.
    """
    appeal.text = mark
    appeal.place_text = appeal.place_normalised = ""
    appeal.lat = appeal.lon = None
    appeal.search_text = appeal.number.lower()
    session.execute(
        update(HistoryEntry)
        .where(HistoryEntry.appeal_id == appeal.id)
        .where(HistoryEntry.role == "resident")
        .values(text="", actor="deleted", actor_name="")
    )
    session.execute(
        update(KeptFile)
        .where(KeptFile.appeal_id == appeal.id)
        .values(appeal_id=None, history_id=None, state="refused", name="", account="deleted")
    )
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.appeal_id == appeal.id, OutboxMessage.done_at.is_not(None)
        )
    )


def erase_person(session: Session, resident: Resident, now: datetime) -> None:
    """Cut the link to the person: account, chat, name, dialogues, messages."""
    channel, account, chat = resident.channel, resident.account, resident.chat
    dialogues.forget_account(session, channel, account)
    session.execute(
        delete(ChatMessage).where(ChatMessage.channel == channel, ChatMessage.chat == chat)
    )
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.channel == channel,
            OutboxMessage.chat == chat,
            OutboxMessage.done_at.is_not(None),
        )
    )
    if channel == "web":
        session.execute(delete(WebMessage).where(WebMessage.chat == chat))
        session.execute(delete(WebSession).where(WebSession.account == account))
    resident.account = f"deleted-{resident.id}"
    resident.chat = resident.name = ""
    resident.withdrawn_at = now
