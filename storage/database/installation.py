"""Values by name that an installation keeps about itself, the same for all its replicas."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.inserts import insert_into
from storage.tables import InstallationValue

WEB_SECRET = "web-secret"  # noqa: S105 - its name: 64 hexadecimal digits: see bot.channels.web.doors.seal
PUSH_SECRET = "push-secret"  # noqa: S105 - its name: see bot.channels.web.news.vapid
OLDEST_PROGRAM = "oldest-program"  # a revision: see storage.migrations


def find(session: Session, name: str) -> str | None:
    """The value of that name."""
    return session.scalar(select(InstallationValue.value).where(InstallationValue.name == name))


def put(session: Session, name: str, value: str) -> None:
    """Keep a value, in the place of another one."""
    session.merge(InstallationValue(name=name, value=value))


def secret(session: Session, name: str) -> str:
    """The secret of that name, made if there is none: the first replica made it for all."""
    if found := find(session, name):
        return found
    new = {"name": name, "value": secrets.token_hex(32)}
    session.execute(insert_into(session, InstallationValue).values(new).on_conflict_do_nothing())
    return find(session, name) or secret(session, name)
