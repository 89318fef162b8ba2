"""The outcome of a command: what is printed, and the exit code."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from alembic.util import CommandError

from bot.program import CannotListen
from config.settings import Settings
from config.texts import Texts
from config.texts.system_errors import in_words
from storage.database.errors import DatabaseUnreachable, MigrationFailed
from storage.database.file import DatabaseBusy, DatabaseLost
from storage.inspection import file_of

Told = tuple[str, int]  # what to print, if anything, and the exit code


def run(command: Coroutine[Any, Any, Told], settings: Settings, texts: Texts) -> int:
    """Run a command to its end, print what it tells and return the exit code.

    What the operator can mend is told in one line; all else is raised.
    """
    try:
        told = asyncio.run(command)
    except Exception as error:
        line = _to_mend(error, settings, texts)
        if not line:
            raise
        told = line, 1
    return say(told)


def say(told: Told) -> int:
    """Print what a command tells, errors to stderr; return the exit code."""
    text, code = told
    if text:
        print(text, file=sys.stderr if code else sys.stdout, flush=True)
    return code


def _to_mend(error: Exception, settings: Settings, texts: Texts) -> str:
    """Return the line that says what to do, empty if there is nothing that the operator can do."""
    match error:
        case DatabaseBusy():
            return texts("stop-database-busy")
        case DatabaseLost():
            return _lost(error, settings, texts)
        case DatabaseUnreachable():
            return texts("stop-database-away", reason=str(error))
        case MigrationFailed():
            return texts("stop-migration-failed", reason=str(error))
        case CommandError():
            return texts("stop-database-newer")
        case CannotListen():
            return texts(str(error), host=settings.web_host, port=str(settings.web_port))
        case OSError() if error.filename:
            path = Path(str(error.filename))
            setting, reason = _setting_of(path, settings), in_words(error)
            return texts("stop-folder", setting=setting, path=str(path), reason=reason)
    return ""


def _lost(lost: DatabaseLost, settings: Settings, texts: Texts) -> str:
    files = str(settings.files_folder)
    line = texts(f"stop-database-{lost.why}", detail=lost.detail, files=files)
    saved = texts("stop-database-saved", file=lost.saved) if lost.saved else ""
    return f"{line} {saved}".strip()


def _setting_of(path: Path, settings: Settings) -> str:
    """Return the setting that says where ``path`` lies: the database may lie apart from the data."""
    file, place = file_of(settings.database_url), path.absolute()
    if settings.files_dir and place.is_relative_to(settings.files_dir.absolute()):
        return "MCU_FILES_DIR"
    data = settings.data_dir.absolute()
    if file is None or place == data or place.is_relative_to(data):
        return "MCU_DATA_DIR"
    folder = file.absolute().parent
    apart = place.is_relative_to(folder) or (
        folder.is_relative_to(place) and not data.is_relative_to(place)
    )
    return "MCU_DATABASE_URL" if apart else "MCU_DATA_DIR"
