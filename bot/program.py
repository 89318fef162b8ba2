"""The running program: its parts started in order, watched, and stopped in order."""

import asyncio
import errno
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from traceback import extract_tb

import structlog
from aiohttp import web

from bot.channels.invitations import Invitations
from bot.delivery.delivery import Delivery
from bot.examining.examiner import Examiner
from bot.files.fetching import FileFetcher
from bot.files.store import FileStore, StoreAway
from bot.http.listening import Listener
from bot.http.server import Standing
from bot.inbox.inbox import Inbox
from bot.jobs.erasing import Eraser
from bot.jobs.ticker import Ticker
from bot.protocol import Adapter
from bot.replicas.duties import ERASING, FETCHING, JOBS, Duties, polling
from bot.replicas.link import Link
from bot.system import descriptors
from bot.system.allocation import give_back
from bot.watch.database_file import DatabaseWatch
from bot.watch.watchdog import Watchdog
from config.settings import Settings
from storage.database import Database

RESTART_PAUSE = 5.0  # seconds before a part that died of a bug is started again
START_SECONDS = 5.0  # for messengers to get ready; a slow one goes on getting ready meanwhile
SWITCH = 0.001  # seconds: sys.setswitchinterval, for a database thread beside a busy loop
COLLECT = (10_000, 20, 20)  # a batch makes thousands of objects that live a moment
COLLECT_EVERY = 60.0  # seconds; one takes 0.02 s in a calm town, 0.2 s beside 4000 connections
STOP_SECONDS = 5.0  # for each kind of part
LISTEN_ERRORS = {errno.EADDRINUSE: "stop-port-taken", errno.EACCES: "stop-port-forbidden"}

log = structlog.get_logger()


class CannotListen(Exception):
    """The HTTP server could not listen; the message is the key of the text that says why."""


@dataclass
class Program:
    """All parts, put together by ``bot.assembly``."""

    settings: Settings
    database: Database
    inbox: Inbox
    adapters: Sequence[Adapter]
    link: Link  # to other replicas
    deliveries: Mapping[str, Delivery]  # by the duty that each is
    fetcher: FileFetcher
    examiner: Examiner
    eraser: Eraser
    duties: Duties
    invitations: Invitations
    ticker: Ticker
    server: web.Application
    standing: Standing
    ready: Callable[[int], Awaitable[None]]  # told the port once everything runs
    store: FileStore
    watchdog: Watchdog
    watch: DatabaseWatch

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then close everything. Raises CannotListen, DatabaseLost."""
        async with AsyncExitStack() as opened:
            opened.push_async_callback(self.database.close)
            opened.enter_context(self.watchdog.watching())
            port = await self._listen(opened)
            working = asyncio.create_task(self._work(port))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            log.info("stopping")
            self.watchdog.stopping()
            self.standing.working = False
            await self.examiner.close()  # first: nobody waits for a file that takes long
            stopping.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=stop.is_set())
        log.info("stopped")

    async def _listen(self, opened: AsyncExitStack) -> int:
        """Start the HTTP server; the port it got. Adapters close before it: they hold sockets."""
        listener = Listener(self.server, descriptors.connections(descriptors.limit()))
        opened.push_async_callback(listener.close)
        for adapter in self.adapters:
            opened.push_async_callback(_within, adapter.close)
        host, port = self.settings.web_host, self.settings.web_port
        try:
            return await listener.open(host, port)
        except OSError as error:
            raise CannotListen(LISTEN_ERRORS.get(error.errno or 0, "stop-no-host")) from None

    async def _work(self, port: int) -> None:
        """Everything that works, until cancelled."""
        started = [asyncio.Event() for _ in self.adapters]
        linking = asyncio.create_task(self.link.run())
        tasks = [
            asyncio.create_task(_kept_alive(adapter.channel, partial(self._serve, adapter, ready)))
            for adapter, ready in zip(self.adapters, started, strict=True)
        ]
        try:
            await _all_set(started)
            self.ticker.start(paused=True)
            parts = {FETCHING: self.fetcher.run, ERASING: self.eraser.run, JOBS: self._tick}
            parts |= {duty: delivery.run for duty, delivery in self.deliveries.items()}
            tasks += [
                asyncio.create_task(_kept_alive(duty, partial(self.duties.do, duty, part)))
                for duty, part in parts.items()
            ]
            tasks.append(asyncio.create_task(self.duties.share()))
            links = partial(self.invitations.run, self.adapters)
            tasks.append(asyncio.create_task(_kept_alive("links", links)))
            sys.setswitchinterval(SWITCH)
            gc.collect()
            gc.set_threshold(*COLLECT)
            gc.freeze()  # aiogram's models: a collection over them stops everything for 0.1-0.2 s
            tasks.append(asyncio.create_task(_collected()))
            self.standing.working = True
            await self.ready(port)
            self.watchdog.ready()
            if self.settings.files_url:  # one of its own; nobody waits for it
                tasks.append(asyncio.create_task(_probed(self.store)))
            await self.watch.run()
        finally:
            await _cancelled(tasks)
            if self.ticker.running:
                await self.ticker.stop(STOP_SECONDS)
            await self.inbox.finish()
            self.link.close()  # last: what others may take over now has come to its end
            await _finished(linking, STOP_SECONDS)

    async def _serve(self, adapter: Adapter, ready: asyncio.Event) -> None:
        """Make a messenger ready and bring what comes."""
        await adapter.start(self.inbox)
        ready.set()
        if adapter.polls:
            # A messenger refuses two who ask at once, so this goes on where it is.
            await self.duties.do(polling(adapter), adapter.receive, shared=False)
        else:
            await adapter.receive()

    async def _tick(self) -> None:
        """Let the jobs run, until cancelled; what is due stands in the tables.

        None runs any more at the end: another replica may begin.
        """
        self.ticker.resume()
        try:
            await asyncio.Event().wait()
        finally:
            await self.ticker.rest(STOP_SECONDS)


async def _all_set(started: Sequence[asyncio.Event]) -> None:
    """Wait for the messengers, but not for long: one that hangs must not hold up the others."""
    try:
        async with asyncio.timeout(START_SECONDS):
            for ready in started:
                await ready.wait()
    except TimeoutError:
        log.warning("messenger_slow")


async def _collected() -> None:
    """Whole collections at times of ours: by itself Python makes none for hours (see COLLECT).

    What has been freed goes back to the system.
    """
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        gc.collect()
        give_back()


async def _probed(store: FileStore) -> None:
    """Say at the start what else the first photo would."""
    try:
        await store.probe()
    except StoreAway as away:
        log.warning("file_store_away", why=away.why)


async def _kept_alive(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a part; where it dies of a bug, say so and start it again."""
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - one part's bug must not end the others
            last = extract_tb(error.__traceback__)[-1]
            place = f"{last.filename}:{last.lineno}"
            log.error("part_died", part=name, error=type(error).__name__, place=place)  # noqa: TRY400 - its text may hold what people wrote
            await asyncio.sleep(RESTART_PAUSE)
        else:
            return


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=STOP_SECONDS)


async def _finished(task: asyncio.Task[None], seconds: float) -> None:
    """Let a task come to its end; not for ever."""
    await asyncio.wait([task], timeout=seconds)
    task.cancel()
    await asyncio.wait([task])


async def _within(close: Callable[[], Awaitable[None]]) -> None:
    """Close a part, or leave it where it takes too long."""
    try:
        await asyncio.wait_for(close(), STOP_SECONDS)
    except TimeoutError:
        log.warning("part_did_not_close")


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
