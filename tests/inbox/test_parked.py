"""Events that could not be handled: listed without anybody's words, run again, dropped, forgotten."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands.parked import Parked
from bot.jobs.cleaning import clean
from storage.inbox import events
from storage.tables import ParkedEvent
from tests.fakes.messenger import Shown
from tests.paths import ROOT
from tests.support.towns.conversation import Town
from tests.support.towns.live import TEXTS, LiveTown, live_town

WORDS = "Ужасная яма на Мира"


async def park_event(town: Town, text: str = "/new") -> None:
    """An event of Anna's, parked as a handler's bug would."""
    anna = await town.consenting()
    event = town.messenger.event(anna, anna.room, text=text)
    error, now = "ValueError at handlers/x.py:1", town.clock()

    def keep(session: Session) -> None:
        events.park(session, "telegram", event.id, "event", event.to_json(), error, now)

    async with town.database.begin() as session:
        await session.run_sync(keep)


def command(town: Town) -> Parked:
    return Parked(town.inbox, town.transactions, lambda: town.adapters)


async def test_a_list_tells_nothing_that_a_person_wrote(bor: Town) -> None:
    await park_event(bor, WORDS)
    text, code = await command(bor).listed()

    assert code == 0
    assert text.startswith("1. ")
    assert "ValueError at handlers/x.py:1" in text
    assert WORDS not in text
    assert WORDS in (await command(bor).shown("1"))[0]


async def test_a_parked_event_runs_again_once(bor: Town) -> None:
    await park_event(bor)
    first = await command(bor).run_again("all")
    await bor.resident().sees(bor.texts("ask-what"))

    assert first == (bor.texts("parked-done", id="1"), 0)
    assert await command(bor).run_again("1") == (bor.texts("parked-unknown", id="1"), 1)
    assert await command(bor).listed() == (bor.texts("parked-none"), 0)
    assert await command(bor).run_again("all") == (bor.texts("parked-none"), 0)


async def test_what_fails_again_stays_with_its_new_error(bor: Town) -> None:
    await park_event(bor)
    async with bor.database.begin() as session:
        [row] = (await session.scalars(select(ParkedEvent))).all()
        row.content = {"no": "event"}
    text, code = await command(bor).run_again("1")

    assert code == 1
    assert "KeyError" in text
    assert "KeyError" in (await command(bor).listed())[0]


async def test_one_can_be_dropped(bor: Town) -> None:
    await park_event(bor)

    assert await command(bor).dropped("1") == (bor.texts("parked-dropped", id="1"), 0)
    assert await command(bor).dropped("1") == (bor.texts("parked-unknown", id="1"), 1)


async def test_a_month_later_it_is_forgotten(bor: Town) -> None:
    await park_event(bor)
    bor.clock.now += timedelta(days=29)
    await clean(bor.transactions, bor.store)
    kept = await command(bor).listed()
    bor.clock.now += timedelta(days=2)
    await clean(bor.transactions, bor.store)

    assert "ValueError" in kept[0]
    assert await command(bor).listed() == (bor.texts("parked-none"), 0)


async def python_m_bot(town: LiveTown, *arguments: str) -> tuple[int, str]:
    """The command in a process of its own, beside the running bot."""
    environ = {
        "PATH": "",
        "PYTHONPATH": str(ROOT),
        "MCU_DATA_DIR": str(town.process.folder / "data"),
    }
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "parked", *arguments],
        cwd=town.process.folder,
        env=environ | dict(town.process.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


async def test_an_update_that_could_not_be_read_is_read_again_beside_the_running_bot(
    tmp_path: Path,
) -> None:
    async with live_town(tmp_path, channels={"vk"}, staff="web", twice=False) as town:
        anna = town.resident("vk")
        await anna.says("/start")
        await anna.presses("consent-yes")
        await anna.reads("consent-given", "menu")
        shown = Shown("77", anna.person.account, "/new")
        strange = town.vk._message(anna.person, anna.person.room, shown) | {"peer_id": "?"}
        await town.vk.happens("message_new", {"message": strange})
        await town.process.logs("event=vk.update_parked")
        listed = await python_m_bot(town)
        failed = await python_m_bot(town, "run", "1")
        mend(town, anna.person.account)
        done = await python_m_bot(town, "run", "all")

        assert listed[0] == 0
        assert "1. " in listed[1]
        assert failed[0] == 1
        assert "ValueError" in failed[1]
        assert done == (0, TEXTS("parked-done", id="1") + "\n")
        assert await anna.reads("ask-what")


def mend(town: LiveTown, account: str) -> None:
    """As if the program could read it now."""
    with closing(sqlite3.connect(town.process.folder / "data" / "mcu.db", timeout=20)) as database:
        database.execute(
            "UPDATE parked_events SET content = replace(content, '\"?\"', ?)", (account,)
        )
        database.commit()
