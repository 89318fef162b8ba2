"""Updates that come twice, late, in a wrong order or in no known form; chats that move, close and open."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.max import FakeMax
from tests.fakes.telegram import FakeTelegram
from tests.faults.plan import PLAN, long_only
from tests.faults.record import Fault, found
from tests.faults.world.fault_town import FaultTown, fault_town
from tests.faults.world.ledger import query
from tests.faults.world.people import STEPS, Filer, all_file, filers, news
from tests.support.towns.live import STAFF_ROOMS

STRANGE: dict[str, list[dict[str, Any]]] = {
    "telegram": [
        {"message": {"message_id": "what", "chat": {"id": 1}, "date": "yesterday"}},
        {"callback_query": {"id": 5, "from": None}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 2**70, "type": "private"}}},
        {"a_kind_of_next_year": {"id": 1}},
        {"message": {"message_id": 1, "date": 1, "chat": "a room", "text": "x"}},
        {"message": {"date": 1, "from": "?", "chat": {"id": -5, "type": "group"}, "text": "x"}},
    ],
    "vk": [
        {"message": {"text": [], "from_id": "?", "peer_id": None}},
        {"message": None},
        {},
        {"message": {"from_id": 5, "peer_id": 5, "text": "x", "attachments": [{"type": 7}]}},
    ],
    "max": [
        {"update_type": "message_created", "timestamp": "?", "message": {"body": 7}},
        {"update_type": "message_created", "timestamp": 1},
        {"update_type": "message_callback", "timestamp": 1, "callback": None, "message": None},
        {"update_type": "bot_started", "timestamp": 1, "chat_id": "a room", "user": None},
        {"update_type": "a_kind_of_next_year", "timestamp": 1},
        {"update_type": "bot_added", "timestamp": 2**70, "chat_id": -(2**70), "is_channel": False},
    ],
}


async def brings_strange_ones(run: FaultTown) -> int:
    """One of each; how many."""
    for update in STRANGE[run.channel]:
        match run.fake:
            case FakeTelegram() as fake:
                await fake.queue(**update)
            case FakeMax() as fake:
                await fake.queue_odd(update)
            case fake:
                await fake.happens("message_new", update)
    return len(STRANGE[run.channel])


@pytest.mark.parametrize("webhooks", [False, pytest.param(True, marks=long_only)])
@pytest.mark.parametrize("channel", PLAN.hours)
async def test_strange_updates_hold_up_nobody(channel: str, webhooks: bool, tmp_path: Path) -> None:
    async with fault_town(tmp_path, channel, webhooks=webhooks, twice=True) as run:
        ledger, people = filers(run.town, channel, PLAN.residents)
        count = 0
        for step in STEPS:
            if step % 4 == 0:
                count += await brings_strange_ones(run)
            await all_file(people, step, step + 1)
        await news(run.town, people, PLAN.news)
        await ledger.settles()
        parked = await query(run.town, "SELECT count(*) FROM parked_events")

        assert 0 < int(str(parked[0][0])) <= count
        way = "вебхуки" if webhooks else "опрос"
        fault = Fault(run.title, "нечитаемые и незнакомые обновления, все дважды", way, count)
        found(fault, await ledger.count())


async def test_old_updates_that_come_again_in_any_order_change_nothing(tmp_path: Path) -> None:
    """VK's server begins its history anew: everything since the beginning, shuffled."""
    async with fault_town(tmp_path, "vk") as run:
        ledger, people = filers(run.town, "vk", PLAN.residents)
        await all_file(people)
        await news(run.town, people, PLAN.news)
        await ledger.settles()
        again = list(run.town.vk.long_poll.updates)
        random.Random(3).shuffle(again)  # noqa: S311 - an order, no secret
        for update in again:
            await run.town.vk.deliver(update)
        later, more = filers(run.town, "vk", PLAN.residents, first=100)
        await all_file(more)  # these come after all that came again
        await later.settles()

        fault = Fault("ВКонтакте", "все обновления ещё раз", "в случайном порядке", len(again))
        found(fault, await ledger.count())
        assert (await later.count()).lost == 0


async def unblocks(run: FaultTown, filer: Filer) -> None:
    person = filer.reader.person
    match run.fake:
        case FakeTelegram() as fake:
            await fake.unblock(person)
        case FakeMax() as fake:
            await fake.begin(person)
        case fake:
            await fake.allow(person)


@pytest.mark.parametrize("channel", ["vk", "max", pytest.param("telegram", marks=long_only)])
async def test_who_blocks_the_bot_gets_the_news_on_coming_back(
    channel: str, tmp_path: Path
) -> None:
    async with fault_town(tmp_path, channel) as run:
        ledger, people = filers(run.town, channel, PLAN.residents)
        await all_file(people)
        cards = [await filer.card() for filer in people]
        for filer in people:
            await filer.reader.person.blocks_bot()
        await news(run.town, people, PLAN.news)
        undelivered = "SELECT count(*) FROM outbox WHERE outcome = 'undeliverable'"
        wanted = [(len(people) * PLAN.news,)]
        async with asyncio.timeout(60):
            while await query(run.town, undelivered) != wanted:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        for filer in people:
            await unblocks(run, filer)
            await filer.reader.says("/help")
            filer.awaits("/new")
        await ledger.settles()

        assert cards
        fault = Fault(
            run.title, "житель заблокировал бота и вернулся", "известия ждали", len(people)
        )
        found(fault, await ledger.count())


