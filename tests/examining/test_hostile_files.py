"""Every kind of hostile file ends within the child's bounds, is refused or cleaned, and stays there."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.examining.examiner import Examiner
from bot.examining.temporary import Temporary
from bot.file_kinds import Refused
from tests.hostile import corpus
from tests.hostile.making import Hostile

CHILD_SECONDS = 5.0  # of the processor
CHILD_MEGABYTES = 300
BOT_MEGABYTES = 16  # that the bot may grow by while one is looked through
IMPOLITE = {"fault", "taken-over", "deadly"}  # no verdict about the file but one about us


class Forgetful:
    """Attempts that nobody counts: here each file comes once."""

    async def begin(self, digest: str) -> None: ...

    async def end(self, digest: str) -> None: ...


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def examiner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Examiner]:
    """As an installation has it, with one child."""
    place = Temporary(tmp_path_factory.mktemp("tmp"))
    examiner = Examiner(place, Forgetful(), children=1, megabytes=CHILD_MEGABYTES)
    yield examiner
    await examiner.close()


def peak(process: int) -> int:
    """The most memory it had since the peak was last forgotten, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def forget_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def seconds(process: int) -> float:
    """Of the processor, so far."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


async def verdict(examiner: Examiner, kind: Hostile) -> str:
    """Why it is refused; empty: it is kept."""
    with examiner.temporary.file("somebody") as came:
        await came.write(kind.build())
        forget_peak(os.getpid())
        before = peak(os.getpid())
        try:
            if kind.is_import:
                await examiner.read_tree(came, "somebody")
            else:
                (await examiner.examine(came, "somebody")).file.close()
        except Refused as refused:
            return refused.reason
        finally:
            assert peak(os.getpid()) - before < BOT_MEGABYTES
    return ""


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="Linux tells of its processes"
)
@pytest.mark.parametrize("kind", corpus.KINDS, ids=[kind.name for kind in corpus.KINDS])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_hostile_file_ends_in_the_child_within_its_bounds(
    examiner: Examiner, kind: Hostile
) -> None:
    children = examiner.children
    used = seconds(children[0]) if children else 0.0
    if children:
        forget_peak(children[0])

    reason = await verdict(examiner, kind)

    assert reason not in IMPOLITE
    if kind.verdict != "any" and not kind.is_import:
        assert bool(reason) == (kind.verdict == "refused")
    if examiner.children == children and children:  # it lives: what it took can be read
        assert seconds(children[0]) - used < CHILD_SECONDS
        assert peak(children[0]) < CHILD_MEGABYTES


def test_the_corpus_is_written_by_a_command(tmp_path: Path) -> None:
    some = corpus.KINDS[-3:]

    paths = corpus.write(tmp_path / "corpus", some)

    assert [path.name for path in paths] == [kind.name for kind in some]
    assert all(path.stat().st_size <= 20 * 1024 * 1024 for path in paths)
