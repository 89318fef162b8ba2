"""The running program: its parts started in order, watched, and stopped in order."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.adapters.base import Adapter
from bot.app import App
from bot.delivery import Delivery
from bot.files import FileFetcher
from config.settings import Settings
from storage.database import Database

RESTART_PAUSE = 5.0  # seconds before a part that died of a bug is started again
STOP_SECONDS = 9.0

log = structlog.get_logger()


class PortTaken(Exception):
    """The HTTP server could not listen; the text says where."""


@dataclass
class Program:
    """All parts, put together by ``bot.__main__``."""

    settings: Settings
    database: Database
    app: App
    adapters: Sequence[Adapter]
    delivery: Delivery
    fetcher: FileFetcher
    ticker: AsyncIOScheduler
    server: web.Application
    ready: Callable[[int], None]  # told the port once everything runs

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set. Raises PortTaken."""
        runner = web.AppRunner(self.server, access_log=None)
        await runner.setup()
        host, port = self.settings.web_host, self.settings.web_port
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise PortTaken(f"{host}:{port} {error.strerror}") from None
        for adapter in self.adapters:
            await adapter.start(self.app)
        sending = [
            asyncio.create_task(_kept_alive("delivery", self.delivery.run)),
            asyncio.create_task(_kept_alive("fetcher", self.fetcher.run)),
        ]
        receiving = [
            asyncio.create_task(_kept_alive(adapter.channel, adapter.receive))
            for adapter in self.adapters
        ]
        self.ticker.start()
        gc.collect()
        gc.freeze()  # aiogram's models: a full collection over them stops everything for 0.1-0.2 s
        self.ready(runner.addresses[0][1] if runner.addresses else port)
        try:
            await stop.wait()
        finally:
            log.info("stopping")
            self.ticker.shutdown(wait=False)
            await _cancelled(receiving)
            await _cancelled(sending)
            for adapter in self.adapters:
                await adapter.close()
            await runner.cleanup()
            await self.database.close()
            log.info("stopped")


async def _kept_alive(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a part; where it dies of a bug, say so and start it again."""
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - one part's bug must not end the others
            log.error("part_died", part=name, error=type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(RESTART_PAUSE)
        else:
            return


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=STOP_SECONDS)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
