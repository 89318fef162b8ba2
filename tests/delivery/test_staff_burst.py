"""What a staff group that takes few messages has to take, and what is urgent in it."""

import pytest

from config.categories import default_tree
from config.categories.entries import FAST_TRACK_DAYS
from config.texts import Texts
from handlers.appeals.card import new_card
from handlers.turn import Work
from storage import appeals
from tests.delivery.burst import poured
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.deliveries import messenger
from tests.support.towns.staff_room import (
    answerable,
    asks_for_help,
    card_of,
    card_says,
    change,
    planted,
)

TEXTS = Texts.load()


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


@pytest.mark.parametrize(
    ("days", "fast_track", "urgent"),
    [(1, False, True), (2, False, False), (3, True, True), (4, True, False), (20, True, False)],
)
async def test_a_card_is_urgent_if_its_topic_is_short_and_marked_or_of_one_day(
    bor: Town, days: int, fast_track: bool, urgent: bool
) -> None:
    (one,) = await planted(bor, 1)

    def line(task: Work) -> None:
        row = appeals.get(task.session, one)
        assert row
        row.topic.days, row.topic.fast_track = days, fast_track
        assert ("⚡ Срочно" in new_card(task, row).text) is urgent
        row.state = "in_work"
        assert "⚡" not in new_card(task, row).text

    await change(bor, line)


def test_no_topic_of_ours_has_a_mark_that_says_nothing() -> None:
    for category in default_tree(TEXTS):
        for topic in category.topics:
            assert topic.days <= FAST_TRACK_DAYS or not topic.fast_track, topic.title
