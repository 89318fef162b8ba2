"""A draft outlives restarts and weeks of silence, but not a month."""

from pathlib import Path

from handlers.appeals.reminders import expire_drafts
from tests.fakes.memory import MemoryMessenger
from tests.support.towns.conversation import DESCRIPTION, Town, town
from tests.support.towns.filing import up_to_the_place


async def test_a_draft_goes_on_after_a_restart(database_url: str, tmp_path: Path) -> None:
    messenger = MemoryMessenger("telegram")
    async with town(tmp_path, url=database_url, messengers=(messenger,)) as before:
        anna = await before.consenting()
        await up_to_the_place(before, anna)

    async with town(tmp_path, url=database_url, messengers=(messenger,)):
        await anna.says("ул. Мира, 5")
        summary = await anna.sees("Проверьте")

    assert DESCRIPTION in summary.text
    assert "ул. Мира, 5" in summary.text


async def test_a_draft_waits_for_twenty_nine_days(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    bor.clock.passes(days=29)
    await bor.tick(expire_drafts)

    await anna.says("ул. Мира, 5")
    await anna.sees("Проверьте")


async def test_a_draft_of_a_month_is_dropped_with_a_word(bor: Town) -> None:
    anna = await bor.consenting()
    await up_to_the_place(bor, anna)

    bor.clock.passes(days=30, seconds=1)
    await bor.tick(expire_drafts)

    await anna.sees(bor.texts("draft-expired"))
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))
