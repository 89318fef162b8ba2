"""The door for bytes: what comes of a child, of who waits, and of the bot when a file is hostile."""

import asyncio
import bz2
import hashlib
import io
import os
import re
import signal
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.examining import examiner as door
from bot.examining import process
from bot.examining.attempts import KeptAttempts
from bot.examining.examiner import Examined, Examiner
from bot.examining.temporary import NoRoom, Temporary
from bot.examining.turns import MOST_OF_OWNER, MOST_WAITING, Busy, Job, Turns
from bot.file_kinds import Refused
from bot.protocol import RetryLater
from bot.watch import metrics
from storage.database import Database
from storage.migrations import migrate
from tests.fakes.clock import Clock
from tests.paths import ROOT
from tests.support.pictures import picture, telling_exif

JPEG = picture()
READY = "import sys; print('{\"held\": []}', flush=True); sys.stdin.fileno();"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Door:
    """An examiner with a database of its own, and what goes through it."""

    def __init__(self, folder: Path, database: Database, clock: Clock, **limits: int) -> None:
        self.temporary = Temporary(folder / "tmp")
        self.attempts = WatchedAttempts(database, clock)
        sizes = {"children": 1, "megabytes": 300} | limits
        self.examiner = Examiner(self.temporary, self.attempts, **sizes)  # type: ignore[arg-type]

    async def shows(self, content: bytes, owner: str = "anna") -> tuple[str, bytes]:
        """What it is, and what is kept of it. Raises what the examiner does."""
        with self.temporary.file(owner) as came:
            await came.write(content)
            with await self.examiner.examine(came, owner) as seen:
                return self._read(seen)

    def _read(self, seen: Examined) -> tuple[str, bytes]:
        assert seen.size == seen.path.stat().st_size
        return seen.found.mime, seen.path.read_bytes()

    async def child(self) -> int:
        """The id of a child that is ready."""
        assert (await self.shows(JPEG))[0] == "image/jpeg"
        return self.examiner.children[0]

    async def stopped_in_the_middle(self, owner: str = "mallory") -> "asyncio.Task[object]":
        """A look that has begun and does not end by itself."""
        os.kill(await self.child(), signal.SIGSTOP)
        self.attempts.begun.clear()
        task: asyncio.Task[object] = asyncio.create_task(self.shows(JPEG, owner))
        await self.attempts.begun.wait()
        return task


