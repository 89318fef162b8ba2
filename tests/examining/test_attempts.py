"""A file under which the bot died again and again is not tried again; all others are."""

import hashlib
import os
import signal
from pathlib import Path

import pytest

from bot.examining.attempts import MOST, KeptAttempts
from bot.failures import RetryLater
from bot.file_kinds import Refused
from storage.database import Database
from tests.examining.door import JPEG, Door
from tests.fakes.clock import Clock


async def test_a_file_under_which_the_bot_died_often_is_refused_and_others_are_not(
    database: Database,
) -> None:
    clock = Clock()
    for _ in range(MOST):
        await KeptAttempts(database, clock).begin("deadly")  # and this process is no more
        clock.passes(minutes=1)

    next_life = KeptAttempts(database, clock)

    with pytest.raises(Refused, match="deadly"):
        await next_life.begin("deadly")
    await next_life.begin("another")


async def test_one_that_may_still_be_looked_at_elsewhere_waits(database: Database) -> None:
    clock = Clock()
    for _ in range(MOST):
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

    await others.begin(digest)
    await KeptAttempts(database, Clock()).begin(digest)  # three are noted: a fourth must wait
    with pytest.raises(RetryLater):
        await KeptAttempts(database, Clock()).begin(digest)

    os.kill(bytes_door.examiner.children[0], signal.SIGKILL)
    with pytest.raises(Refused):
        await look
    await KeptAttempts(database, Clock()).begin(digest)
