"""Silence counts from the moment in which the question reached the resident, however late that was."""

import pytest

from bot.failures import Blocked, RetryLater, Undeliverable, Unsendable
from handlers.appeals import reminders
from storage.outbox import HELD
from tests.fakes.messenger import Person
from tests.support.towns.conversation import STAFF_ROOM, Town
from tests.support.towns.deliveries import messenger, reached
from tests.support.towns.staff_room import answerable, appeal, card_of, outbox, said, until

QUESTION = "С какой стороны дома яма?"


async def asks(place: Town, maria: Person) -> None:
    """The employee asks the resident by the button of the card."""
    await maria.presses("Уточнить", on=await card_of(maria))
    await maria.says(QUESTION)
    await maria.presses("Отправить")
    await maria.sees("Вопрос отправили")


async def not_sent(place: Town) -> None:
    """Wait until the question was tried, in vain."""

    async def check() -> bool:
        rows = [row for row in await outbox(place) if QUESTION in row.reply["text"]]
        return any(row.chat == "42" and row.attempts and row.outcome != "sent" for row in rows)

    await until(check)


async def days_pass(place: Town, days: int) -> None:
    """Day by day, with the job that reminds and closes."""
    for _ in range(days):
        place.clock.passes(days=1, minutes=1)
        await place.tick(reminders.remind_or_close_silent)


async def held(place: Town, fragment: str) -> None:
    """Wait until it is known that a message waits for the person."""

    async def check() -> bool:
        rows = [row for row in await outbox(place) if fragment in row.reply["text"]]
        return any(row.outcome == HELD for row in rows)

    await until(check)


async def tried_in_vain(place: Town, fragment: str) -> None:
    """Let the clock go on until a message waits for a later time, and nothing is under way."""

    async def check() -> bool:
        rows = [row for row in await outbox(place) if fragment in row.reply["text"]]
        return any(row.attempts and row.next_at > place.clock() for row in rows)

    place.delivery.wake()
    await until(check)


async def asked(place: Town) -> tuple[Person, Person]:
    """A resident who has filed and reads a question, and the employee who asked it."""
    anna, maria = await place.consenting(), place.employee()
    await place.filed(anna)
    await card_of(maria)
    await asks(place, maria)
    await anna.sees(QUESTION)
    await reached(place, QUESTION)
    return anna, maria


@pytest.mark.parametrize("days", [8, 30])
async def test_a_resident_who_closed_the_chat_is_not_silent(bor: Town, days: int) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    await bor.messenger.block(anna)
    await asks(bor, maria)
    await not_sent(bor)
    await days_pass(bor, days)
    assert (await appeal(bor)).state == "need_info"

    shown = len(anna.room.shown)
    await bor.messenger.unblock(anna)
    bor.delivery.wake()
    question = await answerable(bor, await anna.sees(QUESTION))
    assert [one.text for one in anna.room.shown[shown:]] == [question.text]
    await anna.says("Со стороны аптеки")
    await anna.sees("ответ передали")
    assert (await appeal(bor)).state == "in_work"  # whose question it was has it again


@pytest.mark.parametrize(
    "error",
    [
        RetryLater("status 502"),
        RetryLater("the token is refused", cause="token"),
        Undeliverable("Forbidden: a rule of tomorrow"),
    ],
)
async def test_silence_counts_from_the_arrival(failing: Town, error: Exception) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    await card_of(maria)
    messenger(failing).always, messenger(failing).spared = error, {STAFF_ROOM}
    await asks(failing, maria)
    await not_sent(failing)
    await days_pass(failing, 12)
    assert (await appeal(failing)).state == "need_info"
    await tried_in_vain(failing, QUESTION)

    messenger(failing).always = None
    failing.clock.passes(hours=2)
    failing.delivery.wake()
    await anna.sees(QUESTION)
    await reached(failing, QUESTION)
    await days_pass(failing, 2)
    assert not (await appeal(failing)).reminded
    await days_pass(failing, 1)
    assert (await appeal(failing)).reminded
    await anna.sees("Ждём вашего ответа")
    await reached(failing, "Ждём вашего ответа")
    await days_pass(failing, 3)
    assert (await appeal(failing)).state == "need_info"
    await days_pass(failing, 1)

    assert (await appeal(failing)).state == "closed"


async def test_a_question_that_was_refused_waits_for_other_words(failing: Town) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    await card_of(maria)
    messenger(failing).refuses = {QUESTION: Unsendable("odd")}
    await asks(failing, maria)
    await maria.sees("само не уйдёт")
    await days_pass(failing, 20)
    assert (await appeal(failing)).state == "need_info"

    await maria.says("Яма со стороны аптеки?", reply_to=await card_of(maria))
    await anna.sees("со стороны аптеки?")
    await reached(failing, "со стороны аптеки?")
    await days_pass(failing, 4)
    await reached(failing, "Ждём вашего ответа")
    await days_pass(failing, 4)

    assert (await appeal(failing)).state == "closed"


async def test_a_reminder_that_comes_late_leaves_a_day_to_answer(failing: Town) -> None:
    anna, _maria = await asked(failing)
    messenger(failing).always, messenger(failing).spared = RetryLater("502"), {STAFF_ROOM}
    await days_pass(failing, 11)
    await tried_in_vain(failing, "Ждём вашего ответа")
    messenger(failing).always = None
    failing.clock.passes(hours=1)
    failing.delivery.wake()
    await anna.sees("Ждём вашего ответа")
    await reached(failing, "Ждём вашего ответа")
    await failing.tick(reminders.remind_or_close_silent)
    assert (await appeal(failing)).state == "need_info"

    await days_pass(failing, 2)

    assert (await appeal(failing)).state == "closed"


async def test_who_closed_the_chat_after_the_question_is_silent(failing: Town) -> None:
    anna, maria = await asked(failing)
    messenger(failing).always, messenger(failing).spared = Blocked("blocked"), {STAFF_ROOM}
    await days_pass(failing, 4)
    await maria.sees("Вернётся — доставим")
    await days_pass(failing, 4)
    assert (await appeal(failing)).state == "closed"
    await held(failing, "ответа не было 7 дней")

    messenger(failing).always = None
    await anna.says("/help")
    await anna.sees("ответа не было 7 дней")

    assert not said(anna, "Ждём вашего ответа")
