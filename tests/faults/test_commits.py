"""PostgreSQL's connections are cut during COMMIT: the outcome is unknown, the retry changes nothing twice."""

from pathlib import Path

import pytest

from tests.faults.plan import PLAN
from tests.faults.record import Fault, found
from tests.faults.world.commit_proxy import commit_proxy
from tests.faults.world.fault_town import fault_town
from tests.faults.world.ledger import Ledger, query
from tests.faults.world.people import all_file, filers, news
from tests.support.servers.own_postgres import Server

ONE_IN = 6  # commits is cut
AT_ONCE = 4


@pytest.mark.parametrize("channel", PLAN.hours)
async def test_a_commit_of_unknown_outcome_is_neither_lost_nor_done_twice(
    channel: str, own_postgres: Server, tmp_path: Path
) -> None:
    async with (
        commit_proxy(own_postgres) as proxy,
        fault_town(tmp_path, channel, database_url=proxy.url) as run,
    ):
        ledger = Ledger(run.town)
        await run.town.web.employee(
            "Мария"
        ).opens()  # who finds the page closed comes a minute later
        proxy.every = ONE_IN
        first = 0
        while sum(proxy.cuts.values()) < PLAN.commits:
            _, people = filers(run.town, channel, AT_ONCE, first=first)
            for filer in people:
                filer.ledger = ledger
            await all_file(people)
            await news(run.town, people, PLAN.news)
            await ledger.settles()
            first += AT_ONCE
        proxy.every = 0
        tally = await ledger.count()

        assert tally.repeated == 0  # what was sent and not settled is settled again, not sent again
        assert min(proxy.cuts.values()) >= PLAN.commits // 2 - 1
        cards = await query(run.town, "SELECT count(*) FROM chat_messages WHERE role = 'card'")
        assert cards == [(first,)]
        twice = "SELECT appeal_id, action, at FROM history GROUP BY 1, 2, 3 HAVING count(*) > 1"
        assert await query(run.town, twice) == []
        for done, times in (
            ("до сервера не дошёл", proxy.cuts["before"]),
            ("сделан, ответ потерян", proxy.cuts["after"]),
        ):
            found(
                Fault("PostgreSQL", "обрыв во время COMMIT", f"{run.title}, {done}", times), tally
            )
