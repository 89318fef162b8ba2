"""The floor of free space: uploads that are on their way do not pass it together."""

import asyncio
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from bot.examining.temporary import COPIES
from bot.watch.space import Space
from tests.channels.web.uploads.uploader import JPEG, MB, consents, uploads
from tests.fakes.echo import EchoDesk
from tests.fakes.web import WebPeople

SIZE, FREE = 60 * MB, 12 * MB  # so the floor is 6 MB
MOVIE = b"\0\0\0\x18ftypmp42" + bytes(19 * MB)


class SmallDisk:
    """A disk whose free bytes are fewer by what lies in the temporary place."""

    def __init__(self) -> None:
        self.written: Callable[[], int] = lambda: 0

    def look(self, _folder: Path) -> tuple[int, int]:
        return FREE - self.written(), SIZE


@pytest.fixture
def disk() -> SmallDisk:
    return SmallDisk()


@pytest.fixture(params=["each second", "long ago"])
def space(request: pytest.FixtureRequest, disk: SmallDisk) -> Space:
    """The space as it was seen just now; or long ago, so that what was taken since counts."""
    timer = count(0, 10).__next__ if request.param == "each second" else lambda: 0.0
    return Space({"files": Path()}, look=disk.look, timer=timer)


@pytest.fixture
def most(desk: EchoDesk, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The amounts that lay in the temporary place, as they grew."""
    seen, temporary = [0], desk.examiner.temporary
    disk.written = lambda: temporary.size
    add = temporary.add

    def watched(owner: str, size: int) -> None:
        add(owner, size)
        seen.append(temporary.size)

    monkeypatch.setattr(temporary, "add", watched)
    return seen


async def test_a_file_that_would_pass_the_floor_is_given_up_before_it(
    desk: EchoDesk, most: list[int]
) -> None:
    await consents(desk, 1)

    assert await uploads(desk, 1, content=MOVIE) == (507, desk.texts("web-no-room"))

    assert 0 < max(most) <= (FREE - SIZE // 10) / (1 + COPIES)  # there is room for its copies, too
    assert desk.examiner.temporary.size == 0
    assert desk.kept.keys() == []


async def test_files_on_their_way_count_together(desk: EchoDesk, most: list[int]) -> None:
    await consents(desk, *range(6))
    one = b"\0\0\0\x18ftypmp42" + bytes(MB)

    answers = await asyncio.gather(*(uploads(desk, n, content=one) for n in range(6)))

    assert (507, desk.texts("web-no-room")) in answers
    assert max(most) <= (FREE - SIZE // 10) / (1 + COPIES) + MB  # one may be looked through
    async with WebPeople(desk.url, desk.code, twice=False) as web:
        await web.person("1").says("Яма без фото")
        await web.person("1").sees("Вы написали: Яма без фото")


async def test_a_small_file_is_taken_above_the_floor(desk: EchoDesk, most: list[int]) -> None:
    await consents(desk, 1)

    assert (await uploads(desk, 1, content=JPEG))[0] == 200
    assert max(most) >= len(JPEG)
