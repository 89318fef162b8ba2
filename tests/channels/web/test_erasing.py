"""Erasing where residents and staff are on the site: pages, tables, files, the raw database."""

import sqlite3
from pathlib import Path

from tests.support.towns.crossing import DESCRIPTION, FIRST, Crossing
from tests.support.towns.live import TEXTS, LiveTown, live_town
from tests.support.towns.staff_room import until
from tests.support.towns.traces import bytes_of, shown_to

WORDS = ("пробил колесо", "Со стороны аптеки", "56.3554", "яма.jpg", "акт осмотра")


async def said(town: LiveTown) -> Crossing:
    """An appeal with photos, what the resident added, and an employee's answer to it."""
    crossing = Crossing(town, "web")
    await crossing.agrees()
    await crossing.files()
    await crossing.is_on_a_card()
    anna, maria = crossing.anna, crossing.maria
    await anna.says("/my")
    await anna.finds(crossing.number)
    card = await maria.finds(DESCRIPTION)
    await maria.says("Вижу, смотрим", reply_to=card)
    await anna.finds("Вижу, смотрим")
    return crossing


async def test_nothing_that_a_resident_of_the_site_said_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    file = folder / "data" / "mcu.db"
    async with live_town(folder, channels={"web"}, staff="web", twice=False) as town:
        crossing = await said(town)
        anna, maria = crossing.anna, crossing.maria
        before = bytes_of(folder / "data")
        assert [word for word in WORDS if word.encode() not in before] == ["Со стороны аптеки"]

        await anna.says("/delete_me")
        await anna.presses("delete-yes", on=await anna.reads("delete-sure"))
        await anna.reads("deleted")
        await maria.finds(TEXTS("erased"))
        await town.process.logs("event=erased")

        async def is_gone() -> bool:
            shown = shown_to(anna.person) + shown_to(maria.person)
            return not any(word in shown for word in WORDS)

        await until(is_gone)
        assert shown_to(anna.person).splitlines() == [
            f"{TEXTS('deleting')} []",
            f"{TEXTS('deleted')} []",
        ]
        left = bytes_of(folder / "data")
        assert [word for word in WORDS if word.encode() in left] == []
        assert FIRST.content not in left
        assert b"guest." not in _tables(file)


def _tables(file: Path) -> bytes:
    """Every row but the bot's own last words, which stand in the chat that is still open."""
    with sqlite3.connect(file) as database:
        names = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        rows = [
            repr(row)
            for (name,) in names
            if name != "web_messages"
            for row in database.execute(f"SELECT * FROM {name}")  # noqa: S608 - a table of ours
        ]
    database.close()
    return "\n".join(rows).encode()


async def test_what_was_said_before_a_refusal_leaves_the_page_and_the_tables(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "bot"
    async with live_town(folder, channels={"web"}, staff="web", twice=False) as town:
        anna = town.resident("web", "42", "Анна")
        await anna.says("Здесь тайная яма у аптеки")
        await anna.presses("consent-no")
        await anna.finds(TEXTS("consent-refused", ways="|").partition("|")[0].strip()[:60])
        await town.process.logs("event=erased")

        async def is_gone() -> bool:
            return "тайная" not in shown_to(anna.person)

        await until(is_gone)
        left = bytes_of(folder / "data")
        assert "тайная" not in left.decode(errors="replace")
