"""Telegram by long polling: confirmed once it is kept, tried again until it is there."""

from typing import Any

import pytest

from bot.failures import RetryLater
from bot.protocol import Part
from tests.channels.telegram.making import ANNA, make_adapter, polling
from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.messenger import Person
from tests.fakes.telegram import FakeTelegram


async def test_a_message_comes_in_and_is_confirmed(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(telegram, inbox):
        await anna.says("Яма")
        (event,) = await inbox.gets(1)
        await telegram.until(lambda: not telegram.waiting)

    assert (event.text, event.address, event.person.name) == ("Яма", ANNA, "Анна Ли")


async def test_nothing_is_confirmed_before_it_is_kept(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.gate.clear()
    async with polling(telegram, inbox):
        await anna.says("Яма")
        (waiting,) = telegram.waiting
        await inbox.tried(waiting["update_id"])
        assert telegram.waiting == [waiting]
        inbox.gate.set()
        await telegram.until(lambda: not telegram.waiting)

    assert len(inbox.events) == 1


async def test_what_was_not_confirmed_comes_again_after_a_restart(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.gate.clear()
    async with polling(telegram, inbox):
        await anna.says("Яма")
        await inbox.tried(telegram.waiting[0]["update_id"])
    inbox.gate.set()
    assert inbox.events == []

    async with polling(telegram, inbox):
        (event,) = await inbox.gets(1)

    assert event.text == "Яма"


async def test_an_unavailable_inbox_is_tried_again(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    inbox.away_for = 3
    async with polling(telegram, inbox):
        await anna.says("Яма")
        await inbox.gets(1)

    assert len(inbox.deliveries) == 4


async def test_a_strange_update_is_parked_and_the_rest_goes_on(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    await anna.says("раз")
    strange = await telegram.queue(message={"message_id": "не число", "text": "тайна"})
    await anna.says("два")
    async with polling(telegram, inbox):
        events = await inbox.gets(2)
        await telegram.until(lambda: not telegram.waiting)

    assert [event.text for event in events] == ["раз", "два"]
    ((event_id, raw, error),) = inbox.parked
    assert event_id == str(strange)
    assert raw["message"]["text"] == "тайна"
    assert "тайна" not in error


async def test_an_update_of_no_interest_is_confirmed_all_the_same(
    telegram: FakeTelegram, inbox: MemoryInbox
) -> None:
    await telegram.queue(shipping_query={"id": "1"})
    await telegram.queue(message_reaction={})
    async with polling(telegram, inbox):
        await telegram.until(lambda: not telegram.waiting)

    assert inbox.events == []


async def test_each_chat_keeps_its_order_and_chats_do_not_wait_for_each_other(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    oleg = telegram.person("43", "Олег")
    for n in range(5):
        await anna.says(f"А{n}")
        await oleg.says(f"О{n}")
    inbox.gate.clear()
    first_of_oleg = telegram.waiting[1]["update_id"]
    async with polling(telegram, inbox):
        await inbox.tried(first_of_oleg)
        inbox.gate.set()
        events = await inbox.gets(10)

    assert [e.text for e in events if e.address.chat == "42"] == [f"А{n}" for n in range(5)]
    assert [e.text for e in events if e.address.chat == "43"] == [f"О{n}" for n in range(5)]


async def test_updates_that_come_twice_and_late_are_known_by_their_id(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    telegram.twice = telegram.late = True
    async with polling(telegram, inbox):
        await anna.says("Яма")
        await telegram.until(lambda: not telegram.waiting)
        await anna.says("У дома 5")
        await telegram.until(lambda: not telegram.waiting)

    first, second = inbox.events
    assert [first.text, second.text] == ["Яма", "У дома 5"]
    brought = [event.id for event in inbox.deliveries]
    assert brought[:3] == [first.id, first.id, second.id]
    assert brought.count(second.id) == 2
    assert first.id in brought[3:]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad Gateway</html>"},
        {"status": 0},
        {"status": 409},
        {"status": 429, "retry_after": 0},
        {"status": 200, "body": "[]"},
    ],
)
async def test_a_failing_poll_is_tried_again(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person, fault: dict[str, Any]
) -> None:
    telegram.fail_next("getUpdates", times=2, **fault)
    await anna.says("Яма")
    async with polling(telegram, inbox):
        await inbox.gets(1)


async def test_a_start_while_telegram_is_away_goes_on_when_it_is_back(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    await telegram.stop()
    async with polling(telegram, inbox):
        await telegram.start()
        await anna.says("Яма")
        await inbox.gets(1)


async def test_polling_takes_a_webhook_away_and_sets_the_menu(
    telegram: FakeTelegram, inbox: MemoryInbox
) -> None:
    telegram.webhook = {"url": "https://old.example.ru", "secret": ""}
    async with polling(telegram, inbox, commands=[("start", "Начать"), ("help", "Помощь")]):
        await telegram.until(lambda: telegram.called("getUpdates"))

    assert telegram.webhook == {}
    assert telegram.commands[0] == {"command": "start", "description": "Начать"}


async def test_a_webhook_set_by_someone_else_meanwhile_is_taken_away(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(telegram, inbox):
        await telegram.until(lambda: telegram.called("getUpdates"))
        telegram.webhook = {"url": "https://old.example.ru", "secret": ""}
        telegram.webhook_base = "http://127.0.0.1:1"
        await anna.says("Яма")
        await telegram.until(lambda: not telegram.webhook)
        await inbox.gets(1)


async def test_a_refused_menu_does_not_keep_the_bot_away(
    telegram: FakeTelegram, inbox: MemoryInbox, anna: Person
) -> None:
    async with polling(telegram, inbox, commands=[("БОЛЬШАЯ", "Так нельзя")]):
        await anna.says("Яма")
        await inbox.gets(1)


async def test_the_token_is_never_logged(
    telegram: FakeTelegram, inbox: MemoryInbox, capfd: pytest.CaptureFixture[str]
) -> None:
    await telegram.stop()
    adapter = make_adapter(telegram)
    await adapter.start(inbox)
    with pytest.raises(RetryLater) as refused:
        await adapter.send(ANNA, Part("Здравствуйте"), key=1)
    await adapter.close()

    told = str(refused.value) + "".join(capfd.readouterr())
    assert "telegram_away" in told
    assert telegram.token not in told
    assert refused.value.__cause__ is None
