"""Erasing cuts off at once and goes on in lots, whatever breaks it off."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.jobs import erasing
from bot.jobs.erasing import Eraser
from handlers.appeals import erasure_news
from storage.tables import HistoryEntry, Resident
from tests.conversations.erasing.deletion import asks_deletion, is_stored
from tests.support.pictures import picture
from tests.support.towns.conversation import Town
from tests.support.towns.filing import PHOTO, all_rows
from tests.support.towns.staff_room import look, planted
from tests.support.towns.traces import bytes_of


async def test_from_the_press_on_nothing_is_shown_sent_or_fetched(bor: Town) -> None:
    anna = await bor.consenting()
    filed = await bor.filed(anna, "На дороге тайная яма")
    maria = bor.employee()
    card = await maria.sees(filed.number)
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    await anna.sees(bor.texts("deleting"))
    await maria.presses(bor.texts("staff-history"), on=card)
    history = await maria.sees(bor.texts("erased"))

    assert filed.number in history.text
    assert "тайная" not in history.text
    row = await look(bor, lambda s: s.get(Resident, filed.resident_id))
    assert row
    assert (row.account, row.chat, row.name) == (f"deleted-{row.id}", "", "")
    assert row.withdrawn_at


async def test_many_appeals_go_in_lots_and_hold_up_nobody(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "APPEALS", 2)
    anna = await bor.consenting()
    await planted(bor, 9, text="тайная яма")
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    counts: list[int] = []

    erased = asyncio.create_task(bor.eraser.erase_due())
    while not erased.done():
        counts.append(await closed_by_erasing(bor))
    await erased

    assert max(after - before for before, after in pairwise([0, *counts])) <= 4
    assert len(set(counts)) > 2
    assert counts[-1] == 9
    assert {appeal.state for appeal in await bor.appeals()} == {"withdrawn"}


async def closed_by_erasing(town: Town) -> int:
    count = select(func.count()).where(HistoryEntry.action == "forget")
    return await look(town, lambda session: session.scalar(count)) or 0


async def test_what_was_broken_off_goes_on_and_twice_is_as_once(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "APPEALS", 1)
    anna = await bor.consenting()
    await planted(bor, 9, text="тайная яма")
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    broken_off = asyncio.create_task(bor.eraser.erase_due())
    while not await closed_by_erasing(bor):
        pass
    broken_off.cancel()
    await asyncio.gather(broken_off, return_exceptions=True)
    assert await closed_by_erasing(bor) < 9

    replicas = [Eraser(bor.transactions, bor.store, bor.adapters) for _ in range(2)]
    await asyncio.gather(*(one.erase_due() for one in replicas))
    await anna.sees(bor.texts("deleted"))
    while any([await one.erase_due() for one in replicas]):
        pass

    assert await closed_by_erasing(bor) == 9
    assert "тайная" not in await all_rows(bor)
    assert len([one for one in anna.room.shown if one.text == bor.texts("deleted")]) == 1


async def test_a_file_store_that_is_away_is_waited_for(bor: Town, tmp_path: Path) -> None:
    anna = await bor.consenting()
    await anna.sends(PHOTO, caption="На дороге у дома 5 большая яма")
    await anna.sees(bor.texts("ask-topic-suggested"))
    await is_stored(bor)
    bor.erasing.cancel()
    await asks_deletion(bor, anna)
    await anna.sees(bor.texts("deleting"))

    bor.store.away = True
    assert await bor.eraser.erase_due()
    assert not [one for one in anna.room.shown if one.text == bor.texts("deleted")]
    bor.store.away = False
    bor.clock.passes(seconds=31)
    await bor.eraser.erase_due()

    await anna.sees(bor.texts("deleted"))
    assert picture() not in bytes_of(tmp_path)


async def test_an_erasure_that_meets_another_transaction_goes_on_at_once(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was put off for half a minute, as if something were wrong with it."""
    anna = await bor.consenting()
    await planted(bor, 2, text="тайная яма")
    meetings = iter([IntegrityError("met", None, Exception())] * 2)
    erase = erasure_news.erase_appeals

    def meets(*args: Any) -> Any:
        if error := next(meetings, None):
            raise error
        return erase(*args)

    monkeypatch.setattr(erasure_news, "erase_appeals", meets)
    await asks_deletion(bor, anna)

    await anna.sees(bor.texts("deleted"))  # the clock stands still
    assert {appeal.text for appeal in await bor.appeals()} == {bor.texts("erased")}
