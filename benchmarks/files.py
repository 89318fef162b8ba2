"""An ordinary photo through the door for bytes: how long, and how much memory here and in the child."""

import io
import os
import random
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from benchmarks.report import Row
from bot.examining.attempts import KeptAttempts
from bot.examining.examiner import Examiner
from bot.examining.temporary import Temporary
from bot.file_kinds import Refused
from storage.database import Database
from storage.migrations import migrate

TITLE = "A photo of 4000x3000 through the door for bytes"
GOAL = 150  # milliseconds, the median
PIECE = 256 * 1024


def photo() -> bytes:
    """About as much as a telephone makes: soft shapes with some noise, and where it was taken."""
    dice = random.Random(7)  # noqa: S311 - the same picture each time
    rough = Image.frombytes("RGB", (250, 188), dice.randbytes(250 * 188 * 3))
    exif = Image.Exif()
    exif[0x010F] = "telephone"
    out = io.BytesIO()
    rough.resize((4000, 3000), Image.Resampling.BICUBIC).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


async def measure(*, quick: bool) -> list[Row]:
    """The median over many, and the peaks."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite+aiosqlite:///{folder}/looks.db")
        await migrate(database)
        attempts = KeptAttempts(database, lambda: datetime.now(UTC))
        examiner = Examiner(Temporary(Path(folder) / "tmp"), attempts, children=2, megabytes=300)
        try:
            return await _through(examiner, photo(), 20 if quick else 100)
        finally:
            await examiner.close()
            await database.close()


async def _through(examiner: Examiner, content: bytes, times: int) -> list[Row]:
    large = os.urandom(20 * 1024 * 1024 - 2)  # of no kind
    await _once(examiner, content)  # the child starts
    before = _peak()
    spent, worked = [], _worked_of(examiner.children)
    for _ in range(times):
        began = time.perf_counter()
        await _once(examiner, content)
        spent.append((time.perf_counter() - began) * 1000)
    worked = _worked_of(examiner.children) - worked
    for _ in range(5):
        await _once(examiner, large)
    child = max(_peak_of(pid) for pid in examiner.children)
    middle = statistics.median(spent)
    return [
        Row("median", f"{middle:.0f} ms", target=f"{GOAL} ms", met=middle < GOAL),
        Row("of the processor of a child", f"{worked / times * 1000:.0f} ms"),
        Row("worst", f"{max(spent):.0f} ms"),
        Row("more memory here, files of 20 MB too", f"{(_peak() - before) / 1024:.0f} MB"),
        Row("peak of the child", f"{child / 1024:.0f} MB", target="300 MB"),
    ]


async def _once(examiner: Examiner, content: bytes) -> None:
    with examiner.temporary.file("bench") as came:
        for at in range(0, len(content), PIECE):
            await came.write(content[at : at + PIECE])
        try:
            with await examiner.examine(came, "bench"):
                pass
        except Refused:
            pass


def _peak() -> int:
    """Kilobytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _worked_of(pids: list[int]) -> float:
    """Seconds of the processor that children have taken."""
    fields = [Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split() for pid in pids]
    return sum(int(one[13]) + int(one[14]) for one in fields) / os.sysconf("SC_CLK_TCK")


def _peak_of(pid: int) -> int:
    """Kilobytes of a child."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
