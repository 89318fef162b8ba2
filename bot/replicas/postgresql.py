"""The link of replicas on one PostgreSQL: advisory locks as duties, LISTEN and NOTIFY for notices.

Both use one connection that does nothing else. The server frees its locks when the connection ends.
A replica that dies, hangs or is cut off loses its duties within seconds; the others try for them
every second. Notices are sent after a commit, never in one: transactions that notify commit one
after the other.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.replicas.link import Alone, Heard, Link, Missed
from storage.database.locks import key_of

# In seconds. A replica that is cut off knows it after BEAT + ANSWER, and has stopped when the server
# frees its locks (FORGET) and the next owner begins (GRACE): docs/decisions/0012-one-owner.md.
BEAT = 1.0  # between two signs of life, and two tries for a lock
ANSWER = 2.0  # for the server's answer
FORGET = 4  # without a sign of life the server ends the connection, and the locks are free
GRACE = 4.0  # before a lock that its holder did not leave is used: it may still be finishing
PAUSE_BEFORE_RETRY = 1.0  # after a failure to connect
MOST_NOTICES = 1000  # that wait; more are replaced by one that says that some were missed

CHANNEL = "mcu_bot"
FREE, MISSED = "free", "gap"  # notices of the link itself, as the version before says them
SERVER_SETTINGS = {
    "application_name": "mcu-bot link",
    "synchronous_commit": "off",  # a notice needs no disk
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "4000",
}
SINCE_14 = "SELECT set_config('idle_session_timeout', $1, false)"

LEAVE = "SELECT pg_advisory_unlock(key) FROM unnest($1::bigint[]) AS key"
TRY = "SELECT key, pg_try_advisory_lock(key) AS ours FROM unnest($1::bigint[]) AS key"
NOTIFY = "SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice"
# Of our dialect in SQLAlchemy and unknown to asyncpg.
NOT_ASYNCPG = ("prepared_statement_cache_size", "prepared_statement_name_func", "async_fallback")

log = structlog.get_logger()


def link_of(engine: AsyncEngine) -> Link:
    """Return the link for the database of ``engine``; on SQLite the process is alone."""
    if engine.dialect.name != "postgresql":
        return Alone()
    _, options = engine.dialect.create_connect_args(engine.url)
    return PostgresqlLink({k: value for k, value in options.items() if k not in NOT_ASYNCPG})


@dataclass(eq=False)
class _Claim:
    """A wish for a duty, and the lock that stands for it."""

    duty: str
    key: int
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    is_anothers: bool = False  # as of the last try

    @property
    def is_held(self) -> bool:
        return self.taken.is_set() and not self.lost.is_set()


class PostgresqlLink:
    """A link over one connection, made again whenever it is lost. ``is_up``: it is there now."""

    is_alone = False

    def __init__(self, options: dict[str, Any]) -> None:
        """``options``: those of ``asyncpg.connect``."""
        self._options = options
        self._claims: dict[str, _Claim] = {}
        self._leaving: list[_Claim] = []
        self._notices: dict[str, None] = {}  # in the order they came, equal ones once
        self._heard: dict[str, Heard] = {}
        self._missed: list[Missed] = []
        self._stir = asyncio.Event()
        self._try_at = 0.0
        self._lived_at: float | None = None
        self._closing = False
        self.is_up = False
        self._is_outage_logged = False

    # Duties

    @asynccontextmanager
    async def own(self, duty: str) -> AsyncIterator[asyncio.Event]:
        """Wait until ``duty`` is ours and own it in the block; the event is set when it is lost."""
        claim = _Claim(duty, key_of(duty))
        self._claims[duty] = claim
        self._try_soon()
        try:
            await claim.taken.wait()
            if claim.is_anothers:
                with suppress(TimeoutError):
                    async with asyncio.timeout(GRACE):
                        await claim.lost.wait()
            with _logged(claim):
                yield claim.lost
        finally:
            del self._claims[duty]
            if claim.is_held:
                self._leaving.append(claim)
                self._stir.set()

    @property
    def held(self) -> frozenset[str]:
        """The duties that are ours."""
        return frozenset(claim.duty for claim in self._claims.values() if claim.is_held)

    def owns(self, duties: Iterable[str]) -> bool:
        """Whether all of ``duties`` are ours."""
        return self.held.issuperset(duties)

    # Notices

    def send(self, topic: str, value: str = "") -> None:
        """Send a notice to all other replicas soon; an equal one that waits is sent once."""
        self._notices[f"{topic} {value}"] = None
        if len(self._notices) > MOST_NOTICES:
            self._notices = {MISSED: None}
        self._stir.set()

    def listen(self, topic: str, heard: Heard, missed: Missed) -> None:
        """Call ``heard`` with each notice of the topic, and ``missed`` if some may have been lost."""
        self._heard[topic] = heard
        self._missed.append(missed)

    # The connection

    async def run(self) -> None:
        """Keep the connection until ``close``; every duty is lost with it."""
        while not self._closing:
            try:
                await self._live()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try may do
                if self.is_up:
                    log.warning("link_lost", error=type(error).__name__)
                elif not self._is_outage_logged:  # no one else may: what uses the database stopped
                    self._is_outage_logged = True
                    log.error("database_unavailable", error=type(error).__name__)  # noqa: TRY400
            finally:
                self._drop()
            if not self._closing:
                await asyncio.sleep(PAUSE_BEFORE_RETRY)

    def close(self) -> None:
        """Leave the duties, send the notices that wait, and let ``run`` return."""
        self._closing = True
        self._stir.set()

    async def _live(self) -> None:
        import asyncpg  # noqa: PLC0415 - not on SQLite

        connection = await asyncpg.connect(
            **self._options,
            server_settings=SERVER_SETTINGS,
            timeout=2 * ANSWER,
            command_timeout=ANSWER,
        )
        try:
            if connection.get_server_version().major >= 14:
                await connection.execute(SINCE_14, f"{FORGET}s")
            connection.add_termination_listener(lambda _: self._stir.set())
            await connection.add_listener(CHANNEL, self._hear)
            now = _time()
            self._report_missed(now - (self._lived_at or now))
            self._lived_at = now
            self.is_up = True
            self._is_outage_logged = False
            self._try_at = 0.0
            log.info("link_up")
            await self._talk(connection)
        finally:
            connection.terminate()

    async def _talk(self, connection: Any) -> None:
        while True:
            self._stir.clear()
            closing = self._closing
            if connection.is_closed():  # a turn that asks the server nothing would not notice
                raise ConnectionError
            await self._turn(connection)
            self._lived_at = _time()
            if closing:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._stir.wait()

    async def _turn(self, connection: Any) -> None:
        if leaving := self._leaving:
            self._leaving = []
            await connection.fetch(LEAVE, [claim.key for claim in leaving])
            self._notices |= {f"{FREE} {claim.duty}": None for claim in leaving}
        if notices := self._notices:
            self._notices = {}
            try:
                await connection.fetch(NOTIFY, CHANNEL, list(notices))
            except BaseException:
                self._notices = notices | self._notices
                raise
        if _time() >= self._try_at:
            self._try_at = _time() + BEAT
            await self._try_locks(connection)

    async def _try_locks(self, connection: Any) -> None:
        """Try for the locks that are not ours. If there are none, it is a sign of life all the same."""
        wanted = {claim.key: claim for claim in self._claims.values() if not claim.taken.is_set()}
        for key, ours in await connection.fetch(TRY, list(wanted)):
            claim = wanted[key]
            if not ours:
                claim.is_anothers = True
            elif self._claims.get(claim.duty) is claim:
                claim.taken.set()
            else:  # nobody waits for it any more
                self._leaving.append(claim)
                self._stir.set()

    def _hear(self, connection: Any, pid: int, _channel: str, notice: str) -> None:
        if pid == connection.get_server_pid():
            return
        topic, _, value = notice.partition(" ")
        if topic == MISSED:
            self._report_missed(BEAT)
        elif topic == FREE:
            if claim := self._claims.get(value):
                claim.is_anothers = False
                self._try_soon()
        elif heard := self._heard.get(topic):
            heard(value)

    def _try_soon(self) -> None:
        self._try_at = 0.0
        self._stir.set()

    def _report_missed(self, seconds: float) -> None:
        for missed in self._missed:
            missed(seconds)

    def _drop(self) -> None:
        self.is_up = False
        self._leaving.clear()  # the server frees the locks of a connection that ended
        for claim in self._claims.values():
            if claim.taken.is_set():
                claim.lost.set()


@contextmanager
def _logged(claim: _Claim) -> Iterator[None]:
    """Log that the duty is taken, and that it is left; nothing of one that was lost at once."""
    if claim.lost.is_set():
        yield
        return
    log.info("duty_taken", duty=claim.duty)
    try:
        yield
    finally:
        log.info("duty_left", duty=claim.duty, lost=claim.lost.is_set())


def _time() -> float:
    return asyncio.get_running_loop().time()