class WatchedAttempts(KeptAttempts):
    """``begun`` is set when a look has been noted."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self.begun = asyncio.Event()

    async def begin(self, digest: str) -> None:
        await super().begin(digest)
        self.begun.set()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'looks.db'}")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def bytes_door(tmp_path: Path, database: Database) -> AsyncIterator[Door]:
    opened = Door(tmp_path, database, Clock())
    yield opened
    await opened.examiner.close()


async def test_what_a_child_keeps_of_a_picture_comes_back_clean(bytes_door: Door) -> None:
    mime, kept = await bytes_door.shows(picture("JPEG", exif=telling_exif()))

    assert mime == "image/jpeg"
    assert b"56.3554N" not in kept
    assert bytes_door.temporary.size == 0


async def test_what_is_refused_is_counted_by_its_reason(bytes_door: Door) -> None:
    def counted() -> float:
        text = metrics.exposition(None, ()).decode()
        found = re.findall(r'^mcu_files_refused_total{reason="empty"} (\S+)', text, re.MULTILINE)
        return float(found[0]) if found else 0.0

    before = counted()
    with pytest.raises(Refused, match="empty"):
        await bytes_door.shows(b"")

    assert counted() == before + 1


@LINUX
async def test_a_child_has_no_secret_no_folder_and_no_file_of_ours(
    bytes_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCU_TELEGRAM_TOKEN", "123456:secret")

    pid = await bytes_door.child()

    about = Path(f"/proc/{pid}")
    assert (about / "environ").read_bytes() == b""
    assert (about / "cwd").readlink() == Path("/")
    assert {int(one.name) for one in (about / "fd").iterdir()} <= {0, 1, 2}
    limits = (about / "limits").read_text()
    assert f"{300 * 1024 * 1024}" in next(line for line in limits.splitlines() if "address" in line)


@LINUX
@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.kill(os.getppid(), 0)",
    ],
)
async def test_a_child_that_is_taken_over_reaches_nothing(attempt: str) -> None:
    code = (
        "import sys, os; sys.path.insert(0, sys.argv[1]);"
        "from bot.examining import confinement;"
        "held = confinement.enter(300, os.getppid());"
        "sys.exit(77) if 'files' not in held or 'calls' not in held else None;"
        f"exec({attempt!r})"
    )
    tried = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", code, str(ROOT), stderr=asyncio.subprocess.PIPE
    )
    _, said = await tried.communicate()

    if tried.returncode == 77:
        pytest.skip("this system has no Landlock or no seccomp")
    assert b"PermissionError" in said


async def test_a_child_that_is_killed_in_the_middle_is_a_refusal_and_the_next_is_served(
    bytes_door: Door,
) -> None:
    look = await bytes_door.stopped_in_the_middle()

    os.kill(bytes_door.examiner.children[0], signal.SIGKILL)

    with pytest.raises(Refused, match="heavy"):
        await look
    assert (await bytes_door.shows(b"hello"))[0] == "text/plain"


async def test_a_child_that_takes_too_long_is_killed_and_replaced(
    bytes_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "QUICK", 0.05)
    monkeypatch.setattr(door, "LONGEST", 0.2)
    look = await bytes_door.stopped_in_the_middle()

    with pytest.raises(Refused, match="heavy"):
        await look
    assert (await bytes_door.shows(b"hello"))[0] == "text/plain"


@LINUX
async def test_the_kernel_ends_a_child_that_works_too_long(
    bytes_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the processor's time and not by the clock: a busy machine makes no file a heavy one."""
    enters = (
        "import os, sys; sys.path.insert(0, sys.argv.pop());"
        "from bot.examining import confinement;"
        "confinement.enter(int(sys.argv[1]), int(sys.argv[2]));"
    )
    works = "os.read(0, 100); confinement.begin_a_file()\nwhile True: pass"
    monkeypatch.setattr(process, "START", f"{enters}{READY}{works}")
    monkeypatch.setattr(door, "LONGEST", 300.0)

    with capture_logs() as logged, pytest.raises(Refused, match="heavy"):
        await bytes_door.shows(b"hello")

    assert {"event": "examiner_stopped", "log_level": "warning", "why": "died"} in logged


async def test_a_file_that_wants_too_much_memory_is_refused(
    tmp_path: Path, database: Database
) -> None:
    small = Door(tmp_path, database, Clock(), megabytes=110)
    try:
        with pytest.raises(Refused, match="heavy"):
            await small.shows(picture("JPEG", (4000, 3000), exif=telling_exif(6)))
        assert (await small.shows(JPEG))[0] == "image/jpeg"
    finally:
        await small.examiner.close()


