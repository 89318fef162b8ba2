"""The inbox of a town without messengers: what the database part of a benchmark is driven through."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.core import Core, make_core
from bot.examining.examiner import Examiner
from bot.files.store import FileStore
from bot.first_start import first_start
from config.settings import load_settings
from config.texts import Texts
from handlers.turn import Services
from handlers.wording.topic_suggestions import TopicSuggester, lemmatiser
from storage.database import Database
from storage.migrations import migrate


@asynccontextmanager
async def bare(folder: Path, url: str, new_key: Callable[[], str]) -> AsyncIterator[Core]:
    """The core on a migrated database. ``new_key`` gives the keys of drafts."""
    settings = load_settings(
        {
            "MCU_TELEGRAM_TOKEN": "123456:" + "x" * 30,
            "MCU_STAFF_CHAT": "telegram:-100500",
            "MCU_DATA_DIR": str(folder),
            "MCU_MUNICIPALITY": "Городской округ Бор",
            "MCU_DATABASE_URL": url,
            "MCU_FLOOD_LIMIT": "0",
        }
    )
    suggester = TopicSuggester(lemmatiser())
    services = Services(settings, Texts.load(), lambda: datetime.now(UTC), new_key, suggester)
    database = Database.open(url)
    try:
        await migrate(database)
        await first_start(database, services)
        store = FileStore.in_folder(folder / "files")
        yield make_core(
            database, services, {}, store, Examiner.of(settings, database, services.clock)
        )
    finally:
        await database.close()
