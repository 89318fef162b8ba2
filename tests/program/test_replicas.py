"""Replicas on one PostgreSQL: nothing lost or doubled, one owner of each duty, pages anywhere."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot.channels.web.sockets import LEFT
from bot.inbox.inbox import Inbox
from bot.transactions import Transactions
from storage.database import Database
from storage.messages import Event
from tests.fakes.messenger import Person
from tests.fakes.web import ADMIN, Page
from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.ledger import Tally
from tests.support.servers.databases import first_accounts
from tests.support.servers.process import BotProcess
from tests.support.towns.conversation import Town
from tests.support.towns.live import ANY, TEXTS, UNSENT, Reader, rendered
from tests.support.towns.live_filing import begins, files, goes_on, problem
from tests.support.towns.region import (
    NUMBERS,
    duties,
    freeze,
    pages,
    region,
    start_code,
    thaw,
)
from tests.support.towns.staff_room import until
from tests.support.towns.traces import shown_to

RESIDENTS = 40 if PLAN.long else 5
CROWD = 200 if PLAN.long else 24  # who press at once

DELIVERING = "delivering:telegram:4200000001"
POLLING = "polling:telegram:4200000001"
ON_THE_SITE = "delivering:web:"

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def messages_of(people: Sequence[Reader]) -> int:
    """How many messages of the bot they were shown."""
    return sum(not shown.author for one in people for shown in one.person.room.shown)


FILED = "МЦУ-"


async def test_a_killed_replica_is_missed_by_nobody(database_url: str, tmp_path: Path) -> None:
    async with region(tmp_path, database_url) as here:
        people = [here.resident(number) for number in range(RESIDENTS)]
        await asyncio.gather(*(begins(one, problem(n)) for n, one in enumerate(people)))
        owner = await here.has_owner(DELIVERING)
        filing = [asyncio.create_task(files(one)) for one in people]
        await people[0].reads("summary")
        had = duties(owner)
        await owner.kill()
        here.find()
        await asyncio.gather(*filing)
        for duty in had:
            await here.has_owner(duty, but=owner)
        await here.until_row(UNSENT, 0)

        filed = await here.rows(NUMBERS)
        assert sorted(text for _, text in filed) == sorted(problem(n) for n in range(RESIDENTS))
        assert [serial for serial, _ in filed] == list(range(1, RESIDENTS + 1))
        assert await here.rows("SELECT count(*) FROM parked_events") == [(0,)]
        for one in people:  # in flight when it died: asked once more at most, and nothing lost
            asked = Counter(shown.text for shown in one.person.room.shown if not shown.author)
            assert max(asked.values()) <= 2
            assert sum(count - 1 for count in asked.values()) <= 1
        assert here.telegram.violations == []
        assert {await one.stop() for one in here.replicas if one.is_running} == {0}
        repeated = sum(
            count - 1
            for one in people
            for count in Counter(s.text for s in one.person.room.shown if not s.author).values()
        )
        fault = Fault("Три копии", "одна убита посреди диалогов", "вебхуки любой из копий", 1)
        found(fault, Tally(appeals=RESIDENTS, messages=messages_of(people), repeated=repeated))


async def test_one_replica_polls_and_another_when_it_hangs(
    database_url: str, tmp_path: Path
) -> None:
    async with region(tmp_path, database_url, webhooks=False) as here:
        anna = here.resident(1)
        await begins(anna, problem(1))
        first = await here.has_owner(POLLING)
        assert here.owner(POLLING) is first
        freeze(first)
        await goes_on(anna)  # another polls, and another delivers
        second = await here.has_owner(POLLING, but=first)
        thaw(first)
        await first.logs("event=link_lost")
        await anna.presses("form-send")
        await anna.reads("filed")
        await here.until_row(UNSENT, 0)

        assert POLLING not in duties(first)
        assert here.owner(POLLING) is second
        assert "telegram_token_in_use" not in second.output
        assert [text for _, text in await here.rows(NUMBERS)] == [problem(1)]


async def test_a_page_shows_what_other_replicas_do(database_url: str, tmp_path: Path) -> None:
    async with region(tmp_path, database_url) as here:
        owner = await here.has_owner(ON_THE_SITE)
        one, other = (replica for replica in here.replicas if replica is not owner)
        async with pages(one) as residents, pages(other, start_code(owner)) as staff:
            anna, maria = Reader(residents.person("anna")), Reader(staff.employee("Мария"))
            await staff.employee("Мария").opens()
            await begins(anna, problem(1))
            await files(anna)
            card = await maria.finds(problem(1))
            await maria.presses("staff-take", on=card)
            await maria.finds(TEXTS("state-in_work"))
            await anna.finds("взяли в работу")

            # The line to the others is cut, and what is said meanwhile is shown all the same
            await here.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'mcu-bot link'"
            )
            await maria.says("Яму засыпали", reply_to=card)
            await anna.finds("Яму засыпали")
        assert "event=error" not in here.output


async def test_what_ends_on_one_replica_ends_on_the_pages_of_the_others(
    database_url: str, tmp_path: Path
) -> None:
    async with region(tmp_path, database_url) as here:
        owner = await here.has_owner(ON_THE_SITE)
        one, other = (replica for replica in here.replicas if replica is not owner)
        admin = start_code(owner, "run-admin")
        async with (
            pages(one) as residents,
            pages(owner) as newcomers,
            pages(other, admin) as staff,
        ):
            anna, boris = Reader(residents.person("anna")), residents.person("boris")
            vera, olga = newcomers.person("vera"), Reader(staff.employee("Ольга"))
            # Erased
            await begins(anna, problem(1))
            await files(anna)
            await olga.finds(problem(1))
            await anna.says("/delete_me")
            await anna.presses("delete-yes", on=await anna.reads("delete-sure"))
            await anna.reads("deleted")

            async def is_gone() -> bool:
                return problem(1) not in shown_to(olga.person)

            await until(is_gone)
            # Left
            await boris.says("Здравствуйте")
            await boris.sees("Согласны?")
            page = await boris.opens()
            assert await closed_with(other, page) is None
            leaving = asyncio.create_task(closed_with(other, page, seconds=20))
            await asyncio.sleep(1)  # it hangs there by now, or it is hung up on as a stranger's
            async with page.http.post(f"{one.url}/chat/leave", headers=page.headers) as response:
                assert response.ok
            assert await leaving == LEFT
            # Closed
            room = staff.room(ADMIN)
            await olga.person.says("/newcomers", room=room)
            opened = await olga.person.sees("открыт для новых", room=room)
            await olga.person.presses(TEXTS("newcomers-close"), on=opened, room=room)
            await olga.person.sees("закрыт для новых жителей до", room=room)
            await vera.says("Здравствуйте")
            await vera.sees("новых собеседников")
        assert "event=error" not in here.output


async def closed_with(replica: BotProcess, page: Page, *, seconds: float = 1) -> int | None:
    """What a second tab of a browser is hung up on with by that replica, None where it is not."""
    cookies = "; ".join(f"{one.key}={one.value}" for one in page.http.cookie_jar)
    headers = {"Origin": replica.url, "Cookie": cookies}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        http.ws_connect(f"{replica.url}/ws/chat", headers=headers) as tab,
    ):
        await tab.send_json({"type": "hello"})
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for _ in tab:
                    pass
        return tab.close_code if tab.closed else None


@pytest.mark.parametrize("twice", [2])
async def test_a_crowd_that_presses_at_once_files_each_appeal_once(
    database_url: str, tmp_path: Path, twice: int
) -> None:
    async with region(tmp_path, database_url, count=2, most=5) as here:
        here.telegram.most = 1
        people = [here.resident(number) for number in range(CROWD)]
        for start in range(0, CROWD, 50):
            crowd = list(enumerate(people))[start : start + 50]
            await asyncio.gather(*(begins(one, problem(n)) for n, one in crowd))
            await asyncio.gather(*(goes_on(one) for _, one in crowd))
        here.telegram.most = 5
        await asyncio.gather(*(one.presses("form-send") for one in people for _ in range(twice)))
        await asyncio.gather(*(one.reads("filed") for one in people))
        await here.until_row(UNSENT, 0)

        filed_text = rendered("filed", {}).split(ANY)[0]
        filed = await here.rows(NUMBERS)
        assert sorted(text for _, text in filed) == sorted(problem(n) for n in range(CROWD))
        assert [serial for serial, _ in filed] == list(range(1, CROWD + 1))
        assert await here.rows("SELECT count(*) FROM parked_events") == [(0,)]
        assert here.telegram.pushed[200] > CROWD * 11  # more than once each
        told = [[s.text for s in one.person.room.shown if FILED in s.text] for one in people]
        assert {sum(text.startswith(filed_text) for text in texts) for texts in told} == {1}
        assert "level=error" not in here.output
        done = "каждое нажатие приходит 1–5 раз, пятая часть разом"
        fault = Fault("Две копии", f"{CROWD} жителей жмут «Отправить» по два раза", done, CROWD)
        found(fault, Tally(appeals=CROWD, messages=messages_of(people)))


class Both:
    """An inbox that gives everything to two replicas at the same moment."""

    def __init__(self, *inboxes: Inbox) -> None:
        self._inboxes = inboxes

    async def accept(self, event: Event) -> None:
        await asyncio.gather(*(inbox.accept(event) for inbox in self._inboxes))

    async def park(
        self, channel: str, event_id: str, raw: Any, error: str, sender: Event | None = None
    ) -> None:
        raise AssertionError("there is nothing to park")

    async def tell_gap(self, channel: str, mark: str, dialogues: object, **more: object) -> None:
        raise AssertionError("nothing is lost")

    async def cursor(self, channel: str) -> str | None:
        return await self._inboxes[0].cursor(channel)

    async def move_cursor(self, channel: str, cursor: str) -> None:
        await self._inboxes[0].move_cursor(channel, cursor)


async def test_two_replicas_that_get_everything_at_once_agree(bor: Town) -> None:
    database = first_accounts(Database.open(bor.settings.database_url))
    bor.messenger.inbox = Both(
        bor.inbox, Inbox(Transactions(database, bor.transactions.services, bor.delivery.wake))
    )
    count = 60 if PLAN.long else 8
    people = [bor.resident(str(1000 + n), f"Житель {n}") for n in range(count)]

    async def converses(n: int, one: Person) -> None:
        await bor.consenting(one.account, one.name)
        await bor.filed(one, problem(n))

    await asyncio.gather(*(converses(n, one) for n, one in enumerate(people)))
    maria = bor.employee()
    cards = [await maria.sees(f"{problem(n)}\n") for n in range(count)]
    for card in cards:
        await maria.presses(bor.texts("staff-take"), on=card)
    await asyncio.gather(*(one.sees("взяли в работу") for one in people))
    filed = await bor.appeals()
    async with bor.database.begin() as session:
        parked = (await session.execute(text("SELECT count(*) FROM parked_events"))).scalar()
        statistics = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        print("deadlocks", (await session.execute(text(statistics))).scalar())  # noqa: T201
    await database.close()

    assert sorted(one.text for one in filed) == sorted(problem(n) for n in range(count))
    assert [one.serial for one in filed] == list(range(1, count + 1))
    assert parked == 0
