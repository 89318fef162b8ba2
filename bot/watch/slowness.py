"""Measure the processor's time of each handler and job, and log those that block the event loop."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.watch import metrics
from handlers.turn import Turn
from storage.messages import Event

LONG = 0.25  # seconds of the loop's thread, in which nobody else is answered
FRESH = 0.05  # seconds for which a reading of the processor's time serves
ONCE_IN = timedelta(minutes=1)  # a line about the same
MOST_NAMES = 200

log = structlog.get_logger()


class Watch:
    """Counts the seconds of a piece of work, without those in which it waits for the database.

    Counted by the clock on the wall, which is read for next to nothing; to ask for the processor's
    time is a call of the system. On a machine that others keep busy the wall counts too much, so
    the processor's time since shortly before the work is the most that it may have taken.
    """

    def __init__(self, processor_before: float) -> None:
        """``processor_before``: the thread's processor time in seconds, shortly before the work."""
        self._processor_before = processor_before
        self._wall = 0.0
        self._since: float | None = time.perf_counter()

    def pause(self) -> None:
        """Stop counting: others have the thread from now on."""
        if self._since is not None:
            self._wall += time.perf_counter() - self._since
            self._since = None

    def go_on(self) -> None:
        """Count again: the thread is ours."""
        self._since = time.perf_counter()

    def seconds(self) -> float:
        """The seconds counted; from ``LONG`` on at most ``FRESH`` too many."""
        if self._wall < LONG:
            return self._wall
        return min(self._wall, time.thread_time() - self._processor_before)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


class Slowness:
    """Measures handlers and jobs. A slow one is counted each time and logged once a minute."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._told: dict[str, datetime] = {}
        self._untold: Counter[str] = Counter()
        self._processor_at = (-FRESH, 0.0)  # on the wall, and the processor's time then
        event.listen(engine, "before_cursor_execute", _pause)
        event.listen(engine, "after_cursor_execute", _go_on)
        event.listen(engine, "handle_error", _go_on)

    @contextmanager
    def of_event(self, turn: Turn) -> Iterator[None]:
        """Measure the answering of an event; a slow handler is named by ``turn.handler``."""
        before = form_of(turn)
        try:
            with self._measured() as watch:
                yield
        finally:
            if (seconds := watch.seconds()) >= LONG:
                self._tell(
                    "handler_slow",
                    seconds,
                    channel=turn.event.address.channel,
                    handler=turn.handler,
                    what=kind_of(turn.event),
                    form=before or form_of(turn),
                )

    @contextmanager
    def of_job(self, job: Callable[..., object]) -> Iterator[None]:
        """Measure a transaction of a job."""
        try:
            with self._measured() as watch:
                yield
        finally:
            if (seconds := watch.seconds()) >= LONG:
                self._tell("job_slow", seconds, job=name_of(job))

    @contextmanager
    def _measured(self) -> Iterator[Watch]:
        if time.perf_counter() - self._processor_at[0] > FRESH:
            self._processor_at = (time.perf_counter(), time.thread_time())
        watch = Watch(self._processor_at[1])
        token = _watch.set(watch)
        try:
            yield watch
        finally:
            _watch.reset(token)
            watch.pause()

    def _tell(self, line: str, seconds: float, **names: str) -> None:
        metrics.was_slow(names.get("handler") or f"job {names['job']}")
        key = " ".join((line, *names.values()))
        self._untold[key] += 1
        now = self._clock()
        told = self._told.get(key)
        if told is not None and timedelta(0) <= now - told < ONCE_IN:
            return
        if len(self._told) >= MOST_NAMES:
            self._told.clear()
            self._untold.clear()
        self._told[key] = now
        times = self._untold.pop(key, 1)
        log.warning(line, **names, ms=round(seconds * 1000), times=times)


def name_of(job: Callable[..., object]) -> str:
    """The place of a job in the code: ``schedule.mind_the_clock.work``."""
    job = getattr(job, "func", job)
    module = getattr(job, "__module__", "").rpartition(".")[2]
    name = getattr(job, "__qualname__", type(job).__name__).replace(".<locals>", "")
    return f"{module}.{name}"


def kind_of(came: Event) -> str:
    """The kind of an event: change, edit, press, command, files, place, text or other."""
    kinds = {
        "change": came.change,
        "edit": came.edited,
        "press": came.press,
        "command": came.text.startswith("/"),
        "files": came.files,
        "place": came.place,
        "text": came.text,
    }
    return next((kind for kind, there in kinds.items() if there), "other")


def form_of(turn: Turn) -> str:
    """The form that the person is in, empty for none."""
    active = turn.dialogue.active
    return active.form if active else ""


def _pause(*_: Any) -> None:
    if watch := _watch.get():
        watch.pause()


def _go_on(*_: Any) -> None:
    if watch := _watch.get():
        watch.go_on()
