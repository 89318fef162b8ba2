"""How strangers come into a group of MAX, and who is in it."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.max.adapter import MaxAdapter
from bot.failures import Untold
from bot.protocol import Standing
from config.texts import Texts
from tests.fakes.files import MemoryFiles
from tests.fakes.max import GROUP, FakeMax


@pytest.fixture
async def max_() -> AsyncIterator[FakeMax]:
    async with FakeMax() as fake:
        fake.room(GROUP)
        yield fake
        assert fake.violations == []


@pytest.fixture
async def adapter(max_: FakeMax) -> AsyncIterator[MaxAdapter]:
    adapter = MaxAdapter(max_.token, MemoryFiles(), Texts.load(), api_url=max_.url)
    yield adapter
    await adapter.close()


async def test_max_tells_how_strangers_come_in(max_: FakeMax, adapter: MaxAdapter) -> None:
    anna = max_.person("42", "Анна")
    await max_.begin(anna)
    assert await adapter.ways_in(GROUP) == []
    max_.groups[GROUP].is_public = True

    assert len(await adapter.ways_in(GROUP)) == 1
    assert len(await adapter.ways_in(anna.room.id)) == 1  # a person's, not a group


async def test_max_tells_who_is_in(max_: FakeMax, adapter: MaxAdapter) -> None:
    for account in ("900", "901"):
        max_.person(account, "Кто-то")
    max_.groups[GROUP].outside.add("901")

    assert await adapter.standing(GROUP, "900") == Standing(inside=True)
    assert await adapter.standing(GROUP, "901") == Standing(inside=False)


async def test_max_that_put_the_bot_out_or_is_away_tells_nothing(
    max_: FakeMax, adapter: MaxAdapter
) -> None:
    max_.person("900", "Мария")
    max_.groups[GROUP].is_member = False
    with pytest.raises(Untold):
        await adapter.ways_in(GROUP)
    with pytest.raises(Untold):
        await adapter.standing(GROUP, "900")
    await adapter.close()
    with pytest.raises(Untold):
        await adapter.ways_in(GROUP)
