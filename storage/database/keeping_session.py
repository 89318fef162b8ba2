"""The session of every transaction."""

from sqlalchemy import event
from sqlalchemy.orm import Session


class KeepingSession(Session):
    """Keeps every row it has read, so that ``get`` finds it again without a query."""


@event.listens_for(KeepingSession, "loaded_as_persistent")
def _keep(session: Session, row: object) -> None:
    session.info.setdefault("kept", []).append(row)
