"""How fast what waits goes out, while a resident in dialogue is answered.

The real process on SQLite against fakes that enforce the messengers' limits: Telegram's 30 messages a
second, VK's 20 requests a second with 0.1 s on the way. The pushes stand in the outbox at once, as
after a mass action, two for each resident.
"""

import asyncio
import contextlib
import json
import sqlite3
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Row, percentile
from storage.messages import Address, Reply
from tests.fakes.messenger import FakeMessenger, Person
from tests.support.towns.live import LiveTown, live_town

TITLE = "10,000 pushes, and a resident in dialogue meanwhile"
EACH = 2  # pushes to a resident
FIRST = 1_000_000  # their accounts
TALKER = "42"
PAUSE = 1.1  # seconds between her words: a chat takes a message a second
LATENCY = 0.1  # seconds to VK
TELEGRAM_LIMIT, VK_TARGET = 30, 100
ANSWERED_WITHIN = 0.5


def put_pushes(folder: Path, channel: str, pushes: int) -> None:
    """The pushes as they stand in the table once their appeals were closed."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    rows = []
    for number in range(pushes):
        chat = str(FIRST + number // EACH)
        text = f"Обращение МЦУ-26-{number:06} решено. Спасибо, что сообщили."
        reply = Reply(to=Address(channel, chat), text=text, push=True)
        rows.append((channel, chat, chat, _json(reply), now, now))
    with contextlib.closing(sqlite3.connect(folder / "data" / "mcu.db", timeout=30)) as database:
        database.executemany(
            "INSERT INTO outbox (channel, chat, lane, push, coalesce, reply, created_at, next_at,"
            " attempts, parts_sent, revision, outcome, error, priority)"
            " VALUES (?, ?, ?, 1, '', ?, ?, ?, 0, 0, 0, '', '', 0)",
            rows,
        )
        database.commit()


async def talk(anna: Person, seconds: list[float]) -> None:
    """Ask for help again and again; how long each answer took."""
    while True:
        began = time.perf_counter()
        await anna.says("/help")
        await anna.sees("")
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)


def arrived(fake: FakeMessenger) -> int:
    """How many pushes are shown."""
    return sum(len(room.shown) for room in fake.rooms.values() if _is_pushed_to(room.id))


async def drain(town: LiveTown, fake: FakeMessenger, pushes: int) -> tuple[float, list[float]]:
    """Messages a second until the last push was shown, and the waits of a resident meanwhile."""
    for number in range(pushes // EACH):
        fake.person(str(FIRST + number))
    anna = fake.person(TALKER, "Анна Ильина")
    await anna.says("/start")
    await anna.sees("")
    waits: list[float] = []
    talking = asyncio.create_task(talk(anna, waits))
    put_pushes(town.process.folder, fake.channel, pushes)
    began, already = 0.0, 0
    while (count := arrived(fake)) < pushes:
        if not began and count:
            began, already = time.perf_counter(), count
        await asyncio.sleep(0.02 if count < 10 else 0.1)
    rate = (pushes - already) / (time.perf_counter() - began)
    await asyncio.sleep(1)  # what is sent twice comes now
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    return rate, waits


def repeated(fake: FakeMessenger) -> int:
    """How many pushes are shown more than once."""
    texts = Counter(
        shown.text for room in fake.rooms.values() if _is_pushed_to(room.id) for shown in room.shown
    )
    return sum(count - 1 for count in texts.values())


async def measure(*, quick: bool) -> list[Row]:
    """Telegram, then VK."""
    pushes = 300 if quick else 10_000
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        async with live_town(Path(folder), channels={"telegram"}, staff="web", twice=False) as town:
            telegram = town.telegram
            telegram.rate_limited = True
            telegram.met |= {str(FIRST + number) for number in range(pushes)}
            rate, waits = await drain(town, telegram, pushes)
            rate += (len(waits) + 1) / pushes * rate  # her answers are within the limit too
            ratio = rate / TELEGRAM_LIMIT
            name = f"Telegram: {pushes} pushes and her answers"
            limit = f"{TELEGRAM_LIMIT} messages/s"
            rows += [
                Row(name, f"{rate:.1f}/s", limit, ratio, "at least 0.95", ratio >= 0.95),
                _count("Telegram: refused (429)", telegram.refused_by_rate),
                _count("Telegram: sent twice", repeated(telegram)),
                _waits("Telegram: answer in dialogue", waits),
                Row("Memory of the process", f"{_memory(town)} MB"),
            ]
    with tempfile.TemporaryDirectory() as folder:
        async with live_town(Path(folder), channels={"vk"}, staff="web", twice=False) as town:
            vk = town.vk
            vk.latency = LATENCY
            rate, waits = await drain(town, vk, pushes)
            ratio = rate / VK_TARGET
            rows += [
                Row(
                    f"VK: {pushes} pushes, {LATENCY} s on the way",
                    f"{rate:.0f}/s",
                    f"{VK_TARGET} messages/s",
                    ratio,
                    "at least 1",
                    ratio >= 1,
                ),
                _count("VK: refused (error 6)", vk.refused_by_rate),
                _count("VK: sent twice", repeated(vk)),
                _waits("VK: answer in dialogue", waits),
            ]
    return rows


def _count(name: str, count: int) -> Row:
    return Row(name, str(count), target="0", met=count == 0)


def _waits(name: str, waits: list[float]) -> Row:
    spread = (percentile(waits, 0.5), percentile(waits, 0.99), max(waits))
    value = " / ".join(f"{wait * 1000:.0f}" for wait in spread) + " ms"
    worst = max(waits) <= ANSWERED_WITHIN
    return Row(f"{name}: median / 99th / worst of {len(waits)}", value, "", None, "500 ms", worst)


def _memory(town: LiveTown) -> int:
    status = Path(f"/proc/{town.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def _is_pushed_to(room: str) -> bool:
    return room.isdigit() and FIRST <= int(room) < 2 * FIRST


def _json(reply: Reply) -> str:
    return json.dumps(reply.to_json(), ensure_ascii=False)
