"""Links into the staff room, and the commands of this program as people type them."""

import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from config.settings import Settings
from handlers.web_access import link_with, site_of
from storage.database import Database
from storage.town import web_access

SCRIPT = "mcu-bot"  # as pyproject.toml names it


async def staff_room_link(
    database: Database,
    settings: Settings,
    now: datetime,
    *,
    admin: bool,
    desk: bool = False,
    port: int = 0,
) -> str:
    """Return a link with a new code that opens the staff room; with ``desk``, both chats.

    Returns an empty text if the staff room is no staff chat: there is nothing to open.
    """

    def give_code(rows: Session) -> str:
        room = web_access.room(rows)
        return web_access.give_code(rows, now, room, admin=admin) if room else ""

    async with database.begin() as session:
        code = await session.run_sync(give_code)
    return link_with(site_of(settings, port), code, admin=admin, desk=desk) if code else ""


def program() -> str:
    """Return the program as a person types it in the folder from which it was started."""
    script = Path(sys.argv[0])
    if script.name == SCRIPT:
        return _typed_here(script.absolute(), SCRIPT)
    return f"{_typed_here(Path(sys.executable), 'python')} -m bot"


def typed(command: str) -> str:
    """Return ``command`` with the program before it, as a person types it."""
    return f"{program()} {command}"


def _typed_here(path: Path, name: str) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else name
