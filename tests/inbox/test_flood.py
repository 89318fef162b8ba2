"""Floods: one polite word, then silence until it is calm; nobody who is only impatient is hit."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.failures import Unavailable
from bot.inbox import inbox as app_module
from bot.inbox.flood import BURST, MOST_BUCKETS, MOST_EVENTS, Flood
from handlers.residents.ways.filing_limits import MOST_A_DAY
from storage.messages import Event
from storage.tables import SeenEvent
from tests.fakes.clock import Clock
from tests.fakes.messenger import Person
from tests.support.towns.conversation import Town, town
from tests.support.towns.filing import at_once, photos, up_to_the_summary
from tests.support.towns.staff_room import look, planted, said

LIMIT = 30  # a minute: MCU_FLOOD_LIMIT
FULL = LIMIT * BURST


def writes(bor: Town, person: Person, count: int) -> list[Event]:
    return [
        bor.messenger.event(person, person.room, text="Яма на улице Мира", message=f"m{n}")
        for n in range(count)
    ]


async def seen(bor: Town) -> int:
    query = select(func.count()).select_from(SeenEvent)
    return await look(bor, lambda session: session.scalar(query) or 0)


async def floods(bor: Town, person: Person) -> None:
    """Everything that may come at once comes, and one more."""
    await at_once(bor, *writes(bor, person, FULL + 1))
    await person.sees(bor.texts("flood"))


async def test_a_flood_is_told_once_and_then_costs_nothing(bor: Town) -> None:
    anna = await bor.consenting()
    await floods(bor, anna)
    kept = await seen(bor)

    for event in writes(bor, anna, 50):
        await bor.inbox.accept(event)

    assert await seen(bor) == kept
    assert len(said(anna, bor.texts("flood"))) == 1


async def test_after_two_calm_minutes_all_is_as_it_was(bor: Town) -> None:
    anna = await bor.consenting()
    await floods(bor, anna)
    bor.clock.passes(minutes=2)

    await anna.says("/menu")

    await anna.sees("Вы начали писать")


async def test_whoever_goes_on_flooding_is_not_told_again(bor: Town) -> None:
    anna = await bor.consenting()
    await floods(bor, anna)

    for event in writes(bor, anna, 300):  # one in each second, five minutes long
        bor.clock.passes(seconds=1)
        await bor.inbox.accept(event)

    assert len(said(anna, bor.texts("flood"))) == 1


async def test_one_persons_flood_is_no_other_persons(bor: Town) -> None:
    anna = await bor.consenting()
    boris = await bor.consenting("43", "Борис")
    await floods(bor, anna)

    await boris.says("/menu")

    await boris.sees(bor.texts("menu"))


async def test_albums_and_impatient_presses_are_no_flood(bor: Town) -> None:
    """Three albums of ten and a button pressed twenty times, all within a second."""
    anna = await bor.consenting()
    for _ in range(3):
        await anna.sends(*photos(10))
    await anna.says("На дороге большая яма")
    topics = await anna.sees(bor.texts("ask-topic-suggested"))
    topic = topics.buttons[0].payload
    for _ in range(20):
        await bor.messenger.press_payload(anna, topic)
    await anna.says("/menu")

    await anna.sees("Вы начали писать")
    assert not said(anna, bor.texts("flood"))


async def test_what_a_messenger_brings_again_is_counted_once(bor: Town) -> None:
    anna = await bor.consenting()
    event = bor.messenger.event(anna, anna.room, text="Яма на улице Мира", message="m")

    for _ in range(2 * FULL):
        await bor.inbox.accept(event)
    await anna.says("/menu")

    await anna.sees("Вы начали писать")
    assert not said(anna, bor.texts("flood"))


async def test_a_staff_chat_may_do_ten_times_as_much(bor: Town) -> None:
    await planted(bor)
    maria = bor.employee()
    words = [
        bor.messenger.event(maria, maria.room, text="Обед в час", message=f"{n}")
        for n in range(FULL + 100)
    ]

    await at_once(bor, *words)
    await maria.says("/open")

    await maria.sees("Открыто: 1")


async def test_a_flood_in_a_strange_group_is_dropped_without_a_word(bor: Town) -> None:
    await planted(bor)
    await bor.employee().says("/open")
    await bor.employee().sees("Открыто")  # the staff chats are known from now on
    group = bor.messenger.room("-77")
    people = [bor.resident(str(n)) for n in range(5)]
    spam = [
        bor.messenger.event(people[n % 5], group, text="/id", message=str(n))
        for n in range(FULL + 100)
    ]
    before = await seen(bor)

    await at_once(bor, *spam)

    assert await seen(bor) == before + FULL
    assert not [shown for shown in group.shown if bor.texts("flood") in shown.text]


async def test_the_limit_can_be_switched_off(tmp_path: Path) -> None:
    async with town(tmp_path, environ={"MCU_FLOOD_LIMIT": "0"}) as bor:
        anna = await bor.consenting()

        await at_once(bor, *writes(bor, anna, FULL + 50))
        await anna.says("/menu")

        await anna.sees("Вы начали писать")
        assert not said(anna, bor.texts("flood"))


async def test_what_is_too_much_for_all_is_not_acknowledged_and_not_lost(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The messenger brings it again: a webhook is answered 503, polling pauses."""
    monkeypatch.setattr(app_module, "MOST_WAITING", 150)
    people = [bor.resident(str(n), f"Житель {n}") for n in range(1000, 1200)]
    events = [bor.messenger.event(p, p.room, text="/start", message="1") for p in people]

    results = await asyncio.gather(*map(bor.inbox.accept, events), return_exceptions=True)
    refused = [e for e, r in zip(events, results, strict=True) if isinstance(r, Unavailable)]
    for event in refused:
        await bor.inbox.accept(event)

    assert len(refused) == 50
    for person in people:
        await person.sees("Согласны?")


async def test_more_appeals_a_day_than_anyone_needs_wait_for_tomorrow(bor: Town) -> None:
    anna = await bor.consenting()
    await planted(bor, MOST_A_DAY, created_at=bor.clock())
    await up_to_the_summary(bor, anna)

    await anna.presses(bor.texts("form-send"))

    told = await anna.sees("больше за сутки принять не можем")
    assert "Проверьте" in told.text
    assert len(await bor.appeals()) == MOST_A_DAY
    bor.clock.passes(days=1, seconds=1)
    await anna.presses(bor.texts("form-send"), on=told)
    await anna.sees("Приняли")
    assert len(await bor.appeals()) == MOST_A_DAY + 1


def test_the_memory_of_a_flood_is_bounded() -> None:
    flood = Flood(LIMIT, Clock())

    for n in range(MOST_BUCKETS + 500):
        assert flood.verdict(("telegram", str(n)), n) == "take"

    assert len(flood._buckets) == MOST_BUCKETS
    assert len(flood._taken) == MOST_EVENTS


def test_a_clock_that_is_set_back_silences_nobody_for_long() -> None:
    clock = Clock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    flood = Flood(LIMIT, clock)
    for n in range(FULL + 1):
        flood.verdict("anna", n)

    clock.passes(hours=-3)
    assert flood.verdict("anna", "a") == "drop"
    clock.passes(minutes=2)

    assert flood.verdict("anna", "b") == "take"
