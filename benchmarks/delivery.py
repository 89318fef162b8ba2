"""How fast what waits goes out, while a resident in dialogue is answered.

The real process on SQLite against fakes that enforce the messengers' limits: Telegram's 30 messages a
second, VK's 20 requests a second with 0.1 s on the way, MAX's 30 calls a second and 2 messages a
second for a chat, with 0.24 s on the way. The pushes stand in the outbox at once, as
after a mass action, two for each resident.
"""

import asyncio
import contextlib
import json
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
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
# Of one call of MAX (github.com/K1rL3s/maxo/issues/110, read 2026-11).
MAX_LATENCY = 0.24
TELEGRAM_LIMIT, MAX_LIMIT, VK_TARGET = 30, 30, 100
ANSWERED_WITHIN = 0.5


def put_pushes(folder: Path, channel: str, chats: Sequence[str]) -> None:
    """The pushes as they stand in the table once their appeals were closed."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    rows = []
    for number, chat in enumerate(one for one in chats for _ in range(EACH)):
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


def arrived(fake: FakeMessenger, chats: Sequence[str]) -> int:
    """How many pushes are shown."""
    return sum(len(fake.rooms[chat].shown) for chat in chats)


async def drain(town: LiveTown, fake: FakeMessenger, pushes: int) -> tuple[float, list[float]]:
    """Messages a second until the last push was shown, and the waits of a resident meanwhile."""
    chats = [fake.person(str(FIRST + number)).room.id for number in range(pushes // EACH)]
    anna = fake.person(TALKER, "Анна Ильина")
    await anna.says("/start")
    await anna.sees("")
    waits: list[float] = []
    talking = asyncio.create_task(talk(anna, waits))
    put_pushes(town.process.folder, fake.channel, chats)
    began, already = 0.0, 0
    while (count := arrived(fake, chats)) < pushes:
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
    rooms = [room for room in fake.rooms.values() if room.id != fake.person(TALKER).room.id]
    texts = Counter(shown.text for room in rooms for shown in room.shown)
    return sum(count - 1 for count in texts.values())


async def measure(*, quick: bool) -> list[Row]:
    """Telegram, then MAX, then VK."""
    pushes = 300 if quick else 10_000
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        async with live_town(Path(folder), channels={"telegram"}, staff="web", twice=False) as town:
            telegram = town.telegram
            telegram.rate_limited = True
            telegram.met |= {str(FIRST + number) for number in range(pushes)}
            rate, waits = await drain(town, telegram, pushes)
            rows += [
                _within("Telegram", rate, pushes, len(waits), TELEGRAM_LIMIT),
                _count("Telegram: refused (429)", telegram.refused_by_rate),
                _count("Telegram: sent twice", repeated(telegram)),
                _waits("Telegram: answer in dialogue", waits),
                Row("Memory of the process", f"{_memory(town)} MB"),
            ]
    with tempfile.TemporaryDirectory() as folder:
        async with live_town(Path(folder), channels={"max"}, staff="web", twice=False) as town:
            max_ = town.max
            max_.rate_limited, max_.latency = True, MAX_LATENCY
            max_.dialogs |= {str(FIRST + number): "active" for number in range(pushes // EACH)}
            rate, waits = await drain(town, max_, pushes)
            rows += [
                _within(f"MAX, {MAX_LATENCY} s on the way", rate, pushes, len(waits), MAX_LIMIT),
                _count("MAX: refused (429)", max_.refused_by_rate),
                _count("MAX: sent twice", repeated(max_)),
                _waits("MAX: answer in dialogue", waits, on_the_way=MAX_LATENCY),
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


def _within(name: str, rate: float, pushes: int, answers: int, limit: int) -> Row:
    """The part of a messenger's limit that is used: her answers are within it, too."""
    whole = rate + (answers + 1) / pushes * rate
    ratio = whole / limit
    told = f"{name}: {pushes} pushes and her answers"
    return Row(told, f"{whole:.1f}/s", f"{limit} messages/s", ratio, "at least 0.95", ratio >= 0.95)


def _waits(name: str, waits: list[float], on_the_way: float = 0.0) -> Row:
    """Her waits, without the time that a call is on its way."""
    waits = [wait - on_the_way for wait in waits]
    spread = (percentile(waits, 0.5), percentile(waits, 0.99), max(waits))
    value = " / ".join(f"{wait * 1000:.0f}" for wait in spread) + " ms"
    worst = max(waits) <= ANSWERED_WITHIN
    return Row(f"{name}: median / 99th / worst of {len(waits)}", value, "", None, "500 ms", worst)


def _memory(town: LiveTown) -> int:
    status = Path(f"/proc/{town.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def _json(reply: Reply) -> str:
    return json.dumps(reply.to_json(), ensure_ascii=False)