@pytest.mark.parametrize(
    "said",
    [
        "\\x00\\xff garbage",
        "x' * 1000000 + '",
        "[1]",
        '{"mime": "application/x-msdownload", "ending": ".exe", "changed": false, "size": 5}',
        '{"mime": "image/jpeg", "ending": ".exe", "changed": false, "size": 5}',
        '{"mime": "text/plain", "ending": ".txt", "changed": false, "size": 6}',
        '{"mime": "text/plain", "ending": ".txt", "changed": true, "size": 9}',
        "[" * 4000,
    ],
)
async def test_what_a_child_never_would_say_is_a_refusal(
    bytes_door: Door, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    wait = "import os; os.read(0, 100);"
    monkeypatch.setattr(
        process, "START", f"{READY}{wait}print('{said}', flush=True); os.read(0, 9)"
    )

    with pytest.raises(Refused):
        await bytes_door.shows(b"hello")


async def test_where_no_child_can_be_had_a_file_waits_and_is_not_refused(
    bytes_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "START", "raise SystemExit(1)")

    with pytest.raises(RetryLater):
        await bytes_door.shows(b"hello")


async def test_who_hangs_up_frees_the_place(bytes_door: Door) -> None:
    look = await bytes_door.stopped_in_the_middle()
    hung = bytes_door.examiner.children[0]

    look.cancel()
    await asyncio.gather(look, return_exceptions=True)

    assert (await bytes_door.shows(b"hello"))[0] == "text/plain"
    assert hung not in bytes_door.examiner.children
    assert bytes_door.temporary.size == 0


async def test_the_end_waits_for_no_look(bytes_door: Door) -> None:
    look = await bytes_door.stopped_in_the_middle()

    await bytes_door.examiner.close()

    with pytest.raises(RetryLater):
        await look
    assert bytes_door.examiner.children == []
    with pytest.raises(RetryLater):
        await bytes_door.shows(b"hello")


@LINUX
async def test_children_end_with_a_bot_that_is_killed() -> None:
    code = (
        "import sys, asyncio; sys.path.insert(0, sys.argv[1]);"
        "from bot.examining.process import Child\n"
        "async def main():\n"
        "    child = await Child.start(300)\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(ROOT), stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout
    child = int(await bot.stdout.readline())
    os.kill(child, signal.SIGSTOP)

    bot.kill()
    await bot.wait()

    async with asyncio.timeout(60):
        while _lives(child):  # noqa: ASYNC110 - the kernel sets no event of ours
            await asyncio.sleep(0.01)


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


# Attempts


async def test_a_file_under_which_the_bot_died_twice_is_refused_and_others_are_not(
    database: Database,
) -> None:
    clock = Clock()
    for _ in range(2):
        await KeptAttempts(database, clock).begin("deadly")  # and this process is no more
        clock.passes(minutes=1)

    third = KeptAttempts(database, clock)

    with pytest.raises(Refused, match="deadly"):
        await third.begin("deadly")
    await third.begin("another")


async def test_one_that_may_still_be_looked_at_elsewhere_waits(database: Database) -> None:
    clock = Clock()
    for _ in range(2):
        await KeptAttempts(database, clock).begin("same")

    with pytest.raises(RetryLater):
        await KeptAttempts(database, clock).begin("same")


async def test_a_verdict_is_remembered_by_nobody(database: Database) -> None:
    clock = Clock()
    for _ in range(5):
        attempts = KeptAttempts(database, clock)
        await attempts.begin("fine")
        await attempts.begin("fine")  # two people send the same
        await attempts.end("fine")
        await attempts.end("fine")
        clock.passes(minutes=1)


async def test_a_look_is_kept_before_it_begins_and_forgotten_after(
    tmp_path: Path, database: Database, bytes_door: Door
) -> None:
    look = await bytes_door.stopped_in_the_middle()
    others = KeptAttempts(database, Clock())
    digest = hashlib.sha256(JPEG).hexdigest()

    await others.begin(digest)  # one is noted besides: a third must wait
    with pytest.raises(RetryLater):
        await KeptAttempts(database, Clock()).begin(digest)

    os.kill(bytes_door.examiner.children[0], signal.SIGKILL)
    with pytest.raises(Refused):
        await look
    await KeptAttempts(database, Clock()).begin(digest)


# Turns


def job(owner: str) -> Job:
    done: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    return Job(owner, "file", None, None, done)  # type: ignore[arg-type]


async def test_one_photo_waits_for_one_file_of_each_who_came_before() -> None:
    turns = Turns(children=2)
    for _ in range(9):
        for attacker in range(20):
            turns.put(job(f"attacker {attacker}"))
    turns.put(honest := job("anna"))

    taken = [await turns.next() for _ in range(21)]

    assert taken[-1] is honest


async def test_whose_file_was_stopped_goes_behind_all_others() -> None:
    turns = Turns(children=2)
    for attacker in range(20):
        turns.put(job(f"attacker {attacker}"))
        turns.cost_much(f"attacker {attacker}")
        turns.put(job(f"attacker {attacker}"))

    first = await turns.next()
    turns.put(honest := job("anna"))

    assert first.owner == "attacker 0"
    assert await turns.next() is honest


async def test_of_two_children_one_is_free_for_whoever_comes() -> None:
    turns = Turns(children=2)
    turns.cost_much("mallory")
    turns.put(job("mallory"))
    turns.put(job("mallory"))
    behind = await turns.next()
    waiting = asyncio.create_task(turns.next())

    turns.put(honest := job("anna"))
    assert await waiting is honest

    turns.finished(behind)
    assert (await turns.next()).owner == "mallory"


async def test_the_queue_is_bounded_and_who_fills_it_makes_room() -> None:
    turns = Turns(children=2)
    for owner in range(MOST_WAITING // MOST_OF_OWNER):
        for _ in range(MOST_OF_OWNER):
            turns.put(job(f"attacker {owner}"))
    with pytest.raises(Busy):
        turns.put(job("attacker 0"))

    turns.put(job("anna"))

    taken = [(await turns.next()).owner for _ in range(6)]
    assert "anna" in taken


# The temporary place


async def test_the_temporary_place_is_bounded_and_nobodys_alone(tmp_path: Path) -> None:
    place = Temporary(tmp_path / "tmp", most=100, most_of_owner=60)
    with place.file("mallory") as first, place.file("anna") as second:
        await first.write(b"x" * 60)
        with pytest.raises(NoRoom):
            await first.write(b"x")
        await second.write(b"x" * 40)
        with pytest.raises(NoRoom):
            await second.write(b"x")

    assert place.size == 0
    place.close()


async def test_the_temporary_place_is_emptied_but_for_what_another_replica_holds(
    tmp_path: Path,
) -> None:
    shared = tmp_path / "tmp"
    (shared / "of-a-dead-one").mkdir(parents=True)
    (shared / "of-a-dead-one" / "photo").write_bytes(JPEG)
    (shared / "alone").write_bytes(JPEG)
    first, second = Temporary(shared), Temporary(shared)
    with first.file("anna") as held:
        await held.write(b"x")

        second.prepare()

        assert held.path.read_bytes() == b"x"
        assert not (shared / "of-a-dead-one").exists()
        assert not (shared / "alone").exists()
        assert stat.S_IMODE(shared.stat().st_mode) == 0o700
        assert stat.S_IMODE(held.path.stat().st_mode) == 0o600
    first.close()
    second.close()


# Hostile files


def packed(mimetype: bytes, method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("mimetype", mimetype)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def run_of_fill_bytes() -> bytes:
    at = JPEG.index(b"\xff\xda")
    return JPEG[: at + 14] + b"\xff" * 1_000_000 + b"\0" * 10


def notes_without_end() -> bytes:
    segment = b"\xff\xe1" + struct.pack(">H", 65_000) + b"Exif\0\0" + b"x" * (65_000 - 8)
    return JPEG[:2] + segment * 250 + JPEG[2:]


def crumbs() -> bytes:
    comment = b"\x21\xfe" + b"\x01x" * 5_000_000 + b"\0"
    gif = picture("GIF")
    return gif[:-1] + comment + b";"


def turned_png() -> bytes:
    size = 10_950
    rows = zlib.compress(b"\0" * (size * 4 + 1) * size, 9)
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    exif = telling_exif(6).removeprefix(b"Exif\0\0")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"eXIf", exif)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def many_pages() -> bytes:
    out = io.BytesIO()
    page = Image.new("1", (8, 8))
    page.save(out, "TIFF", save_all=True, append_images=[page] * 300)
    return out.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a run of fill bytes": run_of_fill_bytes,
    "notes without end": notes_without_end,
    "crumbs": crumbs,
    "a large picture that lies": turned_png,
    "pages without end": many_pages,
    "a type that is a bomb": lambda: packed(b"\0" * 300_000_000, zipfile.ZIP_BZIP2),
    "a type that is a long text": lambda: packed(b"\0" * 300_000_000, zipfile.ZIP_DEFLATED),
    "a bomb as such": lambda: bz2.compress(b"\0" * 10_000_000),
}


@LINUX
@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_file_ends_within_the_memory_of_a_child(
    bytes_door: Door, kind: str
) -> None:
    first = await bytes_door.child()
    with suppress(Refused):
        await bytes_door.shows(HOSTILE[kind]())

    assert bytes_door.examiner.children == [first]  # nobody had to be killed
    assert peak_of(first) < 300 * 1024


def peak_of(pid: int) -> int:
    """Kilobytes that a process had at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
