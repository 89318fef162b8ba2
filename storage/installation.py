"""What an installation keeps about itself, the same for all its replicas: values by name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import InstallationValue

OLDEST_PROGRAM = "oldest-program"  # a revision: see storage.migrations


def find(session: Session, name: str) -> str | None:
    """The value of that name."""
    return session.scalar(select(InstallationValue.value).where(InstallationValue.name == name))


def put(session: Session, name: str, value: str) -> None:
    """Keep a value, in the place of another one."""
    session.merge(InstallationValue(name=name, value=value))
