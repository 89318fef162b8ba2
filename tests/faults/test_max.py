"""What only MAX does: it ends a subscription, takes the rights of an administrator, loses a dialog."""

from pathlib import Path

import pytest

from tests.fakes.max.state import READS, WRITES
from tests.faults.plan import PLAN, long_only
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import fault_town
from tests.faults.world.ledger import until_nothing_waits
from tests.faults.world.people import all_file, filers, news
from tests.support.towns.live import PUBLIC_URL

HOOK = f"{PUBLIC_URL}/webhook/max"
HOUR = 3600


async def test_an_ended_subscription_is_noticed_within_the_hour_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    async with fault_town(tmp_path, "max", webhooks=True) as run:
        fake = run.town.max
        ledger, people = filers(run.town, "max", PLAN.residents)
        await all_file(people)
        fake.unsubscribe(HOOK)
        for filer in people:
            await filer.reader.says("/help")
            filer.awaits("/new")
        run.clock.runs(HOUR / 4)
        await fake.until(lambda: HOOK in fake.subscriptions, 60)
        run.clock.runs(1)
        await news(run.town, people, PLAN.news)
        await ledger.settles()

        done = "через час подписан снова, сказанное за это время прочитано"
        found(Fault("MAX", "подписка отменена", done, 1), await ledger.count())


@pytest.mark.parametrize(
    "rights",
    [
        pytest.param((READS,), id="without writing"),
        pytest.param(None, id="outside", marks=long_only),
    ],
)
async def test_cards_wait_until_the_bot_may_write_in_the_group(
    rights: tuple[str, ...] | None, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, "vk", staff="max", speed=PLAN.haste * 4) as run:
        town, room = run.town, run.town.staff_room
        group = town.max.groups[room.id]
        group.rights, group.is_member = rights or (), rights is not None
        ledger, people = filers(town, "vk", PLAN.residents)
        await all_file(people)
        await town.process.logs("event=staff_chat_refuses")
        group.rights, group.is_member = (READS, WRITES), True
        await town.max.until_room(
            lambda: all(any(p.number in m.text for m in room.shown) for p in people), 90
        )

        cards = [m.text.partition(" ")[0] for m in room.shown if m.text.startswith("МЦУ-")]
        assert len(cards) == len(set(cards))
        done = "карточки ждали"
        fault = Fault("MAX", "боту нельзя писать в рабочую группу, потом можно", done, len(people))
        found(fault, await ledger.count())


async def test_what_a_group_says_while_the_bot_reads_nothing_costs_no_resident_anything(
    tmp_path: Path,
) -> None:
    async with fault_town(tmp_path, "max", staff="max") as run:
        town, room = run.town, run.town.staff_room
        ledger, people = filers(town, "max", PLAN.residents)
        await all_file(people)
        maria = town.employee()
        cards = [await filer.card() for filer in people]
        await town.max.disallow(maria.person, room)
        for card in cards:
            await maria.says("Этого никто не прочитает", reply_to=card)
        await maria.person.sees("больше не вижу")
        await town.max.allow(maria.person, room)
        await maria.person.sees("снова вижу сообщения")
        await news(town, people, PLAN.news)
        await ledger.settles()

        fault = Fault(
            "MAX", "боту нельзя читать рабочую группу, потом можно", "сказано в группе", 1
        )
        found(fault, await ledger.count())


@long_only
async def test_who_deletes_the_dialog_gets_the_news_on_coming_back(tmp_path: Path) -> None:
    async with fault_town(tmp_path, "max") as run:
        ledger, people = filers(run.town, "max", PLAN.residents)
        await all_file(people)
        cards = [await filer.card() for filer in people]
        for filer in people:
            await run.town.max.remove_dialog(filer.reader.person)
        await news(run.town, people, PLAN.news)
        await until_nothing_waits(run.town)  # each was tried, and refused
        for filer in people:
            await run.town.max.begin(filer.reader.person)
            await filer.reader.says("/help")
            filer.awaits("/new")
        await ledger.settles()

        assert cards
        fault = Fault("MAX", "житель удалил чат с ботом и вернулся", "известия ждали", len(people))
        found(fault, await ledger.count())
