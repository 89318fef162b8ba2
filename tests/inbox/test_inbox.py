"""The one transaction of everything that comes in: once, together, and one bad event harms no other."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as engine_event
from sqlalchemy import select
from sqlalchemy import text as text_of
from structlog.testing import capture_logs

from bot.failures import Unavailable
from bot.inbox.inbox import Inbox
from bot.transactions import Transactions
from storage import bounds
from storage.messages import Address, Event
from storage.tables import Appeal, Dialogue, ParkedEvent, SeenEvent, Topic
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town
from tests.support.towns.events import SECRET, count, event, spoil
from tests.support.towns.staff_room import look, outbox, planted


async def test_an_event_that_comes_again_changes_nothing(bor: Town) -> None:
    one = event(1, "/start")
    await bor.inbox.accept(one)
    before = len(await outbox(bor))

    await asyncio.gather(*(bor.inbox.accept(one) for _ in range(5)))

    assert before > 0
    assert len(await outbox(bor)) == before
    assert await count(bor, SeenEvent) == 1


async def test_the_same_event_at_once_is_answered_once(bor: Town) -> None:
    await asyncio.gather(*(bor.inbox.accept(event(1, "/start")) for _ in range(20)))
    once = len(await outbox(bor))
    await bor.inbox.accept(event(2, "/start", account="43"))

    assert len(await outbox(bor)) == 2 * once


async def test_many_people_at_once_are_all_answered_each_in_his_order(bor: Town) -> None:
    people = [str(n) for n in range(100, 160)]
    for account in people:
        bor.messenger.person(account)
    events = [event(n, "/start", account=account) for n, account in enumerate(people)]
    events += [event(1000 + n, f"Яма номер {a}", account=a) for n, a in enumerate(people)]

    await asyncio.gather(*(bor.inbox.accept(one) for one in events))

    rows = await outbox(bor)
    for account in people:
        texts = [row.reply["text"] for row in rows if row.chat == account]
        assert texts[0] == next(row.reply["text"] for row in rows if row.chat == people[0])
    drafts = await look(bor, lambda s: list(s.scalars(select(Dialogue))))
    assert {d.account: f"Яма номер {d.account}" in str(d.drafts) for d in drafts} == dict.fromkeys(
        people, True
    )


async def test_a_bad_event_is_parked_with_an_apology_and_the_others_pass(bor: Town) -> None:
    vera = await bor.consenting("43", "Вера")
    await vera.says("На улице Мира яма")
    await spoil(bor, "43")
    batch = [event(n, "/start", account=str(200 + n)) for n in range(5)]
    batch.insert(2, event(99, SECRET, account="43"))

    with capture_logs() as logs:
        await asyncio.gather(*(bor.inbox.accept(one) for one in batch))
        await bor.inbox.accept(batch[2])

    await vera.sees(bor.texts("apology"))
    rows = await outbox(bor)
    assert all(any(row.chat == str(200 + n) for row in rows) for n in range(5))
    (parked,) = await look(bor, lambda s: list(s.scalars(select(ParkedEvent))))
    assert (parked.event_id, parked.kind, parked.content["text"]) == ("event99", "event", SECRET)
    assert parked.error.startswith("TypeError at handlers.drafts:")
    assert "event_parked" in {line["event"] for line in logs}
    assert SECRET not in str(logs)
    assert len([s for s in vera.room.shown if s.text == bor.texts("apology")]) == 1


async def test_an_undecodable_update_is_parked_once(bor: Town) -> None:
    for _ in range(2):
        await bor.inbox.park("telegram", "u1", {"text": SECRET}, "message: field required")

    (parked,) = await look(bor, lambda s: list(s.scalars(select(ParkedEvent))))
    assert (parked.kind, parked.content) == ("update", {"raw": {"text": SECRET}})


async def test_a_channel_goes_on_where_it_was_read_to(bor: Town) -> None:
    assert await bor.inbox.cursor("vk") is None
    await bor.inbox.move_cursor("vk", "17")
    await bor.inbox.move_cursor("vk", "18")
    assert await bor.inbox.cursor("vk") == "18"


@pytest.mark.parametrize("text", ["яма\0на Мира", "яма \ud83d на Мира"])
async def test_what_no_database_keeps_is_left_out_of_a_text(bor: Town, text: str) -> None:
    anna = await bor.consenting()

    await anna.says(text)

    draft = await look(bor, lambda s: s.scalars(select(Dialogue)).one())
    assert "на Мира" in str(draft.drafts)
    assert await count(bor, ParkedEvent) == 0


async def test_a_value_that_does_not_fit_is_parked_and_is_no_outage(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses it; even the apology to such an address cannot be written.

    Events bound themselves to what fits, so here their bound is wrong.
    """
    monkeypatch.setattr(bounds, "MOST_ID", 200)
    await bor.inbox.accept(event(1, "/start", account="9" * 70))
    await bor.inbox.accept(event(2, "/start"))

    is_postgresql = bor.database.engine.dialect.name == "postgresql"
    assert await count(bor, ParkedEvent) == is_postgresql
    assert await count(bor, SeenEvent) == 2


