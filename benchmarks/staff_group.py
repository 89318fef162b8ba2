"""A winter morning in one staff group: 600 appeals in ten minutes, 20 messages a minute, edits too.

The program's own delivery and Telegram adapter against the fake Telegram that enforces the limit,
on an event loop whose clock runs ``SPEED`` times as fast: limits, pauses and arrivals alike.
"""

import asyncio
import random
import selectors
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.report import Row, percentile
from bot.channels.telegram.adapter import TelegramAdapter
from bot.delivery.card_lists import PAUSE
from config.texts import Texts
from storage.tables import Topic
from tests.fakes.files import MemoryFiles
from tests.fakes.messenger import Person, Room, Shown
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.state import ApiError
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town, town
from tests.support.towns.staff_room import look, planted

TITLE = "A staff group of 20 messages a minute, time scaled 15:1"
SPEED = 15
MINUTE = 60.0
QUIET = 120.0  # seconds watched after the burst
RESIDENT = "77"
FIRE = "Пожар в подъезде, горит щиток"
FAST, SLOW = "Ямы и выбоины на дороге", "Тротуары и бордюры"
DANGER_PART, FAST_PART = 0.02, 0.3  # of the appeals


class HurriedLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock runs ``SPEED`` times as fast."""

    def __init__(self) -> None:
        super().__init__(HurriedSelector())
        self._began = time.monotonic()

    def time(self) -> float:
        """Seconds of its own."""
        return (time.monotonic() - self._began) * SPEED


class HurriedSelector(selectors.DefaultSelector):
    """Waits as long as the hurried clock says."""

    def select(self, timeout: float | None = None) -> list[Any]:
        """The same, sooner."""
        return super().select(None if timeout is None else timeout / SPEED)


@dataclass
class Watched:
    """What happened in the group, in the loop's seconds."""

    filed: dict[int, float] = field(default_factory=dict)
    urgent: set[int] = field(default_factory=set)
    danger: set[int] = field(default_factory=set)
    seen: dict[int, float] = field(default_factory=dict)  # by appeal: first on a card or in a list
    messages: list[float] = field(default_factory=list)  # sent and edited
    refused: int = 0
    done: int = 0  # appeals that employees answered

    def waited(self, which: Callable[[int], bool]) -> list[float]:
        """How long those that were seen took."""
        return [at - self.filed[one] for one, at in self.seen.items() if which(one)]


class WatchedTelegram(FakeTelegram):
    """Notes what the group takes and what it refuses."""

    def __init__(self, watched: Watched) -> None:
        super().__init__()
        self.rate_limited = True
        self._watched = watched

    def _limit(self, room: Room) -> None:
        try:
            super()._limit(room)
        except ApiError:
            self._watched.refused += 1
            raise
        if not room.private:
            self._watched.messages.append(_now())

    async def show(self, room: Room, shown: Shown) -> None:
        """Note which appeals it shows."""
        if room.id == STAFF_ROOM and not shown.author:
            for button in shown.buttons:
                name, _, one = button.payload.partition(":")
                if name in {"show", "take"}:
                    self._watched.seen.setdefault(int(one), _now())
        await super().show(room, shown)


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def _group(folder: Path, watched: Watched) -> Any:
    """A running town whose staff sits in a Telegram group."""
    async with WatchedTelegram(watched) as telegram:
        telegram.room(STAFF_ROOM)
        telegram.met.add(telegram.person(RESIDENT).room.id)
        adapter = TelegramAdapter(telegram.token, MemoryFiles(), _texts(), api_url=telegram.url)
        async with town(folder, messengers=(adapter,)) as place:  # type: ignore[arg-type]  # the real one, no fake
            tasks = [
                asyncio.create_task(adapter.receive()),
                asyncio.create_task(_clock(place)),
            ]
            try:
                yield place, telegram
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await adapter.close()


def _texts() -> Texts:
    return Texts.load()


def _topics(session: Session) -> dict[str, int]:
    return {row.title: row.id for row in session.scalars(select(Topic))}


async def _clock(place: Town) -> None:
    """The program's clock goes with the loop's."""
    began, at = place.clock.now, _now()
    while True:
        place.clock.now = began + timedelta(seconds=_now() - at)
        await asyncio.sleep(0.5)


async def _file(
    place: Town, watched: Watched, topics: dict[str, int], chance: random.Random
) -> None:
    """One appeal."""
    lot = chance.random()
    is_fast = lot < FAST_PART
    text = FIRE if lot < DANGER_PART else DESCRIPTION
    (one,) = await planted(
        place,
        1,
        with_cards=True,
        account=RESIDENT,
        text=text,
        topic_id=topics[FAST if is_fast else SLOW],
    )
    watched.filed[one] = _now()
    if lot < DANGER_PART:
        watched.danger.add(one)
    elif is_fast:
        watched.urgent.add(one)


