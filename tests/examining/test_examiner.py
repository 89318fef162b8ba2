"""The door for bytes: what becomes of a child, and of whoever waits for what it says."""

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.examining import examiner as door
from bot.examining import process
from bot.failures import RetryLater
from bot.file_kinds import Refused
from bot.watch import metrics
from storage.database import Database
from tests.examining.door import JPEG, LINUX, Door
from tests.fakes.clock import Clock
from tests.support.pictures import picture, telling_exif

READY = "import sys; print('{\"held\": []}', flush=True); sys.stdin.fileno();"


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
