"""The whole program with its staff chat in a topic, and an administrator who writes anonymously."""

from pathlib import Path

from tests.fakes.messenger import Person
from tests.fakes.telegram import FakeTelegram
from tests.support.towns.live import STAFF_ROOMS, Reader, live_town
from tests.support.towns.live_filing import begins, files, problem

ANSWER, LATER = "Яму засыпали вчера", "Приедем ещё раз завтра"


async def test_an_appeal_is_answered_in_a_topic_and_anonymously(tmp_path: Path) -> None:
    telegram = FakeTelegram()
    group = telegram.room(STAFF_ROOMS["telegram"])
    topic = await telegram.open_topic(group)
    environ = {"MCU_STAFF_CHAT": f"telegram:{topic.id}"}
    async with live_town(
        tmp_path, channels={"telegram"}, staff="telegram", environ=environ, telegram=telegram
    ) as town:
        anna = town.resident("telegram")
        await begins(anna, problem(5))
        await files(anna)
        maria = Reader(Person(telegram, "900", "Мария", topic))
        card = await maria.finds(problem(5))
        telegram.anonymous.add((group.id, "900"))
        await maria.presses("staff-answer", on=card)
        asked = await maria.finds("«Анонимность»")
        assert asked.reply_to == card.id
        await telegram.say_as_group(maria.person, topic, ANSWER, asked.id)
        await maria.finds(ANSWER)
        await maria.presses("form-send")
        await anna.finds(ANSWER)

        telegram.without_topics(group)
        there = Reader(Person(telegram, "900", "Мария", group))
        await there.says("/open")
        await there.finds("Открыт")
        await there.says(LATER, reply_to=card)
        await anna.finds(LATER)

        assert [shown for shown in group.shown if ANSWER in shown.text] == []
        assert town.violations() == []
