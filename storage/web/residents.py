"""Residents' browsers on the web: who is known by a chat of theirs, and who left it for good."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from storage.tables import Dialogue, WebMessage, WebSession
from storage.web import messages

LEFT = ".left"  # the account of a token that was given up: nobody's, and no guest's


def is_known(session: Session, account: str) -> bool:
    """Whether that account has said something, or been asked."""
    said = exists().where(WebMessage.chat == account)
    asked = exists().where(Dialogue.channel == messages.CHANNEL, Dialogue.chat == account)
    return bool(session.scalar(select(said | asked)))


def is_of_who_left(found: WebSession) -> bool:
    """Whether the chat was left by the browser with that token: whoever has it reads no more."""
    return found.account.startswith(LEFT)


def leave(session: Session, token_hash: str, account: str, now: datetime) -> None:
    """The token opens nothing from now on. Of a chat in which nothing was said nothing is kept."""
    known = is_known(session, account)
    session.execute(delete(WebSession).where(WebSession.token_hash == token_hash))
    if known:
        left = WebSession(
            token_hash=token_hash, account=f"{LEFT}.{token_hash[:40]}", created_at=now, seen_at=now
        )
        messages.open_session(session, left)


def left_since(session: Session, since: datetime) -> set[str]:
    """The hashes of the tokens that were given up since then."""
    given_up = select(WebSession.token_hash).where(
        WebSession.account.startswith(f"{LEFT}."), WebSession.created_at >= since
    )
    return set(session.scalars(given_up))
