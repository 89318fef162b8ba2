"""Choose the file that is looked through next: one of each person in turn, costly ones last."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.examining.temporary import TemporaryFile
from bot.failures import RetryLater
from bot.recent import Recent

MOST_WAITING = 200  # files of all
MOST_OF_OWNER = 40  # an office or a mobile operator has many people behind one address
BEHIND_SECONDS = 600.0  # after a file that was stopped for good
BEHIND_A_WHILE = 60.0  # after one that only took long
REMEMBERED = 10_000  # of those

Purpose = Literal["file", "preview", "tree"]


class Busy(RetryLater):
    """Too much waits, or nobody can look just now; come again later."""


@dataclass(eq=False)
class Job:
    """A file that waits to be looked through; ``done`` gets the child's answer or an error.

    ``stopped``: it was stopped once so that others need not wait, and is now behind them.
    ``begun``: the beginning of a look was noted, and its end is to be noted.
    """

    owner: str
    purpose: Purpose
    came: TemporaryFile
    clean: TemporaryFile
    done: asyncio.Future[dict[str, Any]]
    stopped: bool = False
    begun: bool = False

    def fail(self, error: Exception) -> None:
        """Give ``error`` to whoever waits, if somebody does."""
        if not self.done.done():
            self.done.set_exception(error)


Lane = OrderedDict[str, deque[Job]]


class Turns:
    """Two lanes of files; in each of them one file of each owner in turn.

    The lane behind is for files that take long, and for owners one of whose files was stopped
    lately. If there are several children, never do all of them work for it: whoever comes now
    waits for no slow file.
    """

    def __init__(self, children: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_behind = max(1, children - 1)
        self._clock = clock
        self._front: Lane = OrderedDict()
        self._behind: Lane = OrderedDict()
        self._costly: Recent[str, float] = Recent(REMEMBERED)
        self._running_behind: set[Job] = set()
        self._changed = asyncio.Event()

    def put(self, job: Job) -> None:
        """Let a file wait. Raises Busy.

        If too many wait, the owner with most of them loses the last one.
        """
        lane = self._behind if job.stopped or self._is_costly(job.owner) else self._front
        own = self._waiting_of(job.owner)
        if own >= MOST_OF_OWNER:
            raise Busy("too many of one")
        if sum(map(len, (*self._front.values(), *self._behind.values()))) >= MOST_WAITING:
            self._make_room(own)
        lane.setdefault(job.owner, deque()).append(job)
        self._changed.set()

    def _make_room(self, own: int) -> None:
        """The last file of whoever lets most wait goes, if that is not the one who comes."""
        lanes = (
            (len(jobs), owner, lane)
            for lane in (self._behind, self._front)
            for owner, jobs in lane.items()
        )
        most, owner, lane = max(lanes, key=lambda found: found[0])
        if most <= own + 1:
            raise Busy("too many wait")
        lane[owner].pop().fail(Busy("too many wait"))

    def _waiting_of(self, owner: str) -> int:
        return len(self._front.get(owner, ())) + len(self._behind.get(owner, ()))

    async def next(self) -> Job:
        """Return the file whose turn it is; ``finished`` is to be called after it."""
        while True:
            while (job := self._take()) is None:
                self._changed.clear()
                await self._changed.wait()
            if not job.done.done():  # who waited may have gone
                return job
            self.finished(job)

    def _take(self) -> Job | None:
        if self._front:
            return _rotate(self._front)
        if self._behind and len(self._running_behind) < self._most_behind:
            job = _rotate(self._behind)
            self._running_behind.add(job)
            return job
        return None

    def finished(self, job: Job) -> None:
        """Note that a child is free again."""
        self._running_behind.discard(job)
        self._changed.set()

    def forget(self, job: Job) -> None:
        """Take a file out: nobody waits for it any more."""
        for lane in (self._front, self._behind):
            jobs = lane.get(job.owner, ())
            if job in jobs:
                assert isinstance(jobs, deque)  # noqa: S101 - it holds the job
                jobs.remove(job)
                if not jobs:
                    del lane[job.owner]

    def others_wait(self, owner: str) -> bool:
        """Whether files of others wait in the front lane."""
        return any(other != owner for other in self._front)

    def cost_much(self, owner: str, seconds: float = BEHIND_SECONDS) -> None:
        """Put ``owner`` behind others for ``seconds``: one of their files had to be stopped."""
        until = max(self._costly.get(owner, 0.0), self._clock() + seconds)
        self._costly.note(owner, until)
        if waiting := self._front.pop(owner, None):
            self._behind.setdefault(owner, deque()).extend(waiting)

    def _is_costly(self, owner: str) -> bool:
        return self._costly.get(owner, 0.0) > self._clock()

    def fail_all(self, error: Callable[[], Exception]) -> None:
        """Give each file that waits an ``error`` of its own."""
        for lane in (self._front, self._behind):
            for jobs in lane.values():
                for job in jobs:
                    job.fail(error())
            lane.clear()


def _rotate(lane: Lane) -> Job:
    """The oldest of the owner whose turn it is, who goes to the end."""
    owner, jobs = lane.popitem(last=False)
    job = jobs.popleft()
    if jobs:
        lane[owner] = jobs
    return job
