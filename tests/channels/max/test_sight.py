"""Groups of MAX: the bot reads nothing there until an administrator lets it, and says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.messenger import Person, Room
from tests.support.towns.live import LiveTown, live_town

HOW = "«Читать все сообщения»"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[LiveTown]:
    """A town that has MAX alone."""
    async with live_town(tmp_path, channels={"max"}, staff="max") as running:
        yield running
        assert running.violations() == []


def boris_in(town: LiveTown, room: Room) -> Person:
    town.max.person("901", "Борис")
    return Person(town.max, "901", "Борис", room)


def said(room: Room, words: str) -> int:
    return sum(words in shown.text for shown in room.shown if not shown.author)


async def test_a_group_reads_how_to_let_the_bot_read_and_then_that_it_does(town: LiveTown) -> None:
    room = town.max.room("-70800000000001")
    boris = boris_in(town, room)

    await town.max.invite(boris, room, tells_who=False)
    asked = await boris.sees(HOW)
    await town.max.allow(boris, room)
    seen = await boris.sees("Теперь я вижу сообщения")

    for shown in (asked, seen):
        assert "MCU_STAFF_CHAT=max:-70800000000001" in shown.text
    await boris.says("/id")
    await boris.waits_for(room, lambda shown: shown.seq > seen.seq and "Адрес" in shown.text)
    assert said(room, "Теперь я вижу сообщения") == 1


async def test_a_staff_chat_reads_that_the_bot_is_blind_there_and_that_it_sees_again(
    town: LiveTown,
) -> None:
    room = town.staff_room
    boris = boris_in(town, room)

    await town.max.disallow(boris, room)
    lost = await boris.sees("больше не вижу")
    await town.max.allow(boris, room)
    await boris.sees("снова вижу сообщения")

    assert HOW in lost.text
    await boris.says("/id")
    await boris.sees("Это служебный чат")
    assert said(room, "больше не вижу") == 1
