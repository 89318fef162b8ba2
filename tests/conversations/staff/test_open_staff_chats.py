"""Staff chats that strangers may come into, and employees who left theirs."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.failures import Unavailable
from bot.inbox.inbox import Inbox
from bot.inbox.staff_chats import Rooms
from bot.jobs import staff_chat_rounds
from bot.transactions import Transactions
from storage.tables import Dialogue, StaffMember, WebSession
from storage.town import municipalities, web_access
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.staff_room import (
    asks_for_help,
    card_of,
    look,
    planted,
    said,
    with_staff_on_the_site,
)
from tests.support.towns.town_hall import GROUP, ROADS, admin_of, category, code_for, group_of

WHY = "В группу войдёт кто угодно. Сделайте её частной."


# Who may come in


async def test_an_open_group_becomes_no_staff_chat_before_it_is_closed(bor: Town) -> None:
    code = await code_for(admin_of(bor), ROADS)
    bor.messenger.doors[GROUP] = [WHY]
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    olga = Person(bor.messenger, "7", "Ольга", group_of(bor))
    await boris.says(f"/bind {code}")
    await boris.sees(WHY)
    await olga.says("/bind")
    await olga.sees(WHY)
    await bor.messenger.press_payload(olga, "adm:bindto:c1")
    await olga.sees(WHY)
    assert (await category(bor, "roads")).staff_chat_id is None

    del bor.messenger.doors[GROUP]
    bor.clock.passes(seconds=11)
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")


async def test_a_group_of_which_nothing_is_told_becomes_none_either(bor: Town) -> None:
    code = await code_for(admin_of(bor), ROADS)
    bor.messenger.tells = False
    boris = Person(bor.messenger, "901", "Борис", group_of(bor))
    await boris.says(f"/bind {code}")
    await boris.sees("Не удалось узнать")
    assert (await category(bor, "roads")).staff_chat_id is None

    bor.messenger.tells = True
    bor.clock.passes(seconds=11)
    await boris.says(f"/bind {code}")
    await boris.sees("Готово")


async def test_strangers_cannot_make_us_ask_of_their_group_without_end(bor: Town) -> None:
    asked = []

    class Counting(MemoryMessenger):
        async def ways_in(self, chat: str) -> list[str]:
            asked.append(chat)
            return []

    rooms = Rooms([Counting()], bor.clock)
    event = bor.messenger.event(bor.employee(), group_of(bor), text="/bind 1")
    for _ in range(50):
        assert (await rooms.with_doors(event)).doors == "closed"

    assert len(asked) == 1


async def test_a_staff_chat_that_becomes_open_is_told_so_once_a_day(bor: Town) -> None:
    maria = bor.employee()
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
    bor.messenger.doors[STAFF_ROOM] = [WHY]
    for _ in range(3):
        await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
        bor.clock.passes(hours=1)
    await maria.sees(WHY)
    await asks_for_help(maria)
    assert len(said(maria, "открыт для посторонних")) == 1

    bor.clock.passes(days=1)
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
    await asks_for_help(maria)
    assert len(said(maria, "открыт для посторонних")) == 2


# Who is in


async def test_a_former_employees_old_card_does_nothing(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria, zoya = bor.employee(), bor.employee("901", "Зоя")
    card = await card_of(maria)
    await bor.messenger.leave(maria, bor.staff_room, told=False)
    for label in ("Взять", "История", "Уточнить"):
        await maria.presses(label, on=card)
    assert (await bor.appeals())[0].state == "new"
    assert said(maria) == [card]

    await zoya.presses("Взять", on=card)
    await zoya.sees("в работе")


async def test_membership_is_asked_once_a_day_and_anew_of_whoever_was_outside(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    card = await card_of(maria)
    for _ in range(5):
        await maria.presses("История", on=card)
    assert bor.messenger.asked == [(STAFF_ROOM, "900")]

    bor.clock.passes(hours=25)
    await bor.messenger.leave(maria, bor.staff_room, told=False)
    await maria.presses("Взять", on=card)
    assert (await bor.appeals())[0].state == "new"

    bor.messenger.outside.clear()
    bor.clock.passes(minutes=2)
    await maria.presses("Взять", on=card)
    assert (await bor.appeals())[0].state == "in_work"
    assert len(bor.messenger.asked) == 3


async def test_who_is_said_to_have_left_loses_forms_and_the_site_at_once(bor: Town) -> None:
    await with_staff_on_the_site(bor)
    await planted(bor, with_cards=True)
    maria = bor.employee()
    card = await card_of(maria)
    await maria.presses("Уточнить", on=card)
    await maria.sees("Мария")
    number = await look(bor, lambda session: session_of(bor, session, "telegram:900"))
    other = await look(bor, lambda session: session_of(bor, session, "telegram:901"))
    await bor.messenger.leave(maria, bor.staff_room)
    await maria.presses("Взять", on=card)

    assert (await bor.appeals())[0].state == "new"
    assert await look(bor, lambda session: list(session.scalars(select(Dialogue)))) == []
    ended = await look(bor, lambda s: web_access.ended(s, {number, other}, bor.clock()))
    assert ended == {number}


def session_of(bor: Town, session: Session, asked_by: str) -> int:
    """A session that this person's code of the main chat opened."""
    main = municipalities.main_staff_chat(session, 1)
    assert main
    now = bor.clock()
    row = WebSession(
        token_hash=asked_by,
        account="Мария",
        name="Мария",
        staff=True,
        staff_chat_id=main.id,
        asked_by=asked_by,
        created_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


async def test_who_left_without_a_word_loses_the_site_at_the_next_look(bor: Town) -> None:
    await with_staff_on_the_site(bor)
    number = await look(bor, lambda session: session_of(bor, session, "telegram:900"))
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
    bor.messenger.outside.add((STAFF_ROOM, "900"))
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
    living = await look(bor, lambda s: {row.id for row in web_access.living(s, bor.clock())})
    assert living == {number}

    bor.clock.passes(hours=25)
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)
    assert await look(bor, lambda s: web_access.living(s, bor.clock())) == []
    assert len(bor.messenger.asked) == 2


