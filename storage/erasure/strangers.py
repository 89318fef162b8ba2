"""People on the site who never consented: what they said is not kept for ever."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from storage.people import accounts, dialogues
from storage.tables import Consent, Resident, WebMessage
from storage.web import messages, uploads


def forget(session: Session, before: datetime, most: int) -> int:
    """Erase the chats in which nobody consented and nothing was said since; how many.

    Whoever said no to the consent stays known as such, without a word.
    """
    of_chat = (WebMessage.chat == Resident.chat) & (Resident.channel == messages.CHANNEL)
    strangers = session.scalars(
        select(Resident)
        .where(
            Resident.channel == messages.CHANNEL,
            Resident.consent_at.is_(None),
            Resident.created_at < before,
            exists().where(of_chat),
            ~exists().where(of_chat, WebMessage.at >= before),
        )
        .limit(most)
    ).all()
    for one in strangers:
        session.execute(delete(WebMessage).where(WebMessage.chat == one.chat))
        uploads.disown(session, one.account)
        dialogues.forget_account(session, one.channel, one.account)
    ids = [one.id for one in strangers]
    has_answered = exists().where(Consent.resident_id == Resident.id)
    gone = session.scalars(select(Resident.id).where(Resident.id.in_(ids), ~has_answered)).all()
    accounts.forget(session, gone)
    session.execute(delete(Resident).where(Resident.id.in_(gone)))
    return len(strangers)
