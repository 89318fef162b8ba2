"""The room that admins have on the site: all that is said there is about administration."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town, town
from tests.support.towns.staff_room import outbox


@pytest.fixture
async def on_site(tmp_path: Path) -> AsyncIterator[tuple[Town, MemoryMessenger]]:
    """A town whose staff and only admin sit on the site."""
    web = MemoryMessenger("web")
    environ = {"MCU_ADMINS": "web:admin", "MCU_STAFF_CHAT": "web:staff"}
    async with town(tmp_path, messengers=(web,), environ=environ) as bor:
        yield bor, web


async def test_any_word_there_brings_the_menu_and_files_nothing(
    on_site: tuple[Town, MemoryMessenger],
) -> None:
    bor, web = on_site
    irina = web.person("admin", "Ирина")

    await irina.says("Здравствуйте, на Мира большая яма")
    await irina.sees("Настройка разделов и тем")
    await irina.says("/my")
    await irina.sees("Настройка разделов и тем")
    await irina.says("/cancel")
    await irina.sees("Настройка разделов и тем")

    assert await bor.appeals() == []


async def test_menus_that_are_asked_for_among_cards_are_in_the_room(
    on_site: tuple[Town, MemoryMessenger],
) -> None:
    bor, web = on_site
    irina = Person(web, "admin", "Ирина", web.room("staff"))

    for command in ("/admin", "/sessions", "/import"):
        await irina.says(command)
        told = await irina.sees("в отдельной комнате")
        [opens] = told.buttons
        assert (opens.label, opens.kind) == (bor.texts("admin-room-open"), "url")
    said = [row.reply["rows"] for row in await outbox(bor) if row.reply["rows"]]
    assert all(rows[0][0]["url"].endswith("/admin") for rows in said[-3:])
