"""Tell residents' browsers of news while no page of the chat is open."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.web.news.push_services import Knock, PushServices
from config.settings import Settings
from storage.database import Database, installation
from storage.tables import WebSubscription
from storage.web import subscriptions

if TYPE_CHECKING:
    from bot.channels.web.news.vapid import Vapid

AT_ONCE = 20
HOLD = timedelta(minutes=2)  # of whoever is being told; longer than a push service may take
LOOK_EVERY = 60.0  # seconds, for what is to be told again or was left by a replica that ended
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 60, 360))

log = structlog.get_logger()


class Pushes:
    """Knocks at the browsers that wait for news. What is due stands in the tables."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], datetime],
        services: PushServices | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._services = services or PushServices(clock)
        self._contact = settings.public_url or settings.formal_url
        self._vapid: Vapid | None = None
        self._news = asyncio.Event()

    def is_endpoint(self, address: str) -> bool:
        """Whether a browser may be told of news at that address."""
        return self._services.may_ask(address)

    async def vapid(self) -> "Vapid":
        """Return what signs our knocks; its key is made the first time, for all replicas."""
        if self._vapid is None:
            from bot.channels.web.news.vapid import Vapid  # noqa: PLC0415 - if anybody wants to be told

            def read(session: Session) -> str:
                return installation.secret(session, installation.PUSH_SECRET)

            async with self._database.begin() as session:
                self._vapid = Vapid(await session.run_sync(read), self._contact)
        return self._vapid

    def wake(self) -> None:
        """Look at once: there is news."""
        self._news.set()

    async def run(self) -> None:
        """Tell of news until cancelled."""
        while True:
            self._news.clear()
            try:
                await self.tell()
            except (SQLAlchemyError, OSError) as error:
                log.warning("web_pushes_wait", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._news.wait()

    async def tell(self) -> None:
        """Tell all that is due now."""
        while await self._tell_some():
            pass

    async def _tell_some(self) -> bool:
        """Tell some browsers; return whether there were any."""
        async with self._database.reading() as session:
            if not await session.run_sync(subscriptions.is_due, self._clock()):
                return False
        async with self._database.begin() as session:
            taken = await session.run_sync(subscriptions.take_due, self._clock(), HOLD, AT_ONCE)
        if not taken:
            return False
        vapid = await self.vapid()
        async with self._services.open() as http:
            knocks = await asyncio.gather(
                *(self._services.knock(http, vapid, one.endpoint) for one in taken)
            )
        async with self._database.begin() as session:
            await session.run_sync(self._settle, taken, knocks)
        return True

    def _settle(
        self, session: Session, taken: Sequence[WebSubscription], knocks: Sequence[Knock]
    ) -> None:
        gone = [one.id for one, knock in zip(taken, knocks, strict=True) if knock is Knock.NEVER]
        subscriptions.forget(session, gone)
        for one, knock in zip(taken, knocks, strict=True):
            again = None
            if knock is Knock.LATER and one.tries < len(AGAIN):
                again = self._clock() + AGAIN[one.tries]
            subscriptions.settle(session, one, again, heard=knock is Knock.HEARD)
        if Knock.LATER in knocks:
            log.warning("web_push_services_wait", count=knocks.count(Knock.LATER))
