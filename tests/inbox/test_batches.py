"""Events that wait together: one transaction, read at once and written at once, as if each were alone."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import event as engine_event
from sqlalchemy import select

from bot.inbox.inbox import Inbox
from bot.transactions import Transactions
from storage.messages import Event, Place
from storage.tables import (
    Appeal,
    Dialogue,
    HistoryEntry,
    OutboxMessage,
    ParkedEvent,
    Resident,
    Topic,
)
from tests.support.towns.conversation import DESCRIPTION, STAFF_ROOM, Town
from tests.support.towns.events import count, event, spoil
from tests.support.towns.staff_room import look, outbox

TOPIC = "Ямы и выбоины на дороге"


async def together(place: Town, events: Sequence[Event], inbox: Inbox | None = None) -> list[str]:
    """Accept them in one batch; the statements that it takes."""
    inbox, seen = inbox or place.inbox, list[str]()

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if asyncio.current_task() is inbox._worker:
            seen.append(statement)

    engine = place.database.engine.sync_engine
    engine_event.listen(engine, "before_cursor_execute", note)
    await asyncio.gather(*(inbox.accept(one) for one in events))
    engine_event.remove(engine, "before_cursor_execute", note)
    return seen


async def drafts_of(place: Town, account: str) -> list[dict[str, object]]:
    query = select(Dialogue.drafts).where(Dialogue.account == account)
    return list(await look(place, lambda s: s.scalar(query)) or [])


async def filling(place: Town, accounts: Sequence[str], start: int) -> dict[str, str]:
    """Residents who have begun an appeal; the key of each one's draft."""
    for number, (text, press) in enumerate((("/start", ""), ("", "consent:yes"), ("/new", ""))):
        first = start + number * len(accounts)
        await together(
            place,
            [event(first + n, text, account=one, press=press) for n, one in enumerate(accounts)],
        )
    return {one: str((await drafts_of(place, one))[0]["key"]) for one in accounts}


async def test_a_batch_takes_as_many_statements_for_many_as_for_a_few(bor: Town) -> None:
    counts: list[tuple[int, int]] = []
    for start, size in ((1000, 3), (2000, 15)):
        accounts = [str(start + n) for n in range(size)]
        keys = await filling(bor, accounts, start)
        presses = [
            event(start + 300 + n, account=one, press=f"kind=problem#{keys[one]}")
            for n, one in enumerate(accounts)
        ]
        texts = [event(start + 400 + n, DESCRIPTION, account=one) for n, one in enumerate(accounts)]
        pressed, said = await together(bor, presses), await together(bor, texts)
        counts.append((len(pressed), len(said)))

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14
    assert await count(bor, ParkedEvent) == 0


async def test_events_of_one_person_in_a_batch_build_on_each_other(bor: Town) -> None:
    (key,) = (await filling(bor, ["42"], 1000)).values()

    await together(
        bor,
        [
            event(1, press=f"kind=problem#{key}"),
            event(2, DESCRIPTION),
            event(2, DESCRIPTION),
            event(3, press=f"form=cancel.what#{key}"),
        ],
    )

    (draft,) = await drafts_of(bor, "42")
    assert draft["answers"] == {"kind": "problem", "what": DESCRIPTION}
    assert dict(draft["notes"])["aside"]  # type: ignore[call-overload]
    assert await count(bor, ParkedEvent) == 0


async def test_who_deletes_all_in_a_batch_is_sent_nothing_that_waited_in_it(bor: Town) -> None:
    bor.erasing.cancel()
    await filling(bor, ["42"], 1000)
    await together(bor, [event(1, "/delete_me")])
    key = (await drafts_of(bor, "42"))[-1]["key"]

    await together(
        bor,
        [event(2, "/help"), event(3, press=f"send=yes#{key}"), event(4, "/start", account="43")],
    )

    await bor.eraser.erase_due()
    texts = [row.reply["text"] for row in await outbox(bor) if row.chat == "42"]
    assert texts == [bor.texts("deleting"), bor.texts("deleted")]
    assert await drafts_of(bor, "42") == []
    accounts = await look(bor, lambda s: s.scalars(select(Resident.account)).all())
    assert sorted(accounts) == ["43", "deleted-1"]


async def test_who_comes_back_in_the_batch_of_the_deletion_is_new(bor: Town) -> None:
    await filling(bor, ["42"], 1000)
    await together(bor, [event(1, "/delete_me")])
    key = (await drafts_of(bor, "42"))[-1]["key"]

    await together(bor, [event(2, press=f"send=yes#{key}"), event(3, "На улице Мира яма")])

    accounts = await look(bor, lambda s: s.scalars(select(Resident.account)).all())
    assert sorted(accounts) == ["42", "deleted-1"]
    assert "На улице Мира яма" in str(await drafts_of(bor, "42"))


