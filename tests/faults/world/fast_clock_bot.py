"""``python -m tests.faults.world.fast_clock_bot``: the bot, with a clock that tests set and hurry.

The file ``clock.json`` in its folder holds ``speed`` (an hour in a minute: 60) and ``offset`` (seconds
that the wall clock is ahead). The speed is that of all timers of the event loop and of the wall
clock; the offset is the wall clock's alone, as when somebody sets it.
"""

import asyncio
import json
import selectors
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import apscheduler.schedulers.base

import bot.assembly
from bot.channels.invitations import Invitations
from bot.commands import command_line
from bot.watch.space import Space
from config.settings import Settings
from handlers.turn import Services

FILE = "clock.json"
LOOK_EVERY = 0.25  # real seconds after which the file is looked at, come what may


class FastClock:
    """Time as the file wants it, continuous but for the offset."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0.0
        self._speed, self._offset = 1.0, 0.0
        self._real = time.monotonic()
        self._own = self._real
        self._began = datetime.now(UTC)
        self._zero = self._own
        self.look()

    def look(self) -> None:
        """Read the file where it has changed."""
        real = time.monotonic()
        if real - self._read_at < LOOK_EVERY / 5:
            return
        self._read_at = real
        try:
            wanted = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return  # being written
        self._own, self._real = self.monotonic(), time.monotonic()
        self._speed, self._offset = wanted["speed"], wanted["offset"]

    def monotonic(self) -> float:
        """What the event loop's timers go by."""
        return self._own + (time.monotonic() - self._real) * self._speed

    def now(self, zone: tzinfo | None = UTC) -> datetime:
        """The wall clock."""
        self.look()
        passed = timedelta(seconds=self.monotonic() - self._zero + self._offset)
        return (self._began + passed).astimezone(zone)

    @property
    def speed(self) -> float:
        return self._speed


class HurriedSelector(selectors.DefaultSelector):
    """Waits real seconds where the loop speaks of hurried ones."""

    def __init__(self, fast_clock: FastClock) -> None:
        super().__init__()
        self._fast_clock = fast_clock

    def select(self, timeout: float | None = None) -> Any:
        self._fast_clock.look()
        real = (
            LOOK_EVERY
            if timeout is None
            else min(LOOK_EVERY, max(0.0, timeout) / self._fast_clock.speed)
        )
        return super().select(real)


class HurriedLoop(asyncio.SelectorEventLoop):
    def __init__(self, fast_clock: FastClock) -> None:
        self._fast_clock = fast_clock
        super().__init__(HurriedSelector(fast_clock))

    def time(self) -> float:
        return self._fast_clock.monotonic()


class Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, fast_clock: FastClock) -> None:
        super().__init__()
        self._fast_clock = fast_clock

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return HurriedLoop(self._fast_clock)


def main() -> None:
    """Put the bot together as it is, but for its clock."""
    fast_clock = FastClock(Path(FILE))
    make_services = bot.assembly.make_services

    def hurried_world(
        settings: Settings, space: Space | None = None, invitations: Invitations | None = None
    ) -> Services:
        return replace(make_services(settings, space, invitations), clock=fast_clock.now)

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            moment = fast_clock.now(tz)
            return cls.fromtimestamp(moment.timestamp(), tz)

    bot.assembly.make_services = hurried_world
    apscheduler.schedulers.base.datetime = Moment
    asyncio.set_event_loop_policy(Policy(fast_clock))
    sys.exit(command_line.main())


@dataclass
class ClockFile:
    """The test's hand on the clock."""

    folder: Path
    speed: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write()

    def runs(self, speed: float) -> None:
        """So many seconds in one."""
        self.speed = speed
        self._write()

    def jumps(self, **span: float) -> None:
        """Somebody sets it forward, or back."""
        self.offset += timedelta(**span).total_seconds()
        self._write()

    def _write(self) -> None:
        path = self.folder / FILE
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"speed": self.speed, "offset": self.offset}), encoding="utf-8")
        fresh.replace(path)


if __name__ == "__main__":
    sys.argv[0] = "bot"
    main()
