"""What could not be sent waits as long as its appeal lives, and the staff is told the truth about it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.failures import Blocked, RetryLater, Undeliverable, Unsendable
from storage.outbox import HELD
from tests.fakes.failing_messenger import FailingMessenger
from tests.fakes.memory import MemoryMessenger
from tests.fakes.messenger import Person
from tests.support.towns.conversation import STAFF_ROOM, Town, town
from tests.support.towns.deliveries import messenger, tried
from tests.support.towns.staff_room import answerable, appeal, card_of, outbox, said, until

TOKEN = RetryLater("Telegram refuses the token", 0.01, everywhere=True, cause="token")
AWAY = RetryLater("status 502")
FORBIDDEN = Undeliverable("Bad Request: TOPIC_CLOSED")


@pytest.fixture
async def crossing(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Residents in Telegram, which fails; the staff in VK, which does not."""
    staff, residents = MemoryMessenger("vk"), FailingMessenger("telegram")
    async with town(tmp_path, url=database_url, messengers=(staff, residents)) as place:
        yield place


async def held_for(place: Town, count: int) -> bool:
    """Whether so many messages wait for a person."""
    return [row.outcome for row in await outbox(place)].count(HELD) == count


def telegram(place: Town) -> FailingMessenger:
    """The messenger of the residents."""
    found = place.adapters["telegram"]
    assert isinstance(found, FailingMessenger)
    return found


async def anna_files(place: Town) -> Person:
    """A resident of Telegram who has filed, wherever the staff is."""
    place.messenger = place.adapters["telegram"]
    anna = await place.consenting()
    await place.filed(anna)
    return anna


def staff_of(place: Town) -> Person:
    """An employee in the staff chat of VK."""
    vk = place.adapters["vk"]
    return Person(vk, "900", "Мария", vk.room(STAFF_ROOM.removeprefix("-")))


async def answers(maria: Person, text: str) -> None:
    """A plain reply to the newest card."""
    await maria.says(text, reply_to=await card_of(maria))


@pytest.mark.parametrize("days", [4, 11, 14])
@pytest.mark.parametrize(("error", "reason"), [(TOKEN, "ключ"), (AWAY, "не отвечает")])
async def test_an_outage_of_days_costs_no_answer_and_is_told_once(
    crossing: Town, days: int, error: Exception, reason: str
) -> None:
    anna, maria = await anna_files(crossing), staff_of(crossing)
    telegram(crossing).always = error
    await answers(maria, "Яму засыпали")
    await tried(crossing, "Яму засыпали")
    for day in range(days):
        crossing.clock.passes(days=1)
        crossing.delivery.wake()
        await tried(crossing, "Яму засыпали", attempts=day + 2)

    await maria.sees(reason)
    telegram(crossing).always = None
    crossing.clock.passes(hours=1)
    crossing.delivery.wake()
    await anna.sees("Яму засыпали")
    await maria.sees("снова принимает")
    words = [shown.text for shown in said(maria)]
    assert len([text for text in words if reason in text]) == 1
    assert not any("закрыл" in text or "пока не доставлено" in text for text in words)


async def test_who_answers_during_an_outage_reads_that_it_will_come_later(crossing: Town) -> None:
    anna, maria = await anna_files(crossing), staff_of(crossing)
    telegram(crossing).always = AWAY
    await answers(maria, "Первый ответ")
    await tried(crossing, "Первый ответ")
    crossing.clock.passes(hours=1)
    crossing.delivery.wake()
    await maria.sees("не отвечает")

    await answers(maria, "Второй ответ")

    await maria.sees("Жителю это придёт не сразу")
    telegram(crossing).always = None
    crossing.clock.passes(hours=1)
    crossing.delivery.wake()
    await anna.sees("Второй ответ")


