"""Files that people uploaded to the web chat: whose they are, and whether they were said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.models import WebUpload


def find(session: Session, ref: str) -> WebUpload | None:
    """The upload of that ref; the caller checks who asks."""
    return session.get(WebUpload, ref)


def say(session: Session, owner: str, refs: Sequence[str]) -> list[WebUpload]:
    """A person's uploads in that order, from now on part of a message; a stranger's are not there."""
    query = select(WebUpload).where(WebUpload.ref.in_(refs), WebUpload.owner == owner)
    found = {upload.ref: upload for upload in session.scalars(query.with_for_update())}
    for upload in found.values():
        upload.said = True
    return [found[ref] for ref in refs if ref in found]


def disown(session: Session, owner: str) -> None:
    """The uploads of an account are nobody's any more."""
    session.execute(update(WebUpload).where(WebUpload.owner == owner).values(owner="", said=False))


def disowned(session: Session, most: int) -> dict[str, str]:
    """Keys by ref of what is nobody's."""
    query = select(WebUpload.ref, WebUpload.key).where(WebUpload.owner == "")
    return {row.ref: row.key for row in session.execute(query.limit(most))}


def take_unneeded(session: Session, before: datetime, limit: int) -> dict[str, str]:
    """Keys by ref of what was not said by then, or is nobody's. Nobody can say it any more."""
    unsaid = select(WebUpload).where(WebUpload.said.is_(False))
    query = unsaid.where((WebUpload.created_at < before) | (WebUpload.owner == ""))
    lot = query.order_by(WebUpload.created_at).limit(limit).with_for_update(skip_locked=True)
    uploads = session.scalars(lot).all()
    for upload in uploads:
        upload.owner = ""
    return {upload.ref: upload.key for upload in uploads}


def forget(session: Session, refs: Sequence[str]) -> None:
    """Delete rows whose bytes are deleted."""
    session.execute(delete(WebUpload).where(WebUpload.ref.in_(refs)))
