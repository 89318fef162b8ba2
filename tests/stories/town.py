"""The towns of stories: each story runs on a fresh copy of an empty town."""

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import asyncpg

from bot.files.store import FileStore
from bot.first_start import first_start
from handlers.turn import Services
from handlers.wording.topic_suggestions import TopicSuggester
from storage.database import Database
from storage.migrations import migrate
from tests.fakes.clock import Clock
from tests.stories.cast import Step, settings_of
from tests.stories.crashing_program import LeapingLoop
from tests.stories.news import TEXTS
from tests.stories.script import Script
from tests.support.towns.conversation import LEMMA

Story = Sequence[Step | tuple[Step, Step]]


class Databases(Protocol):
    """Makes databases."""

    name: str

    async def empty(self) -> str:
        """The address of the one that all others are copies of, without tables."""

    async def copy(self) -> str:
        """The address of a fresh copy; the one before is not needed any more."""


class Files:
    """SQLite: files in a folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._empty, self._town = folder / "empty.db", folder / "town.db"

    async def empty(self) -> str:
        return f"sqlite+aiosqlite:///{self._empty}"

    async def copy(self) -> str:
        for rest in ("-wal", "-shm"):
            self._town.with_name(self._town.name + rest).unlink(missing_ok=True)
        shutil.copy(self._empty, self._town)
        return f"sqlite+aiosqlite:///{self._town}"


class Server:
    """PostgreSQL: databases on a server whose socket is in the folder."""

    name = "PostgreSQL"

    def __init__(self, folder: str) -> None:
        self._folder = folder

    async def empty(self) -> str:
        return await self._made("story_empty", "template1")

    async def copy(self) -> str:
        return await self._made("story_town", "story_empty")

    async def _made(self, name: str, template: str) -> str:
        server = await asyncpg.connect(host=self._folder, user="mcu", database="postgres")
        try:
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await server.close()
        return f"postgresql+asyncpg://mcu@/{name}?host={self._folder}"


class StoryTown:
    """Runs stories, and counts."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.databases = databases
        self._folder = folder
        self._settings = settings_of(folder)
        self._suggester = TopicSuggester(LEMMA)
        self.stories = self.steps = self.deaths = self.appeals = self.told = self.repeated = 0
        self.done: Counter[str] = Counter()
        asyncio.run(self._prepare())

    async def _prepare(self) -> None:
        database = Database.open(await self.databases.empty())
        await migrate(database)
        await first_start(database, self._services(Clock()))
        await database.close()

    def _services(self, clock: Clock) -> Services:
        keys = itertools.count(1)
        return Services(
            self._settings, TEXTS, clock, lambda: f"key{next(keys):05}", self._suggester
        )

    def runs(self, story: Story) -> None:
        """Run the story and compare."""
        with asyncio.Runner(loop_factory=LeapingLoop) as runner:
            runner.run(self._run(story))

    async def _run(self, story: Story) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, LeapingLoop)
        clock = Clock()
        store = FileStore.in_folder(self._folder / "files")
        script = Script(await self.databases.copy(), self._services(clock), store, clock, loop)
        script.starts()
        try:
            await script.runs_all(story)
        finally:
            loop.is_busy = lambda: True
            await script.life.buried()
            self.stories += 1
            self.steps += len(story)
            self.deaths += script.deaths
            self.done += script.done
            self.appeals += len(script.model.cases)
            self.told += sum(len(told) for told in script.model.told.values())
            self.repeated += script.repeated