async def test_what_waits_behind_an_outage_comes_again_with_it(
    bor: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a person's second word would be answered before the first."""
    tries, write = 0, bor.transactions.write
    begun, both_wait = asyncio.Event(), asyncio.Event()

    async def away_once(work: Any, *, direct: bool = True) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            begun.set()
            await both_wait.wait()
            raise Unavailable
        await write(work, direct=direct)

    monkeypatch.setattr(bor.transactions, "write", away_once)
    first = asyncio.create_task(bor.inbox.accept(event(1, "/start")))
    await begun.wait()
    second = asyncio.create_task(bor.inbox.accept(event(2, "/start")))
    await asyncio.sleep(0)  # it stands in the queue at its first step
    both_wait.set()
    outcomes = await asyncio.gather(first, second, return_exceptions=True)

    assert [type(one) for one in outcomes] == [Unavailable, Unavailable]
    assert await count(bor, SeenEvent) == 0
    await asyncio.gather(bor.inbox.accept(event(1, "/start")), bor.inbox.accept(event(2, "/start")))
    assert await count(bor, SeenEvent) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_locked_database_acknowledges_nothing_and_recovers(
    bor: Town, tmp_path: Path
) -> None:
    await look(bor, lambda s: s.execute(text_of("PRAGMA busy_timeout=1")))  # not ten seconds
    other = sqlite3.connect(tmp_path / "mcu.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await bor.inbox.accept(event(1, "/start"))
    with pytest.raises(Unavailable):
        await bor.inbox.move_cursor("vk", "1")
    other.rollback()
    other.close()

    await bor.inbox.accept(event(1, "/start"))

    await bor.resident().sees("Здравствуйте")


async def test_a_database_that_is_gone_acknowledges_nothing(bor: Town) -> None:
    engine = bor.database.engine
    bor.database.engine = _NoRoute()  # type: ignore[assignment]
    results = await asyncio.gather(
        *(bor.inbox.accept(event(n, "/start", account=str(n))) for n in range(3)),
        return_exceptions=True,
    )
    bor.database.engine = engine

    assert [type(result) for result in results] == [Unavailable] * 3
    await bor.inbox.accept(event(1, "/start"))


class _NoRoute:
    """An engine whose server is away."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionRefusedError("no route to the database")


async def test_two_programs_on_one_database_file_an_appeal_once(bor: Town) -> None:
    """«Отправить» pressed twice at once, each press on another replica."""
    anna = await bor.consenting()
    t = bor.texts
    await anna.says("/new")
    await anna.says(DESCRIPTION)
    await anna.presses("Ямы и выбоины")
    await anna.says("ул. Мира, 5")
    send = (await anna.sees("ул. Мира, 5")).button(t("form-send")).payload
    other = Inbox(Transactions(bor.database, bor.transactions.services))

    await asyncio.gather(
        *(inbox.accept(event(n, press=send)) for n, inbox in enumerate([bor.inbox, other] * 3))
    )

    assert await count(bor, Appeal) == 1
    assert await count(bor, ParkedEvent) == 0
    bor.delivery.wake()
    await anna.sees("МЦУ-26-000001")


async def test_two_programs_that_meet_lose_nobody(bor: Town) -> None:
    other = Inbox(Transactions(bor.database, bor.transactions.services))
    people = [str(n) for n in range(100, 130)]
    events = [event(n, "/start", account=account) for n, account in enumerate(people)]

    await asyncio.gather(
        *(inbox.accept(one) for one in events for inbox in (bor.inbox, other)),
        *(inbox.accept(one) for one in reversed(events) for inbox in (other, bor.inbox)),
    )

    assert await count(bor, SeenEvent) == len(people)
    assert await count(bor, ParkedEvent) == 0
    once = [row for row in await outbox(bor) if row.chat == people[0]]
    assert len(await outbox(bor)) == len(once) * len(people)


async def statements_of(place: Town, one: Event) -> list[str]:
    """Every statement that accepting the event takes."""
    inbox, seen = place.inbox, list[str]()

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if asyncio.current_task() is inbox._worker:
            seen.append(statement)

    engine = place.database.engine.sync_engine
    engine_event.listen(engine, "before_cursor_execute", note)
    await inbox.accept(one)
    engine_event.remove(engine, "before_cursor_execute", note)
    return seen


async def test_a_step_of_a_conversation_asks_the_database_a_handful_of_times(bor: Town) -> None:
    anna = await bor.consenting()
    await anna.says("/new")
    await anna.sees(bor.texts("ask-what"))

    seen = await statements_of(bor, event(1, DESCRIPTION))

    assert 0 < len(seen) <= 14, "\n".join(seen)


async def test_a_list_of_appeals_takes_no_query_for_each(bor: Town) -> None:
    counts = []
    for number in (1, 7):
        topics = list(await look(bor, lambda s: s.scalars(select(Topic.id).limit(7))))
        for topic in topics[:number]:
            await planted(bor, topic_id=topic)
        staff = Address("telegram", STAFF_ROOM)
        seen = await statements_of(bor, event(number, "/open", address=staff, private=False))
        counts.append(len(seen))

    assert counts[0] == counts[1] > 0
