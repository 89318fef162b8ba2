"""Numbers, moved chats, and rows that are forgotten in time."""

import asyncio

from bot.first_start import first_start
from storage import outbox
from storage.appeals import filing
from storage.inbox import events
from storage.messages import Address, ChatMember
from storage.people import dialogues
from storage.town import municipalities
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.deliveries import arrived, says, to
from tests.support.towns.staff_room import appeal, change, look, planted


async def test_a_number_is_given_once_and_starts_anew_each_year(bor: Town) -> None:
    numbers: list[int] = []

    async def take(year: int) -> None:
        await change(
            bor,
            lambda work: numbers.append(filing.next_serial(work.session, work.municipality, year)),
        )

    await asyncio.gather(*(take(2026) for _ in range(10)))
    await take(2027)

    assert sorted(numbers[:10]) == list(range(1, 11))
    assert numbers[10] == 1


async def test_everything_follows_a_group_that_got_a_new_id(bor: Town) -> None:
    await planted(bor, with_cards=True)
    bor.messenger.deaf.add(STAFF_ROOM)
    await says(bor, to(STAFF_ROOM, "still on its way"))
    await change(
        bor,
        lambda work: dialogues.save(
            work.session,
            ChatMember("telegram", STAFF_ROOM, "900"),
            [{"form": "ask", "key": "key"}],
            work.now,
        ),
    )
    maria = bor.employee()
    await bor.messenger.bring(
        bor.messenger.event(maria, maria.room, change="moved", moved_to="-1001")
    )
    bor.clock.passes(minutes=10)
    bor.delivery.wake()

    await maria.sees("still on its way", room=bor.messenger.room("-1001"))
    moved_to = Address("telegram", "-1001")
    moved = await look(bor, lambda s: municipalities.staff_chat_at(s, moved_to))
    assert moved
    assert (moved.main, moved.configured) == (True, f"telegram:{STAFF_ROOM}")
    assert await look(bor, lambda s: dialogues.load(s, ChatMember("telegram", "-1001", "900")))
    await first_start(bor.database, bor.transactions.services)
    assert len(await look(bor, municipalities.staff_addresses)) == 1


async def test_a_new_main_chat_takes_over_the_appeals_of_the_old_one(bor: Town) -> None:
    await planted(bor)
    new = Address("telegram", "-900")
    await change(
        bor,
        lambda work: municipalities.ensure_staff_chat(
            work.session, work.municipality.id, new, main=True
        ),
    )

    found = await look(bor, lambda s: municipalities.staff_chat_at(s, new))
    assert found
    assert (await appeal(bor)).staff_chat_id == found.id
    old = bor.employee()
    await old.says("/open")
    await old.sees("Открытых сообщений нет")


async def test_what_was_sent_and_seen_is_forgotten_in_time(bor: Town) -> None:
    await says(bor, to("42", "hello"), to("42", "the newest, whose row stays"))
    await arrived(bor, 2)
    await change(bor, lambda work: events.mark_seen(work.session, "vk", "1", work.now))
    bor.clock.passes(days=20)

    await change(bor, lambda work: outbox.forget_done(work.session, work.now))
    await change(bor, lambda work: events.forget_seen(work.session, work.now))

    assert await look(bor, lambda s: events.seen(s, "vk", ["1"])) == set()
    assert await look(bor, lambda s: outbox.lock(s, [1])) == {}
