"""What people are in the middle of."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.models import Dialogue


def load(session: Session, channel: str, chat: str, account: str) -> Dialogue | None:
    """The row, locked until the end of the transaction."""
    return session.get(Dialogue, (channel, chat, account), with_for_update=True)


def save(
    session: Session, channel: str, chat: str, account: str, drafts: list[Any], now: datetime
) -> None:
    """Keep the drafts; no row where there are none."""
    row = session.get(Dialogue, (channel, chat, account))
    if row is None:
        if drafts:
            session.add(
                Dialogue(channel=channel, chat=chat, account=account, drafts=drafts, updated_at=now)
            )
    elif not drafts:
        session.delete(row)
    else:
        row.drafts = drafts
        row.updated_at = now


def untouched_since(session: Session, before: datetime, limit: int) -> list[Dialogue]:
    """Dialogues that nobody touched since that time."""
    return list(session.scalars(select(Dialogue).where(Dialogue.updated_at < before).limit(limit)))


def forget_account(session: Session, channel: str, account: str) -> None:
    """Delete all dialogues of an account."""
    session.execute(
        delete(Dialogue).where(Dialogue.channel == channel, Dialogue.account == account)
    )
