"""Files that we made ourselves, to be sent as documents."""

from datetime import datetime

from sqlalchemy.orm import Session

from storage.tables import KeptFile


def make(
    session: Session,
    name: str,
    mime: str,
    content: str,
    author: str,
    now: datetime,
    *,
    purpose: str = "",
) -> int:
    """Keep a text as a file, or the text that one is to be made of; its id.

    ``author``: ``channel:account``. ``purpose`` as in KeptFile.
    """
    channel, _, account = author.partition(":")
    row = KeptFile(
        channel=channel,
        account=account,
        kind="document",
        ref="",
        name=name,
        mime=mime,
        size=len(content.encode()),
        content=content,
        purpose=purpose,
        next_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id