async def test_a_hiccup_is_told_to_nobody(crossing: Town) -> None:
    anna, maria = await anna_files(crossing), staff_of(crossing)
    telegram(crossing).errors.append(AWAY)
    await answers(maria, "Яму засыпали")
    await tried(crossing, "Яму засыпали")
    crossing.clock.passes(seconds=10)
    crossing.delivery.wake()
    await anna.sees("Яму засыпали")
    crossing.clock.passes(hours=5)
    await answers(maria, "И ещё раз проверили")
    await anna.sees("И ещё раз")

    assert not any("не отвечает" in shown.text for shown in said(maria))


@pytest.mark.parametrize("error", [FORBIDDEN, Undeliverable("kicked"), Unsendable("a new error")])
async def test_a_card_comes_when_its_chat_opens(failing: Town, error: Exception) -> None:
    anna = await failing.consenting()
    messenger(failing).always, messenger(failing).spared = error, {anna.room.id}
    await failing.filed(anna)
    await tried(failing, "МЦУ-26-000001 ·")
    for day in range(8):
        failing.clock.passes(days=1)
        failing.delivery.wake()
        await tried(failing, "МЦУ-26-000001 ·", attempts=day + 2)

    messenger(failing).always = None
    failing.clock.passes(hours=1)
    failing.delivery.wake()

    await card_of(failing.employee())
    assert not (await appeal(failing)).undelivered


async def test_a_closed_staff_chat_is_told_to_an_admin_and_to_itself_when_it_opens(
    failing: Town,
) -> None:
    admin, anna = failing.resident("7", "Олег"), await failing.consenting()
    await admin.says("/start")
    await admin.sees("Согласны?")
    messenger(failing).always, messenger(failing).spared = FORBIDDEN, {"42", "7"}
    await failing.filed(anna)
    await tried(failing, "МЦУ-26-000001 ·")
    failing.clock.passes(hours=1)
    failing.delivery.wake()
    await admin.sees("служебный чат telegram:-100500 не принимает")

    messenger(failing).always = None
    failing.clock.passes(hours=1)
    failing.delivery.wake()

    await failing.employee().sees("снова принимает")
    await admin.sees("снова принимает")
    assert len(said(admin, "не принимает сообщения бота")) == 1


async def test_one_refused_message_goes_back_to_who_wrote_it_and_the_next_goes_on(
    failing: Town,
) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    card = await card_of(maria)
    messenger(failing).refuses = {"подробнее": Unsendable("message is too odd")}
    await maria.says("яму засыпали, подробнее на сайте", reply_to=card)
    told = await maria.sees("само не уйдёт")
    assert "яму засыпали, подробнее на сайте" in told.text
    assert "message is too odd" in told.text
    assert "закрыл" not in told.text

    await maria.says("Яму засыпали", reply_to=card)

    await anna.sees("Яму засыпали")
    assert not (await appeal(failing)).undelivered


async def test_an_error_that_nobody_knows_is_no_word_about_the_resident(failing: Town) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    card = await card_of(maria)
    messenger(failing).always = Undeliverable("Forbidden: a rule of tomorrow")
    messenger(failing).spared = {STAFF_ROOM}
    await maria.says("Яму засыпали", reply_to=card)
    told = await maria.sees("пока не доставлено: мессенджер не даёт")
    assert "закрыл" not in told.text

    messenger(failing).always = None
    failing.clock.passes(hours=1)
    failing.delivery.wake()

    await anna.sees("Яму засыпали")
    await until_delivered(failing)


async def until_delivered(place: Town) -> None:
    """Wait until the last message about the appeal counts as delivered."""

    async def check() -> bool:
        return not (await appeal(place)).undelivered

    await until(check)