async def test_a_messenger_that_does_not_tell_stops_no_employee_and_is_asked_again(
    bor: Town,
) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    card = await card_of(maria)
    bor.messenger.tells = False
    await maria.presses("Взять", on=card)
    await maria.sees("в работе")
    await maria.presses("История", on=card)
    assert len(bor.messenger.asked) == 1  # not with every press while it is away

    bor.messenger.tells = True
    bor.clock.passes(minutes=2)
    await bor.messenger.leave(maria, bor.staff_room, told=False)
    await maria.presses("Решено", on=await card_of(maria))
    assert (await bor.appeals())[0].state == "in_work"
    assert await look(bor, lambda s: [row.inside for row in s.scalars(select(StaffMember))]) == [
        False
    ]


async def test_a_messenger_that_is_slow_holds_up_nobody_else(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria, anna = bor.employee(), bor.resident()
    card = await card_of(maria)
    bor.rooms.patience = 60  # much longer than this test
    bor.messenger.hold("standing")
    pressing = asyncio.create_task(maria.presses("Взять", on=card))
    await bor.messenger.until_room(lambda: bor.messenger.asked, 20)
    await anna.says("/start")
    await anna.sees("Чем помочь?")
    assert not pressing.done()

    await bor.messenger.release()
    await pressing
    await maria.sees("в работе")


async def test_an_answer_that_does_not_come_is_not_waited_for(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    card = await card_of(maria)
    bor.rooms.patience = 0
    bor.messenger.hold("standing")
    await maria.presses("Взять", on=card)
    await maria.sees("в работе")

    await bor.messenger.release()


async def test_a_question_that_is_open_at_a_stop_is_given_up(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    press = (await card_of(maria)).button("Взять").payload
    taken = bor.messenger.event(maria, bor.staff_room, press=press)
    bor.messenger.hold("standing")
    accepting = asyncio.create_task(bor.inbox.accept(taken))
    await bor.messenger.until_room(lambda: bor.messenger.asked, 20)
    accepting.cancel()  # as what receives is, before the messengers are closed
    with capture_logs() as logs:
        await bor.inbox.finish()
        await bor.messenger.release()

    assert not [one for one in logs if one["log_level"] == "error"]
    with pytest.raises(Unavailable):  # the messenger brings it to whoever comes next
        await bor.inbox.accept(taken)


async def test_another_replica_knows_who_left(tmp_path: Path) -> None:
    async with town(tmp_path) as bor:
        await planted(bor, with_cards=True)
        maria = bor.employee()
        card = await card_of(maria)
        await maria.presses("История", on=card)
        other = Inbox(
            Transactions(bor.database, bor.transactions.services), Rooms([bor.messenger], bor.clock)
        )
        await other.accept(bor.messenger.event(maria, bor.staff_room, change="left"))
        bor.clock.passes(seconds=11)
        await maria.presses("Взять", on=card)

        assert (await bor.appeals())[0].state == "new"


async def test_what_was_said_of_members_is_forgotten_in_time(bor: Town) -> None:
    await planted(bor, with_cards=True)
    maria = bor.employee()
    await maria.presses("История", on=await card_of(maria))
    bor.clock.passes(days=31)
    await staff_chat_rounds.look(bor.transactions, bor.rooms, bor.inbox.members)

    assert await look(bor, lambda s: list(s.scalars(select(StaffMember)))) == []
