"""The session of every transaction."""

from sqlalchemy import event
from sqlalchemy.orm import Session

from storage.database.known import known


class KeepingSession(Session):
    """Keeps every row it has read, so that ``get`` finds it again without a query."""


@event.listens_for(KeepingSession, "loaded_as_persistent")
def _keep(session: Session, row: object) -> None:
    known(session).rows.append(row)
