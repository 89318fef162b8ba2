"""Film the walks that are named, or all: see the package's docstring."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from docs.images.film import residents, staff, town
from docs.images.film.camera import Film
from tests.support.servers.process import BotProcess

Walk = Callable[[Film], Awaitable[None]]
WALKS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (
        residents.danger,
        staff.slip,
        staff.who,
        staff.room,
        staff.own_room,
        residents.reaching,
        residents.keyboard,
        town.embedding,
        residents.thanks,
        residents.once,
        residents.first,
        staff.link,
        residents.slow,
        residents.data,
        residents.ten,
        residents.correcting,
        residents.reload,
        residents.pictures,
        residents.reasons,
        residents.news,
        staff.lists,
        staff.importing,
        staff.urgent,
        residents.words,
        staff.alarm,
        staff.answer,
        residents.topics,
        residents.menu,
        residents.zoom,
        residents.keyboards,
        residents.editing,
        residents.official,
    )
}


async def film_one(browser: Browser, name: str) -> None:
    """Start an installation of its own, walk, stop."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"MCU_MUNICIPALITY": "Город Верхний", "MCU_UNDO_SECONDS": "0"}
        async with BotProcess(Path(folder), environ, terminal=True) as bot:
            await WALKS[name](Film(bot, browser))
            await bot.stop()
    for context in browser.contexts:
        await context.close()


async def main(names: list[str]) -> None:
    """Film the walks of these names, or all."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in names or WALKS:
            await film_one(browser, name)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
