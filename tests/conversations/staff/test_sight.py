"""Groups in which the bot reads nothing until an administrator lets it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings.channels import ChannelSettings
from storage.inbox import events
from tests.fakes.messenger import Person, Room
from tests.support.towns import staff_room
from tests.support.towns.conversation import Town
from tests.support.towns.deaf import WITHOUT_GROUPS, town_on
from tests.support.towns.town_hall import GROUP, ROADS, admin_of, code_for

HOW = "«Читать все сообщения»"


@pytest.fixture(params=WITHOUT_GROUPS, ids=lambda row: row.name)
async def shy(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> AsyncIterator[Town]:
    row: ChannelSettings = request.param
    async with town_on(row, tmp_path, database_url) as running:
        yield running


async def changes(town: Town, room: Room, *each: str) -> list[str]:
    """The messenger tells of these changes; return what the bot says in the room to them.

    A question that is always answered comes last: what was said to the changes stands before it.
    """
    boris = Person(town.messenger, "901", "Борис", room)
    before = len(room.shown)
    for change in each:
        await town.messenger.bring(town.messenger.event(boris, room, change=change))
    await boris.says("/id")
    await boris.waits_for(
        room, lambda s: not s.author and s.seq > boris.since and _answers_id(s.text)
    )
    return [s.text for s in room.shown[before:] if not s.author and not _answers_id(s.text)]


def _answers_id(text: str) -> bool:
    return text.startswith(("Здравствуйте! Адрес", "Это служебный чат, его адрес")) and (
        HOW not in text
    )


async def test_a_group_is_told_how_to_let_the_bot_read_and_what_to_do_then(shy: Town) -> None:
    room = shy.messenger.room(GROUP)
    line = f"MCU_STAFF_CHAT={shy.messenger.channel}:{GROUP}"

    first, then = await changes(shy, room, "joined", "sees")

    assert HOW in first
    assert line in first
    assert then.startswith("✅ Теперь я вижу сообщения")
    assert line in then
    assert "/bind" in then


async def test_other_changes_of_rights_are_not_talked_about(shy: Town) -> None:
    room = shy.messenger.room(GROUP)
    await changes(shy, room, "joined", "sees")

    assert await changes(shy, room, "sees", "blind", "blind") == []


async def test_other_changes_of_rights_are_no_news_weeks_later_either(shy: Town) -> None:
    room = shy.messenger.room(GROUP)
    await changes(shy, room, "joined", "sees")

    await staff_room.change(
        shy, lambda work: events.forget_seen(work.session, work.now + timedelta(days=15))
    )

    assert await changes(shy, room, "sees") == []


async def test_a_staff_chat_is_told_both_ways(shy: Town) -> None:
    room = shy.staff_room

    first, then = await changes(shy, room, "joined", "blind", "sees", "sees")

    assert first.startswith("Это служебный чат, его адрес")
    assert HOW in first
    assert then.startswith("✅ Теперь я вижу сообщения")
    assert shy.texts("staff-help") in then


async def test_who_loses_sight_of_a_staff_chat_says_so_there_and_to_the_admins_once(
    shy: Town,
) -> None:
    admin = admin_of(shy)
    await admin.says("/start")
    await changes(shy, shy.staff_room, "joined", "sees")

    (lost,) = await changes(shy, shy.staff_room, "blind", "blind")

    assert lost.startswith("⚠️ Я больше не вижу")
    assert HOW in lost
    await admin.sees("больше не видит, что пишут в служебном чате")
    (seen,) = await changes(shy, shy.staff_room, "sees")
    assert "отправьте, пожалуйста, ещё раз" in seen
    await admin.sees("снова видит, что пишут в служебном чате")
    about = [s for s in admin.room.shown if "в служебном чате" in s.text]
    assert len(about) == 2


async def test_the_main_chat_is_told_of_a_section_s_chat_that_is_lost_sight_of(shy: Town) -> None:
    room = shy.messenger.room(GROUP)
    boris, maria = Person(shy.messenger, "901", "Борис", room), shy.employee()
    await boris.says(f"/bind {await code_for(admin_of(shy), ROADS)}")
    await boris.sees("Готово")

    (lost,) = await changes(shy, room, "blind")

    assert HOW in lost
    told = await maria.sees("больше не видит")
    assert f"{shy.messenger.channel}:{GROUP}" in told.text


async def test_where_groups_are_read_at_once_only_the_address_is_said(bor: Town) -> None:
    room = bor.messenger.room(GROUP)

    said = await changes(bor, room, "joined")

    assert said == []
    assert not any("Теперь я вижу" in shown.text for shown in room.shown)