async def test_what_is_not_true_any_more_is_not_sent(bor: Town) -> None:
    anna, maria = await bor.consenting(), bor.employee()
    await bor.filed(anna)
    await bor.messenger.block(anna)
    await maria.presses("Взять", on=await card_of(maria))
    await maria.sees("Вернётся — доставим")
    await answers(maria, "Яма есть, приедем в среду")
    await maria.sees("Жителю это придёт не сразу")
    await maria.presses("Решено", on=await card_of(maria))
    await maria.says("Засыпали")
    await maria.presses("Отправить")
    await maria.sees("Ответ отправили")
    await until(lambda: held_for(bor, 3))
    bor.clock.passes(days=3)
    shown = len(anna.room.shown)
    await bor.messenger.unblock(anna)
    bor.delivery.wake()
    await anna.sees("Готово:")

    texts = [one.text for one in anna.room.shown[shown:]]
    assert len(texts) == 2
    assert "приедем в среду" in texts[0]
    assert "Засыпали" in texts[1]
    await until_delivered(bor)


async def test_what_is_held_follows_a_push_that_gets_through(failing: Town) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    card = await card_of(maria)
    messenger(failing).always, messenger(failing).spared = Blocked("blocked"), {STAFF_ROOM}
    await maria.says("Первый ответ", reply_to=card)
    await maria.sees("Вернётся — доставим")
    messenger(failing).always = None

    await maria.says("Второй ответ", reply_to=card)

    await anna.sees("Второй ответ")
    await anna.sees("Первый ответ")


@pytest.mark.parametrize("error", [Blocked("blocked"), Undeliverable("chat not found")])
@pytest.mark.parametrize("comes_back", ["/start", "Вы где?", "a press", "unblocked"])
async def test_who_comes_back_while_a_message_is_refused_gets_it_at_once(
    failing: Town, error: Exception, comes_back: str
) -> None:
    """The messenger refused it before, and its answer was read after the person's word."""
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    card = await card_of(maria)
    messenger(failing).refuses_once = {"Яму засыпали": error}
    messenger(failing).holds_all()
    tries = len(messenger(failing).sent)
    await maria.says("Яму засыпали", reply_to=card)
    await until(lambda: was_tried(failing, "Яму засыпали", tries))
    failing.clock.passes(seconds=1)
    if comes_back == "unblocked":
        await failing.messenger.unblock(anna)
    elif comes_back == "a press":
        await failing.messenger.press_payload(anna, "menu:mine", anna.room)
    else:
        await anna.says(comes_back)
    messenger(failing).lets_go()

    await anna.sees("Яму засыпали")
    assert not said(maria, "не доставлено")
    assert not (await appeal(failing)).undelivered


async def was_tried(place: Town, fragment: str, before: int) -> bool:
    """Whether a message with that fragment is on its way."""
    return any(fragment in text for _, text in messenger(place).sent[before:])


async def test_one_message_that_fails_while_others_go_holds_up_nobody(failing: Town) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    card = await card_of(maria)
    messenger(failing).refuses = {"тяжёлый файл": RetryLater("timed out")}
    await maria.says("тяжёлый файл", reply_to=card)
    await maria.says("Яму засыпали", reply_to=card)
    boris = await failing.consenting("43", "Борис")
    for _ in range(40):
        failing.clock.passes(minutes=9)
        failing.delivery.wake()
        await boris.says("/help")
        await boris.sees("Как это работает")

    await anna.sees("Яму засыпали")
    await maria.sees("хотя другие сообщения уходят")
    messenger(failing).refuses = {}
    failing.clock.passes(hours=1)
    failing.delivery.wake()
    await anna.sees("тяжёлый файл")


async def test_a_reply_to_the_news_of_a_refusal_is_no_second_loss(failing: Town) -> None:
    anna, maria = await failing.consenting(), failing.employee()
    await failing.filed(anna)
    card = await card_of(maria)
    messenger(failing).refuses = {"плохие слова": Unsendable("odd")}
    await maria.says("плохие слова", reply_to=card)
    told = await answerable(failing, await maria.sees("само не уйдёт"))
    await maria.says("хорошие слова", reply_to=told)

    await anna.sees("хорошие слова")