async def test_a_supergroup_takes_the_place_of_its_group(tmp_path: Path) -> None:
    staff = STAFF_ROOMS["telegram"]
    environ = {"MCU_STAFF_CHAT": "telegram:-4567"}
    async with fault_town(
        tmp_path, "vk", staff="telegram", environ=environ, speed=PLAN.haste
    ) as run:
        town = run.town
        group = town.telegram.room("-4567")
        town.telegram.rooms.pop(staff, None)
        ledger, people = filers(town, "vk", PLAN.residents)
        await all_file(people[:1])
        await town.telegram.until_room(lambda: any("МЦУ-" in m.text for m in group.shown), 60)
        new = await town.telegram.migrate(group)
        await all_file(people[1:])
        await town.telegram.until_room(
            lambda: all(any(p.number in m.text for m in new.shown) for p in people[1:]), 60
        )
        await ledger.settles()

        ids = await query(town, "SELECT chat FROM staff_chats")
        assert [str(row[0]) for row in ids] == [new.id]
        fault = Fault("Telegram", "служебная группа стала супергруппой", "карточки идут дальше", 1)
        found(fault, await ledger.count())


async def test_cards_wait_for_a_staff_chat_that_is_gone(tmp_path: Path) -> None:
    async with fault_town(tmp_path, "vk", staff="telegram", speed=PLAN.haste * 4) as run:
        town = run.town
        room = town.staff_room
        town.telegram.kicked_from.add(room.id)
        ledger, people = filers(town, "vk", PLAN.residents)
        await all_file(people)
        await town.process.logs("event=staff_chat_refuses")
        town.telegram.kicked_from.discard(room.id)
        await town.telegram.until_room(
            lambda: all(any(p.number in m.text for m in room.shown) for p in people), 90
        )

        cards = [m.text.partition(" ")[0] for m in room.shown if m.text.startswith("МЦУ-")]
        assert len(cards) == len(set(cards))  # a card each, or a line in a list of many
        fault = Fault(
            "Telegram", "служебный чат удалён, потом исправлен", "карточки ждали", len(people)
        )
        found(fault, await ledger.count())


# Errors of dev.vk.com/reference/errors: too many, flood, VK's own, no keyboard, too long.
# 911 is the keyboard's fault, and what an employee writes has none.
@pytest.mark.parametrize(
    ("code", "for_news"),
    [
        (6, 2),
        (9, 2),
        (911, 0),
        pytest.param(10, 2, marks=long_only),
        pytest.param(914, 2, marks=long_only),
    ],
)
async def test_vk_errors(code: int, for_news: int, tmp_path: Path) -> None:
    async with fault_town(tmp_path, "vk", speed=PLAN.haste * 2) as run:
        ledger, people = filers(run.town, "vk", PLAN.residents)
        await all_file(people, 0, 8)
        run.town.vk.fail_next("messages.send", code)
        await all_file(people, 8)
        run.town.vk.fail_next("messages.send", code, times=for_news)
        await news(run.town, people, PLAN.news)
        await ledger.settles()

        fault = Fault("ВКонтакте", f"ошибка {code}", "отправка сообщения", 1 + for_news)
        found(fault, await ledger.count())


async def test_vk_refuses_to_change_an_old_card(tmp_path: Path) -> None:
    async with fault_town(tmp_path, "vk", staff="vk") as run:
        ledger, [anna] = filers(run.town, "vk", 1)
        await anna.files()
        card = await anna.card()
        run.town.vk.state.edits_expired = True
        maria = run.town.employee()
        await maria.presses("staff-take", on=card)
        await run.town.vk.until_room(
            lambda: (
                sum(m.text.startswith(f"{anna.number} · ") for m in run.town.staff_room.shown) == 2
            ),
            60,
        )
        await ledger.settles()

        found(Fault("ВКонтакте", "ошибка 909", "карточка пришла новая", 1), await ledger.count())


async def test_vk_error_901_keeps_the_news_for_later(tmp_path: Path) -> None:
    async with fault_town(tmp_path, "vk") as run:
        ledger, [anna] = filers(run.town, "vk", 1)
        await anna.files()
        await anna.card()
        run.town.vk.fail_next("messages.send", 901)
        await news(run.town, [anna], 1)
        await run.town.process.logs("event=undeliverable")
        await anna.reader.says("/help")
        await ledger.settles()

        found(Fault("ВКонтакте", "ошибка 901", "известие ждало жителя", 1), await ledger.count())