async def test_what_waits_in_a_batch_follows_a_group_that_moves_in_it(bor: Town) -> None:
    await together(bor, [event(1, account=STAFF_ROOM, text="/start")])  # an ordinary chat beside
    await together(
        bor,
        [
            event(10, "/help", account=STAFF_ROOM, private=False),
            event(11, account=STAFF_ROOM, change="moved", moved_to="-1001", private=False),
            event(12, "/help", account="-1001", private=False),
        ],
    )

    query = select(OutboxMessage.chat).where(OutboxMessage.chat.startswith("-"))
    chats = await look(bor, lambda s: s.scalars(query.order_by(OutboxMessage.id)).all())
    assert chats[-2:] == ["-1001", "-1001"]
    assert await count(bor, ParkedEvent) == 0


async def test_two_programs_at_one_dialogue_lose_no_answer(bor: Town) -> None:
    """One of them hears of the place, the other of the hole; whoever is second finds the first's."""
    (key,) = (await filling(bor, ["42"], 1000)).values()
    await together(bor, [event(1, press=f"kind=problem#{key}")])
    other = Inbox(Transactions(bor.database, bor.transactions.services))

    await asyncio.gather(
        bor.inbox.accept(event(2, DESCRIPTION)),
        other.accept(event(3, place=Place(56.35, 44.06))),
        bor.inbox.accept(event(4, "/start", account="43")),
        other.accept(event(5, "/start", account="44")),
    )

    (draft,) = await drafts_of(bor, "42")
    assert {"kind", "what", "place"} <= set(dict(draft["answers"]))  # type: ignore[call-overload]
    assert await count(bor, ParkedEvent) == 0


async def test_an_answer_to_a_flood_takes_the_place_of_the_one_before_it(bor: Town) -> None:
    (key,) = (await filling(bor, ["42"], 1000)).values()
    await together(bor, [event(1, press=f"kind=problem#{key}")])

    await together(bor, [event(10 + n, f"Яма на улице Мира, {n}") for n in range(9)])

    prompts = [row for row in await outbox(bor) if row.coalesce == f"form:{key}"]
    assert len(prompts) == 1


async def at_the_summary(place: Town, accounts: Sequence[str], start: int) -> list[str]:
    """Residents whose appeals are complete; the press of each that sends it."""
    keys = await filling(place, accounts, start)
    topic = await look(place, lambda s: s.scalar(select(Topic.id).where(Topic.title == TOPIC)))
    steps = (
        ("", "kind=problem"),
        (DESCRIPTION, ""),
        ("", f"category=t{topic}"),
        ("ул. Мира, 5", ""),
    )
    for number, (text, press) in enumerate(steps):
        first = start + (number + 3) * len(accounts)
        await together(
            place,
            [
                event(first + n, text, account=one, press=press and f"{press}#{keys[one]}")
                for n, one in enumerate(accounts)
            ],
        )
    return [f"send=yes#{keys[one]}" for one in accounts]


async def test_many_appeals_are_filed_with_as_many_statements_as_a_few(bor: Town) -> None:
    counts: list[int] = []
    for start, size in ((1000, 1), (2000, 3), (4000, 15)):  # the year's first asks once more
        accounts = [str(start + n) for n in range(size)]
        presses = await at_the_summary(bor, accounts, start)
        sends = zip(accounts, presses, strict=True)
        sent = [
            event(start + 900 + n, account=one, press=press) for n, (one, press) in enumerate(sends)
        ]
        counts.append(len(await together(bor, sent)))

    assert counts[1] == counts[2]
    assert max(counts) <= 25
    assert await count(bor, Appeal) == 19
    assert await count(bor, HistoryEntry) == 19
    numbers = await look(bor, lambda s: s.scalars(select(Appeal.serial).order_by(Appeal.id)).all())
    assert list(numbers) == list(range(1, 20))
    assert await count(bor, ParkedEvent) == 0


async def test_what_is_filed_in_a_batch_is_there_for_those_after_it(bor: Town) -> None:
    (press,) = await at_the_summary(bor, ["42"], 1000)

    await together(
        bor,
        [
            event(1, press=press),
            event(2, press=press),
            event(3, "/find яма", account=STAFF_ROOM, private=False),
        ],
    )

    assert await count(bor, Appeal) == 1
    number = await look(bor, lambda s: s.scalar(select(Appeal.number)))
    texts = [row.reply["text"] for row in await outbox(bor)]
    assert bor.texts("already-filed", number=number) in texts
    (found,) = [row for row in await outbox(bor) if row.lane == STAFF_ROOM]
    assert str(number) in str(found.reply)
    assert await count(bor, ParkedEvent) == 0


async def test_a_batch_that_fails_after_filing_files_once_one_by_one(bor: Town) -> None:
    presses = await at_the_summary(bor, ["42", "44", "43"], 1000)
    await spoil(bor, "44")

    await together(
        bor,
        [
            event(n, account=who, press=press)
            for n, (who, press) in enumerate(zip(("42", "44", "43"), presses, strict=True))
        ],
    )

    serials = await look(bor, lambda s: s.scalars(select(Appeal.serial).order_by(Appeal.id)).all())
    assert list(serials) == [1, 2]
    assert await count(bor, HistoryEntry) == 2
    assert await count(bor, ParkedEvent) == 1
