"""What a staff group that takes few messages has to take, and what is urgent in it."""

from handlers.appeals.card import new_card
from handlers.turn import Work
from storage import appeals
from tests.delivery.burst import poured
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.deliveries import messenger
from tests.support.towns.staff_room import (
    answerable,
    appeal,
    asks_for_help,
    card_of,
    card_says,
    change,
    planted,
)


async def test_an_employee_at_work_is_answered_in_the_middle_of_it(group: Town) -> None:
    maria = group.employee()
    await poured(group, 300)
    await messenger(group).calls(15)

    for _ in range(3):  # two messages are left to danger and lists
        await asks_for_help(maria)

    assert len([chat for chat, _ in messenger(group).sent if chat == STAFF_ROOM]) <= 20


async def test_what_people_do_costs_the_group_so_many_messages(failing: Town) -> None:
    anna, maria = failing.resident(), failing.employee()
    await planted(failing, 1, with_cards=True)
    card = await answerable(failing, await card_of(maria))
    counts: dict[str, int] = {}

    async def counted(what: str, before: int) -> int:
        await asks_for_help(maria)
        sent = [chat for chat, _ in messenger(failing).sent if chat == STAFF_ROOM]
        counts[what] = len(sent) - before - 1  # but for the help
        return len(sent)

    count = await counted("card", 0)
    await maria.presses("Взять", on=card)
    await anna.sees("взяли в работу")
    await card_says(maria, "в работе")
    count = await counted("take", count)
    await maria.says("Выезжаем", reply_to=card)
    await anna.sees("Выезжаем")
    count = await counted("plain reply", count)
    await anna.says("Спасибо, жду", reply_to=await answerable(failing, await anna.sees("Выезжаем")))
    await maria.sees("Спасибо, жду")
    count = await counted("what the resident adds", count)
    await maria.presses("Решено", on=card)
    await maria.sees("Что сделано?")
    await maria.says("Яму засыпали")
    await maria.presses("Отправить", on=await maria.sees("Готово: Яму засыпали"))
    await card_says(maria, "есть ответ")
    await counted("answer", count)

    assert counts == {
        "card": 1,
        "take": 1,
        "plain reply": 1,
        "what the resident adds": 1,
        "answer": 4,  # question, preview, "sent", the card
    }


async def test_topics_on_the_fast_track_and_of_one_day_are_urgent(bor: Town) -> None:
    (one,) = await planted(bor, 1)
    found = await appeal(bor, one)
    assert found.topic.title == "Ямы и выбоины на дороге"

    def line(task: Work) -> None:
        row = appeals.get(task.session, one)
        assert row
        assert "⚡ Ускоренный срок" in new_card(task, row).text
        assert "Срочно" not in new_card(task, row).text  # its deadline may be weeks off
        row.state = "in_work"
        assert "⚡" not in new_card(task, row).text

    await change(bor, line)