async def _works(person: Person, watched: Watched, mine: int, of: int) -> None:
    """One of ``of`` employees: takes one appeal after the other and answers it."""
    finished: set[int] = set()
    while True:
        await asyncio.sleep(5)
        waiting = [one for one in watched.seen if one % of == mine and one not in finished]
        if not waiting:
            continue
        one = waiting[0]
        finished.add(one)
        number = f"МЦУ-26-{one:06} ·"
        shown = next(
            s
            for s in person.room.shown
            for b in s.buttons
            if b.payload in {f"show:{one}", f"take:{one}"}
        )
        label = next(b.label for b in shown.buttons if b.payload in {f"show:{one}", f"take:{one}"})
        if not shown.text.startswith(number):
            await person.presses(label, on=shown)
            shown = await _card(person, number)
        await person.presses("Взять", on=shown)
        await asyncio.sleep(5)
        await person.presses("Решено", on=shown)
        await person.sees("Что сделано?", timeout=600)
        await asyncio.sleep(10)
        await person.says(f"Сделали, номер {one}")
        preview = await person.sees(f"Готово: Сделали, номер {one}", timeout=600)
        await person.presses("Отправить", on=preview)
        watched.done += 1


async def _card(person: Person, number: str) -> Shown:
    return await person.waits_for(
        person.room,
        lambda s: s.text.startswith(number),
        timeout=600,
        wanted=number,
    )


async def _morning(appeals: int, minutes: float, employees: int) -> tuple[Watched, float]:
    """The burst and the quiet after it; when its last appeal was filed."""
    watched, chance = Watched(), random.Random(1)  # noqa: S311 - the same load each time
    with tempfile.TemporaryDirectory() as folder:
        async with _group(Path(folder), watched) as (place, telegram):
            topics = await look(place, _topics)
            room = telegram.room(STAFF_ROOM)
            people = [
                Person(telegram, str(900 + n), f"Сотрудник {n}", room) for n in range(employees)
            ]
            work = [
                asyncio.create_task(_works(person, watched, n, employees))
                for n, person in enumerate(people)
            ]
            began = _now()
            for n in range(appeals):
                await asyncio.sleep(max(0.0, began + n * minutes * MINUTE / appeals - _now()))
                await _file(place, watched, topics, chance)
            ended = _now()
            for task in work:
                task.cancel()
            failures = await asyncio.gather(*work, return_exceptions=True)
            for failure in failures:
                if isinstance(failure, Exception):
                    raise failure
            await asyncio.sleep(PAUSE + QUIET)
    return watched, ended


def _run(appeals: int, minutes: float, employees: int) -> tuple[Watched, float]:
    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        return runner.run(_morning(appeals, minutes, employees))


def _rows(name: str, appeals: int, watched: Watched, ended: float) -> list[Row]:
    all_waits = watched.waited(lambda _: True)
    special = watched.danger | watched.urgent
    per_minute = Counter(int(at // MINUTE) for at in watched.messages if at < ended)
    after = [at for at in watched.messages if at > ended + PAUSE + 1]
    rows = [
        Row(
            f"{name}: filed to visible, median / 95th / worst",
            _seconds(all_waits),
            target="60 s",
            met=len(all_waits) == appeals and max(all_waits) <= MINUTE,
        ),
        Row(
            f"{name}: danger to life",
            _seconds(watched.waited(watched.danger.__contains__)),
            target="before others",
            met=_p95(watched, watched.danger) <= percentile(all_waits, 0.95),
        ),
        Row(
            f"{name}: fast track",
            _seconds(watched.waited(watched.urgent.__contains__)),
            peer=_seconds(watched.waited(lambda one: one not in special)),
        ),
        Row(
            f"{name}: messages and edits, all / most in a minute",
            f"{len(watched.messages)} / {max(per_minute.values())}",
            peer=f"{appeals} appeals",
            ratio=len(watched.messages) / appeals,
        ),
        Row(f"{name}: refused (429)", str(watched.refused), target="0", met=watched.refused == 0),
    ]
    if watched.done:
        rows.append(Row(f"{name}: appeals answered by three employees", str(watched.done)))
    else:
        rows.append(
            Row(
                f"{name}: messages in the two minutes after",
                str(len(after)),
                target="0",
                met=not after,
            )
        )
    return rows


def _p95(watched: Watched, which: set[int]) -> float:
    return percentile(watched.waited(which.__contains__), 0.95)


def _seconds(waits: list[float]) -> str:
    if not waits:
        return "none"
    values = (statistics.median(waits), percentile(waits, 0.95), max(waits))
    return " / ".join(f"{value:.1f}" for value in values) + " s"


async def measure(*, quick: bool) -> list[Row]:
    """The burst alone, and with three employees at work in it."""
    appeals, minutes = (120, 2.0) if quick else (600, 10.0)
    rows: list[Row] = []
    for name, employees in (("burst", 0), ("with three at work", 3)):
        watched, ended = await asyncio.to_thread(_run, appeals, minutes, employees)
        rows += _rows(name, appeals, watched, ended)
    return rows
