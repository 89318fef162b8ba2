"""Have files looked through by child processes; a child's death harms its own file only."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.examining.attempts import Attempts, KeptAttempts
from bot.examining.examined import Examined
from bot.examining.process import Child, DidNotStart, Died
from bot.examining.scanner import Scanner
from bot.examining.temporary import Temporary, TemporaryFile
from bot.examining.turns import BEHIND_A_WHILE, Busy, Job, Purpose, Turns
from bot.failures import RetryLater
from bot.file_kinds import KEPT, LARGEST, REASONS, Content, Refused
from bot.watch import metrics
from bot.watch.space import Space
from config.settings import Settings
from storage.database import Database

QUICK = 0.5  # seconds: what takes longer makes way for others, and begins again behind them
LONGEST = 20.0  # seconds of one file, if the machine is busy; of the processor it has four
FILES_OF_CHILD = 200  # then another one takes its place
PAUSE = 5.0  # seconds before another try to start one
MOST_PREVIEW = 1024 * 1024
MOST_TREE = 8 * 1024 * 1024  # bytes of a category file as plain values

Scan = Callable[[Path], Awaitable[None]]

log = structlog.get_logger()


class Examiner:
    """A pool of child processes, started when the first file comes."""

    def __init__(
        self,
        temporary: Temporary,
        attempts: Attempts,
        *,
        children: int,
        megabytes: int,
        scans: Sequence[Scan] = (),
    ) -> None:
        """``scans`` look at what came and at what would be kept; they raise Refused or RetryLater."""
        self.temporary = temporary
        self._attempts = attempts
        self._megabytes = megabytes
        self._scans = scans
        self._count = children
        self._turns = Turns(children)
        self._serving: list[asyncio.Task[None]] = []
        self._children: list[Child | None] = []
        self._doing: set[asyncio.Task[None]] = set()
        self._closed = False

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        clock: Callable[[], datetime],
        space: Space | None = None,
    ) -> "Examiner":
        """Return the examiner of an installation; no child is started and no folder made yet."""
        return cls(
            Temporary(settings.files_folder / "tmp", space=space),
            KeptAttempts(database, clock),
            children=settings.examiners,
            megabytes=settings.examiner_memory,
            scans=tuple(scanner.scan for scanner in (Scanner.of(settings),) if scanner),
        )

    async def examine(self, came: TemporaryFile, owner: str) -> Examined:
        """Look through a file. Raises Refused, and RetryLater if it has to come again.

        ``owner``: the person whose turn it takes. If the caller is cancelled, the look ends.
        """
        try:
            return await self._examined(came, owner)
        except Refused as refused:
            metrics.file_refused(refused.reason)
            raise

    async def _examined(self, came: TemporaryFile, owner: str) -> Examined:
        with ExitStack() as undone:
            clean = undone.enter_context(self.temporary.file(owner))
            answer = await self._looked_through("file", came, clean, owner)
            found = _content(answer)
            kept = clean if answer["changed"] else came
            if kept is clean:
                await self._measured(clean, LARGEST)
            if answer["size"] != kept.size or not kept.size:
                raise Refused("taken-over")
            for scan in self._scans:  # what is cut off of a picture tells of its sender, too
                for path in dict.fromkeys((came.path, kept.path)):
                    await scan(path)
            if kept is clean:
                undone.pop_all()
            return Examined(found, kept is clean, kept)

    async def preview(self, came: TemporaryFile, owner: str) -> TemporaryFile:
        """Return a small JPEG of a picture, to be closed. Raises what ``examine`` raises."""
        with ExitStack() as undone:
            small = undone.enter_context(self.temporary.file(owner))
            await self._looked_through("preview", came, small, owner)
            await self._measured(small, MOST_PREVIEW)
            undone.pop_all()
            return small

    async def read_tree(self, came: TemporaryFile, owner: str) -> Any:
        """Return a category file as ``config.categories.yaml_nodes.plain_tree`` gives it.

        Raises what ``examine`` raises.
        """
        with self.temporary.file(owner) as clean:
            await self._looked_through("tree", came, clean, owner)
            await self._measured(clean, MOST_TREE)
            try:
                return json.loads(await self.temporary.by_hand(clean.path.read_bytes))
            except (ValueError, RecursionError):
                raise Refused("taken-over") from None

    async def _measured(self, clean: TemporaryFile, most: int) -> None:
        if clean.measure() > most:
            raise Refused("taken-over")

    async def _looked_through(
        self, purpose: Purpose, came: TemporaryFile, clean: TemporaryFile, owner: str
    ) -> dict[str, Any]:
        if self._closed:
            raise Busy("stopping")
        while len(self._serving) < self._count:
            self._children.append(None)
            self._serving.append(asyncio.create_task(self._serve(len(self._serving))))
        job = Job(owner, purpose, came, clean, asyncio.get_running_loop().create_future())
        self._turns.put(job)
        try:
            answer = await job.done
        finally:
            self._turns.forget(job)
            if job.begun:  # who waits for the answer need not wait for this
                self._later(self._attempts.end(came.digest))
        if reason := answer.get("refused"):
            told = isinstance(reason, str) and reason in REASONS
            raise Refused(reason if told else "taken-over")
        if fault := answer.get("fault"):
            log.warning("examiner_fault", error=str(fault)[:40])
            raise Refused("fault")
        return answer

    async def close(self) -> None:
        """Kill the children, and tell all who wait to come again later."""
        self._closed = True
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self._turns.fail_all(lambda: Busy("stopping"))
        await asyncio.gather(*self._doing, return_exceptions=True)
        self.temporary.close()

    # Inside

    @property
    def children(self) -> list[int]:
        """The process ids of the children."""
        return [child.pid for child in self._children if child]

    async def _serve(self, number: int) -> None:
        """One file after the other, with one child at a time."""
        try:
            while True:
                job = await self._turns.next()
                try:
                    await self._do(job, number)
                except asyncio.CancelledError:
                    job.fail(Busy("stopping"))
                    raise
                except Exception as error:  # noqa: BLE001 - a bug here must not leave the queue alone
                    log.error("examining_failed", error=type(error).__name__, exc_info=False)  # noqa: TRY400
                    job.fail(Busy(type(error).__name__))
                    self._end(number)
                finally:
                    self._turns.finished(job)
        finally:
            self._end(number)

    async def _do(self, job: Job, number: int) -> None:
        """Have a file looked through, noted before it begins."""
        child = self._children[number] or await self._start(number)
        if child is None:
            job.fail(Busy("no child"))
            await asyncio.sleep(PAUSE)
            return
        if not job.begun:
            try:
                await self._attempts.begin(job.came.digest)
            except (Refused, RetryLater) as error:
                job.fail(error)
                return
            if job.done.done():  # who waited has gone meanwhile
                await self._attempts.end(job.came.digest)
                return
            job.begun = True
        lives = await self._ask(job, child)
        if not lives or child.asked >= FILES_OF_CHILD:
            self._end(number)

    async def _start(self, number: int) -> Child | None:
        try:
            child = await Child.start(self._megabytes)
        except DidNotStart as error:
            log.error("examiner_did_not_start", why=str(error))  # noqa: TRY400 - no place of ours
            return None
        self._children[number] = child
        log.info("examiner_started", child=child.pid, holds=",".join(child.held))
        return child

    def _end(self, number: int) -> None:
        """Kill a child."""
        child, self._children[number] = self._children[number], None
        if child is not None:
            self._later(child.kill())

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it be done by and by; the end of all waits for it."""
        doing = asyncio.create_task(work)
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)

    async def _ask(self, job: Job, child: Child) -> bool:
        """Wait for the answer as long as it may take; whether the child lives on."""
        asking = asyncio.ensure_future(child.ask(job.purpose, job.came.path, job.clean.path))
        until = time.monotonic() + LONGEST
        try:
            while not asking.done():
                await asyncio.wait(
                    {asking, job.done}, timeout=QUICK, return_when=asyncio.FIRST_COMPLETED
                )
                if job.done.done():  # nobody wants to know any more
                    return False
                if not asking.done() and time.monotonic() >= until:
                    return self._stopped(job, "time")
                if not asking.done() and not job.stopped and self._turns.others_wait(job.owner):
                    job.stopped = True
                    self._turns.cost_much(job.owner, BEHIND_A_WHILE)
                    self._turns.put(job)
                    return False
            job.done.set_result(asking.result())
        except Died:
            return self._stopped(job, "died")
        finally:
            asking.cancel()
        return True

    def _stopped(self, job: Job, why: str) -> bool:
        """The verdict over a file under which a child died or had to be killed."""
        log.warning("examiner_stopped", why=why)
        self._turns.cost_much(job.owner)
        job.fail(Refused("heavy"))
        return False


def _content(answer: dict[str, Any]) -> Content:
    """What a child found, if it is anything that is kept: it may have been taken over."""
    mime, ending = answer.get("mime"), answer.get("ending")
    told = isinstance(answer.get("changed"), bool) and isinstance(answer.get("size"), int)
    if not told or not isinstance(mime, str) or ending not in KEPT.get(mime, ()):
        raise Refused("taken-over")
    return Content(mime, str(ending))
