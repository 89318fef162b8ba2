"""Telegram keeps updates for a day: a longer absence is told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.telegram.contact import KEPT, LastContact
from bot.failures import Unavailable
from tests.fakes.memory_inbox import MemoryInbox

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("absence", "is_told"),
    [(timedelta(minutes=1), False), (KEPT, False), (KEPT + timedelta(seconds=1), True)],
)
@pytest.mark.parametrize("restarted", [True, False])
async def test_an_absence_longer_than_a_day_is_told_once(
    inbox: MemoryInbox, absence: timedelta, is_told: bool, restarted: bool
) -> None:
    contact = LastContact()
    await contact.made(inbox, NOW)
    contact = LastContact() if restarted else contact
    for _ in range(2):
        await contact.made(inbox, NOW + absence)

    assert list(inbox.gaps) == ([f"gap:{NOW.isoformat()}"] if is_told else [])


async def test_a_first_start_and_a_strange_note_tell_nothing(inbox: MemoryInbox) -> None:
    inbox.kept_cursor = "17"
    await LastContact().made(inbox, NOW)

    assert inbox.gaps == {}
    assert inbox.kept_cursor == NOW.isoformat()


async def test_a_clock_that_is_set_back_tells_nothing(inbox: MemoryInbox) -> None:
    contact = LastContact()
    await contact.made(inbox, NOW)
    await contact.made(inbox, NOW - 3 * KEPT)

    assert inbox.gaps == {}


async def test_what_could_not_be_told_is_told_later(inbox: MemoryInbox) -> None:
    contact = LastContact()
    await contact.made(inbox, NOW)
    inbox.is_away = True
    with pytest.raises(Unavailable):
        await contact.made(inbox, NOW + 2 * KEPT)
    inbox.is_away = False
    await contact.made(inbox, NOW + 2 * KEPT)

    assert len(inbox.gaps) == 1
